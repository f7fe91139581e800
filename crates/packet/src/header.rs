//! What a packet says in clear text: enough to route it, order it and find its keys.
//!
//! It names no resident. The officer's signature, the encryption and the kit's
//! signature all cover these bytes.

use jiff::Timestamp;
use niims_record::ids::{ApplicationId, KitId, PacketId};
use serde::{Deserialize, Serialize};

use crate::error::PacketError;
use crate::framing;
use crate::keys::KeyId;
use crate::limits::MAX_HEADER_BYTES;

/// The one version of the packet layout that is written and read.
pub const PACKET_VERSION: u64 = 1;

/// The clear-text header of a sealed packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Layout version, [`PACKET_VERSION`].
    pub version: u64,
    /// This packet.
    pub packet_id: PacketId,
    /// The kit that sealed it.
    pub kit: KitId,
    /// Place in the kit's chain, from 1.
    pub sequence: u64,
    /// [`crate::packet_hash`] of the kit's packet before; zeros for the first.
    #[serde(with = "crate::bytes::hash")]
    pub previous_hash: [u8; 32],
    /// When it was sealed, by the kit's clock. Order comes from `sequence`, never from this.
    pub sealed_at: Timestamp,
    /// Key of the centre that can open it.
    pub recipient: KeyId,
    /// The application within.
    pub application: ApplicationId,
}

impl Header {
    /// The CBOR bytes that are signed and bound to the ciphertext.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(512);
        ciborium::into_writer(self, &mut bytes).ok()?;
        Some(bytes)
    }

    /// Reads a header, the version first: what another version means is not ours to guess.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, PacketError> {
        if bytes.len() > MAX_HEADER_BYTES {
            return Err(MALFORMED);
        }
        framing::check(bytes).map_err(|_| MALFORMED)?;
        let version = version(bytes).ok_or(MALFORMED)?;
        if version != PACKET_VERSION {
            return Err(PacketError::VersionUnknown { version, known: PACKET_VERSION });
        }
        let header: Self = ciborium::from_reader(bytes).map_err(|_| MALFORMED)?;
        if header.sequence == 0 || (header.sequence == 1) != (header.previous_hash == [0; 32]) {
            return Err(PacketError::Malformed {
                what: "sequence numbers start at 1, and only packet 1 has an all-zero previous hash",
            });
        }
        Ok(header)
    }
}

const MALFORMED: PacketError = PacketError::Malformed { what: "the header cannot be read" };

fn version(bytes: &[u8]) -> Option<u64> {
    let value: ciborium::Value = ciborium::from_reader(bytes).ok()?;
    let (_, version) = value.as_map()?.iter().find(|(key, _)| key.as_text() == Some("version"))?;
    u64::try_from(version.as_integer()?).ok()
}
