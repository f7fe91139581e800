//! What is said to the reader outside the flow of a page.

/// The colour of a tag. Colour never speaks alone: the text says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagColour {
    /// Done, answered.
    Green,
    /// Under way.
    Blue,
    /// Somebody has to act.
    Amber,
    /// Refused.
    Red,
    /// Neither.
    Grey,
}

impl TagColour {
    /// The class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Green => "govuk-tag tag-green",
            Self::Blue => "govuk-tag tag-blue",
            Self::Amber => "govuk-tag tag-amber",
            Self::Red => "govuk-tag tag-red",
            Self::Grey => "govuk-tag tag-grey",
        }
    }
}

/// A state in a word or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The words.
    pub text: String,
    /// The colour.
    pub colour: TagColour,
}

impl Tag {
    /// A tag.
    pub fn new(text: impl Into<String>, colour: TagColour) -> Self {
        Self { text: text.into(), colour }
    }
}

/// A notice at the top of a page about something that is not the page.
#[derive(Debug, Clone)]
pub struct Banner {
    /// What it is about; empty is "Important" or "Done".
    pub title: String,
    /// What is said.
    pub text: String,
    /// Something went well, rather than something to know.
    pub is_success: bool,
}

/// A part of a page that opens, closed at first.
#[derive(Debug, Clone)]
pub struct Fold {
    /// Its heading.
    pub title: String,
    /// What stands in it, one entry per paragraph.
    pub paragraphs: Vec<String>,
}
