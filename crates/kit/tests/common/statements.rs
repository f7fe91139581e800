//! What a packet must hold of what devices signed.
#![allow(clippy::panic, reason = "a test fails by panicking")]

use niims_device::capture::{Apart, verify_statement};
use niims_device::trust::TrustList;
use niims_packet::{CaptureOutcome, CapturedPart, Encounter, SignedCapture, drawn};

/// Every picture has a statement; the one that stands in full is verified, weighs little, and is of
/// the print that it says.
pub fn signed_by(encounter: &Encounter, trust: &TrustList) {
    let mut parts = vec![CapturedPart::Portrait];
    for finger in &encounter.fingers {
        if let CaptureOutcome::Captured { second, .. } = &finger.outcome {
            parts.push(CapturedPart::Finger(finger.position));
            parts.extend(second.as_ref().map(|_| CapturedPart::SecondPrint(finger.position)));
        }
    }
    parts.extend(encounter.exception_photo.as_ref().map(|_| CapturedPart::ExceptionPhoto));
    assert!(parts.iter().all(|part| encounter.statement_of(*part).is_some()), "{parts:?}");
    let told: usize = encounter.statements.iter().map(|one| one.of.len()).sum();
    assert_eq!(told, parts.len(), "statements of pictures that are not kept");
    let full: Vec<_> = encounter.statements.iter().filter(|one| one.in_full.is_some()).collect();
    assert_eq!(full, [&encounter.statements[drawn(&encounter.statements).unwrap()]]);
    let Some(SignedCapture::Apart { header, before, block, after, signature }) =
        full[0].in_full.clone()
    else {
        panic!()
    };
    println!("statement: {} bytes, as sent {}", block.len(), full[0].length);
    let text = Apart { header, before, block, after, signature }.together();
    let said = verify_statement(&text, trust, full[0].at).unwrap();
    assert_eq!((said.block_hash, said.time), (full[0].block, full[0].at));
    assert_eq!((said.device, said.serial), (full[0].device, full[0].serial.clone()));
}
