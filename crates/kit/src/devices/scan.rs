//! What an answer of a scanner is worth. Pure: pictures in, a judgement out.

use niims_device::capture::{Block, CaptureAnswer, Wanted};
use niims_device::judge::{Assessment, Hands, assess, segment_slap};
use niims_fingerprint::FingerPosition;

/// What a capture gave.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Fingers whose tries changed, with the codes of what held this try down, worst first.
    pub fingers: Vec<(FingerPosition, Vec<&'static str>)>,
    /// What the officer is told: code, and the finger where it is about one.
    pub told: Vec<(&'static str, Option<FingerPosition>)>,
}

/// Judges an answer and moves the hands on. A picture of several fingers is taken apart first;
/// where it does not come apart nothing is kept, and no try counts.
pub fn judge(answer: &CaptureAnswer, wanted: &Wanted, hands: &mut Hands) -> Judged {
    let mut captured: Vec<(FingerPosition, Assessment)> = Vec::new();
    let mut told = Vec::new();
    for one in &answer.biometrics {
        let Block::Print { picture, dpi, .. } = &one.block else { continue };
        if let Some(finger) = one.finger {
            captured.push((finger, assess(picture.clone(), *dpi).of_block(one.block_hash)));
            continue;
        }
        let Wanted::Fingers { part, present, .. } = wanted else { continue };
        match segment_slap(picture, *dpi, *part, present) {
            Ok(fingers) => captured.extend(
                fingers
                    .into_iter()
                    .map(|(finger, print)| (finger, assess(print, *dpi).of_block(one.block_hash))),
            ),
            Err(problem) => told.push((problem.code(), None)),
        }
    }
    told.extend(answer.absent.iter().map(|finger| ("capture.fingers_absent", Some(*finger))));
    let advice: Vec<_> = captured
        .iter()
        .map(|(finger, one)| (*finger, one.advice.iter().map(|one| one.code()).collect()))
        .collect();
    let outcome = hands.take(captured);
    told.extend(outcome.suspicions.iter().map(|one| (one.code(), one.finger())));
    Judged { fingers: advice, told }
}
