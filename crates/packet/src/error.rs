//! Why a packet cannot be sealed or opened, each with a stable code.
//!
//! No variant holds personal data: they carry sizes, key ids and field names only.

use crate::encounter::EncounterError;
use crate::keys::KeyId;

/// Why a packet was refused. The packet goes to quarantine under [`PacketError::code`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// The bytes end before the packet does.
    #[error("the packet ends early, at byte {length}: upload it again from the kit")]
    Truncated {
        /// Bytes that there were.
        length: usize,
    },
    /// More bytes than a packet may have.
    #[error("the packet has {length} bytes; at most {limit} are taken")]
    Oversized {
        /// Bytes that there were.
        length: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// The bytes are not laid out as a packet.
    #[error("the packet is not laid out as one: {what}")]
    Malformed {
        /// Which part is wrong, and how.
        what: &'static str,
    },
    /// The packet says a version that this centre does not know.
    #[error(
        "the packet has version {version}; this centre reads version {known}: update the centre or the kit"
    )]
    VersionUnknown {
        /// Version in the packet's header.
        version: u64,
        /// Version that is read here.
        known: u64,
    },
    /// The packet, or the encounter within, carries no signature.
    #[error("the {part} carries no signature")]
    Unsigned {
        /// "packet" or "encounter".
        part: &'static str,
    },
    /// The kit's signature does not verify under the key registered for this kit.
    #[error("the kit's signature does not verify under key {key}")]
    KitSignature {
        /// Key it was checked against.
        key: KeyId,
    },
    /// The packet is encrypted to another centre.
    #[error("the packet is addressed to key {addressed}; this centre holds {held}")]
    WrongRecipient {
        /// Key that the header names.
        addressed: KeyId,
        /// Key of this centre.
        held: KeyId,
    },
    /// Decryption fails: the ciphertext or the header beside it was altered.
    #[error("the sealed content does not open: it or its header was altered after sealing")]
    SealedContentAltered,
    /// The officer's signature does not verify under the key registered for this officer.
    #[error("the officer's signature does not verify under key {key}")]
    OfficerSignature {
        /// Key it was checked against.
        key: KeyId,
    },
    /// The encounter within and the header without disagree.
    #[error("the sealed encounter and the packet's header name a different {field}")]
    HeaderMismatch {
        /// Field that differs.
        field: &'static str,
    },
    /// The encounter breaks a bound of its own.
    #[error("the encounter is not valid")]
    EncounterInvalid(#[source] EncounterError),
}

impl PacketError {
    /// Stable dotted code, for quarantine records and problem documents.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "packet.truncated",
            Self::Oversized { .. } => "packet.oversized",
            Self::Malformed { .. } => "packet.malformed",
            Self::VersionUnknown { .. } => "packet.version_unknown",
            Self::Unsigned { .. } => "packet.unsigned",
            Self::KitSignature { .. } => "packet.kit_signature",
            Self::WrongRecipient { .. } => "packet.wrong_recipient",
            Self::SealedContentAltered => "packet.sealed_content_altered",
            Self::OfficerSignature { .. } => "packet.officer_signature",
            Self::HeaderMismatch { .. } => "packet.header_mismatch",
            Self::EncounterInvalid(_) => "packet.encounter_invalid",
        }
    }
}

/// Why an encounter was not sealed. The encounter stays with the kit, unsealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The encounter breaks a bound that the centre would refuse.
    #[error("the encounter is not valid")]
    EncounterInvalid(#[source] EncounterError),
    /// The header does not describe this encounter or this recipient.
    #[error("the header and the encounter, or the recipient's key, name a different {field}")]
    HeaderMismatch {
        /// Field that differs.
        field: &'static str,
    },
    /// The first packet of a kit follows nothing; every other follows something.
    #[error("sequence numbers start at 1, and only packet 1 has an all-zero previous hash")]
    Sequence,
    /// The sealed packet would be heavier than the centre takes.
    #[error(
        "the sealed packet would have {length} bytes; at most {limit} are taken: scan the documents at a lower resolution"
    )]
    Oversized {
        /// Bytes that the packet would have.
        length: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// The recipient's public key cannot be encrypted to.
    #[error("the centre's public key cannot be encrypted to: fetch it again")]
    RecipientKey,
    /// CBOR encoding failed.
    #[error("the encounter cannot be written as CBOR")]
    Encode,
}

impl SealError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EncounterInvalid(_) => "seal.encounter_invalid",
            Self::HeaderMismatch { .. } => "seal.header_mismatch",
            Self::Sequence => "seal.sequence",
            Self::Oversized { .. } => "seal.oversized",
            Self::RecipientKey => "seal.recipient_key",
            Self::Encode => "seal.encode",
        }
    }
}
