//! Second prints: they read, and good ones are of the finger that they are said to be of.

use niims_device::judge::another_finger;
use niims_fingerprint::{GrayImage, ImageLimits, Prepared, decode_image, extract};
use niims_packet::{CaptureOutcome, Encounter, Image, SecondPrint};

use crate::steps::StepError;

/// Judges the second prints of an encounter, off the threads that serve requests: reading and
/// comparing takes some 60 ms for each. Most packets have none.
pub(super) async fn judge(encounter: &Encounter) -> Result<Result<(), &'static str>, StepError> {
    let pairs: Vec<_> = encounter
        .fingers
        .iter()
        .filter_map(|finger| match &finger.outcome {
            CaptureOutcome::Captured { image, dpi, second: Some(second), .. } => {
                Some((image.clone(), *dpi, second.clone()))
            }
            _ => None,
        })
        .collect();
    if pairs.is_empty() {
        return Ok(Ok(()));
    }
    let judged = tokio::task::spawn_blocking(move || {
        pairs.iter().try_for_each(|(best, dpi, second)| pair(best, *dpi, second))
    });
    judged.await.map_err(|_| StepError::Cancelled)
}

/// By the rule of the kit: only two good prints can tell two fingers apart.
fn pair(best: &Image, dpi: u16, second: &SecondPrint) -> Result<(), &'static str> {
    if best.bytes == second.image.bytes {
        return Err("capture.second_print_same");
    }
    let limits = ImageLimits::default();
    let picture = decode_image(&second.image.bytes, &limits)
        .map_err(|_| "capture.second_print_unreadable")?;
    // A best print that does not read is a matter for people.
    let best = decode_image(&best.bytes, &limits).ok().and_then(|best| prepared(&best, dpi));
    match (best, prepared(&picture, second.dpi)) {
        (Some(best), Some(second)) if another_finger(&best, &second) => {
            Err("capture.second_print_other_finger")
        }
        _ => Ok(()),
    }
}

fn prepared(picture: &GrayImage, dpi: u16) -> Option<Prepared> {
    let extraction = extract(picture, dpi).ok()?;
    Some(Prepared::new(&extraction.template))
}
