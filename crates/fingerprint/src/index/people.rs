//! The persons of a segment: who, when, and the bits of their fingers.

use std::ops::Range;

use super::cylinder::WORDS;
use super::kernel::GalleryPrint;
use super::prints::PersonCylinders;
use super::tally::share;
use crate::finger::FingerPosition;
use crate::gallery::GalleryReference;

/// Positions of fingers, with the unknown one.
pub(super) const POSITIONS: usize = 11;

/// Persons by number, in order of enrolment.
#[derive(Clone, Default)]
pub(super) struct People {
    pub(super) references: Vec<GalleryReference>,
    pub(super) sequences: Vec<u64>,
    /// The [`share`] of each sequence number.
    pub(super) shares: Vec<u8>,
    /// Where the cylinders of each person begin in `bits` and `tags`.
    pub(super) starts: Vec<u32>,
    /// Number of cylinders of each finger, by position code.
    pub(super) counts: Vec<[u8; POSITIONS]>,
    pub(super) bits: Vec<[u64; WORDS]>,
    /// Direction in 256ths of a turn, and number of bits.
    pub(super) tags: Vec<[u8; 2]>,
    /// Whether anybody has, or had, a finger of unknown position.
    pub(super) has_unknown: bool,
}

impl People {
    pub(super) fn len(&self) -> usize {
        self.references.len()
    }

    /// Adds a person with at most `kept` cylinders of each finger.
    pub(super) fn push(
        &mut self,
        reference: GalleryReference,
        sequence: u64,
        prints: &PersonCylinders,
        kept: u8,
    ) {
        let mut counts = [0; POSITIONS];
        self.begin(reference, sequence);
        for finger in &prints.0 {
            let mut best: Vec<_> = finger.cylinders.iter().take(usize::from(kept)).collect();
            counts[usize::from(finger.finger.code())] = best.len() as u8;
            // In order of direction, so that the comparison reads the same blocks in a row.
            best.sort_by_key(|cylinder| cylinder.direction);
            self.bits.extend(best.iter().map(|cylinder| cylinder.bits));
            self.tags.extend(best.iter().map(|cylinder| [cylinder.direction, cylinder.ones]));
        }
        self.push_counts(counts);
    }

    /// Ends a person whose bits have been added.
    fn push_counts(&mut self, counts: [u8; POSITIONS]) {
        self.has_unknown |= counts[usize::from(FingerPosition::Unknown.code())] > 0;
        self.counts.push(counts);
    }

    fn begin(&mut self, reference: GalleryReference, sequence: u64) {
        self.references.push(reference);
        self.sequences.push(sequence);
        self.shares.push(share(sequence));
        self.starts.push(self.bits.len() as u32);
    }

    /// Adds a person of other people.
    pub(super) fn push_from(&mut self, other: &Self, person: usize) {
        self.begin(other.references[person], other.sequences[person]);
        let cylinders = other.cylinders(person);
        self.bits.extend_from_slice(&other.bits[cylinders.clone()]);
        self.tags.extend_from_slice(&other.tags[cylinders]);
        self.push_counts(other.counts[person]);
    }

    /// Room for so many more persons and cylinders, and none to spare.
    pub(super) fn reserve(&mut self, people: usize, cylinders: usize) {
        self.references.reserve_exact(people);
        self.sequences.reserve_exact(people);
        self.shares.reserve_exact(people);
        self.starts.reserve_exact(people);
        self.counts.reserve_exact(people);
        self.bits.reserve_exact(cylinders);
        self.tags.reserve_exact(cylinders);
    }

    fn cylinders(&self, person: usize) -> Range<usize> {
        let start = self.starts[person] as usize;
        let number: usize = self.counts[person].iter().map(|count| usize::from(*count)).sum();
        start..start + number
    }

    /// The print of a person's finger; `None` when there is none.
    pub(super) fn print(&self, person: usize, finger: FingerPosition) -> Option<GalleryPrint<'_>> {
        let counts = &self.counts[person];
        let code = usize::from(finger.code());
        let number = usize::from(counts[code]);
        let before: usize = counts[..code].iter().map(|count| usize::from(*count)).sum();
        let start = self.starts[person] as usize + before;
        let range = start..start + number;
        (number > 0)
            .then(|| GalleryPrint { bits: &self.bits[range.clone()], tags: &self.tags[range] })
    }

    /// Bytes held in memory: for the bits of fingers, and for all else.
    pub(super) fn memory(&self) -> (usize, usize) {
        let bits = self.bits.len() * (size_of::<[u64; WORDS]>() + size_of::<[u8; 2]>());
        let each =
            size_of::<GalleryReference>() + size_of::<u64>() + size_of::<u32>() + 1 + POSITIONS;
        (bits, self.len() * each)
    }
}
