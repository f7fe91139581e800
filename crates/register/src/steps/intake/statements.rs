//! What devices signed: every picture has a capture, captures lie within the interview, devices are
//! not revoked, and the one statement that is there in full is a device's own and shows the print.
//!
//! What the centre cannot see is told in the decision about statements: the notes of the others are
//! the kit's word.

use jiff::{SignedDuration, Timestamp};
use niims_device::capture::{Apart, Block, CLOCK_TOLERANCE, Statement, verify_statement};
use niims_device::trust::TrustList;
use niims_fingerprint::{GrayImage, ImageLimits, decode_image};
use niims_packet::{
    CaptureOutcome, CaptureStatement, CaptureStation, CapturedPart, Encounter, SignedCapture, drawn,
};

use crate::Register;
use crate::steps::StepError;

/// Most that a print may differ from what the device signed, mean of grey levels, 0 to 255. Range 4
/// to 20: compressing synthetic prints as the kit does moves them by 4, and another touch of the same
/// finger by 43 and more (this module's test).
const MOST_DIFFERENCE: u64 = 8;

/// Judges the statements of an encounter. A station with a folder signs nothing: nothing is asked.
pub(super) async fn judge(
    register: &Register,
    encounter: &Encounter,
) -> Result<Result<(), &'static str>, StepError> {
    if encounter.station == CaptureStation::Folder {
        return Ok(Ok(()));
    }
    if let Err(code) = complete(encounter).and_then(|()| in_time(encounter)) {
        return Ok(Err(code));
    }
    // A centre without a list trusts no device and can tell none from another.
    let Some(trust) = register.device_trust() else { return Ok(Ok(())) };
    if encounter.statements.iter().any(|one| trust.revoked.contains(&one.device)) {
        return Ok(Err("device.certificate.revoked"));
    }
    let Some(statement) = drawn(&encounter.statements) else { return Ok(Ok(())) };
    let statement = encounter.statements[statement].clone();
    let print = statement.of.iter().find_map(|part| best_print(encounter, *part));
    let print = print.map(|image| image.bytes.clone()).unwrap_or_default();
    let judged = tokio::task::spawn_blocking(move || in_full(&statement, &print, &trust));
    judged.await.map_err(|_| StepError::Cancelled)
}

/// Every picture that devices take has a statement, and the drawn one is there in full.
fn complete(encounter: &Encounter) -> Result<(), &'static str> {
    let mut parts = Vec::new();
    for finger in &encounter.fingers {
        let CaptureOutcome::Captured { second, .. } = &finger.outcome else { continue };
        parts.push(CapturedPart::Finger(finger.position));
        parts.extend(second.as_ref().map(|_| CapturedPart::SecondPrint(finger.position)));
    }
    parts.extend(encounter.portrait.as_ref().map(|_| CapturedPart::Portrait));
    parts.extend(encounter.exception_photo.as_ref().map(|_| CapturedPart::ExceptionPhoto));
    let noted = parts.into_iter().all(|part| encounter.statement_of(part).is_some());
    let drawn = drawn(&encounter.statements);
    let in_full = drawn.is_none_or(|at| encounter.statements[at].in_full.is_some());
    if noted && in_full { Ok(()) } else { Err("capture.statement_missing") }
}

/// Captured between the opening, which is after consent, and the end, give or take the clocks.
fn in_time(encounter: &Encounter) -> Result<(), &'static str> {
    let within = |at: Timestamp| {
        let before = encounter.capture_opened_at.duration_since(at);
        let after = at.duration_since(encounter.captured_at);
        before.max(after) <= CLOCK_TOLERANCE.max(SignedDuration::ZERO)
    };
    let all = encounter.statements.iter().all(|statement| within(statement.at));
    if all { Ok(()) } else { Err("capture.statement_time") }
}

fn best_print(encounter: &Encounter, part: CapturedPart) -> Option<&niims_packet::Image> {
    let CapturedPart::Finger(position) = part else { return None };
    let finger = encounter.fingers.iter().find(|finger| finger.position == position)?;
    match &finger.outcome {
        CaptureOutcome::Captured { image, .. } => Some(image),
        CaptureOutcome::Missing { .. } => None,
    }
}

/// The statement verifies as of its capture, says what its note says, and shows the print.
fn in_full(note: &CaptureStatement, print: &[u8], trust: &TrustList) -> Result<(), &'static str> {
    let Some(signed) = &note.in_full else { return Err("capture.statement_missing") };
    let said = verify_statement(&text(signed), trust, note.at).map_err(|refusal| refusal.code())?;
    if !agrees(&said, note) {
        return Err("capture.statement_differs");
    }
    let Block::Print { picture, .. } = &said.block else {
        return Err("capture.statement_differs");
    };
    let print = decode_image(print, &ImageLimits::default());
    let print = print.map_err(|_| "capture.statement_other_picture")?;
    if shows(picture, &print) { Ok(()) } else { Err("capture.statement_other_picture") }
}

fn text(signed: &SignedCapture) -> String {
    match signed {
        SignedCapture::AsSent(text) => text.clone(),
        SignedCapture::Apart { header, before, block, after, signature } => Apart {
            header: header.clone(),
            before: before.clone(),
            block: block.clone(),
            after: after.clone(),
            signature: signature.clone(),
        }
        .together(),
    }
}

fn agrees(said: &Statement, note: &CaptureStatement) -> bool {
    said.device == note.device
        && said.serial == note.serial
        && said.block_hash == note.block
        && said.time == note.at
        && said.stated_quality == note.stated_quality
}

/// Whether two pictures are one, but for compression.
fn shows(signed: &GrayImage, sent: &GrayImage) -> bool {
    if (signed.width(), signed.height()) != (sent.width(), sent.height()) {
        return false;
    }
    let pairs = signed.pixels().iter().zip(sent.pixels());
    let sum: u64 = pairs.map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum <= MOST_DIFFERENCE * signed.pixels().len() as u64
}

#[cfg(test)]
mod tests {
    use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
    use niims_fingerprint::{FingerPosition, encode_wsq};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    fn apart(one: &GrayImage, other: &GrayImage) -> u64 {
        let pairs = one.pixels().iter().zip(other.pixels());
        let sum: u64 = pairs.map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
        sum / one.pixels().len() as u64
    }

    #[test]
    fn compression_moves_a_print_less_than_another_touch_of_the_finger() {
        let mut rng = ChaCha8Rng::seed_from_u64(19);
        let traits = PersonTraits::adult(&mut rng);
        let (mut most, mut least) = (0, u64::MAX);
        for seed in 1..4 {
            let finger = MasterFinger::grow([seed; 32], FingerPosition::RightIndex, &traits);
            let mut touch = || finger.impression(&mut rng, &ImpressionConditions::good());
            let (signed, other) = (touch(), touch());
            let sent = encode_wsq(&signed, Some(500), 1.5).unwrap();
            let sent = decode_image(&sent, &ImageLimits::default()).unwrap();
            assert!(shows(&signed, &sent) && !shows(&signed, &other));
            most = most.max(apart(&signed, &sent));
            least = least.min(apart(&signed, &other));
        }
        println!("compression moves grey levels by {most}, another touch by {least}");
        assert!(2 * most <= MOST_DIFFERENCE && 2 * MOST_DIFFERENCE <= least, "{most} {least}");
    }
}
