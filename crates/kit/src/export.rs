//! Packets on foot: to a stick with a signed manifest, and receipts back by the same stick.
//!
//! ```text
//! niims-<kit>/<packet>.packet     sealed packets, as in the outbox
//! niims-<kit>/manifest.json       which there are, signed by the kit; written last
//! niims-<kit>/<packet>.receipt    the centre's receipt, put there by whoever brings it back
//! ```
//!
//! A packet on a stick stays on the kit until a receipt for it verifies: a stick is lost, wet
//! or stolen sooner than a kit, and says nothing of anybody.

use std::fs;
use std::io::Read;
use std::path::Path;

use ed25519_dalek::Signer;
use jiff::Timestamp;
use niims_audit::receipt::MAX_RECEIPT_BYTES;
use niims_packet::packet_hash;
use niims_record::{KitId, PacketId};
use niims_store::kit::PacketState;
use serde::{Deserialize, Serialize};

use crate::error::KitError;
use crate::kit::{Kit, run};
use crate::outbox::write_whole;
use crate::receipts::{self, ReceiptFault};
use crate::signed;

/// What lies on a stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Whose packets.
    pub kit: KitId,
    /// When it was written.
    pub written_at: Timestamp,
    /// The packets, in the order of the chain.
    pub packets: Vec<ManifestPacket>,
    /// Ed25519 signature of the kit over the manifest without it, 128 hexadecimal digits.
    pub signature: String,
}

/// One packet on a stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestPacket {
    /// The packet.
    pub packet: PacketId,
    /// Its place in the kit's chain.
    pub sequence: u64,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub hash: String,
    /// Bytes of the file.
    pub length: u64,
}

/// What was written to a stick.
#[derive(Debug, Default)]
pub struct ExportReport {
    /// Packets on the stick now.
    pub packets: Vec<PacketId>,
    /// Packets whose file on the kit is missing or damaged: nothing false is written.
    pub faulty: Vec<PacketId>,
}

/// What the receipts on a stick were worth.
#[derive(Debug, Default)]
pub struct StickReceipts {
    /// Packets whose receipts verified and are kept.
    pub verified: Vec<PacketId>,
    /// Packets with a receipt that proves nothing.
    pub false_receipts: Vec<(PacketId, ReceiptFault)>,
}

impl Manifest {
    fn signed_bytes(&self) -> Result<Vec<u8>, KitError> {
        let unsigned = Self { signature: String::new(), ..self.clone() };
        signed::bytes("niims kit manifest v1", &unsigned)
    }

    /// Whether the signature is by the kit with this key.
    pub fn is_signed_by(&self, key: &niims_packet::KitVerifyingKey) -> bool {
        self.signed_bytes()
            .is_ok_and(|bytes| signed::is_by(&key.to_bytes(), &bytes, &self.signature))
    }
}

impl Kit {
    /// Writes every packet without a receipt to the stick, each once, and the manifest last.
    /// A stick that is pulled out in between has packets without a manifest, and is written
    /// again.
    ///
    /// # Errors
    /// `kit.file`, `kit.disk_full` for the stick's disk, `kit.store_…`.
    pub fn export(&mut self, stick: &Path, now: Timestamp) -> Result<ExportReport, KitError> {
        let folder = stick.join(format!("niims-{}", self.id()));
        fs::create_dir_all(&folder).map_err(|error| KitError::file("created", error))?;
        let mut report = ExportReport::default();
        let mut packets = Vec::new();
        for row in run!(self, store => store.packets())? {
            if !matches!(row.state, PacketState::Sealed | PacketState::Uploaded) {
                continue;
            }
            let packet = row.sealed.packet;
            let bytes = self.outbox.read(packet)?;
            let Some(bytes) = bytes.filter(|bytes| packet_hash(bytes) == row.sealed.hash) else {
                report.faulty.push(packet);
                continue;
            };
            let name = format!("{packet}.packet");
            let there = fs::metadata(folder.join(&name)).map(|about| about.len());
            if there.ok() != Some(row.sealed.length) {
                write_whole(&folder, &name, &bytes)?;
            }
            packets.push(ManifestPacket {
                packet,
                sequence: row.sealed.sequence,
                hash: hex::encode(row.sealed.hash),
                length: row.sealed.length,
            });
            report.packets.push(packet);
        }
        let mut manifest =
            Manifest { kit: self.id(), written_at: now, packets, signature: String::new() };
        let key = ed25519_dalek::SigningKey::from_bytes(&self.signing_key.to_bytes());
        manifest.signature = hex::encode(key.sign(&manifest.signed_bytes()?).to_bytes());
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| KitError::file("written", error.into()))?;
        write_whole(&folder, "manifest.json", &text)?;
        Ok(report)
    }

    /// Takes receipts back from the stick. Each is verified under the log's key as one that
    /// came over the line.
    ///
    /// # Errors
    /// `kit.file`, `kit.store_…`.
    pub fn import_receipts(
        &mut self,
        stick: &Path,
        now: Timestamp,
    ) -> Result<StickReceipts, KitError> {
        let folder = stick.join(format!("niims-{}", self.id()));
        let mut report = StickReceipts::default();
        for row in run!(self, store => store.packets())? {
            if !matches!(row.state, PacketState::Sealed | PacketState::Uploaded) {
                continue;
            }
            let packet = row.sealed.packet;
            let Some(text) = read(&folder.join(format!("{packet}.receipt")))? else { continue };
            match receipts::verify(&text, &row.sealed, &self.log_key) {
                Ok(()) => {
                    if row.state == PacketState::Sealed {
                        run!(self, store => store.note_uploaded(packet, now))?;
                    }
                    run!(self, store => store.note_receipt(packet, &text, now))?;
                    report.verified.push(packet);
                }
                Err(fault) => {
                    run!(self, store => store.note_false_receipt(packet, &text))?;
                    report.false_receipts.push((packet, fault));
                }
            }
        }
        Ok(report)
    }
}

/// A receipt on a stick, bounded; `None` where there is none, or none that is a text.
fn read(path: &Path) -> Result<Option<String>, KitError> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| KitError::file("read", error))?,
    };
    let mut text = String::new();
    match file.take(MAX_RECEIPT_BYTES as u64 + 1).read_to_string(&mut text) {
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(Some(String::new())),
        Err(error) => Err(KitError::file("read", error)),
    }
}
