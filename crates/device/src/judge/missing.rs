//! What may stand in place of a finger: a reason, a photo, and a second officer.
//!
//! The reasons are those of the country's list `exception_reasons`.

use niims_fingerprint::FingerPosition;
use thiserror::Error;

/// Why a finger is not captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExceptionReason {
    /// Missing.
    Amputated,
    /// Bandaged.
    Bandaged,
    /// Worn by work.
    Worn,
    /// Faint with age.
    AgeElderly,
    /// Too fine, a child's.
    AgeChild,
    /// Skin disease.
    SkinDisease,
    /// Henna.
    Henna,
    /// Burn or scar.
    BurnScar,
    /// Cannot be moved.
    Paralysis,
    /// The person refuses.
    Refused,
    /// The scanner failed.
    Equipment,
    /// The print cannot be read.
    Unreadable,
}

impl ExceptionReason {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Amputated,
        Self::Bandaged,
        Self::Worn,
        Self::AgeElderly,
        Self::AgeChild,
        Self::SkinDisease,
        Self::Henna,
        Self::BurnScar,
        Self::Paralysis,
        Self::Refused,
        Self::Equipment,
        Self::Unreadable,
    ];

    /// The code in the country's list.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amputated => "AMPUTATED",
            Self::Bandaged => "BANDAGED",
            Self::Worn => "WORN",
            Self::AgeElderly => "AGE_ELDERLY",
            Self::AgeChild => "AGE_CHILD",
            Self::SkinDisease => "SKIN_DISEASE",
            Self::Henna => "HENNA",
            Self::BurnScar => "BURN_SCAR",
            Self::Paralysis => "PARALYSIS",
            Self::Refused => "REFUSED",
            Self::Equipment => "EQUIPMENT",
            Self::Unreadable => "UNREADABLE",
        }
    }

    /// Reads the code.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether the finger will not come back: then no later visit is asked for.
    pub const fn may_be_permanent(self) -> bool {
        matches!(
            self,
            Self::Amputated | Self::Worn | Self::AgeElderly | Self::BurnScar | Self::Paralysis
        )
    }

    /// Whether a photo must show it. A photo of ridges that cannot be read shows nothing.
    pub const fn is_seen(self) -> bool {
        matches!(
            self,
            Self::Amputated
                | Self::Bandaged
                | Self::SkinDisease
                | Self::Henna
                | Self::BurnScar
                | Self::Paralysis
        )
    }

    /// Whether the scanner must have tried first: what wears ridges is not seen by eye.
    pub const fn needs_tries(self) -> bool {
        matches!(self, Self::Worn | Self::AgeElderly | Self::AgeChild | Self::Unreadable)
    }
}

/// What the officers recorded in place of a finger. `O` is whatever names an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception<O> {
    /// The finger.
    pub finger: FingerPosition,
    /// Why.
    pub reason: ExceptionReason,
    /// Whether it is for good.
    pub permanent: bool,
    /// Whether the exception photo was taken.
    pub photo: bool,
    /// Tries that the scanner made of it.
    pub tries: u8,
    /// Who captured.
    pub officer: O,
    /// Who else has seen it.
    pub second: Option<O>,
}

/// What an exception lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ExceptionProblem {
    /// A photo is needed.
    #[error("take a photo that shows the hand beside the face")]
    PhotoMissing,
    /// A second officer is needed.
    #[error("a second officer must confirm that the finger cannot be captured")]
    SecondMissing,
    /// The second officer is the first.
    #[error("the second officer must be somebody else")]
    SecondIsFirst,
    /// Something that passes was called permanent.
    #[error("this reason passes with time: it cannot be marked as for good")]
    NotPermanent,
    /// The scanner has not tried.
    #[error("try the scanner first: what looks worn can often be read")]
    NotTried,
}

impl ExceptionProblem {
    /// Stable dotted code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PhotoMissing => "exception.photo_missing",
            Self::SecondMissing => "exception.second_missing",
            Self::SecondIsFirst => "exception.second_is_first",
            Self::NotPermanent => "exception.not_permanent",
            Self::NotTried => "exception.not_tried",
        }
    }
}

/// Whether an exception may stand.
///
/// # Errors
/// [`ExceptionProblem`], the first that is met.
pub fn check_exception<O: PartialEq>(exception: &Exception<O>) -> Result<(), ExceptionProblem> {
    let reason = exception.reason;
    if exception.permanent && !reason.may_be_permanent() {
        Err(ExceptionProblem::NotPermanent)
    } else if reason.needs_tries() && exception.tries < super::MOST_TRIES {
        Err(ExceptionProblem::NotTried)
    } else if reason.is_seen() && !exception.photo {
        Err(ExceptionProblem::PhotoMissing)
    } else {
        match &exception.second {
            None => Err(ExceptionProblem::SecondMissing),
            Some(second) if *second == exception.officer => Err(ExceptionProblem::SecondIsFirst),
            Some(_) => Ok(()),
        }
    }
}
