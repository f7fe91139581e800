//! What is enrolled and how it is read back.

use core::fmt;
use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use serde::{Deserialize, Serialize};

use crate::modality::Biometrics;
use crate::subject::{EncounterKey, GalleryName, PersonReference};

/// Whether a capture is searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EncounterStatus {
    /// It is.
    #[default]
    Active,
    /// It is kept and given back, and never a candidate.
    Inactive,
}

/// A capture to enrol.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEncounter {
    /// Whether it is to be searched.
    pub status: EncounterStatus,
    /// The caller's word for what kind of capture it is, at most
    /// [`LONGEST_NAME`](crate::subject::LONGEST_NAME) characters.
    pub kind: String,
    /// The galleries that it is to be in; those that are new are made.
    pub galleries: BTreeSet<GalleryName>,
    /// What was captured.
    #[serde(with = "crate::coding")]
    pub biometrics: Biometrics,
    /// The caller's own document, sealed at rest and given back unchanged.
    #[serde(with = "crate::coding::bytes")]
    pub attachment: Vec<u8>,
    /// Officers whose own fingers must not be among the captured ones, by the names under which
    /// they are enrolled. A finger that is theirs is a [`Finding`].
    pub operators: Vec<PersonReference>,
}

/// Kinds and attachments may hold anything.
impl fmt::Debug for NewEncounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewEncounter({:?}, {:?}, …)", self.status, self.biometrics)
    }
}

/// What was noticed about a capture that was taken nevertheless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Finding {
    /// A finger below the quality at which two prints of one finger are recognised reliably.
    LowQuality {
        /// Which.
        finger: FingerPosition,
        /// 0 to 100.
        quality: u8,
    },
    /// A portrait that the checks of photos remark on.
    LowQualityFace {
        /// 0 to 100.
        quality: u8,
    },
    /// A finger that belongs to one of the operators.
    OperatorFinger {
        /// Under which name it was captured.
        finger: FingerPosition,
    },
}

impl Finding {
    /// Stable dotted code.
    pub fn code(self) -> &'static str {
        match self {
            Self::LowQuality { .. } => "abis.low_quality",
            Self::LowQualityFace { .. } => "abis.low_quality_face",
            Self::OperatorFinger { .. } => "abis.operator_finger",
        }
    }
}

/// An enrolment that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inserted {
    /// Its place in the order of changes. A search below it sees everybody enrolled before, and
    /// not this one.
    pub sequence: u64,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// A capture as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEncounter {
    /// Its name.
    pub key: EncounterKey,
    /// Whether it is searched.
    pub status: EncounterStatus,
    /// The caller's word for what kind of capture it is.
    pub kind: String,
    /// The galleries that it is in.
    pub galleries: BTreeSet<GalleryName>,
    /// What was captured.
    #[serde(with = "crate::coding")]
    pub biometrics: Biometrics,
    /// The caller's own document.
    #[serde(with = "crate::coding::bytes")]
    pub attachment: Vec<u8>,
    /// When it was enrolled.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The place from which on it is searched.
    pub sequence: u64,
}

/// As [`NewEncounter`].
impl fmt::Debug for StoredEncounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredEncounter({:?}, {:?}, …)", self.status, self.biometrics)
    }
}
