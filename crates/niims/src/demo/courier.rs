//! A dishonest courier, who has the kit's stick and can send as the kit does, but
//! cannot seal: he alters a packet, and he sends one twice.

use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use jiff::Timestamp;
use niims_packet::{Envelope, KitSigningKey, packet_hash};
use niims_record::{KitId, PacketId};
use niims_wire::Problem;
use niims_wire::kit::{KIT_HEADER, PacketStanding, SIGNATURE_HEADER, TIME_HEADER, signed_text};

/// A sealed packet as it lies on the stick.
pub struct Stolen {
    id: PacketId,
    bytes: Vec<u8>,
}

/// The first packet of a kit's outbox.
pub fn first_packet(kit: &Path) -> Result<Stolen> {
    let mut files: Vec<_> = std::fs::read_dir(kit.join("outbox"))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "packet"))
        .collect();
    files.sort();
    let bytes = std::fs::read(files.first().context("the outbox is empty")?)?;
    let id = Envelope::read(&bytes)?.claimed_header().packet_id;
    Ok(Stolen { id, bytes })
}

/// Sends a copy with one bit flipped in the middle; returns the centre's word.
pub fn send_altered(
    base: &str,
    kit: KitId,
    key: &KitSigningKey,
    packet: &Stolen,
) -> Result<String> {
    let mut bytes = packet.bytes.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let sender = Sender::new(base, kit, key);
    sender.create(packet.id, &bytes)?;
    sender.append(packet.id, &bytes)?;
    // Not one byte of the altered copy stands for the packet.
    sender.standing(packet.id)
}

/// Sends the same packet again; returns the centre's word.
pub fn send_again(base: &str, kit: KitId, key: &KitSigningKey, packet: &Stolen) -> Result<String> {
    Sender::new(base, kit, key).create(packet.id, &packet.bytes)
}

/// Speaks the kits' protocol by hand.
struct Sender<'a> {
    base: &'a str,
    kit: KitId,
    key: SigningKey,
    agent: ureq::Agent,
}

impl<'a> Sender<'a> {
    fn new(base: &'a str, kit: KitId, key: &KitSigningKey) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { base, kit, key: SigningKey::from_bytes(&key.to_bytes()), agent }
    }

    fn create(&self, id: PacketId, bytes: &[u8]) -> Result<String> {
        let hash = hex::encode(packet_hash(bytes));
        let metadata =
            format!("packet {},sha256 {}", STANDARD.encode(id.to_string()), STANDARD.encode(hash));
        let path = "/kit/v1/uploads";
        let request = self
            .signed(ureq::http::Request::builder().method("POST"), "POST", path)
            .header("upload-length", bytes.len())
            .header("upload-metadata", metadata)
            .body(Vec::new())?;
        self.word(request)
    }

    fn append(&self, id: PacketId, bytes: &[u8]) -> Result<String> {
        let path = format!("/kit/v1/uploads/{id}");
        let request = self
            .signed(ureq::http::Request::builder().method("PATCH"), "PATCH", &path)
            .header("upload-offset", 0)
            .header("content-type", "application/offset+octet-stream")
            .body(bytes.to_vec())?;
        self.word(request)
    }

    fn standing(&self, id: PacketId) -> Result<String> {
        let path = format!("/kit/v1/packets/{id}");
        let request = self
            .signed(ureq::http::Request::builder().method("GET"), "GET", &path)
            .body(Vec::new())?;
        self.word(request)
    }

    fn signed(
        &self,
        builder: ureq::http::request::Builder,
        method: &str,
        path: &str,
    ) -> ureq::http::request::Builder {
        let now = Timestamp::now();
        let signature = self.key.sign(signed_text(self.kit, method, path, now).as_bytes());
        builder
            .uri(format!("{}{path}", self.base))
            .header("tus-resumable", "1.0.0")
            .header(KIT_HEADER, self.kit.to_string())
            .header(TIME_HEADER, now.as_second())
            .header(SIGNATURE_HEADER, STANDARD.encode(signature.to_bytes()))
    }

    /// The code of a problem, the standing of a packet, or the bare status.
    fn word(&self, request: ureq::http::Request<Vec<u8>>) -> Result<String> {
        let mut answer = self.agent.run(request)?;
        let body = answer.body_mut().read_to_string()?;
        if let Ok(problem) = serde_json::from_str::<Problem>(&body) {
            return Ok(problem.code);
        }
        if let Ok(standing) = serde_json::from_str::<PacketStanding>(&body) {
            return Ok(standing.standing);
        }
        Ok(answer.status().as_u16().to_string())
    }
}
