//! What could not be captured. A second officer looked at each thing and vouches for it.

use core::fmt;
use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_record::ids::OfficerId;
use serde::{Deserialize, Serialize};

use super::check::{few, text};
use super::{CaptureOutcome, Encounter, EncounterError};
use crate::limits::MAX_EXCEPTIONS;

/// Why something obligatory could not be captured, vouched for by a second officer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureException {
    /// What could not be captured.
    pub of: ExceptionOf,
    /// Reason code of the country pack.
    pub reason: String,
    /// The second officer.
    pub approved_by: OfficerId,
    /// When it was approved, by the kit's clock.
    pub approved_at: Timestamp,
}

/// What an exception is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionOf {
    /// One finger, by its ISO/IEC 19794-2 code, 1 to 10.
    Finger(u8),
    /// All ten fingers: none can be used.
    Fingers,
    /// The portrait.
    Portrait,
}

impl Encounter {
    /// The exception about this, if somebody vouched for one.
    pub fn exception(&self, of: ExceptionOf) -> Option<&CaptureException> {
        self.exceptions.iter().find(|exception| exception.of == of)
    }

    /// Whether somebody vouched that no finger can be used: for all at once, or for each that is
    /// missing.
    pub fn fingers_excused(&self) -> bool {
        let mut missing = self.fingers.iter().filter_map(|finger| match finger.outcome {
            CaptureOutcome::Missing { .. } => Some(ExceptionOf::Finger(finger.position)),
            CaptureOutcome::Captured { .. } => None,
        });
        self.exception(ExceptionOf::Fingers).is_some()
            || (!self.fingers.is_empty() && missing.all(|finger| self.exception(finger).is_some()))
    }

    pub(super) fn check_exceptions(&self) -> Result<(), EncounterError> {
        few("exceptions", self.exceptions.len(), MAX_EXCEPTIONS)?;
        let mut seen = BTreeSet::new();
        self.exceptions.iter().try_for_each(|exception| {
            text("exceptions.reason", &exception.reason)?;
            if let ExceptionOf::Finger(position) = exception.of
                && !(1..=10).contains(&position)
            {
                return Err(EncounterError::FingerPosition { position });
            }
            if exception.approved_by == self.officer {
                return Err(EncounterError::SameOfficer);
            }
            if seen.insert(exception.of) { Ok(()) } else { Err(EncounterError::ExceptionTwice) }
        })
    }
}

impl fmt::Debug for CaptureException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaptureException")
            .field("approved_by", &self.approved_by)
            .finish_non_exhaustive()
    }
}
