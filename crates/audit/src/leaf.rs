//! What the log says of one event: its kind, and a salted commitment to the rest.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use crate::hash::{Hash, leaf_hash};

/// What kind of event a leaf commits to. New kinds are appended; none is ever renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeafKind {
    /// A packet was taken in.
    PacketReceived,
    /// A packet was refused and set aside.
    PacketQuarantined,
    /// An agency or a member of staff was told something of a person.
    Disclosure,
    /// A question about a person was refused.
    Denial,
    /// A power of the programme was frozen or unfrozen.
    Freeze,
    /// A number was assigned.
    NumberAssigned,
    /// An adjudicator or a supervisor decided something.
    Decision,
    /// A policy was put into force.
    Policy,
}

const KINDS: [(LeafKind, &str); 8] = [
    (LeafKind::PacketReceived, "packet_received"),
    (LeafKind::PacketQuarantined, "packet_quarantined"),
    (LeafKind::Disclosure, "disclosure"),
    (LeafKind::Denial, "denial"),
    (LeafKind::Freeze, "freeze"),
    (LeafKind::NumberAssigned, "number_assigned"),
    (LeafKind::Decision, "decision"),
    (LeafKind::Policy, "policy"),
];

/// One entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// Kind of the event.
    pub kind: LeafKind,
    /// [`commit`]ment to the event.
    pub commitment: Hash,
}

/// Bytes or text that are no leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// The kind is unknown.
    #[error("unknown kind of leaf")]
    Kind,
    /// The bytes are not laid out as a leaf.
    #[error("not a leaf: expected the three lines niims-leaf/1, kind, commitment in hexadecimal")]
    Layout,
}

impl LeafError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Kind => "leaf.kind",
            Self::Layout => "leaf.layout",
        }
    }
}

/// Commitment to `event` under a `salt` that was drawn at random for this event alone:
/// SHA-256 over the domain `niims-commit/1`, a zero byte, the salt and the event. The salt
/// has a fixed length, so no other pair gives the same input. Without the salt nothing can
/// be guessed from it; destroying the salt makes the leaf say nothing for ever.
pub fn commit(salt: &[u8; 32], event: &[u8]) -> Hash {
    Sha256::new()
        .chain_update(b"niims-commit/1\0")
        .chain_update(salt)
        .chain_update(event)
        .finalize()
        .into()
}

impl LeafKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.into_iter().map(|(kind, _)| kind)
    }

    /// The kind as it stands in the log.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, text)| text)
    }
}

impl fmt::Display for LeafKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LeafKind {
    type Err = LeafError;
    fn from_str(text: &str) -> Result<Self, LeafError> {
        let found = KINDS.into_iter().find(|(_, name)| *name == text);
        found.map(|(kind, _)| kind).ok_or(LeafError::Kind)
    }
}

impl Leaf {
    /// A leaf that commits to `event` under `salt`.
    pub fn committing(kind: LeafKind, salt: &[u8; 32], event: &[u8]) -> Self {
        Self { kind, commitment: commit(salt, event) }
    }

    /// The entry's bytes: three lines of ASCII.
    pub fn encode(&self) -> Vec<u8> {
        format!("niims-leaf/1\n{}\n{}\n", self.kind, hex::encode(self.commitment)).into_bytes()
    }

    /// Reads what [`Leaf::encode`] wrote, and nothing else.
    ///
    /// # Errors
    /// [`LeafError`].
    pub fn decode(entry: &[u8]) -> Result<Self, LeafError> {
        let text = core::str::from_utf8(entry).map_err(|_| LeafError::Layout)?;
        let rest = text.strip_prefix("niims-leaf/1\n").ok_or(LeafError::Layout)?;
        let (kind, digits) = rest.split_once('\n').ok_or(LeafError::Layout)?;
        let digits = digits.strip_suffix('\n').ok_or(LeafError::Layout)?;
        let mut commitment = [0; 32];
        hex::decode_to_slice(digits, &mut commitment).map_err(|_| LeafError::Layout)?;
        let leaf = Self { kind: kind.parse()?, commitment };
        if leaf.encode() == entry { Ok(leaf) } else { Err(LeafError::Layout) }
    }

    /// Hash of this leaf in the tree.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_back() {
        for kind in LeafKind::all() {
            let leaf = Leaf::committing(kind, &[7; 32], b"event");
            assert_eq!(Leaf::decode(&leaf.encode()), Ok(leaf));
        }
        let good = Leaf::committing(LeafKind::Freeze, &[7; 32], b"event").encode();
        let shouting = good.to_ascii_uppercase();
        let unknown = String::from_utf8(good.clone()).unwrap().replace("freeze", "thaw");
        for (bytes, error) in [
            (&b""[..], LeafError::Layout),
            (&good[..good.len() - 1], LeafError::Layout),
            (&[&good[..], b"\n"].concat(), LeafError::Layout),
            (&shouting, LeafError::Layout),
            (unknown.as_bytes(), LeafError::Kind),
        ] {
            assert_eq!(Leaf::decode(bytes), Err(error));
        }
    }

    #[test]
    fn commitment_depends_on_salt_and_event() {
        let base = commit(&[1; 32], b"event");
        assert_ne!(base, commit(&[2; 32], b"event"));
        assert_ne!(base, commit(&[1; 32], b"other"));
    }
}
