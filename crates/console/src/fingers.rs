//! The prints of two records, finger by finger: compared and drawn, or why not.

use std::collections::BTreeMap;

use niims_fingerprint::draw::{pair_svg, print_svg};
use niims_fingerprint::{
    FingerPosition, GrayImage, ImageLimits, Prepared, Template, compare, decode_image, extract,
};
use niims_wire::desk::{FingerImage, Side};

use crate::words;

/// The prints of one record by finger. Of several prints of a finger the best counts.
pub(crate) struct Prints(BTreeMap<FingerPosition, Print>);

enum Print {
    Usable(Box<Usable>),
    /// Why it cannot be compared, with what to do.
    Unusable(String),
}

struct Usable {
    picture: GrayImage,
    template: Template,
    prepared: Prepared,
}

/// What one finger of two records shows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Which finger.
    pub(crate) position: FingerPosition,
    /// The comparison, or why there is none.
    pub(crate) outcome: Outcome,
    /// A drawing: both prints with matched pairs, or the one that can be used.
    pub(crate) drawing: Option<String>,
}

/// What came of comparing one finger.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Both prints could be used.
    Compared {
        /// Thousandths of a nat.
        score: i32,
        /// Matched pairs of minutiae.
        pairs: usize,
    },
    /// One of them could not.
    NotCompared(String),
}

/// Decodes and extracts every print of a record.
pub(crate) fn read(side: &Side) -> Prints {
    let mut prints = BTreeMap::new();
    for image in &side.fingers {
        let new = read_print(image);
        let known = prints.get(&image.position);
        if known.is_none_or(|known| quality(known) < quality(&new)) {
            prints.insert(image.position, new);
        }
    }
    Prints(prints)
}

fn read_print(image: &FingerImage) -> Print {
    if image.position == FingerPosition::Unknown {
        return Print::Unusable("nobody stated which finger it is".to_owned());
    }
    let picture = match decode_image(&image.bytes, &ImageLimits::default()) {
        Ok(picture) => picture,
        Err(error) => return Print::Unusable(error.to_string()),
    };
    match extract(&picture, image.dpi) {
        Ok(extraction) => {
            let template = extraction.template;
            let prepared = Prepared::new(&template);
            Print::Usable(Box::new(Usable { picture, template, prepared }))
        }
        Err(error) => Print::Unusable(error.to_string()),
    }
}

/// Quality of a print, none for one that cannot be used.
fn quality(print: &Print) -> Option<u8> {
    match print {
        Print::Usable(usable) => Some(usable.template.quality()),
        Print::Unusable(_) => None,
    }
}

/// Compares each finger that either record has.
pub(crate) fn compare_records(applicant: &Prints, candidate: &Prints) -> Vec<Finding> {
    let positions = FingerPosition::all().into_iter().chain([FingerPosition::Unknown]);
    positions
        .filter(|position| applicant.0.contains_key(position) || candidate.0.contains_key(position))
        .map(|position| {
            compare_finger(position, applicant.0.get(&position), candidate.0.get(&position))
        })
        .collect()
}

/// The prints of a record that has nobody beside it.
pub(crate) fn alone(applicant: &Prints) -> Vec<Finding> {
    let finding = |(position, print): (&FingerPosition, &Print)| {
        let outcome = match print {
            Print::Usable(_) => "There is no candidate to compare it with.".to_owned(),
            Print::Unusable(why) => cannot_be_used("applicant", why),
        };
        Finding {
            position: *position,
            outcome: Outcome::NotCompared(outcome),
            drawing: draw_one("Applicant", *position, Some(print)),
        }
    };
    applicant.0.iter().map(finding).collect()
}

fn compare_finger(
    position: FingerPosition,
    applicant: Option<&Print>,
    candidate: Option<&Print>,
) -> Finding {
    if let (Some(Print::Usable(a)), Some(Print::Usable(b))) = (applicant, candidate) {
        let comparison = compare(&a.prepared, &b.prepared);
        let titles = (title("Applicant", position), title("Candidate", position));
        let drawing = pair_svg(
            (&a.picture, &a.template),
            (&b.picture, &b.template),
            &comparison,
            (&titles.0, &titles.1),
        );
        let outcome = Outcome::Compared { score: comparison.score, pairs: comparison.paired.len() };
        return Finding { position, outcome, drawing: Some(drawing) };
    }
    let reasons = [why_not("applicant", applicant), why_not("candidate", candidate)];
    let reasons: Vec<String> = reasons.into_iter().flatten().collect();
    Finding {
        position,
        outcome: Outcome::NotCompared(reasons.join(" ")),
        drawing: draw_one("Applicant", position, applicant)
            .or_else(|| draw_one("Candidate", position, candidate)),
    }
}

fn why_not(whose: &str, print: Option<&Print>) -> Option<String> {
    match print {
        Some(Print::Usable(_)) => None,
        Some(Print::Unusable(why)) => Some(cannot_be_used(whose, why)),
        None => Some(format!("The {whose}'s record has no print of this finger.")),
    }
}

fn cannot_be_used(whose: &str, why: &str) -> String {
    format!("The {whose}'s print cannot be used: {why}.")
}

fn draw_one(whose: &str, position: FingerPosition, print: Option<&Print>) -> Option<String> {
    let Some(Print::Usable(print)) = print else { return None };
    Some(print_svg(&print.picture, &print.template, &title(whose, position)))
}

fn title(whose: &str, position: FingerPosition) -> String {
    format!("{whose}: {}", words::finger(position))
}

#[cfg(test)]
mod tests {
    use niims_fingerprint::encode_png;

    use super::*;
    use crate::synthetic_desk::{OTHER_HAND, SAME_HAND, print_of, side};

    fn blank(position: FingerPosition) -> FingerImage {
        let picture = GrayImage::new(200, 200, vec![255; 40_000]).unwrap();
        FingerImage { position, dpi: 500, bytes: encode_png(&picture) }
    }

    fn findings(applicant: Vec<FingerImage>, candidate: Vec<FingerImage>) -> Vec<Finding> {
        compare_records(&read(&side(1, applicant)), &read(&side(2, candidate)))
    }

    #[test]
    fn the_same_finger_scores_above_another_and_both_are_drawn() {
        let index = FingerPosition::RightIndex;
        let found = |hand, impression| {
            let applicant = vec![print_of(SAME_HAND, index, 1)];
            let mut all = findings(applicant, vec![print_of(hand, index, impression)]);
            assert_eq!(all.len(), 1);
            let finding = all.remove(0);
            assert_eq!(finding.drawing.unwrap().matches("<image").count(), 2);
            let Outcome::Compared { score, pairs } = finding.outcome else { panic!("compared") };
            (score, pairs)
        };
        let (same, pairs) = found(SAME_HAND, 2);
        let (other, _) = found(OTHER_HAND, 3);
        assert!(same > 4_605 && pairs >= 8, "same finger: {same}, {pairs} pairs");
        assert!(other < 693, "different fingers: {other}");
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let (thumb, index) = (FingerPosition::LeftThumb, FingerPosition::LeftIndex);
        let check = |applicant: Vec<FingerImage>, candidate: Vec<FingerImage>, parts: &[&str]| {
            let all = findings(applicant, candidate);
            let Outcome::NotCompared(why) = &all[0].outcome else { panic!("compared") };
            for part in parts {
                assert!(why.contains(part), "{why}");
            }
            all[0].drawing.is_some()
        };
        let good = || vec![print_of(SAME_HAND, thumb, 1)];
        let damaged = FingerImage { position: thumb, dpi: 500, bytes: vec![7; 50] };
        let coarse = FingerImage { dpi: 72, ..print_of(SAME_HAND, thumb, 1) };
        let unnamed = FingerImage { position: FingerPosition::Unknown, ..blank(index) };
        assert!(check(good(), vec![], &["candidate's record has no print"]));
        assert!(check(vec![], good(), &["applicant's record has no print"]));
        assert!(check(good(), vec![blank(thumb)], &["candidate's print", "no finger was found"]));
        assert!(check(good(), vec![damaged], &["the image is not PNG"]));
        assert!(check(good(), vec![coarse], &["72 dpi"]));
        assert!(!check(vec![unnamed], vec![], &["nobody stated", "candidate's record has no"]));
        let two = findings(vec![blank(index)], vec![blank(thumb)]);
        assert_eq!(two.len(), 2, "each finger of either record is accounted for");
        assert_eq!(two[0].position, thumb);
    }

    #[test]
    fn of_two_prints_of_a_finger_the_usable_one_counts() {
        let index = FingerPosition::RightIndex;
        for fingers in [
            vec![blank(index), print_of(SAME_HAND, index, 1)],
            vec![print_of(SAME_HAND, index, 1), blank(index)],
        ] {
            let all = findings(fingers, vec![print_of(SAME_HAND, index, 2)]);
            assert!(matches!(all[0].outcome, Outcome::Compared { .. }));
        }
    }
}
