//! The data of a card's chip: at most two fingers as compact templates, and the credential of the
//! QR code, under one signature, so that the fingers of one card cannot be put on another.
//!
//! ```text
//! COSE_Sign1 (issuer, Ed25519, external_aad = "niims card chip v1")
//!   { 1: version, 2: credential text, 3: [ [finger, quality, minutiae], … ] }
//! ```
//!
//! A template says less than a print and still says who somebody is, for life: it stands here, where
//! a reader must touch the card, and never in the QR code (requirement R097: signed minimal data,
//! not the whole record). No image, no texture, no other attribute than those of the credential.

mod read;
mod write;

pub use read::{Chip, read};
pub use write::write;

/// Most bytes of a chip's data. Two fingers of 60 minutiae and a credential need under 1 KiB, a
/// credential with a small photo 4 KiB. Stops a file that is no card.
pub const MOST_BYTES: usize = 8 * 1024;
/// Most fingers of a card.
pub const MOST_FINGERS: usize = 2;
/// Most minutiae of a finger. Range 32 to 128; 60 is what cards are built to compare
/// (ISO/IEC 19794-2:2005 §8.3.4), and a good print has some 40 to 60.
pub const MOST_MINUTIAE: usize = 60;
/// Bytes of a minutia in the compact card format.
const PER_MINUTIA: usize = 3;

/// The version that we write.
const VERSION: i64 = 1;
/// Domain of the signature, so that a chip cannot stand in for a credential, nor the reverse.
const DOMAIN: &[u8] = b"niims card chip v1";

mod field {
    pub const VERSION: i64 = 1;
    pub const CREDENTIAL: i64 = 2;
    pub const FINGERS: i64 = 3;
}

#[cfg(test)]
mod tests;
