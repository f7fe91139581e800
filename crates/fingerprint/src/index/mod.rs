//! 1:N search of a large gallery without comparing with everybody.
//!
//! Three stages, each with fewer persons: keys made from the surroundings of minutiae that agree
//! (`MinHash`, spread over fingers), the bits of those surroundings, and the full comparison. The
//! first two hold about 11.4 kilobytes a person in memory; the prints for the third may lie elsewhere.
//!
//! A gallery may be spread over several indexes of one key, on several machines: each begins the
//! search for itself ([`Index::begin`]), and the rounds ([`Round`]) pass on a few counts.
//!
//! Persons are only ever added, in segments that do not change; removing leaves a mark, and the next
//! merge writes the segment without them. **The answer depends on who is enrolled, never on the
//! segments, the threads or the processor**, and a search can ask for those enrolled before a number.

mod search;

mod query;
mod rounds;
mod tally;

mod kernel;
mod votes;

mod full;
mod ranking;

mod view;

mod head;
mod people;
mod segment;

mod file;

mod postings;
mod rice;

mod cylinder;
mod frequency;
mod minhash;
mod prints;

mod parameters;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

pub use file::SegmentError;
pub use full::{compare_shortlist, merge_candidates};
pub use kernel::Kernel;
pub use minhash::IndexKey;
pub use parameters::Parameters;
pub use prints::{HashedPrints, PersonCylinders, PrintHasher};
pub use query::SearchOptions;
pub use ranking::{Shortlisted, merge_rankings, promising};
pub use rounds::{Asked, Round, trusts_votes};
pub use search::{IndexView, PartialSearch, rank_parts};
pub use segment::Segment;
pub use tally::{Level, Tally};

use crate::gallery::GalleryReference;
use head::Head;
use minhash::MinHash;
use segment::MOST_PEOPLE;
use view::{Kept, View};

/// Persons that the head holds before it becomes a segment. Searching the head reads all its
/// keys, some 2,000 a person; the time that takes has not been measured apart.
const HEAD_PEOPLE: usize = 256;

/// Persons under opaque references, found by what their fingers look like.
#[derive(Clone)]
pub struct Index {
    /// What a search sees.
    view: View,
    /// The sequence number of everybody enrolled and not removed.
    enrolled: HashMap<GalleryReference, u64>,
}

/// Why an index refused something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Sequence numbers must rise.
    #[error("sequence number {given} does not follow {last}, the last one enrolled")]
    Sequence {
        /// The number given.
        given: u64,
        /// The greatest so far.
        last: u64,
    },
}

impl IndexError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sequence { .. } => "index.sequence",
        }
    }
}

/// Bytes held in memory, by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexMemory {
    /// Sorted keys.
    pub postings: usize,
    /// Bits of fingers.
    pub bits: usize,
    /// References, sequence numbers and counts.
    pub people: usize,
    /// The head's keys, not sorted yet.
    pub head: usize,
}

/// Biometric data: only sizes are shown.
impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({} persons, {} segments)", self.len(), self.segments().len())
    }
}

impl Index {
    /// Nobody. Parameters outside their ranges are brought into them.
    pub fn new(key: &IndexKey, parameters: Parameters) -> Self {
        let parameters = parameters.bounded();
        let view = View {
            minhash: Arc::new(MinHash::new(key, &parameters)),
            parameters,
            segments: Vec::new(),
            head: Arc::default(),
            head_removed: Arc::default(),
        };
        Self { view, enrolled: HashMap::new() }
    }

    /// Enrols a person, or replaces what was enrolled under the reference.
    ///
    /// # Errors
    /// [`IndexError::Sequence`] unless the sequence number is above all earlier ones.
    pub fn insert(
        &mut self,
        sequence: u64,
        reference: GalleryReference,
        prints: &PersonCylinders,
    ) -> Result<(), IndexError> {
        self.insert_hashed(sequence, reference, &self.hasher().hash(prints.clone()))
    }

    /// What makes prints ready for [`Index::insert_hashed`].
    pub fn hasher(&self) -> PrintHasher {
        let View { minhash, parameters, .. } = &self.view;
        PrintHasher { minhash: Arc::clone(minhash), parameters: parameters.clone() }
    }

    /// Enrols a person, or replaces what was enrolled under the reference. The prints must come from a
    /// hasher of this index or of another one with the same key and parameters; with those of
    /// another key nobody finds the person by votes.
    ///
    /// # Errors
    /// [`IndexError::Sequence`] unless the sequence number is above all earlier ones.
    pub fn insert_hashed(
        &mut self,
        sequence: u64,
        reference: GalleryReference,
        prints: &HashedPrints,
    ) -> Result<(), IndexError> {
        if let Some(last) = self.last_sequence().filter(|last| *last >= sequence) {
            return Err(IndexError::Sequence { given: sequence, last });
        }
        self.remove(reference);
        let View { parameters, head, .. } = &mut self.view;
        Arc::make_mut(head).push(reference, sequence, prints, parameters);
        Arc::make_mut(&mut self.view.head_removed).push(false);
        self.enrolled.insert(reference, sequence);
        if self.view.head.people.len() >= HEAD_PEOPLE {
            self.seal();
        }
        Ok(())
    }

    /// Forgets a person; says whether there was one. What is written of the person goes with the
    /// next [`Index::compact`], or the next merge of the segment.
    pub fn remove(&mut self, reference: GalleryReference) -> bool {
        let Some(sequence) = self.enrolled.remove(&reference) else { return false };
        let view = &mut self.view;
        let segments =
            view.segments.iter_mut().map(|kept| (&kept.segment.people, &mut kept.removed));
        for (people, removed) in segments.chain([(&view.head.people, &mut view.head_removed)]) {
            if let Ok(person) = people.sequences.binary_search(&sequence) {
                Arc::make_mut(removed)[person] = true;
            }
        }
        true
    }

    /// Makes a segment of the head, and merges segments so that each is more than twice the next.
    pub fn seal(&mut self) {
        let removed = std::mem::take(&mut self.view.head_removed);
        if removed.is_empty() {
            return;
        }
        let segment = Arc::new(std::mem::take(&mut self.view.head).seal());
        let segments = &mut self.view.segments;
        segments.push(Kept { segment, removed });
        while let [.., older, newer] = segments.as_slice() {
            let (old, new) = (older.segment.len(), newer.segment.len());
            if old > 2 * new || old + new > MOST_PEOPLE {
                break;
            }
            let merged = older.merge(newer);
            segments.truncate(segments.len() - 2);
            segments.push(merged);
        }
    }

    /// Writes every segment anew in which somebody was removed, so that nothing of them is left.
    pub fn compact(&mut self) {
        self.seal();
        let nobody = Kept::new(Head::default().seal());
        for kept in &mut self.view.segments {
            if kept.removed.contains(&true) {
                *kept = kept.merge(&nobody);
            }
        }
    }

    /// Writes everything as few segments as their greatest size allows, without those removed: what
    /// a file wants, which is written once and searched often.
    pub fn unite(&mut self) {
        self.compact();
        for kept in std::mem::take(&mut self.view.segments) {
            match self.view.segments.last_mut() {
                _ if kept.segment.is_empty() => {}
                Some(last) if last.segment.len() + kept.segment.len() <= MOST_PEOPLE => {
                    *last = last.merge(&kept);
                }
                _ => self.view.segments.push(kept),
            }
        }
    }

    /// The greatest sequence number of those still written, removed or not.
    fn last_sequence(&self) -> Option<u64> {
        self.view.parts().filter_map(|(people, _)| people.sequences.last()).max().copied()
    }

    /// Number of persons.
    pub fn len(&self) -> usize {
        self.enrolled.len()
    }

    /// Whether nobody is enrolled.
    pub fn is_empty(&self) -> bool {
        self.enrolled.is_empty()
    }

    /// The segments, oldest first, without the persons enrolled since the last [`Index::seal`].
    pub fn segments(&self) -> impl ExactSizeIterator<Item = &Segment> {
        self.view.segments.iter().map(|kept| kept.segment.as_ref())
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> IndexMemory {
        let (mut bits, mut persons) = (0, 0);
        for (people, removed) in self.view.parts() {
            let (of_bits, of_people) = people.memory();
            bits += of_bits;
            persons += of_people + removed.len();
        }
        persons += self.enrolled.capacity() * size_of::<(GalleryReference, u64)>();
        let head =
            self.view.head.keys.iter().map(|keys| size_of_val(keys) + 4 * keys.capacity()).sum();
        let postings = self.segments().map(|segment| segment.postings.memory()).sum();
        IndexMemory { postings, bits, people: persons, head }
    }
}
