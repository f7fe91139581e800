//! The matcher inside the process of the register: its gallery table as a feed, a folder beside it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use niims_fingerprint::CANDIDATE_THRESHOLD;
use niims_record::GalleryReference;
use niims_store::Database;
use niims_store::gallery::{self, GalleryChange};
use niims_wire::abis::{
    Abis, AbisError, FingerTemplate, GalleryCandidate, Identification, LentFinger, decode_fingers,
};
use niims_wire::{Clock, Entropy};
use tokio::sync::{OnceCell, watch};

use crate::canary::CanaryReport;
use crate::kept::{KeptGallery, rounds};
use crate::modality::Biometrics;
use crate::search::{
    Among, Change, ChangeFeed, Effort, SearchError, SearchOutcome, SearchRequest, Searcher,
};

/// Most candidates of one search. More than ten are never looked at by people.
const MOST_CANDIDATES: usize = 20;
/// A matcher over the register's stored gallery.
pub struct InProcessAbis {
    db: Database,
    folder: PathBuf,
    clock: Clock,
    entropy: Entropy,
    /// Opened with the first search: most commands of a centre never search, and may run while the
    /// serving process holds the folder.
    opened: OnceCell<KeptGallery>,
}

impl InProcessAbis {
    /// A matcher whose gallery stands in `folder`, which is made where there is none. It is sealed under
    /// a key of the database's root. Folder and database are opened with the first search.
    pub fn new(db: Database, folder: PathBuf, clock: Clock, entropy: Entropy) -> Self {
        Self { db, folder, clock, entropy, opened: OnceCell::new() }
    }

    /// Keeps the gallery until told to stop: purges who is gone, merges, watches recall, and reads
    /// everything once a day in search of rot. One process of a centre runs this.
    pub async fn keep(self: Arc<Self>, stop: watch::Receiver<bool>) {
        rounds(stop, || async { self.opened().await?.keep_once().await }).await;
    }

    /// How the watch over recall stands; `None` before the first search.
    pub fn report(&self) -> Option<CanaryReport> {
        self.opened.get().map(KeptGallery::report)
    }

    async fn opened(&self) -> Result<&KeptGallery, SearchError> {
        self.opened.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> Result<KeptGallery, SearchError> {
        let feed = Arc::new(RegisterFeed(self.db.clone()));
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        KeptGallery::open(&self.folder, self.db.keyring(), feed, clock, entropy).await
    }
}

/// The register's gallery table as a feed.
pub struct RegisterFeed(pub Database);

#[async_trait]
impl ChangeFeed for RegisterFeed {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        // The database counts in 63 bits.
        let up_to = up_to.min(i64::MAX.unsigned_abs());
        let mut tx = self.0.read().await.map_err(|_| SearchError::Storage)?;
        let changes = gallery::changes_between(&mut tx, after, up_to, at_most)
            .await
            .map_err(|_| SearchError::Storage)?;
        changes.into_iter().map(to_change).collect()
    }
}

fn to_change(change: GalleryChange) -> Result<Change, SearchError> {
    Ok(match change {
        GalleryChange::Removed { reference, sequence } => Change::Removed { sequence, reference },
        GalleryChange::Inserted(entry) => {
            let fingers = decode_fingers(&entry.templates).map_err(|_| SearchError::Template)?;
            let biometrics = Biometrics { fingers, ..Biometrics::default() };
            let (sequence, reference) = (entry.sequence, entry.reference);
            Change::Inserted { sequence, reference, biometrics }
        }
    })
}

#[async_trait]
impl Abis for InProcessAbis {
    async fn identify(
        &self,
        probe: Vec<FingerTemplate>,
        below_sequence: u64,
    ) -> Result<Identification, AbisError> {
        let request = SearchRequest {
            below_sequence,
            among: Among::Everyone,
            effort: Effort::Usual,
            most_candidates: MOST_CANDIDATES,
            threshold: CANDIDATE_THRESHOLD,
        };
        let probe = Biometrics { fingers: probe, ..Biometrics::default() };
        let searcher = self.opened().await.map_err(to_abis_error)?.searcher();
        let found = searcher.search(&probe, &request).await.map_err(to_abis_error)?;
        Ok(match found {
            SearchOutcome::Complete { candidates } => Identification::Complete {
                candidates: candidates
                    .into_iter()
                    .map(|found| GalleryCandidate {
                        reference: found.reference,
                        score: found.score,
                    })
                    .collect(),
            },
            SearchOutcome::Incomplete { covered_permille, .. } => {
                Identification::Incomplete { covered_permille }
            }
        })
    }

    async fn lent_fingers(
        &self,
        probe: Vec<FingerTemplate>,
        people: Vec<GalleryReference>,
    ) -> Result<Vec<LentFinger>, AbisError> {
        let probe = Biometrics { fingers: probe, ..Biometrics::default() };
        let searcher = self.opened().await.map_err(to_abis_error)?.searcher();
        // Officers may have been enrolled after the one who is captured.
        searcher.part().catch_up(u64::MAX).await.map_err(to_abis_error)?;
        let lent = searcher.lent_fingers(&probe, people).await.map_err(to_abis_error)?;
        Ok(lent
            .into_iter()
            .map(|(reference, finger)| LentFinger {
                reference,
                finger: finger.probe,
                score: finger.score,
            })
            .collect())
    }
}

fn to_abis_error(error: SearchError) -> AbisError {
    match error {
        SearchError::Template => AbisError::Template,
        _ => AbisError::Storage,
    }
}
