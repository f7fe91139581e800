//! The sealed packet between kit and centre: layout, limits, seal, open.
//!
//! A kit writes what happened at the desk as an [`Encounter`], and [`seal()`]s it:
//! the officer signs the encounter, the encounter is encrypted to the centre, and
//! the kit signs the whole together with a clear-text [`Header`]. From then on the
//! kit holds bytes that it cannot read. The centre takes the packet apart in the
//! opposite order, one gate at a time, and can stop at each with a stable code:
//! [`Envelope::read`] → [`Envelope::verify_kit`] → [`KitVerified::open`] →
//! [`Opened::verify_officer`].
//!
//! ```text
//! COSE_Sign1 (kit, Ed25519)
//!   { header: bstr, enc: bstr, ciphertext: bstr }
//!       HPKE base mode: X25519-HKDF-SHA256, HKDF-SHA256, AES-256-GCM
//!         COSE_Sign1 (officer, Ed25519, external_aad = header bytes)
//!           Encounter
//! ```
//!
//! Pure: time and randomness are parameters, nothing is read or written.

mod bytes;
pub mod chain;
pub mod encounter;
pub mod error;
mod framing;
pub mod header;
pub mod keys;
pub mod letter;
pub mod limits;
pub mod metadata;
pub mod open;
pub mod reply;
pub mod seal;

pub use chain::{ChainLink, ChainState};
pub use encounter::{
    Approval, CaptureException, CaptureOutcome, CaptureStatement, CaptureStation, CapturedPart,
    Consent, ConsentKind, ConsentMode, DocumentScan, Encounter, EncounterError, ExceptionOf,
    FingerCapture, GuardianIdentified, GuardianKnownBy, Image, SecondPrint, SignedCapture, drawn,
};
pub use error::{PacketError, SealError};
pub use header::{Header, PACKET_VERSION};
pub use keys::{
    CentrePublicKey, CentreSecretKey, KeyError, KeyId, KitSigningKey, KitVerifyingKey,
    OfficerSigningKey, OfficerVerifyingKey,
};
pub use letter::{open_letter, seal_letter};
pub use open::{Envelope, KitVerified, Opened};
pub use reply::{ReplyKey, seal_reply};
pub use seal::{SealedPacket, packet_hash, seal};

#[cfg(test)]
mod tests;
