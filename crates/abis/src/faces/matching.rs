//! The model, and what its likeness is held to mean.

use core::fmt;
use std::sync::Arc;

use niims_face::FaceModel;
use niims_face::embedding::{cosine, product};

use crate::modality::FaceTemplate;

/// What a threshold may be, thousandths of the cosine. Models differ so much that no value would do as a
/// usual one.
pub const LIKENESS: core::ops::RangeInclusive<i32> = 1..=1_000;

/// How faces are compared. Cheap to clone.
#[derive(Clone)]
pub struct FaceMatching {
    model: Arc<FaceModel>,
    threshold: i32,
    room: usize,
}

impl fmt::Debug for FaceMatching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaceMatching({:?}, from {})", self.model, self.threshold)
    }
}

impl FaceMatching {
    /// Faces by this model, held alike from a likeness of `threshold` thousandths of the cosine on (brought
    /// into [`LIKENESS`]). A search keeps at most `room` bytes of embeddings in memory.
    pub fn new(model: FaceModel, threshold: i32, room: usize) -> Self {
        let threshold = threshold.clamp(*LIKENESS.start(), *LIKENESS.end());
        Self { model: Arc::new(model), threshold, room }
    }

    /// The model.
    pub fn model(&self) -> &FaceModel {
        &self.model
    }

    /// The least likeness at which two faces are held alike, thousandths of the cosine.
    pub fn threshold(&self) -> i32 {
        self.threshold
    }

    /// Most bytes of embeddings in memory.
    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Whether an embedding is of this model, so that it can be compared.
    pub fn made(&self, face: &FaceTemplate) -> bool {
        face.model == self.model.fingerprint()
    }

    /// The best face of a capture that can be compared.
    pub(crate) fn best<'f>(&self, faces: &'f [FaceTemplate]) -> Option<&'f FaceTemplate> {
        // The first of equal ones, whatever their order in memory.
        faces.iter().rev().filter(|face| self.made(face)).max_by_key(|face| face.quality)
    }

    /// How alike the best faces of two captures are, thousandths of the cosine; `None` where one has none
    /// of this model.
    pub fn likeness(&self, one: &[FaceTemplate], other: &[FaceTemplate]) -> Option<i32> {
        let [one, other] = [self.best(one)?, self.best(other)?].map(|face| &face.embedding[..]);
        (one.len() == other.len())
            .then(|| cosine(product(one, other), product(one, one), product(other, other)))
    }
}
