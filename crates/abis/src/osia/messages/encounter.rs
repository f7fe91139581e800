//! `Encounter`: one capture of one person.

use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::biometric::BiometricData;
use super::limits::{MOST_BIOMETRICS, MOST_GALLERIES, MOST_INTEGRITY};
use super::protection::{Encryption, Integrity};
use super::strict::{given, given_objects, object, objects, values};
use super::vocabulary::Status;

/// One capture of one person, as it comes and as it is given back.
///
/// `encounterId`, `createdDate` and `updatedDate` are the server's; what a client sends for them is
/// not kept. `status` and `galleries` are those of the last change.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Encounter {
    /// The encounter. Read only, and therefore absent from most requests.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub encounter_id: Option<String>,
    /// Whether it is searched.
    pub status: Status,
    /// What kind of encounter, in the client's words.
    pub encounter_type: String,
    /// When it came, RFC 3339.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub created_date: Option<String>,
    /// When it last changed, RFC 3339.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub updated_date: Option<String>,
    /// In which galleries it stands.
    #[serde(deserialize_with = "values::<MOST_GALLERIES, _, _>")]
    pub galleries: Vec<String>,
    /// The client's own bytes, base64.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub client_data: Option<String>,
    /// Anything about the capture. Kept letter by letter, so that no number in it is rounded.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub contextual_data: Option<Box<RawValue>>,
    /// Anything about the person; kept likewise, and never searched.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub biographic_data: Option<Box<RawValue>>,
    /// The biometrics.
    #[serde(deserialize_with = "objects::<MOST_BIOMETRICS, _, _>")]
    pub biometric_data: Vec<BiometricData>,
    /// A part is encrypted.
    #[serde(default, deserialize_with = "object", skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Hashes over parts.
    #[serde(
        default,
        deserialize_with = "given_objects::<MOST_INTEGRITY, _, _>",
        skip_serializing_if = "Option::is_none"
    )]
    pub integrity: Option<Vec<Integrity>>,
}

/// Personal data: only the number of its items is shown.
impl fmt::Debug for Encounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encounter({} biometrics)", self.biometric_data.len())
    }
}
