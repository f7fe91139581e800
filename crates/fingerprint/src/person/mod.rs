//! All fingers of one person against all fingers of another: missing, worn and exchanged ones too.

mod templates;

mod assignment;

mod fusion;

mod screening;

mod repeated;

use serde::{Deserialize, Serialize};

use crate::compare::{Prepared, compare};
use crate::finger::FingerPosition;

pub use assignment::{Assignment, Hand};
pub use repeated::{SAME_FINGER, repeated_fingers};
pub use templates::PersonTemplates;
pub(crate) use templates::partners;

/// A pair of persons whose score, millinats, reaches this is shown to adjudicators.
///
/// A score is evidence of any number of fingers on one scale, so the threshold does not depend on
/// their number. Range 4,000 to 10,000. Measured on five sets (see the crate's README), 89,929 pairs of
/// different fingers and 1,317 of the same: with one finger a person, no pair of different people
/// reaches it and 8.2 % of pairs of one person do not (mean of the sets 8.4 %). From 6,000 none is reached
/// either, and 6.8 % are missed; from 4,000 4 pairs, 44 in a million, and 5.5 %; from 10,000 none and
/// 14.7 %. With several fingers both errors fall steeply, since different people's fingers add up to
/// far below zero.
pub const CANDIDATE_THRESHOLD: i32 = 7_000;

/// How alike two persons' fingers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonComparison {
    /// Evidence of all fingers together, millinats, less what the assignment costs; 0 when no finger
    /// can be compared. The sum of the fingers' scores, each further one counting for less.
    pub score: i32,
    /// Which finger was taken for which: anything but [`Assignment::AsStated`] means that one of the
    /// captures named its fingers wrongly, if the persons are one.
    pub assignment: Assignment,
    /// The fingers compared, in order of the probe's finger codes.
    pub fingers: Vec<FingerComparison>,
}

/// How alike one finger of each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FingerComparison {
    /// Finger of the probe.
    pub probe: FingerPosition,
    /// Finger of the reference that it was compared with.
    pub reference: FingerPosition,
    /// Millinats; see [`crate::Comparison::score`].
    pub score: i32,
    /// Minutiae laid upon each other.
    pub paired: u16,
    /// The lower quality of the two prints, 0 to 100.
    pub quality: u8,
    /// How many pairs a finger of unknown position was chosen from; 1 when the position is known.
    pub among: u8,
}

/// Compares two persons, finger by finger.
///
/// A finger is compared with the same finger of the other person. A finger of unknown position is
/// compared with each finger left over, and the best counts, if it speaks for one person. Missing
/// fingers contribute nothing, so a person without prints scores 0 against everybody. Where the
/// stated positions do not agree, mistakes of capture are considered (see [`Assignment`]), each at
/// the price of its rarity; of equal scores the simpler assignment counts.
pub fn compare_persons(probe: &PersonTemplates, reference: &PersonTemplates) -> PersonComparison {
    let stated = compare_as(probe, reference, Assignment::AsStated);
    screening::worth_trying(probe, reference, &stated)
        .into_iter()
        .map(|assignment| compare_as(probe, reference, assignment))
        // The first of equal ones stays.
        .fold(stated, |best, other| if other.score > best.score { other } else { best })
}

/// Compares two persons under one assignment of fingers.
pub fn compare_as(
    probe: &PersonTemplates,
    reference: &PersonTemplates,
    assignment: Assignment,
) -> PersonComparison {
    let mut fingers: Vec<FingerComparison> = probe
        .iter()
        .filter(|(finger, _)| *finger != FingerPosition::Unknown)
        .filter_map(|(finger, print)| {
            let other = assignment.partner(finger);
            Some(compare_fingers((finger, print), (other, reference.get(other)?)))
        })
        .collect();
    fingers.extend(compare_unknown(probe, reference, &fingers));
    fingers.sort_by_key(|finger| finger.probe);
    let score = if fingers.is_empty() { 0 } else { fusion::fuse(&fingers) - assignment.price() };
    PersonComparison { score, assignment, fingers }
}

/// The best pairs with a finger of unknown position among the prints not compared yet.
fn compare_unknown(
    probe: &PersonTemplates,
    reference: &PersonTemplates,
    compared: &[FingerComparison],
) -> Vec<FingerComparison> {
    let left = |finger: FingerPosition, side: fn(&FingerComparison) -> FingerPosition| {
        !compared.iter().any(|done| side(done) == finger)
    };
    let mut pairs = Vec::new();
    for first in probe.iter().filter(|(finger, _)| left(*finger, |done| done.probe)) {
        for second in reference.iter().filter(|(finger, _)| left(*finger, |done| done.reference)) {
            if first.0 == FingerPosition::Unknown || second.0 == FingerPosition::Unknown {
                pairs.push(compare_fingers(first, second));
            }
        }
    }
    let among = u8::try_from(pairs.len()).unwrap_or(u8::MAX);
    pairs.sort_by_key(|pair| (-pair.score, pair.probe, pair.reference));
    let mut best: Vec<FingerComparison> = Vec::new();
    for pair in pairs {
        if !best.iter().any(|b| b.probe == pair.probe || b.reference == pair.reference) {
            best.push(FingerComparison { among, ..pair });
        }
    }
    best
}

fn compare_fingers(
    (probe, print): (FingerPosition, &Prepared),
    (reference, other): (FingerPosition, &Prepared),
) -> FingerComparison {
    let comparison = compare(print, other);
    FingerComparison {
        probe,
        reference,
        score: comparison.score,
        paired: comparison.paired.len() as u16,
        quality: print.quality().min(other.quality()),
        among: 1,
    }
}

#[cfg(test)]
mod tests;
