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
//! | `POST /kit/v1/enrolment` with [`EnrolmentRequest`] | 200 [`KitPapers`] |
//! | `POST /kit/v1/contact/{SHA-256 of the body}` with a [`KitReport`] | 200 [`KitPapers`] |
//! | `GET /kit/v1/standing` | 200 [`StandingMessage`] where the kit was stopped, though every other request of it is refused |
//! | `GET /kit/v1/country-pack/{version}/{offset}` | 200 with at most [`PACK_PIECE`] bytes from there on, and [`PACK_LENGTH_HEADER`] |
//! | `POST /kit/v1/card-looks`, [`CardLooks`] | 200 [`CardLooksKept`] |
//! | `POST /kit/v1/revisits/{SHA-256 of the body}`, [`RevisitsAsked`](crate::revisit::RevisitsAsked) | 200 [`RevisitsGiven`](crate::revisit::RevisitsGiven): the whole list of people to be met again, sealed to the request |
//!
//! Every request names the kit and is signed by its key, so that strangers
//! cannot fill the disk of the centre. Only the enrolment is not: it proves itself by the
//! one-time code and by the key that it brings.

use jiff::Timestamp;
use niims_record::fleet::{Contact, FirstWord};
use niims_record::{DisclosureId, KitId, OfficerId, PacketId};
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

/// Where a kit enrols.
pub const ENROLMENT: &str = "/kit/v1/enrolment";

/// How a kit asks to be enrolled. The same request again gives the same answer, as long as
/// the code lives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRequest {
    /// The secret part of the one-time code.
    pub code: String,
    /// The kit's own Ed25519 public key, in hexadecimal.
    pub key: String,
    /// Ed25519 public keys for officers, in hexadecimal, as many as a kit can have. The centre
    /// gives them to the kit's officers in their order and forgets the rest.
    pub officer_keys: Vec<String>,
    /// Signature of the kit's key over [`enrolment_text`], in hexadecimal.
    pub signature: String,
}

impl core::fmt::Debug for EnrolmentRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "EnrolmentRequest({}, …)", self.key)
    }
}

/// The text that a kit signs to enrol.
pub fn enrolment_text(code: &str, key: &str, officer_keys: &[String]) -> String {
    format!("niims kit enrolment v1\n{code}\n{key}\n{}\n", officer_keys.join(" "))
}

/// What a kit tells at each contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitReport {
    /// How it does.
    pub contact: Contact,
    /// Ed25519 public keys, in hexadecimal, that it made for officers to come; at most
    /// [`MOST_OFFICERS`](crate::fleet::MOST_OFFICERS). The centre gives them to whoever was taken
    /// on and names them in the certificate.
    pub officer_keys: Vec<String>,
}

/// What the centre gives a kit at its enrolment and at each contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitPapers {
    /// The key under which everything here verifies, in its text form. A kit believes it at
    /// its enrolment because its code carries the mark of the key, and never again.
    pub key: String,
    /// The certificate as a signed note; [`KitCertificate::read`] reads its text.
    pub certificate: String,
    /// The list of capture devices to be trusted, as a signed note, where the centre has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub devices: Option<String>,
}

/// Where a kit asks, when it was refused, whether the centre has stopped it.
pub const STANDING: &str = "/kit/v1/standing";

/// The centre's word that a kit was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingMessage {
    /// A signed note; [`KitStanding::read`] reads its text.
    pub standing: String,
}

/// First line of the text of such a word.
const KIT_STANDING: &str = "niims kit standing v1";
/// Longest text of one, bytes.
const LONGEST_STANDING: usize = 4 * 1024;

/// How the centre stopped a kit. That it works again is said by a later certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// Until a later certificate.
    Suspended,
    /// For good.
    Revoked,
}

/// What the centre says of a kit that it has stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitStanding {
    /// Of the same count as the certificates of the kit: the highest is the last word.
    pub version: u64,
    /// When it was said.
    pub issued: Timestamp,
    /// The kit.
    pub kit: KitId,
    /// The kit's Ed25519 public key, in hexadecimal.
    pub key: String,
    /// How it was stopped.
    pub stopped: Stopped,
}

impl KitStanding {
    /// The text to be signed.
    pub fn text(&self) -> String {
        format!("{KIT_STANDING}\n{}\n", serde_json::to_string(self).unwrap_or_default())
    }

    /// Reads a text whose signature was checked.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST_STANDING {
            return None;
        }
        let (first, rest) = text.split_once('\n')?;
        (first == KIT_STANDING).then(|| serde_json::from_str(rest).ok()).flatten()
    }
}

/// Header with the length of the whole packed country pack, bytes.
pub const PACK_LENGTH_HEADER: &str = "niims-length";
/// Bytes of a country pack in one answer: 64 KiB, half a minute on the slowest link that is one.
pub const PACK_PIECE: usize = 64 * 1024;
/// Most bytes of a country pack as it travels: a zlib stream (RFC 1950) of its archive. Kenya's has
/// some 150 kB.
pub const LARGEST_PACKED: u64 = 16 * 1024 * 1024;
/// Most bytes of its archive.
pub const LARGEST_PACK: u64 = 64 * 1024 * 1024;

/// First line of a certificate's text.
const CERTIFICATE: &str = "niims kit certificate v1";
/// Longest text of a certificate, bytes.
pub const LONGEST_CERTIFICATE: usize = 64 * 1024;

/// What the centre certifies of a kit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitCertificate {
    /// Grows with each certificate of the kit.
    pub version: u64,
    /// When it was made.
    pub issued: Timestamp,
    /// The kit.
    pub kit: KitId,
    /// Serial number of the device.
    pub serial: String,
    /// The kit's Ed25519 public key, in hexadecimal.
    pub key: String,
    /// The X25519 key to which it seals, in hexadecimal.
    pub centre_key: String,
    /// Code of the area where it works.
    pub place: String,
    /// Code of the campaign that it works for.
    pub campaign: Option<String>,
    /// When its term ends; `None` where only the kit knows.
    pub until: Option<Timestamp>,
    /// Version of the country pack that it must use.
    pub country_pack: String,
    /// Who may use it. Whoever is missing here was revoked. `None` for a kit whose officers the
    /// centre does not keep.
    pub officers: Option<Vec<CertifiedOfficer>>,
}

/// An officer in a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertifiedOfficer {
    /// The officer.
    pub officer: OfficerId,
    /// Ed25519 public key, in hexadecimal.
    pub key: String,
    /// Whether this officer may close the day.
    pub supervisor: bool,
    /// The user name by which colleagues know this officer; empty where the centre has none.
    #[serde(default)]
    pub badge: String,
    /// SHA-256 of [`first_word_text`], in hexadecimal; `None` where no word was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_word: Option<String>,
}

/// The text whose SHA-256 stands for an officer's one-time word. It names kit and officer, so
/// that a word opens one seat at one kit.
pub fn first_word_text(kit: KitId, officer: OfficerId, word: &FirstWord) -> String {
    format!("niims kit first word v1\n{kit}\n{officer}\n{}\n", word.secret())
}

impl KitCertificate {
    /// The text to be signed.
    pub fn text(&self) -> String {
        format!("{CERTIFICATE}\n{}\n", serde_json::to_string(self).unwrap_or_default())
    }

    /// Reads the text of a certificate whose signature was checked.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST_CERTIFICATE {
            return None;
        }
        let (first, rest) = text.split_once('\n')?;
        (first == CERTIFICATE).then(|| serde_json::from_str(rest).ok()).flatten()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_reads_back_and_nothing_else_does() {
        let certificate = KitCertificate {
            version: 3,
            issued: Timestamp::UNIX_EPOCH,
            kit: KitId::from_bytes([1; 16]),
            serial: "KIT-1".into(),
            key: "ab".into(),
            centre_key: "cd".into(),
            place: "X00001".into(),
            campaign: None,
            until: None,
            country_pack: "ef".into(),
            officers: Some(Vec::new()),
        };
        let text = certificate.text();
        assert_eq!(KitCertificate::read(&text), Some(certificate));
        let long = format!("{text}{}", " ".repeat(LONGEST_CERTIFICATE));
        let other = text.replace(" v1", " v2");
        for bad in ["", &text[1..], text.trim_end_matches("}\n"), &long, &other] {
            assert_eq!(KitCertificate::read(bad), None, "{} bytes", bad.len());
        }
    }
}
