//! Why an operation was refused. No variant holds anything of a person.

use niims_fingerprint::FingerPosition;
use niims_store::StoreError;

use crate::search::SearchError;

/// Most candidates of one search. People look at ten; OSIA and MOSIP let callers ask for more.
pub const MOST_CANDIDATES: usize = 1_000;
/// Most persons that one search can be narrowed to by name.
pub const MOST_NAMED: usize = 10_000;
/// Most galleries of one capture.
pub const MOST_GALLERIES: usize = 64;
/// Most fingers of one capture: ten known positions, or some of them and an unknown one.
pub const MOST_FINGERS: usize = 10;
/// Most faces of one capture.
pub const MOST_FACES: usize = 4;
/// Most irises of one capture.
pub const MOST_IRISES: usize = 2;
/// Longest iris record, bytes: two pictures of 640 × 480 without compression.
pub const LONGEST_IRIS: usize = 640 * 480 * 2;
/// Longest embedding of a face, values. Models in use have 128 to 1,024.
pub const LONGEST_EMBEDDING: usize = 4_096;
/// Longest attachment, bytes: ten uncompressed prints, a portrait and two irises in base 64.
pub const LONGEST_ATTACHMENT: usize = 16 << 20;
/// Most operators whose fingers are looked for in a capture.
pub const MOST_OPERATORS: usize = 16;
/// Most of a gallery's content in one answer.
pub const LONGEST_PAGE: usize = 10_000;

/// What was looked for and is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A person without any capture here.
    Person,
    /// A capture.
    Encounter,
    /// A task.
    Task,
}

impl Missing {
    const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Encounter => "encounter",
            Self::Task => "task",
        }
    }
}

/// Why an operation was refused; it had no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// Nothing is stored under the name.
    #[error("there is no such {}", .0.word())]
    NotFound(Missing),
    /// The name is taken.
    #[error("there is an encounter of this name already; update it, or choose another name")]
    AlreadyExists,
    /// No capture was ever put into this gallery.
    #[error("there is no gallery of this name")]
    GalleryUnknown,
    /// More candidates than one answer holds, or none.
    #[error("{0} candidates were asked for; 1 to {MOST_CANDIDATES} can be")]
    TooManyCandidates(usize),
    /// The search is narrowed to more names than can be looked up.
    #[error("the search names {0} persons; at most {MOST_NAMED} can be named")]
    TooManyNamed(usize),
    /// A list is too long.
    #[error("{found} {what} were given; at most {limit} can be")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Something is too long.
    #[error("the {what} has {found} bytes; at most {limit} can be kept")]
    TooLong {
        /// What.
        what: &'static str,
        /// Its bytes.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// There is nothing that could be compared or kept.
    #[error("there are no fingers, face or iris in it; capture at least one")]
    BiometricsEmpty,
    /// A template does not read.
    #[error("the template of {} is not in the engine's form", .0.name())]
    BiometricsFormat(FingerPosition),
    /// Two templates are named as one finger.
    #[error("{} is given twice; give each finger once", .0.name())]
    FingerTwice(FingerPosition),
    /// One finger was captured under two names.
    #[error(
        "{} and {} are prints of one finger; capture each finger once, under its own name",
        .0.name(), .1.name()
    )]
    FingerRepeated(FingerPosition, FingerPosition),
    /// No finger has enough in it to be compared.
    #[error("no finger has enough minutiae to be compared; capture again")]
    QualityTooLow,
    /// A face, and nothing to compare it by.
    #[error(
        "no face model is configured here, so faces are not compared; send fingers, or ask the operator"
    )]
    FaceModelMissing,
    /// A face by another model than the one configured.
    #[error(
        "the face was embedded by another model than the one configured here; send the portrait"
    )]
    FaceModelOther,
    /// Source and target are one person.
    #[error("source and target are one person; name two")]
    SamePerson,
    /// A callback may not go there.
    #[error("results are not delivered to this address; use http or https and an allowed host")]
    CallbackRefused,
    /// A task that waits, or whom nobody wants to hear of, cannot be delivered again.
    #[error("this task has no result to deliver")]
    NothingToDeliver,
    /// The search could not run.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// Another operation was in the way for too long.
    #[error("the database was busy for too long; try again")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Storage(#[source] StoreError),
}

impl ServiceError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "abis.not_found",
            Self::AlreadyExists => "abis.already_exists",
            Self::GalleryUnknown => "abis.gallery_unknown",
            Self::TooManyCandidates(_) => "abis.too_many_candidates",
            Self::TooManyNamed(_) => "abis.too_many_named",
            Self::TooMany { .. } => "abis.too_many",
            Self::TooLong { .. } => "abis.too_long",
            Self::BiometricsEmpty => "abis.biometrics_empty",
            Self::BiometricsFormat(_) => "abis.biometrics_format",
            Self::FingerTwice(_) => "abis.finger_twice",
            Self::FingerRepeated(..) => "abis.finger_repeated",
            Self::QualityTooLow => "abis.quality_too_low",
            Self::FaceModelMissing => "abis.face_model_missing",
            Self::FaceModelOther => "abis.face_model_other",
            Self::SamePerson => "abis.same_person",
            Self::CallbackRefused => "abis.callback_refused",
            Self::NothingToDeliver => "abis.nothing_to_deliver",
            Self::Search(error) => error.code(),
            Self::Busy => "abis.busy",
            Self::Storage(_) => "abis.storage",
        }
    }

    /// Whether the same operation may succeed when asked for again, unchanged.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Storage(_)
                | Self::Search(SearchError::Storage | SearchError::Unreachable)
        )
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        if error.is_retryable() { Self::Busy } else { Self::Storage(error) }
    }
}
