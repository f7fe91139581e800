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
    /// Sum of the fingers' scores, millinats; 0 when no finger can be compared.
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
    PersonComparison { score: fingers.iter().map(|finger| finger.score).sum(), fingers }
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
