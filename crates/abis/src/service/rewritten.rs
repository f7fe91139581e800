//! Comparing a probe with captures as the database has them, past any searcher.

use std::collections::BTreeSet;

use niims_record::GalleryReference;
use niims_store::Tx;
use niims_store::abis::encounters;

use super::probe::Resolved;
use super::{ServiceError, comparison};
use crate::faces::FaceMatching;
use crate::modality::Biometrics;
use crate::search::{FoundCandidate, SearchError};

/// A probe's captures, and those that it is to be compared with.
pub(super) struct Stored {
    probe: Vec<Biometrics>,
    captures: Vec<(GalleryReference, Biometrics)>,
}

/// Reads these captures in one view; those that are gone are left out.
pub(super) async fn as_stored(
    tx: &mut Tx,
    probe: &Resolved,
    references: BTreeSet<GalleryReference>,
) -> Result<Stored, ServiceError> {
    let mut captures = Vec::with_capacity(references.len());
    for reference in references {
        if let Some(row) = encounters::get(tx, reference).await? {
            captures.push((reference, comparison::stored(&row.content.biometrics)?));
        }
    }
    Ok(Stored { probe: probe.captures.clone(), captures })
}

impl Stored {
    /// Those that reach the threshold, each by the capture of the probe that is most alike.
    pub(super) async fn compared(
        self,
        threshold: i32,
        faces: Option<FaceMatching>,
    ) -> Result<Vec<FoundCandidate>, ServiceError> {
        if self.captures.is_empty() {
            return Ok(Vec::new());
        }
        let found = tokio::task::spawn_blocking(move || self.compare(threshold, faces.as_ref()))
            .await
            .map_err(|_| SearchError::Template)??;
        Ok(found)
    }

    fn compare(
        mut self,
        threshold: i32,
        faces: Option<&FaceMatching>,
    ) -> Result<Vec<FoundCandidate>, SearchError> {
        let mut found = Vec::new();
        // As the searchers do it: a capture with fingers is searched with by these alone.
        self.probe
            .iter_mut()
            .filter(|one| !one.fingers.is_empty())
            .for_each(|one| one.faces.clear());
        for (reference, capture) in self.captures {
            let Some((_, best)) = comparison::best(&self.probe, &[capture], faces)? else {
                continue;
            };
            if best.reaches(threshold, faces) {
                found.push(FoundCandidate {
                    reference,
                    score: best.score,
                    assignment: best.assignment,
                    fingers: best.fingers,
                });
            }
        }
        Ok(found)
    }
}
