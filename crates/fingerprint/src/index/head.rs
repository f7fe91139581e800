//! The persons enrolled last, in a form that is quick to add to.

use super::minhash::MinHash;
use super::parameters::Parameters;
use super::people::People;
use super::postings::{Entry, Postings};
use super::prints::PersonCylinders;
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
        prints: &PersonCylinders,
        minhash: &MinHash,
        parameters: &Parameters,
    ) {
        self.keys.push(keys(prints, minhash, parameters));
        self.people.push(reference, sequence, prints, parameters.kept_cylinders);
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

/// The keys under which a person is found.
fn keys(prints: &PersonCylinders, minhash: &MinHash, parameters: &Parameters) -> Vec<u32> {
    let hashed = usize::from(parameters.hashed_cylinders);
    let mut keys = Vec::new();
    for finger in &prints.0 {
        for cylinder in finger.cylinders.iter().take(hashed) {
            keys.extend(minhash.keys(cylinder, finger.finger));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
