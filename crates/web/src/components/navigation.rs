//! Ways to other pages.

/// A link: words, and an address that holds nothing of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The words.
    pub text: String,
    /// The address; empty where one is there already or may not go.
    pub address: String,
}

impl Link {
    /// A link.
    pub fn new(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self { text: text.into(), address: address.into() }
    }
}

/// An entry of the navigation of a service, or a tab of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NavigationItem {
    /// Words and address.
    pub link: Link,
    /// Whether it is the part shown.
    pub is_current: bool,
}

impl NavigationItem {
    /// Entries out of links; the one whose address is `current` is the part shown.
    pub fn all(links: Vec<Link>, current: &str) -> Vec<Self> {
        links.into_iter().map(|link| Self { is_current: link.address == current, link }).collect()
    }
}
