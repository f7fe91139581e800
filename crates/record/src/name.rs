//! Names as people bear them: any number of parts, in any order, particles kept.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Longest single part of a name, in characters. The form allows 60; religious
/// and compound names in the census lists stay well below.
pub const LONGEST_PART: usize = 60;
/// Most parts one name may have. Patronymic chains seldom pass seven.
pub const MOST_PARTS: usize = 12;

/// What a part of a name is, as far as its bearer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameRole {
    /// A first or given name.
    Given,
    /// A surname or family name.
    Family,
    /// A middle, patronymic or other name.
    Other,
    /// A particle such as `arap`, `wa`, `binti`: kept for display, weak in search.
    Particle,
}

/// One part of a name, exactly as on the document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamePart {
    text: String,
    role: NameRole,
}

/// Why a text cannot be part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No letters at all.
    #[error("a name needs at least one letter")]
    Empty,
    /// Longer than [`LONGEST_PART`].
    #[error("one part of a name may have at most 60 characters")]
    TooLong,
    /// More than [`MOST_PARTS`] parts.
    #[error("a name may have at most 12 parts")]
    TooManyParts,
    /// A character that no name has: a digit, a control character, a symbol.
    #[error("a name may have letters, apostrophes, hyphens, full stops and spaces only")]
    Character,
}

impl NameError {
    /// The stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "name.empty",
            Self::TooLong => "name.too_long",
            Self::TooManyParts => "name.too_many_parts",
            Self::Character => "name.character",
        }
    }
}

impl NamePart {
    /// A part with surrounding white space removed and inner runs made one space.
    pub fn new(text: &str, role: NameRole) -> Result<Self, NameError> {
        if text.chars().count() > LONGEST_PART * 2 {
            return Err(NameError::TooLong);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > LONGEST_PART {
            return Err(NameError::TooLong);
        }
        if !text.chars().any(char::is_alphabetic) {
            return Err(NameError::Empty);
        }
        if !text.chars().all(may_stand_in_a_name) {
            return Err(NameError::Character);
        }
        Ok(Self { text, role })
    }

    /// The part as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the part is.
    pub const fn role(&self) -> NameRole {
        self.role
    }
}

/// A whole name. One part is enough: many people have a single name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    parts: Vec<NamePart>,
}

impl PersonName {
    /// A name of one to [`MOST_PARTS`] parts, in the order of the document.
    pub fn new(parts: Vec<NamePart>) -> Result<Self, NameError> {
        if parts.is_empty() {
            return Err(NameError::Empty);
        }
        if parts.len() > MOST_PARTS {
            return Err(NameError::TooManyParts);
        }
        Ok(Self { parts })
    }

    /// A name whose parts come from one line of text, all but the last taken as
    /// given names and the last as the family name.
    pub fn from_line(line: &str) -> Result<Self, NameError> {
        let words: Vec<&str> = line.split_whitespace().take(MOST_PARTS + 1).collect();
        let last = words.len().saturating_sub(1);
        let parts = words
            .iter()
            .enumerate()
            .map(|(i, word)| {
                let role = if i == last && i > 0 { NameRole::Family } else { NameRole::Given };
                NamePart::new(word, role)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(parts)
    }

    /// The parts in order.
    pub fn parts(&self) -> &[NamePart] {
        &self.parts
    }

    /// The whole name on one line.
    pub fn full(&self) -> String {
        self.parts.iter().map(NamePart::text).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for NamePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamePart({:?}, …)", self.role)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({} parts)", self.parts.len())
    }
}

fn may_stand_in_a_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | 'ʼ' | '-' | '.') || is_combining_mark(c)
}

/// Marks that accents are made of when a text is decomposed (U+0300 to U+036F).
fn is_combining_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_as_written() {
        let name = PersonName::new(vec![
            NamePart::new("  Test ", NameRole::Given).unwrap(),
            NamePart::new("arap", NameRole::Particle).unwrap(),
            NamePart::new("M'Sample-Ng’ombe", NameRole::Family).unwrap(),
        ])
        .unwrap();
        assert_eq!(name.full(), "Test arap M'Sample-Ng’ombe");
        assert_eq!(format!("{name:?}"), "PersonName(3 parts)");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let check = |text: &str, want: NameError| {
            assert_eq!(NamePart::new(text, NameRole::Given).unwrap_err(), want, "{text:?}");
        };
        check("", NameError::Empty);
        check(" - ", NameError::Empty);
        check("R2D2", NameError::Character);
        check("a\u{0}b", NameError::Character);
        check(&"a".repeat(61), NameError::TooLong);
        assert_eq!(PersonName::new(vec![]).unwrap_err(), NameError::Empty);
        assert!(PersonName::from_line("Single").is_ok());
    }
}
