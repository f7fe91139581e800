//! The one-time word by which an officer takes their seat at a kit.

use super::code::{in_fours, letters, read_letters};

/// Letters of a word: 60 bits. The kit keeps its hash only, and nobody tries a billion billion.
const LETTERS: usize = 12;

/// A word of 12 letters and digits, given to one officer for one kit.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstWord(String);

impl core::fmt::Debug for FirstWord {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FirstWord(…)")
    }
}

impl FirstWord {
    /// A word of random bytes.
    pub fn new(random: [u8; 8]) -> Self {
        Self(letters(&random, LETTERS))
    }

    /// Reads a word as it was typed: small letters, spaces and hyphens do not matter, and
    /// letters that look like digits are taken for them.
    pub fn read(typed: &str) -> Option<Self> {
        read_letters(typed, LETTERS).map(Self)
    }

    /// The letters alone.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The word in groups of four, to be read out or typed.
    pub fn text(&self) -> String {
        in_fours(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_survives_being_read_out_and_typed() {
        let word = FirstWord::new([0x5a; 8]);
        assert_eq!(word.text().len(), 12 + 2);
        let spoken = word.text().to_lowercase().replace('-', " ").replace('1', "l");
        assert_eq!(FirstWord::read(&spoken), Some(word.clone()));
        assert_ne!(word, FirstWord::new([0x5b; 8]));
        let text = word.text();
        for bad in ["", "A", &text[1..], &format!("{text}0"), &text.replacen('-', "ü", 1)] {
            assert_eq!(FirstWord::read(bad), None, "{bad}");
        }
        assert_eq!(format!("{word:?}"), "FirstWord(…)");
    }
}
