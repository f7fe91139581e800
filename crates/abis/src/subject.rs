//! Who and what is enrolled, under names that mean something to the caller only.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Longest name, in characters. Range 36 (a UUID) to 255; callers of both standard interfaces send
/// UUIDs. A longer one is refused before anything is looked up.
pub const LONGEST_NAME: usize = 128;

/// Why a name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is none.
    #[error("the name is empty")]
    Empty,
    /// Too long.
    #[error("the name has more than {LONGEST_NAME} characters")]
    TooLong,
    /// Control characters do not survive logs, paths and queues unchanged.
    #[error("the name holds a control character")]
    Control,
}

impl NameError {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "abis.name_empty",
            Self::TooLong => "abis.name_too_long",
            Self::Control => "abis.name_control",
        }
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl $name {
            /// The name with this text.
            ///
            /// # Errors
            /// [`NameError`] unless it has 1 to [`LONGEST_NAME`] characters, none of them a control.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                if text.is_empty() {
                    return Err(NameError::Empty);
                }
                if text.chars().nth(LONGEST_NAME).is_some() {
                    return Err(NameError::TooLong);
                }
                if text.chars().any(char::is_control) {
                    return Err(NameError::Control);
                }
                Ok(Self(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            /// A caller may have put anything into a name, so it is not shown.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

names! {
    /// One person, as the caller names them: MOSIP's `referenceId`, OSIA's `personId`.
    PersonReference,
    /// One capture of a person: OSIA's `encounterId`.
    EncounterReference,
    /// A named part of everybody enrolled: OSIA's `galleryId`.
    GalleryName,
}

/// One capture of one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EncounterKey {
    /// Who.
    pub person: PersonReference,
    /// Which capture.
    pub encounter: EncounterReference,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_never_shown() {
        for (text, want) in [
            ("3f1c", Ok(())),
            (&"é".repeat(LONGEST_NAME), Ok(())),
            ("", Err(NameError::Empty)),
            (&"é".repeat(LONGEST_NAME + 1), Err(NameError::TooLong)),
            ("a\nb", Err(NameError::Control)),
        ] {
            assert_eq!(PersonReference::new(text).map(|_| ()), want);
        }
        let shown = format!("{:?}", GalleryName::new("secret").unwrap());
        assert!(!shown.contains("secret"), "{shown}");
    }
}
