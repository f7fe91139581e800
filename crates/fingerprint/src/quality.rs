//! How far a print can be relied on, and what would make it better.

use serde::{Deserialize, Serialize};

use crate::extract::endings::Ending;
use crate::extract::orientation::{Field, STRIDE};
use crate::extract::plane::Plane;
use crate::extract::segmentation::Mask;

/// Smoothing of the ridge response, grid steps (8 pixels).
const RESPONSE_SIGMA: f32 = 8.0 / STRIDE as f32;
/// Root mean square response to reliability: a clear print responds with a third.
const RESPONSE_GAIN: f32 = 3.0;
/// Square millimetres of a pixel at 500 dpi.
const PIXEL_AREA: f32 = 0.0508 * 0.0508;
/// Area of a good single print, mm² (about 12 × 12 mm); more adds nothing to the score.
const FULL_AREA: f32 = 140.0;
/// Mean reliability of a good print.
const FULL_CLARITY: f32 = 0.65;
/// Sum of reliabilities of the minutiae of a good print.
const FULL_MINUTIAE: f32 = 20.0;
/// A part below this share of full is given as a reason.
const REASON_SHARE: f32 = 0.5;
/// Mean grey values on the finger that mean too little and too much pressure or moisture.
const GREY_RANGE: (f32, f32) = (50.0, 210.0);

/// The quality of one print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerQuality {
    /// 0 (nothing usable) to 100: the geometric mean of usable area, clarity of the ridges and
    /// number of reliable minutiae, each against a good single print.
    pub score: u8,
    /// What holds the score down, worst first; empty for a good print.
    pub reasons: Vec<QualityReason>,
}

/// Why a print is not good, in words that the capture screen can turn into advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualityReason {
    /// Too little of the finger is in the picture: centre it and press flat.
    SmallArea,
    /// The ridges are not clear: clean the glass and the finger, hold still.
    UnclearRidges,
    /// Few reliable minutiae were found: capture again, or choose another finger.
    FewMinutiae,
    /// The print is very dark: press less, dry the finger.
    TooDark,
    /// The print is very light: press more, moisten the finger.
    TooLight,
}

impl QualityReason {
    /// The `snake_case` name, the same as in serialised form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmallArea => "small_area",
            Self::UnclearRidges => "unclear_ridges",
            Self::FewMinutiae => "few_minutiae",
            Self::TooDark => "too_dark",
            Self::TooLight => "too_light",
        }
    }

    /// What is wrong and what to do, in plain words, without a capital or a full stop.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SmallArea => "little of the finger is in the picture: centre it and press flat",
            Self::UnclearRidges => "the ridges are not clear: clean glass and finger, hold still",
            Self::FewMinutiae => "few reliable minutiae: capture again, or take another finger",
            Self::TooDark => "the print is very dark: press less, dry the finger",
            Self::TooLight => "the print is very light: press more, moisten the finger",
        }
    }
}

/// Reliability of each place on the orientation grid, 0 to 1: strength of the ridge response times
/// the coherence of the field before and after enhancement.
pub(crate) fn reliability(response: &Plane, before: &Field, after: &Field) -> Plane {
    let power = Plane {
        width: response.width,
        height: response.height,
        data: response.data.iter().map(|v| v * v).collect(),
    };
    let mut out = power.shrink(STRIDE).smooth(RESPONSE_SIGMA);
    let coherence = before.coherence.data.iter().zip(&after.coherence.data);
    for (value, (first, second)) in out.data.iter_mut().zip(coherence) {
        *value = (RESPONSE_GAIN * value.sqrt()).min(1.0) * first.min(1.0) * second.min(1.0);
    }
    out
}

/// The quality of a print from what its extraction found.
pub(crate) fn assess(
    print: &Plane,
    mask: &Mask,
    reliability: &Plane,
    minutiae: &[Ending],
) -> FingerQuality {
    let area = mask.area() as f32;
    let mut clarity = 0.0;
    let mut grey = 0.0;
    for (i, _) in mask.inside.iter().enumerate().filter(|(_, inside)| **inside) {
        let (x, y) = (i % print.width, i / print.width);
        clarity += reliability.data[y / STRIDE * reliability.width + x / STRIDE];
        grey += print.data[i];
    }
    let clarity = clarity / area.max(1.0);
    let grey = grey / area.max(1.0);
    let minutiae: f32 = minutiae.iter().map(|m| m.reliability).sum();
    let mut parts = [
        (area * PIXEL_AREA / FULL_AREA, QualityReason::SmallArea),
        (clarity / FULL_CLARITY, QualityReason::UnclearRidges),
        (minutiae / FULL_MINUTIAE, QualityReason::FewMinutiae),
    ];
    let product: f32 = parts.iter().map(|(share, _)| share.min(1.0)).product();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reasons: Vec<QualityReason> = parts
        .iter()
        .filter(|(share, _)| *share < REASON_SHARE)
        .map(|(_, reason)| *reason)
        .collect();
    if grey < GREY_RANGE.0 {
        reasons.push(QualityReason::TooDark);
    } else if grey > GREY_RANGE.1 {
        reasons.push(QualityReason::TooLight);
    }
    FingerQuality { score: hundred_roots(product), reasons }
}

/// A hundred times the cube root of a share from 0 to 1, to the nearest whole number: the largest
/// whose lower bound, cubed, is not above. The system's own cube root differs between C libraries.
fn hundred_roots(share: f32) -> u8 {
    let bound = |score: &u8| f32::from(*score) - 0.5;
    let reached = |score: &u8| bound(score) * bound(score) * bound(score) <= share * 1e6;
    (1..=100).rev().find(reached).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_that_of_the_system_and_exact_at_whole_numbers() {
        for score in 0..=100_u8 {
            let share = (f32::from(score) / 100.0).powi(3);
            assert_eq!(hundred_roots(share), score);
        }
        for step in 0..=10_000_u16 {
            let share = f64::from(step) / 10_000.0;
            let expected = 100.0 * share.cbrt();
            let off = (f64::from(hundred_roots(share as f32)) - expected).abs();
            assert!(off < 0.5001, "{share}: {off}");
        }
    }
}
