//! Why a code is not taken. Nothing of what it holds is repeated.

use thiserror::Error;

/// Why a code is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PrefillProblem {
    /// A code of something else: a payment, a web address.
    #[error("the code is not one of a registration form")]
    Foreign,
    /// Another version of the format.
    #[error("the code is of another version of the format; this program reads version 1")]
    OtherVersion,
    /// Longer than any code of ours.
    #[error("the code is longer than any code of a registration form")]
    TooLong,
    /// The checksum differs, or the parts do not fit together.
    #[error("the code is damaged: print the form again, or type the answers")]
    Damaged,
    /// A part of another form than the parts before.
    #[error("the code belongs to another form than the codes read before")]
    OtherSet,
    /// What is packed inside unpacks to more than any form.
    #[error("the code unpacks to more than any form holds")]
    Bomb,
    /// Unpacked, it is not answers to a form.
    #[error("the code holds no answers to a form")]
    NotAnswers,
    /// The form of another country.
    #[error("the code is of the form of another country")]
    OtherCountry,
    /// Answers that do not fit into the codes of one form.
    #[error("the answers are too long for the codes of one form")]
    DoesNotFit,
}

impl PrefillProblem {
    /// Every problem, for lists of texts.
    pub const ALL: [Self; 9] = [
        Self::Foreign,
        Self::OtherVersion,
        Self::TooLong,
        Self::Damaged,
        Self::OtherSet,
        Self::Bomb,
        Self::NotAnswers,
        Self::OtherCountry,
        Self::DoesNotFit,
    ];

    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Foreign => "prefill.foreign",
            Self::OtherVersion => "prefill.other_version",
            Self::TooLong => "prefill.too_long",
            Self::Damaged => "prefill.damaged",
            Self::OtherSet => "prefill.other_set",
            Self::Bomb => "prefill.bomb",
            Self::NotAnswers => "prefill.not_answers",
            Self::OtherCountry => "prefill.other_country",
            Self::DoesNotFit => "prefill.does_not_fit",
        }
    }
}
