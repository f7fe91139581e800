//! The signed text in the QR code of a card.
//!
//! The form of MOSIP's claim 169, so that verifiers that exist can read it:
//! claims as a CBOR map → CWT (RFC 8392) → COSE_Sign1 (RFC 9052, Ed25519, bare
//! tag 18) → zlib (RFC 1950) → Base45 (RFC 9285) → QR in alphanumeric mode.

mod claims;
mod envelope;
mod sign;
mod verify;

pub use claims::Gender;
pub use envelope::{LONGEST_TEXT, MOST_INFLATED};
pub use sign::sign;
pub use verify::{VerifiedCard, verify, verify_by_name};
pub(crate) use verify::{check_method, check_signature, named_key, read_message, read_one};

#[cfg(test)]
mod tests;
