//! All fingers of one person against all fingers of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compare::{Prepared, compare};
use crate::finger::FingerPosition;
use crate::template::Template;

/// A pair of persons whose score, millinats, reaches this is shown to adjudicators.
///
/// Measured on 255,000 pairs of different fingers and 1,317 of the same (five sets, see the crate's
/// README): with one finger a person, about 2 in 100,000 pairs of different people reach it and 9 %
/// of pairs of one person do not. Lower values of 6,000 and 4,000 show 5 and 28 in 100,000 and miss
/// 8 % and 7 %. With several fingers both errors fall steeply, since different people's fingers
/// add up to far below zero.
pub const CANDIDATE_THRESHOLD: i32 = 7_000;

/// Taken off for each finger compared after the first, millinats, because fingers are not independent:
/// two people whose patterns are alike on one finger are likelier to be alike on the next. Range 0 to
/// 3,000. Measured: mates of 8 fingers (25 persons of NIST MINEX III validation) score 41,000 and more
/// before it, so that it costs none; pairs of different people of alike patterns fall by as much.
const KINSHIP_OF_FINGERS: i32 = 1_500;

/// The prepared prints of one person, one for each finger captured.
///
/// Clones share the prints.
#[derive(Debug, Clone, Default)]
pub struct PersonTemplates(BTreeMap<FingerPosition, Arc<Prepared>>);

impl PersonTemplates {
    /// Nobody's fingers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The prepared prints of a person.
    pub fn from_templates<'a>(
        templates: impl IntoIterator<Item = (FingerPosition, &'a Template)>,
    ) -> Self {
        templates.into_iter().map(|(finger, t)| (finger, Prepared::new(t))).collect()
    }

    /// Adds a finger; returns the print that it replaces.
    pub fn insert(&mut self, finger: FingerPosition, print: Prepared) -> Option<Arc<Prepared>> {
        self.0.insert(finger, Arc::new(print))
    }

    /// The print of a finger.
    pub fn get(&self, finger: FingerPosition) -> Option<&Prepared> {
        self.0.get(&finger).map(Arc::as_ref)
    }

    /// The fingers and their prints, in order of the finger codes.
    pub fn iter(&self) -> impl Iterator<Item = (FingerPosition, &Prepared)> {
        self.0.iter().map(|(finger, print)| (*finger, print.as_ref()))
    }

    /// Number of fingers.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no finger was captured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(FingerPosition, Prepared)> for PersonTemplates {
    fn from_iter<I: IntoIterator<Item = (FingerPosition, Prepared)>>(fingers: I) -> Self {
        Self(fingers.into_iter().map(|(finger, print)| (finger, Arc::new(print))).collect())
    }
}

/// How alike two persons' fingers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonComparison {
    /// Sum of the fingers' scores less 1,500 for each after the first, since fingers of one person
    /// are not independent evidence, millinats; 0 when no finger can be compared.
    pub score: i32,
    /// The fingers compared, in order of the probe's finger codes.
    pub fingers: Vec<FingerComparison>,
}

/// How alike one finger of each is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FingerComparison {
    /// Finger of the probe.
    pub probe: FingerPosition,
    /// Finger of the reference that it was compared with.
    pub reference: FingerPosition,
    /// Millinats; see [`crate::Comparison::score`].
    pub score: i32,
    /// Minutiae laid upon each other.
    pub paired: u16,
}

/// Compares two persons, finger by finger.
///
/// A finger is compared with the same finger of the other person; a finger of unknown position
/// with each finger of the other, of which the best counts. Missing fingers contribute nothing,
/// so a person without prints scores 0 against everybody.
pub fn compare_persons(probe: &PersonTemplates, reference: &PersonTemplates) -> PersonComparison {
    let mut fingers: Vec<FingerComparison> = Vec::new();
    for (finger, print) in probe.iter() {
        let best = partners(finger, reference)
            .map(|(other, candidate)| {
                let comparison = compare(print, candidate);
                FingerComparison {
                    probe: finger,
                    reference: other,
                    score: comparison.score,
                    paired: comparison.paired.len() as u16,
                }
            })
            .max_by(|a, b| a.score.cmp(&b.score).then(b.reference.cmp(&a.reference)));
        fingers.extend(best);
    }
    let sum: i32 = fingers.iter().map(|finger| finger.score).sum();
    let further = fingers.len().saturating_sub(1) as i32;
    PersonComparison { score: sum - KINSHIP_OF_FINGERS * further, fingers }
}

/// The reference's fingers that may be the probe's finger.
pub(crate) fn partners(
    finger: FingerPosition,
    reference: &PersonTemplates,
) -> impl Iterator<Item = (FingerPosition, &Prepared)> {
    let unknown = FingerPosition::Unknown;
    reference
        .iter()
        .filter(move |(other, _)| *other == finger || finger == unknown || *other == unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{FINGER_CEILING, FINGER_FLOOR};
    use crate::template::{Minutia, MinutiaKind};

    /// A print of minutiae strewn by a linear congruence.
    fn print(seed: u32) -> Prepared {
        let mut state = seed;
        let mut next = |limit: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % limit
        };
        let minutiae = (0..40)
            .map(|_| Minutia {
                x: 80 + next(1100) as u16,
                y: 80 + next(1500) as u16,
                direction: next(256) as u8,
                kind: MinutiaKind::Ending,
                quality: 60,
            })
            .collect();
        Prepared::new(&Template::new(320, 420, 70, minutiae).unwrap())
    }

    fn person(fingers: &[(FingerPosition, u32)]) -> PersonTemplates {
        fingers.iter().map(|(finger, seed)| (*finger, print(*seed))).collect()
    }

    #[test]
    fn fingers_add_up_and_missing_ones_do_not_count() {
        use FingerPosition::{LeftThumb, RightIndex, RightThumb, Unknown};
        let two = person(&[(RightThumb, 1), (RightIndex, 2)]);
        for (reference, fingers, score) in [
            (person(&[(RightThumb, 1), (RightIndex, 2)]), 2, 2 * FINGER_CEILING - 1_500),
            (person(&[(RightThumb, 1), (LeftThumb, 9)]), 1, FINGER_CEILING),
            (person(&[(Unknown, 2), (LeftThumb, 9)]), 2, FINGER_CEILING + FINGER_FLOOR - 1_500),
            (person(&[(LeftThumb, 1)]), 0, 0),
            (PersonTemplates::new(), 0, 0),
        ] {
            let comparison = compare_persons(&two, &reference);
            assert_eq!(comparison.fingers.len(), fingers);
            assert!(comparison.score.abs_diff(score) < 2_000, "{} {score}", comparison.score);
        }
    }
}
