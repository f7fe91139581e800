//! The chain of captures of one interview.
//!
//! `hash = HEX(SHA-256(previous ‖ SHA-256(block)))` in capitals, where `previous` are the 32 bytes
//! of the hash before and `block` is the decoded biometric block. The first `previous` is SHA-256 of
//! nothing.
//!
//! # Traps
//! - SBI 0.9.5 writes `previous "hash" + sha256 hash of …` and leaves open whether bytes or
//!   hexadecimal texts are joined. The reference device service of MOSIP joins bytes, and so do the
//!   devices that its compliance kit has passed: that is the form here.
//! - The hash stands outside the signed part, so anybody can make it. It shows captures that were
//!   mixed up or left out; that a device made them is shown by the signature and the transaction.
//! - An answer of several fingers chains them in the order in which they stand.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The hash before the first capture: SHA-256 of the empty text.
pub fn first_hash() -> [u8; 32] {
    Sha256::digest([]).into()
}

/// The hash of a capture.
pub fn chained_hash(previous: [u8; 32], block: &[u8]) -> [u8; 32] {
    let own = Sha256::digest(block);
    Sha256::new().chain_update(previous).chain_update(own).finalize().into()
}

/// Where the chain of an interview stands. It goes on across devices and tries, and ends with the
/// interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureChain {
    previous: [u8; 32],
    length: u32,
    seen: BTreeSet<[u8; 32]>,
}

impl Default for CaptureChain {
    fn default() -> Self {
        Self::new()
    }
}

impl CaptureChain {
    /// The chain before the first capture.
    pub fn new() -> Self {
        Self { previous: first_hash(), length: 0, seen: BTreeSet::new() }
    }

    /// As it stands in a request: hexadecimal in capitals.
    pub fn previous_hash(&self) -> String {
        hex::encode_upper(self.previous)
    }

    /// How many captures it holds.
    pub const fn length(&self) -> u32 {
        self.length
    }

    /// The chain with this block behind it, or nothing when the stated hash does not follow.
    /// Capitals do not count.
    pub(super) fn follow(&self, block: &[u8], stated: &str) -> Option<Self> {
        let hash = chained_hash(self.previous, block);
        let stated: [u8; 32] = hex::decode(stated).ok()?.try_into().ok()?;
        if stated != hash {
            return None;
        }
        let mut seen = self.seen.clone();
        seen.insert(Sha256::digest(block).into());
        Some(Self { previous: hash, length: self.length + 1, seen })
    }

    /// Whether the same block came before. Two captures of one finger never agree in every byte.
    pub(super) fn has_seen(&self, block: &[u8]) -> bool {
        let hash: [u8; 32] = Sha256::digest(block).into();
        self.seen.contains(&hash)
    }
}
