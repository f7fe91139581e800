//! Every id is its own type, in one list.
//!
//! An id is sixteen opaque bytes. It says nothing about the thing it names: no
//! place, no office, no date of birth. New kinds are appended to the list below.

use core::fmt;
use core::str::FromStr;

use rand_core::Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an id: expected 32 hexadecimal digits, with or without hyphens")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh random id (UUID version 4 layout) from the given source.
            pub fn random(rng: &mut (impl Rng + ?Sized)) -> Self {
                let mut bytes = [0_u8; 16];
                rng.fill_bytes(&mut bytes);
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// The id with these sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The sixteen bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

ids! {
    /// One person in the master population register.
    PersonId,
    /// One application for a number: one encounter of one resident with a kit.
    ApplicationId,
    /// One sealed packet.
    PacketId,
    /// One registration kit.
    KitId,
    /// One member of staff: registration officer, adjudicator, supervisor.
    OfficerId,
    /// One adjudication case.
    CaseId,
    /// One set of templates in the gallery; a keyed pseudonym of an application.
    GalleryReference,
    /// One order for a card.
    CardOrderId,
    /// One line saying who looked at a person, and why.
    DisclosureId,
    /// One freeze of a power of the programme.
    FreezeId,
    /// One piece of queued work.
    JobId,
    /// One resumable upload.
    UploadId,
    /// One message to a resident.
    MessageId,
    /// One client of an agency at the exchange.
    ClientId,
    /// One audit event.
    EventId,
    /// One duty of a member of staff: a role at a place for a period.
    DutyId,
    /// One change of staff that waits for a second administrator.
    StaffRequestId,
    /// One opening of a case by one officer: what was shown, and when.
    ViewId,
    /// One difference between a record and a later application, offered as a correction.
    CorrectionId,
    /// One request to a resident to come again for better prints.
    RecaptureId,
    /// One merge of two people who both had a number.
    MergeId,
    /// One inquiry into a source whose hits jumped.
    InquiryId,
    /// One pair of records whose answer is known.
    PlantedPairId,
    /// One later check of a record that rests on little.
    LaterCheckId,
    /// One alarm about a registration kit.
    KitAlarmId,
    /// One request to another desk to look at a case.
    OutsideRequestId,
    /// One request that a resident is met again: for better prints, or for answers that hold.
    RevisitId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = PersonId::from_bytes([7; 16]);
        assert_eq!(id.to_string().parse::<PersonId>(), Ok(id));
        assert_eq!("not an id".parse::<PersonId>(), Err(IdError));
    }
}
