//! Fingers of two sides beside each other: the score with its parts, the alignment, and the
//! minutiae that lie upon each other.

use std::collections::BTreeMap;

use niims_fingerprint::compare::{Comparison, Evidence};
use niims_fingerprint::{
    Assignment, FingerPosition, MinutiaKind, PersonTemplates, Prepared, Template, compare_persons,
};
use niims_wire::desk::{
    AlignmentShown, FingerPairShown, FingersShown, MinutiaKindShown, MinutiaShown, ScorePartsShown,
};

/// Resolution of templates, dots per inch.
const TEMPLATE_DPI: u32 = 500;
/// Units of a template in a pixel of that resolution.
const SUBPIXEL: u32 = 4;

/// The prints of one side by finger, with their quality.
#[derive(Default)]
pub(super) struct Prints(pub BTreeMap<FingerPosition, (u8, Template)>);

/// Compares two sides; `None` where no finger can be compared.
pub(super) fn compare(applicant: &Prints, candidate: &Prints) -> Option<FingersShown> {
    let person = |prints: &Prints| {
        PersonTemplates::from_templates(prints.0.iter().map(|(finger, (_, t))| (*finger, t)))
    };
    let compared = compare_persons(&person(applicant), &person(candidate));
    let pairs: Vec<FingerPairShown> = compared
        .fingers
        .iter()
        .filter_map(|finger| {
            let (_, first) = applicant.0.get(&finger.probe)?;
            let (_, second) = candidate.0.get(&finger.reference)?;
            let found = niims_fingerprint::compare(&Prepared::new(first), &Prepared::new(second));
            Some(pair(finger.probe, finger.reference, &found))
        })
        .collect();
    (!pairs.is_empty()).then(|| FingersShown {
        score: compared.score,
        assignment: match compared.assignment {
            Assignment::AsStated => "as_stated".to_owned(),
            other => other.words(),
        },
        pairs,
    })
}

fn pair(
    applicant: FingerPosition,
    candidate: FingerPosition,
    found: &Comparison,
) -> FingerPairShown {
    let Evidence { surroundings, alignment, amount, texture, unpaired, limit } = found.evidence;
    let transform = &found.transform;
    let (first, second) = found.parts.overlap;
    let overlap = u32::from(first.min(second)) * 100 / u32::from(found.parts.least.max(1));
    FingerPairShown {
        applicant,
        candidate,
        score: found.score,
        one_in: one_in(found.score),
        parts: ScorePartsShown { surroundings, alignment, amount, texture, unpaired, limit },
        paired: found.paired.clone(),
        overlap_percent: u8::try_from(overlap.min(100)).unwrap_or(100),
        alignment: AlignmentShown {
            cosine: transform.cosine,
            sine: transform.sine,
            dx: transform.dx,
            dy: transform.dy,
            degrees: transform.rotation_degrees().round() as i16,
        },
    }
}

/// Of so many pairs of different fingers one scores as high: the likelihood ratio itself, since
/// of those that reach a ratio of x by chance there is at most one in x.
fn one_in(score: i32) -> u64 {
    (f64::from(score) / 1_000.0).exp().round().max(1.0) as u64
}

/// The minutiae of a template in pixels of an image of some resolution.
pub(super) fn minutiae(template: &Template, dpi: u16) -> Vec<MinutiaShown> {
    let pixels = |units: u16| u32::from(units) * u32::from(dpi) / (TEMPLATE_DPI * SUBPIXEL);
    template
        .minutiae()
        .iter()
        .map(|minutia| MinutiaShown {
            x: pixels(minutia.x),
            y: pixels(minutia.y),
            degrees: u16::from(minutia.direction) * 45 / 32,
            kind: match minutia.kind {
                MinutiaKind::Ending => MinutiaKindShown::Ending,
                MinutiaKind::Bifurcation => MinutiaKindShown::Bifurcation,
                MinutiaKind::Unknown => MinutiaKindShown::Other,
            },
            quality: minutia.quality,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_in_words() {
        assert_eq!(one_in(-3_000), 1);
        assert_eq!(one_in(0), 1);
        assert_eq!(one_in(4_605), 100);
        assert_eq!(one_in(14_000), 1_202_604);
    }

    #[test]
    fn no_finger_no_comparison() {
        assert!(compare(&Prints::default(), &Prints::default()).is_none());
    }
}
