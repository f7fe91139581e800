//! The matcher inside the process of the register.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use niims_fingerprint::{CANDIDATE_THRESHOLD, Gallery, PersonTemplates, Template};
use niims_fingerprint::{GalleryReference as EngineReference, Prepared};
use niims_record::GalleryReference;
use niims_store::{Database, gallery};
use niims_wire::abis::{
    Abis, AbisError, FingerTemplate, GalleryCandidate, Identification, decode_fingers,
};
use tokio::sync::Mutex;

/// Most candidates of one search. More than ten are never looked at by people.
const MOST_CANDIDATES: usize = 20;
/// Gallery rows read in one transaction while catching up.
const BATCH: usize = 500;

/// A matcher over the stored gallery, held in memory.
pub struct InProcessAbis {
    db: Database,
    gallery: Arc<RwLock<Gallery>>,
    /// Sequence up to which the stored gallery has been read. Held while catching up.
    read_up_to: Mutex<u64>,
}

impl InProcessAbis {
    /// A matcher that has read nothing yet; it catches up before the first search.
    pub fn new(db: Database) -> Self {
        Self { db, gallery: Arc::default(), read_up_to: Mutex::new(0) }
    }

    /// How many people are held in memory.
    pub fn len(&self) -> usize {
        self.gallery.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nobody is held in memory.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads every stored insertion below a sequence that was not read before.
    /// Sequences are given in the order of commits, so none can appear later
    /// below one that is already visible.
    async fn catch_up(&self, below_sequence: u64) -> Result<(), AbisError> {
        let mut read_up_to = self.read_up_to.lock().await;
        let last = below_sequence.saturating_sub(1);
        while *read_up_to < last {
            let mut tx = self.db.read().await.map_err(|_| AbisError::Storage)?;
            let rows = gallery::rows_between(&mut tx, *read_up_to, last, BATCH)
                .await
                .map_err(|_| AbisError::Storage)?;
            let reached = if rows.len() < BATCH { last } else { rows[BATCH - 1].sequence };
            let gallery = Arc::clone(&self.gallery);
            tokio::task::spawn_blocking(move || enter(&gallery, &rows))
                .await
                .map_err(|_| AbisError::Storage)??;
            *read_up_to = reached;
        }
        Ok(())
    }
}

#[async_trait]
impl Abis for InProcessAbis {
    async fn identify(
        &self,
        probe: Vec<FingerTemplate>,
        below_sequence: u64,
    ) -> Result<Identification, AbisError> {
        self.catch_up(below_sequence).await?;
        let gallery = Arc::clone(&self.gallery);
        let candidates =
            tokio::task::spawn_blocking(move || search(&gallery, &probe, below_sequence))
                .await
                .map_err(|_| AbisError::Storage)??;
        Ok(Identification::Complete { candidates })
    }
}

fn enter(gallery: &RwLock<Gallery>, rows: &[gallery::GalleryEntry]) -> Result<(), AbisError> {
    for row in rows {
        let fingers = decode_fingers(&row.templates).map_err(|_| AbisError::Template)?;
        let person = prepare(&fingers)?;
        let reference = EngineReference(u128::from_be_bytes(*row.reference.as_bytes()));
        let mut held = gallery.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(reference, person, row.sequence);
    }
    Ok(())
}

fn search(
    gallery: &RwLock<Gallery>,
    probe: &[FingerTemplate],
    below_sequence: u64,
) -> Result<Vec<GalleryCandidate>, AbisError> {
    let probe = prepare(probe)?;
    let held = gallery.read().unwrap_or_else(PoisonError::into_inner);
    let found = held.identify(&probe, Some(below_sequence), MOST_CANDIDATES);
    Ok(found
        .into_iter()
        .filter(|candidate| candidate.score >= CANDIDATE_THRESHOLD)
        .map(|candidate| GalleryCandidate {
            reference: GalleryReference::from_bytes(candidate.reference.0.to_be_bytes()),
            score: candidate.score,
        })
        .collect())
}

fn prepare(fingers: &[FingerTemplate]) -> Result<PersonTemplates, AbisError> {
    fingers
        .iter()
        .map(|finger| {
            let template =
                Template::from_bytes(&finger.template).map_err(|_| AbisError::Template)?;
            Ok((finger.position, Prepared::new(&template)))
        })
        .collect()
}
