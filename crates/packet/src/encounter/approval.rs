//! The signature of a supervisor who looked at an enrolment before it was saved.

use core::fmt;

use jiff::Timestamp;
use niims_record::ids::OfficerId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Encounter, EncounterError};
use crate::keys::{OfficerSigningKey, OfficerVerifyingKey};

/// What a supervisor approved. A kit cannot make it up: it is signed by the supervisor's own
/// key, which opens by their PIN alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The supervisor.
    pub by: OfficerId,
    /// When, by the kit's clock.
    pub at: Timestamp,
    /// Ed25519 signature over the text of [`Approval::of`], 64 bytes in hexadecimal.
    pub signature: String,
}

impl Approval {
    /// Signs that the supervisor approves this encounter: whose it is, and every answer.
    ///
    /// # Errors
    /// [`EncounterError::Encoding`] when an answer cannot be written as JSON.
    pub fn of(
        encounter: &Encounter,
        by: OfficerId,
        at: Timestamp,
        key: &OfficerSigningKey,
    ) -> Result<Self, EncounterError> {
        let signature = hex::encode(key.sign(text(encounter, by, at)?.as_bytes()));
        Ok(Self { by, at, signature })
    }

    /// Whether this is the supervisor's signature for this encounter as it stands.
    pub fn is_for(&self, encounter: &Encounter, key: &OfficerVerifyingKey) -> bool {
        let Ok(text) = text(encounter, self.by, self.at) else { return false };
        hex::decode(&self.signature)
            .is_ok_and(|signature| key.verifies(text.as_bytes(), &signature))
    }
}

/// The text that is signed. Keys of answers are sorted, so that kit and centre get the same.
fn text(encounter: &Encounter, by: OfficerId, at: Timestamp) -> Result<String, EncounterError> {
    let answers = serde_json::to_vec(&encounter.answers).map_err(|_| EncounterError::Encoding)?;
    let (application, form) = (encounter.application, &encounter.form_kind);
    let answers = hex::encode(Sha256::digest(answers));
    Ok(format!("niims approval v1\n{application}\n{form}\n{by}\n{at}\n{answers}\n"))
}

impl fmt::Debug for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Approval").field("by", &self.by).finish_non_exhaustive()
    }
}
