//! C2SP `tlog-proof@v1`: a receipt that its holder can check without a server.
//!
//! The proof's extra data carries the opening of the commitment, so the holder can
//! recompute the leaf. It is personal in the hands of its holder: keep it like the event.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError, parse_decimal};
use crate::hash::Hash;
use crate::leaf::{Leaf, LeafKind};
use crate::note::{LogPublicKey, MAX_NOTE_BYTES};
use crate::tree::{TreeError, verify_inclusion};

/// Bytes of a receipt that are read at all: a note, an event and at most 64 hashes.
pub const MAX_RECEIPT_BYTES: usize = 2 * MAX_NOTE_BYTES;

/// First line of the format.
const MAGIC: &str = "c2sp.org/tlog-proof@v1";

/// A receipt for one event.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Index of the leaf, from 0.
    pub leaf_index: u64,
    /// Kind of the event.
    pub kind: LeafKind,
    /// Salt of the commitment.
    pub salt: [u8; 32],
    /// The event that the leaf commits to.
    pub event: Vec<u8>,
    /// Inclusion proof, sibling of the leaf first.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, with any cosignatures.
    pub checkpoint_note: String,
}

/// What a verified receipt proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedReceipt {
    /// The leaf that is in the log.
    pub leaf: Leaf,
    /// The checkpoint that it is under.
    pub checkpoint: Checkpoint,
}

/// Why a receipt is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The text is not a receipt.
    #[error("not a receipt: expected the tlog-proof text with an opening")]
    Layout,
    /// The checkpoint in it is not accepted.
    #[error("the receipt's checkpoint is not accepted")]
    Checkpoint(#[source] CheckpointError),
    /// The proof does not lead from the event to the checkpoint.
    #[error("the receipt does not prove that this event is in the log")]
    Proof(#[source] TreeError),
}

impl ReceiptError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Layout => "receipt.layout",
            Self::Checkpoint(_) => "receipt.checkpoint",
            Self::Proof(_) => "receipt.proof",
        }
    }
}

impl Receipt {
    /// Verifies that the event is in the log of this key. That it is the event the holder
    /// waits for, the holder compares: see [`Receipt::event`].
    ///
    /// # Errors
    /// [`ReceiptError::Checkpoint`], [`ReceiptError::Proof`].
    pub fn verify(&self, key: &LogPublicKey) -> Result<VerifiedReceipt, ReceiptError> {
        let checkpoint =
            Checkpoint::open(&self.checkpoint_note, key).map_err(ReceiptError::Checkpoint)?;
        let leaf = Leaf::committing(self.kind, &self.salt, &self.event);
        verify_inclusion(
            &leaf.hash(),
            self.leaf_index,
            checkpoint.size,
            &self.proof,
            &checkpoint.root,
        )
        .map_err(ReceiptError::Proof)?;
        Ok(VerifiedReceipt { leaf, checkpoint })
    }

    /// The receipt as text.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "{MAGIC}\nextra {}\nindex {}\n",
            STANDARD.encode(self.opening()),
            self.leaf_index
        );
        for hash in &self.proof {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint_note);
        text
    }

    /// Reads what [`Receipt::to_text`] wrote.
    ///
    /// # Errors
    /// [`ReceiptError::Layout`].
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        Self::read(text).ok_or(ReceiptError::Layout)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_RECEIPT_BYTES {
            return None;
        }
        let (proof, checkpoint_note) = text.split_once("\n\n")?;
        let mut lines = proof.split('\n');
        if lines.next()? != MAGIC {
            return None;
        }
        let opening = STANDARD.decode(lines.next()?.strip_prefix("extra ")?).ok()?;
        let (kind, salt, event) = read_opening(&opening)?;
        let leaf_index = parse_decimal(lines.next()?.strip_prefix("index ")?)?;
        let proof = lines.map(read_hash).collect::<Option<Vec<_>>>()?;
        if proof.len() > 64 {
            return None;
        }
        let checkpoint_note = checkpoint_note.to_owned();
        Some(Self { leaf_index, kind, salt, event, proof, checkpoint_note })
    }

    /// Two lines and the event: `niims-opening/1 <kind>`, salt in hexadecimal, event.
    fn opening(&self) -> Vec<u8> {
        let mut bytes =
            format!("niims-opening/1 {}\n{}\n", self.kind, hex::encode(self.salt)).into_bytes();
        bytes.extend_from_slice(&self.event);
        bytes
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("leaf_index", &self.leaf_index)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

fn read_opening(opening: &[u8]) -> Option<(LeafKind, [u8; 32], Vec<u8>)> {
    let mut parts = opening.splitn(3, |byte| *byte == b'\n');
    let kind = parts.next()?.strip_prefix(b"niims-opening/1 ")?;
    let kind = core::str::from_utf8(kind).ok()?.parse().ok()?;
    let mut salt = [0; 32];
    hex::decode_to_slice(parts.next()?, &mut salt).ok()?;
    Some((kind, salt, parts.next()?.to_vec()))
}

fn read_hash(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::note::LogSigningKey;
    use crate::tree::{Frontier, Nodes, inclusion_proof};

    fn receipt(index: u64, size: u64) -> (Receipt, LogPublicKey) {
        let key = LogSigningKey::from_bytes("log.example/niims", &[3; 32]).unwrap();
        let (kind, salt, event) = (LeafKind::PacketReceived, [9; 32], b"packet\nhash".to_vec());
        let mut frontier = Frontier::default();
        let mut nodes = Nodes::new();
        for at in 0..size {
            let leaf = if at == index {
                Leaf::committing(kind, &salt, &event)
            } else {
                Leaf::committing(LeafKind::Denial, &[1; 32], &at.to_be_bytes())
            };
            frontier.push(leaf.hash(), |node| {
                nodes.insert(node.at, node.hash);
            });
        }
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size, root: frontier.root() };
        let receipt = Receipt {
            leaf_index: index,
            kind,
            salt,
            event,
            proof: inclusion_proof(index, size, &nodes).unwrap(),
            checkpoint_note: checkpoint.sign(&key).unwrap(),
        };
        (receipt, key.public_key())
    }

    #[test]
    fn verifies_after_text_and_back() {
        for (index, size) in [(0, 1), (3, 7), (300, 301), (5, 600)] {
            let (receipt, key) = receipt(index, size);
            let read = Receipt::parse(&receipt.to_text()).unwrap();
            assert_eq!(read, receipt);
            assert_eq!(read.verify(&key).unwrap().checkpoint.size, size);
        }
    }

    #[test]
    fn every_altered_part_is_refused() {
        let (good, key) = receipt(3, 7);
        let other = LogSigningKey::from_bytes("log.example/niims", &[4; 32]).unwrap().public_key();
        assert_eq!(good.verify(&other).unwrap_err().code(), "receipt.checkpoint");
        let change: [fn(&mut Receipt); 6] = [
            |r| r.leaf_index = 2,
            |r| r.kind = LeafKind::Denial,
            |r| r.salt[0] ^= 1,
            |r| r.event.push(0),
            |r| r.proof[0][0] ^= 1,
            |r| r.proof.truncate(1),
        ];
        for (at, change) in change.iter().enumerate() {
            let mut bad = good.clone();
            change(&mut bad);
            assert_eq!(bad.verify(&key).unwrap_err().code(), "receipt.proof", "change {at}");
        }
        let mut bad = good;
        bad.checkpoint_note = bad.checkpoint_note.replace("\n7\n", "\n8\n");
        assert_eq!(bad.verify(&key).unwrap_err().code(), "receipt.checkpoint");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}", cut in 0_usize..400) {
            let _ = Receipt::parse(&text);
            let (good, _) = receipt(2, 5);
            let good = good.to_text();
            if let Some(start) = good.get(..cut.min(good.len())) {
                let _ = Receipt::parse(start);
            }
        }
    }
}
