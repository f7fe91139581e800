//! What may be pressed.

/// How much a button matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing to do on the page.
    #[default]
    Primary,
    /// Another thing that may be done.
    Secondary,
    /// What cannot be undone easily.
    Warning,
}

impl ButtonKind {
    /// The class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => "govuk-button",
            Self::Secondary => "govuk-button govuk-button--secondary",
            Self::Warning => "govuk-button govuk-button--warning",
        }
    }
}

/// What pressing does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonAction {
    /// Sends the form around it.
    Send,
    /// Sends the form around it with this name and value.
    SendAs {
        /// Name of the form field.
        name: String,
        /// Its value.
        value: String,
    },
    /// Goes to another page.
    GoTo(String),
}

/// A button.
#[derive(Debug, Clone)]
pub struct Button {
    /// The words: a verb first.
    pub text: String,
    /// How much it matters.
    pub kind: ButtonKind,
    /// What it does.
    pub action: ButtonAction,
    /// The key that presses it together with the browser's own keys for this
    /// (`accesskey`), shown beside the words.
    pub key: Option<char>,
}

impl Button {
    /// Sends the form around it.
    pub fn send(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: ButtonKind::Primary, action: ButtonAction::Send, key: None }
    }

    /// Sends the form around it and says which button did.
    pub fn send_as(
        text: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let action = ButtonAction::SendAs { name: name.into(), value: value.into() };
        Self { action, ..Self::send(text) }
    }

    /// Goes to another page.
    pub fn go_to(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self { action: ButtonAction::GoTo(address.into()), ..Self::send(text) }
    }

    /// As another thing that may be done.
    #[must_use]
    pub fn secondary(self) -> Self {
        Self { kind: ButtonKind::Secondary, ..self }
    }

    /// As something that cannot be undone easily.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { kind: ButtonKind::Warning, ..self }
    }

    /// With a key.
    #[must_use]
    pub fn key(self, key: char) -> Self {
        Self { key: Some(key), ..self }
    }
}
