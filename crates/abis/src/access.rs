//! What a caller may do. A score is a right of its own: who sees scores can climb towards a print.

/// One right, named as tokens carry it. The first seven are OSIA's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Insert, change, move, merge and delete encounters.
    EncounterWrite,
    /// Read encounters and their templates.
    EncounterRead,
    /// Search everybody.
    Identify,
    /// Compare with one.
    Verify,
    /// List galleries and who is in them.
    GalleryRead,
    /// Ask how a task stands.
    TaskRead,
    /// Have the result of a task delivered again.
    TaskUpdate,
    /// See scores. Without it a candidate has a rank and no number (hill climbing).
    Scores,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::EncounterWrite,
        Self::EncounterRead,
        Self::Identify,
        Self::Verify,
        Self::GalleryRead,
        Self::TaskRead,
        Self::TaskUpdate,
        Self::Scores,
    ];

    /// The word in a token.
    pub fn word(self) -> &'static str {
        match self {
            Self::EncounterWrite => "abis.encounter.write",
            Self::EncounterRead => "abis.encounter.read",
            Self::Identify => "abis.identify",
            Self::Verify => "abis.verify",
            Self::GalleryRead => "abis.gallery.read",
            Self::TaskRead => "abis.task.read",
            Self::TaskUpdate => "abis.task.update",
            Self::Scores => "abis.scores",
        }
    }

    /// The scope with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_word(scope.word()), Some(scope));
        }
        assert_eq!(Scope::from_word("abis.everything"), None);
    }
}
