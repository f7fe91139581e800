//! What devices signed of the captures whose pictures are kept: a note of each, and the text itself
//! of prints, one of which goes into the packet whole.

use jiff::Timestamp;
use niims_device::capture::{Apart, Biometric, SignedText};
use niims_fingerprint::FingerPosition;
use niims_packet::limits::MAX_SIGNED_BYTES;
use niims_packet::{CaptureStatement, CapturedPart, SignedCapture, drawn};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::InterviewOf;
use super::begin::Parts;
use super::scans::Scans;
use crate::capture::EnrolRefused;
use crate::kit::Kit;

/// What a device signed of one capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementNote {
    /// SHA-256 of the biometric block.
    pub block: [u8; 32],
    /// The hash behind it in the chain of captures.
    pub chain: [u8; 32],
    /// SHA-256 of the device's certificate.
    pub device: [u8; 32],
    /// Serial of the device.
    pub serial: String,
    /// Quality that the device states, 0 to 100.
    pub stated_quality: u8,
    /// Signed time of the capture.
    pub at: Timestamp,
    /// Bytes of the signed text.
    pub length: u32,
}

/// A statement with the pictures that are from its capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementTaken {
    /// The pictures.
    pub of: Vec<CapturedPart>,
    /// The note.
    pub note: StatementNote,
}

impl StatementNote {
    /// The note of a capture.
    pub fn of(capture: &Biometric) -> Self {
        let mut chain = [0; 32];
        // The hash was compared with one of 32 bytes when the capture was verified.
        let _ = hex::decode_to_slice(&capture.hash, &mut chain);
        Self {
            block: capture.block_hash,
            chain,
            device: capture.device,
            serial: capture.serial.clone(),
            stated_quality: capture.stated_quality,
            at: capture.time,
            length: u32::try_from(capture.signed.0.len()).unwrap_or(u32::MAX),
        }
    }

    /// Name of the part with the signed text.
    fn part(&self) -> String {
        format!("statement.{}", hex::encode(&self.block[..8]))
    }

    fn is_kept(&self) -> bool {
        self.length as usize <= MAX_SIGNED_BYTES
    }
}

impl Scans {
    /// Keeps the statements of new captures whose pictures are kept, and drops those of pictures
    /// that are not kept any more. Call it when the pictures stand.
    pub(super) fn keep_statements(
        &mut self,
        captures: &[(StatementNote, Option<SignedText>)],
        parts: &mut Parts,
    ) {
        let held = std::mem::take(&mut self.statements);
        for note in held {
            if self.parts_of(&note.block).is_empty() {
                parts.push((note.part(), Zeroizing::new(Vec::new())));
            } else {
                self.statements.push(note);
            }
        }
        for (note, text) in captures {
            if self.parts_of(&note.block).is_empty() {
                continue;
            }
            if let Some(text) = text.as_ref().filter(|_| note.is_kept()) {
                parts.push((note.part(), Zeroizing::new(text.0.clone().into_bytes())));
            }
            self.statements.push(note.clone());
        }
    }

    /// The statements with the pictures that are from them.
    pub(super) fn statements_taken(&self) -> Vec<StatementTaken> {
        let one = |note: &StatementNote| StatementTaken {
            of: self.parts_of(&note.block),
            note: note.clone(),
        };
        self.statements.iter().map(one).collect()
    }

    /// The pictures from the capture with this block.
    fn parts_of(&self, block: &[u8; 32]) -> Vec<CapturedPart> {
        let mut parts = Vec::new();
        for finger in FingerPosition::all() {
            let Some(scans) = self.finger(finger) else { continue };
            let kinds = [CapturedPart::Finger as fn(u8) -> _, CapturedPart::SecondPrint];
            for (print, kind) in scans.kept.iter().zip(kinds) {
                if print.block.as_ref() == Some(block) {
                    parts.push(kind(finger.code()));
                }
            }
        }
        if self.portrait.as_ref().is_some_and(|held| held.block.as_ref() == Some(block)) {
            parts.push(CapturedPart::Portrait);
        }
        if self.exception_block.as_ref() == Some(block) {
            parts.push(CapturedPart::ExceptionPhoto);
        }
        parts
    }
}

impl Kit {
    /// The statements of a packet: all as notes, the one that they draw with what was signed.
    pub(super) fn statements(
        &mut self,
        of: InterviewOf,
        taken: &[StatementTaken],
    ) -> Result<Vec<CaptureStatement>, EnrolRefused> {
        let mut statements: Vec<_> = taken.iter().map(statement).collect();
        if let Some(at) = drawn(&statements) {
            let text = self.interview_part(of, &taken[at].note.part())?;
            let text = String::from_utf8_lossy(&text).into_owned();
            statements[at].in_full = Some(in_full(text));
        }
        Ok(statements)
    }
}

fn statement(taken: &StatementTaken) -> CaptureStatement {
    let StatementNote { block, chain, device, serial, stated_quality, at, length } =
        taken.note.clone();
    let of = taken.of.clone();
    CaptureStatement { of, block, chain, device, serial, stated_quality, at, length, in_full: None }
}

fn in_full(text: String) -> SignedCapture {
    match Apart::of(&text) {
        Some(Apart { header, before, block, after, signature }) => {
            SignedCapture::Apart { header, before, block, after, signature }
        }
        None => SignedCapture::AsSent(text),
    }
}
