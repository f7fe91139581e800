//! The prepared prints of one person.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Assignment;
use crate::compare::Prepared;
use crate::finger::FingerPosition;
use crate::template::Template;

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

    /// The same prints under the names that an assignment gives them, to search a gallery or an
    /// index as if the mistake had not been made.
    pub fn rearranged(&self, assignment: Assignment) -> Self {
        let renamed = |(finger, print): (&FingerPosition, &Arc<Prepared>)| {
            (assignment.partner(*finger), Arc::clone(print))
        };
        Self(self.0.iter().map(renamed).collect())
    }
}

impl FromIterator<(FingerPosition, Prepared)> for PersonTemplates {
    fn from_iter<I: IntoIterator<Item = (FingerPosition, Prepared)>>(fingers: I) -> Self {
        Self(fingers.into_iter().map(|(finger, print)| (finger, Arc::new(print))).collect())
    }
}

/// The reference's fingers that may be the probe's finger, if all are named rightly.
pub(crate) fn partners(
    finger: FingerPosition,
    reference: &PersonTemplates,
) -> impl Iterator<Item = (FingerPosition, &Prepared)> {
    let unknown = FingerPosition::Unknown;
    reference
        .iter()
        .filter(move |(other, _)| *other == finger || finger == unknown || *other == unknown)
}
