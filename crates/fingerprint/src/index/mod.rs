//! 1:N search of a large gallery without comparing with everybody.
//!
//! Three stages, each with fewer persons: keys made from the surroundings of minutiae that agree
//! (`MinHash`, spread over fingers), the bits of those surroundings, and the full comparison. The
//! first two hold about 10.5 kilobytes a person in memory; the prints for the third may lie elsewhere.
//!
//! Persons are only ever added, in segments that do not change; removing leaves a mark, and the next
//! merge writes the segment without them. **The answer depends on who is enrolled, never on the
//! segments, the threads or the processor**, and a search can ask for those enrolled before a number.

mod search;
mod votes;

mod full;
mod kernel;

mod head;
mod people;
mod segment;

mod file;

mod postings;
mod rice;

mod cylinder;
mod minhash;
mod prints;

mod parameters;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

pub use file::SegmentError;
pub use full::compare_shortlist;
pub use kernel::Kernel;
pub use minhash::IndexKey;
pub use parameters::Parameters;
pub use prints::PersonCylinders;
pub use search::{SearchOptions, Selection, Shortlisted, promising};
pub use segment::Segment;

use crate::finger::FingerPosition;
use crate::gallery::GalleryReference;
use head::Head;
use minhash::MinHash;
use people::People;
use segment::MOST_PEOPLE;

/// Persons that the head holds before it becomes a segment. Searching the head reads all its
/// keys, some 2,000 a person; the time that takes has not been measured apart.
const HEAD_PEOPLE: usize = 256;

/// Persons under opaque references, found by what their fingers look like.
#[derive(Clone)]
pub struct Index {
    parameters: Parameters,
    minhash: MinHash,
    segments: Vec<Kept>,
    head: Head,
    head_removed: Vec<bool>,
    /// The sequence number of everybody enrolled and not removed.
    enrolled: HashMap<GalleryReference, u64>,
    /// Persons among them with a finger of unknown position.
    unknown_fingers: usize,
}

/// A segment and who of it has been removed.
#[derive(Clone)]
struct Kept {
    segment: Arc<Segment>,
    removed: Vec<bool>,
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
        write!(f, "Index({} persons, {} segments)", self.len(), self.segments.len())
    }
}

impl Index {
    /// Nobody. Parameters outside their ranges are brought into them.
    pub fn new(key: &IndexKey, parameters: Parameters) -> Self {
        let parameters = parameters.bounded();
        Self {
            minhash: MinHash::new(key, &parameters),
            parameters,
            segments: Vec::new(),
            head: Head::default(),
            head_removed: Vec::new(),
            enrolled: HashMap::new(),
            unknown_fingers: 0,
        }
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
        let last = self.parts().filter_map(|(people, _)| people.sequences.last()).max();
        if let Some(last) = last.copied().filter(|last| *last >= sequence) {
            return Err(IndexError::Sequence { given: sequence, last });
        }
        self.remove(reference);
        self.head.push(reference, sequence, prints, &self.minhash, &self.parameters);
        self.head_removed.push(false);
        self.enrolled.insert(reference, sequence);
        self.unknown_fingers +=
            usize::from(has_unknown(&self.head.people, self.head.people.len() - 1));
        if self.head.people.len() >= HEAD_PEOPLE {
            self.seal();
        }
        Ok(())
    }

    /// Forgets a person; says whether there was one. What is written of the person goes with the
    /// next [`Index::compact`], or the next merge of the segment.
    pub fn remove(&mut self, reference: GalleryReference) -> bool {
        let Some(sequence) = self.enrolled.remove(&reference) else { return false };
        let segments =
            self.segments.iter_mut().map(|kept| (&kept.segment.people, &mut kept.removed));
        for (people, removed) in segments.chain([(&self.head.people, &mut self.head_removed)]) {
            if let Ok(person) = people.sequences.binary_search(&sequence) {
                removed[person] = true;
                self.unknown_fingers -= usize::from(has_unknown(people, person));
            }
        }
        true
    }

    /// Makes a segment of the head, and merges segments so that each is more than twice the next.
    pub fn seal(&mut self) {
        let removed = std::mem::take(&mut self.head_removed);
        if removed.is_empty() {
            return;
        }
        let segment = Arc::new(std::mem::take(&mut self.head).seal());
        self.segments.push(Kept { segment, removed });
        while let [.., older, newer] = self.segments.as_slice() {
            let (old, new) = (older.segment.len(), newer.segment.len());
            if old > 2 * new || old + new > MOST_PEOPLE {
                break;
            }
            let merged = older.merge(newer);
            self.segments.truncate(self.segments.len() - 2);
            self.segments.push(merged);
        }
    }

    /// Writes every segment anew in which somebody was removed, so that nothing of them is left.
    pub fn compact(&mut self) {
        self.seal();
        let nobody = Kept { segment: Arc::new(Head::default().seal()), removed: Vec::new() };
        for kept in &mut self.segments {
            if kept.removed.contains(&true) {
                *kept = kept.merge(&nobody);
            }
        }
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
        self.segments.iter().map(|kept| kept.segment.as_ref())
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> IndexMemory {
        let (mut bits, mut persons) = (0, 0);
        for (people, removed) in self.parts() {
            let (of_bits, of_people) = people.memory();
            bits += of_bits;
            persons += of_people + removed.len();
        }
        persons += self.enrolled.capacity() * size_of::<(GalleryReference, u64)>();
        let head = self.head.keys.iter().map(|keys| size_of_val(keys) + 4 * keys.capacity()).sum();
        let postings = self.segments().map(|segment| segment.postings.memory()).sum();
        IndexMemory { postings, bits, people: persons, head }
    }

    /// The segments' persons and the head's, oldest first, with who has been removed.
    fn parts(&self) -> impl Iterator<Item = (&People, &[bool])> + Clone {
        let head = (&self.head.people, self.head_removed.as_slice());
        let segments = self.segments.iter().map(|k| (&k.segment.people, k.removed.as_slice()));
        segments.chain(std::iter::once(head))
    }
}

impl Kept {
    /// Both as one, without those removed.
    fn merge(&self, newer: &Self) -> Self {
        let segment = Segment::merge(
            (&self.segment, &|person| !self.removed[person]),
            (&newer.segment, &|person| !newer.removed[person]),
        );
        Self { removed: vec![false; segment.len()], segment: Arc::new(segment) }
    }
}

fn has_unknown(people: &People, person: usize) -> bool {
    people.counts[person][usize::from(FingerPosition::Unknown.code())] > 0
}
