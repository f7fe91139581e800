//! The persons enrolled last, in a form that is quick to add to.

use super::parameters::Parameters;
use super::people::People;
use super::postings::{Entry, Postings};
use super::prints::HashedPrints;
use super::segment::Segment;
use crate::gallery::GalleryReference;

/// Persons with their keys as they are.
#[derive(Clone, Default)]
pub(super) struct Head {
    pub(super) people: People,
    /// The keys of each person, sorted, all different.
    pub(super) keys: Vec<Vec<u32>>,
}

impl Head {
    pub(super) fn push(
        &mut self,
        reference: GalleryReference,
        sequence: u64,
        prints: &HashedPrints,
        parameters: &Parameters,
    ) {
        self.keys.push(prints.keys.clone());
        self.people.push(reference, sequence, &prints.prints, parameters.kept_cylinders);
    }

    /// The same persons as a segment.
    pub(super) fn seal(&self) -> Segment {
        let mut entries: Vec<Entry> = self
            .keys
            .iter()
            .enumerate()
            .flat_map(|(person, keys)| {
                keys.iter().map(move |key| Entry { key: *key, person: person as u32 })
            })
            .collect();
        entries.sort_unstable();
        let (expected, number) = (entries.len() as u64, self.people.len());
        let postings = Postings::of(entries.into_iter(), expected, number);
        let mut people = People::default();
        people.reserve(number, self.people.bits.len());
        (0..number).for_each(|person| people.push_from(&self.people, person));
        Segment { people, postings, entries: expected }
    }
}
