//! What a search sees: the index as it was at one moment.

use std::sync::Arc;

use super::head::Head;
use super::minhash::MinHash;
use super::parameters::Parameters;
use super::people::People;
use super::segment::Segment;

/// An index at one moment. Cloning it copies a few pointers; what is enrolled or removed afterwards
/// does not change it.
#[derive(Clone)]
pub(super) struct View {
    pub(super) parameters: Parameters,
    pub(super) minhash: Arc<MinHash>,
    pub(super) segments: Vec<Kept>,
    pub(super) head: Arc<Head>,
    pub(super) head_removed: Arc<Vec<bool>>,
}

/// A segment and who of it has been removed.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) segment: Arc<Segment>,
    pub(super) removed: Arc<Vec<bool>>,
}

impl View {
    /// The segments' persons and the head's, oldest first, with who has been removed.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&People, &[bool])> + Clone {
        let head = (&self.head.people, self.head_removed.as_slice());
        let segments = self.segments.iter().map(|k| (&k.segment.people, k.removed.as_slice()));
        segments.chain(std::iter::once(head))
    }

    /// Whether anybody may have a finger of unknown position.
    pub(super) fn has_unknown(&self) -> bool {
        self.parts().any(|(people, _)| people.has_unknown)
    }
}

impl Kept {
    pub(super) fn new(segment: Segment) -> Self {
        let removed = Arc::new(vec![false; segment.len()]);
        Self { segment: Arc::new(segment), removed }
    }

    /// Both as one, without those removed.
    pub(super) fn merge(&self, newer: &Self) -> Self {
        Self::new(Segment::merge(
            (&self.segment, &|person| !self.removed[person]),
            (&newer.segment, &|person| !newer.removed[person]),
        ))
    }
}
