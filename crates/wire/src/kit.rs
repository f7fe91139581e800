//! Between a kit and the centre: resumable uploads (tus 1.0.0 core and creation)
//! and receipts.
//!
//! | request | answer |
//! |---|---|
//! | `POST /kit/v1/uploads`, `Upload-Length`, `Upload-Metadata: packet <id>, sha256 <hash>` | 201 with `Location`, or 200 with [`PacketStanding`] when the same packet is already there |
//! | `HEAD /kit/v1/uploads/{id}` | 200 with `Upload-Offset` |
//! | `PATCH /kit/v1/uploads/{id}`, `Upload-Offset` | 204 with the new offset |
//! | `GET /kit/v1/packets/{id}/receipt` | 200 [`ReceiptMessage`], 202 [`PacketStanding`] |
//! | `GET /kit/v1/packets/{id}` | 200 [`PacketStanding`] |
//! | `POST /kit/v1/card-looks`, [`CardLooks`] | 200 [`CardLooksKept`] |
//!
//! Every request names the kit and is signed by its key, so that strangers
//! cannot fill the disk of the centre.

use jiff::Timestamp;
use niims_record::{DisclosureId, KitId, PacketId};
use serde::{Deserialize, Serialize};

/// Header with the id of the kit.
pub const KIT_HEADER: &str = "niims-kit";
/// Header with the kit's clock, seconds since the epoch.
pub const TIME_HEADER: &str = "niims-time";
/// Header with the Ed25519 signature over [`signed_text`], standard Base64.
pub const SIGNATURE_HEADER: &str = "niims-signature";
/// How far a kit's clock may differ from the centre's, in seconds. A kit sets its
/// clock from the refusal, which carries the centre's time. 15 minutes is what a
/// laptop without network drifts in a few months.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 900;

/// The text that a kit signs for one request.
pub fn signed_text(kit: KitId, method: &str, path: &str, time: Timestamp) -> String {
    format!("niims kit request v1\n{kit}\n{method}\n{path}\n{}\n", time.as_second())
}

/// Where a packet stands at the centre, as far as its kit may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketStanding {
    /// The packet.
    pub packet: PacketId,
    /// `stored`, `receipted`, `quarantined`, `correction_asked`, `recapture_asked` or `refused`.
    pub standing: String,
    /// The stable code of the reason, for the last four. For a recapture what to do better, as
    /// `capture.FAULT.REMEDY:FINGER`, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// A receipt as the centre sends it: the text form that the audit crate reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptMessage {
    /// The packet.
    pub packet: PacketId,
    /// The receipt, to be verified with the log's public key.
    pub receipt: String,
}

/// The event that a packet's leaf commits to, in canonical form. Kit and centre
/// build it alone and must get the same bytes.
pub fn receipt_event(packet: PacketId, hash: &[u8; 32], length: u64) -> String {
    use core::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    for byte in hash {
        let _ = write!(hex, "{byte:02x}");
    }
    format!("niims packet received v1\n{packet}\n{hex}\n{length}\n")
}

/// What letters about looks at cards are labelled with.
pub const CARD_LOOK_LABEL: &str = "card look";
/// Most looks of one message. More wait for the next.
pub const MOST_CARD_LOOKS: usize = 100;

/// Looks at cards on a kit, on their way to whom they are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardLooks {
    /// Letters sealed to the centre, each a [`crate::card::CardLook`] in JSON; standard Base64.
    pub letters: Vec<String>,
}

/// Which looks the centre keeps, those among them that it kept before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardLooksKept {
    /// The looks.
    pub kept: Vec<DisclosureId>,
    /// How many letters of the message did not read. The kit keeps them.
    pub unreadable: usize,
}
