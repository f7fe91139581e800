//! All embeddings in memory, one after another, within a bound.

use std::collections::HashMap;

use niims_face::embedding::{cosine, product};
use niims_fingerprint::Assignment;
use niims_record::GalleryReference;
use rayon::prelude::*;

use super::FaceMatching;
use crate::modality::FaceTemplate;
use crate::search::{Among, Change, FoundCandidate, SearchOutcome, SearchRequest};

/// Rows that a thread compares at a time. Range 256 to 65,536: half a megabyte of usual embeddings.
const AT_A_TIME: usize = 1_024;

/// Who stands in a row.
struct Row {
    reference: GalleryReference,
    sequence: u64,
    /// The square of the embedding's length.
    square: i64,
}

/// Everybody's best face. An embedding takes its length, and about 70 bytes beside it.
#[derive(Default)]
pub(super) struct Rows {
    /// Length of an embedding; zero before the first.
    length: usize,
    embeddings: Vec<i8>,
    kept: Vec<Row>,
    places: HashMap<GalleryReference, usize>,
    /// People with a face that is not among them, by an older model or for want of room, with their
    /// sequence: a search that should see them is not complete.
    beyond: HashMap<GalleryReference, u64>,
}

impl Rows {
    /// Applies changes in their order.
    pub(super) fn apply(&mut self, changes: Vec<Change>, matching: &FaceMatching) {
        for change in changes {
            match change {
                Change::Inserted { sequence, reference, biometrics } => {
                    self.remove(reference);
                    self.insert(reference, sequence, &biometrics.faces, matching);
                }
                Change::Removed { reference, .. } => self.remove(reference),
            }
        }
    }

    fn insert(
        &mut self,
        reference: GalleryReference,
        sequence: u64,
        faces: &[FaceTemplate],
        matching: &FaceMatching,
    ) {
        if faces.is_empty() {
            return;
        }
        let fitting = matching.best(faces).filter(|face| {
            let length = face.embedding.len();
            (self.length == 0 || self.length == length)
                && self.embeddings.len() + length <= matching.room()
        });
        let Some(face) = fitting else {
            self.beyond.insert(reference, sequence);
            return;
        };
        self.length = face.embedding.len();
        self.places.insert(reference, self.kept.len());
        let square = product(&face.embedding, &face.embedding);
        self.kept.push(Row { reference, sequence, square });
        self.embeddings.extend(&face.embedding);
    }

    fn remove(&mut self, reference: GalleryReference) {
        self.beyond.remove(&reference);
        let Some(place) = self.places.remove(&reference) else { return };
        // The last row takes the place.
        self.kept.swap_remove(place);
        let last = self.kept.len() * self.length;
        if let Some(moved) = self.kept.get(place) {
            self.places.insert(moved.reference, place);
            self.embeddings.copy_within(last.., place * self.length);
        }
        self.embeddings.truncate(last);
    }

    /// Compares a face with everybody's.
    pub(super) fn search(
        &self,
        probe: &[i8],
        request: &SearchRequest,
        threshold: i32,
    ) -> SearchOutcome {
        let asked_for = |reference: &GalleryReference, sequence: u64| {
            sequence < request.below_sequence
                && match &request.among {
                    Among::Everyone => true,
                    Among::Only(only) => only.contains(reference),
                }
        };
        let own = product(probe, probe);
        let length = self.length.max(1);
        let compared = self
            .kept
            .par_chunks(AT_A_TIME)
            .zip(self.embeddings.par_chunks(AT_A_TIME * length))
            .map(|(rows, embeddings)| {
                let asked = rows.iter().zip(embeddings.chunks_exact(length));
                let asked = asked.filter(|(row, _)| asked_for(&row.reference, row.sequence));
                let (mut seen, mut found) = (0_u64, Vec::new());
                for (row, embedding) in asked {
                    seen += 1;
                    let likeness = cosine(product(probe, embedding), own, row.square);
                    if likeness >= threshold {
                        found.push(candidate(row.reference, likeness));
                    }
                }
                (seen, found)
            })
            .reduce(
                || (0, Vec::new()),
                |(seen, mut found), (more, others)| {
                    found.extend(others);
                    (seen + more, found)
                },
            );
        let (seen, mut candidates) = compared;
        candidates.sort_by(|a, b| b.score.cmp(&a.score).then(a.reference.cmp(&b.reference)));
        candidates.truncate(request.most_candidates);
        let beyond = self.beyond.iter().filter(|(who, at)| asked_for(who, **at)).count() as u64;
        if beyond == 0 {
            return SearchOutcome::Complete { candidates };
        }
        // Rounded down: less than everybody never reads as everybody.
        let covered_permille = (seen * 1_000 / (seen + beyond)) as u16;
        SearchOutcome::Incomplete { candidates, covered_permille }
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }
}

/// The score of a face is its likeness; no finger stands behind it.
fn candidate(reference: GalleryReference, likeness: i32) -> FoundCandidate {
    let (assignment, fingers) = (Assignment::AsStated, Vec::new());
    FoundCandidate { reference, score: likeness, assignment, fingers }
}
