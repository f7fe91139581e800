//! What devices signed of the captures that a packet holds.
//!
//! The kit compresses prints and a device signs what it saw, so that a signature says nothing about
//! the picture that is sent. Of each capture a packet holds a note by the kit; of one, drawn by the
//! notes themselves, all that the device signed.

use core::fmt;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::check::{few, text, within};
use super::{Encounter, EncounterError};
use crate::limits::{MAX_SIGNED_BYTES, MAX_STATEMENTS};

/// The note of one capture that pictures of the packet are from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureStatement {
    /// Which pictures are from it: several where one picture shows four fingers.
    pub of: Vec<CapturedPart>,
    /// SHA-256 of the biometric block. No two captures have the same.
    #[serde(with = "crate::bytes::hash")]
    pub block: [u8; 32],
    /// The hash behind it in the kit's chain of captures.
    #[serde(with = "crate::bytes::hash")]
    pub chain: [u8; 32],
    /// SHA-256 of the device's certificate.
    #[serde(with = "crate::bytes::hash")]
    pub device: [u8; 32],
    /// Serial of the device.
    pub serial: String,
    /// Quality that the device states, 0 to 100.
    pub stated_quality: u8,
    /// Signed time of the capture, by the device's clock.
    pub at: Timestamp,
    /// Bytes of what the device signed.
    pub length: u32,
    /// All that the device signed; of one statement only, see [`drawn`].
    pub in_full: Option<SignedCapture>,
}

/// A picture of a packet that a capture may be the source of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapturedPart {
    /// The best print of a finger, by its ISO/IEC 19794-2 code, 1 to 10.
    Finger(u8),
    /// The second print of a finger.
    SecondPrint(u8),
    /// The portrait.
    Portrait,
    /// The photo of missing or bandaged fingers.
    ExceptionPhoto,
}

/// A compact JSON Web Signature of a device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SignedCapture {
    /// Without its layers of Base64, a good half of it.
    Apart {
        /// Header, JSON.
        #[serde(with = "crate::bytes")]
        header: Vec<u8>,
        /// Payload up to the biometric block.
        #[serde(with = "crate::bytes")]
        before: Vec<u8>,
        /// The biometric block.
        #[serde(with = "crate::bytes")]
        block: Vec<u8>,
        /// Payload behind it.
        #[serde(with = "crate::bytes")]
        after: Vec<u8>,
        /// Signature.
        #[serde(with = "crate::bytes")]
        signature: Vec<u8>,
    },
    /// To the letter, where the device writes Base64 in a way of its own.
    AsSent(String),
}

/// Which statement a packet holds in full: of those about one best print whose statement is not too
/// long, the one that the hashes of all statements draw. A kit cannot choose the print that it likes
/// best without changing a capture; it can draw again by changing one, and so a statement in full
/// shows that one print is real, never that all are.
pub fn drawn(statements: &[CaptureStatement]) -> Option<usize> {
    let may = |statement: &CaptureStatement| {
        matches!(statement.of[..], [CapturedPart::Finger(_)])
            && statement.length as usize <= MAX_SIGNED_BYTES
    };
    let eligible: Vec<usize> = (0..statements.len()).filter(|at| may(&statements[*at])).collect();
    let mut hash = Sha256::new();
    for statement in statements {
        hash.update(statement.block);
    }
    let draw = hash.finalize().iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let at = draw.checked_rem(eligible.len() as u64)?;
    eligible.get(usize::try_from(at).ok()?).copied()
}

impl Encounter {
    /// The capture that a picture is from.
    pub fn statement_of(&self, part: CapturedPart) -> Option<&CaptureStatement> {
        self.statements.iter().find(|statement| statement.of.contains(&part))
    }

    pub(super) fn check_statements(&self) -> Result<(), EncounterError> {
        few("statements", self.statements.len(), MAX_STATEMENTS)?;
        let (mut blocks, mut parts) = (BTreeSet::new(), BTreeSet::new());
        self.statements.iter().try_for_each(|statement| {
            text("statements.serial", &statement.serial)?;
            few("statements.of", statement.of.len(), MAX_STATEMENTS)?;
            let mut once = statement.of.iter().all(|part| parts.insert(*part));
            once &= blocks.insert(statement.block);
            if !once {
                return Err(EncounterError::StatementTwice);
            }
            let Some(signed) = &statement.in_full else { return Ok(()) };
            within("statements.in_full", signed.length(), MAX_SIGNED_BYTES)
        })
    }
}

impl SignedCapture {
    fn length(&self) -> usize {
        match self {
            Self::Apart { header, before, block, after, signature } => {
                [header, before, block, after, signature].map(Vec::len).iter().sum()
            }
            Self::AsSent(text) => text.len(),
        }
    }
}

impl fmt::Debug for CaptureStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaptureStatement")
            .field("of", &self.of)
            .field("in_full", &self.in_full)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SignedCapture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedCapture({} bytes)", self.length())
    }
}
