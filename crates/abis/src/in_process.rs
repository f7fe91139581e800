//! The matcher inside the process of the register: its gallery table as a feed, a folder beside it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use niims_fingerprint::CANDIDATE_THRESHOLD;
use niims_store::gallery::{self, GalleryChange};
use niims_store::{Database, Keyring};
use niims_wire::abis::{
    Abis, AbisError, FingerTemplate, GalleryCandidate, Identification, decode_fingers,
};
use niims_wire::{Clock, Entropy};
use tokio::sync::OnceCell;

use crate::cascade::LocalSearcher;
use crate::gallery::{Folder, GalleryKey, GalleryParts, Settings};
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
    searcher: OnceCell<LocalSearcher>,
}

impl InProcessAbis {
    /// A matcher whose gallery stands in `folder`, which is made where there is none. It is sealed under
    /// a key of the database's root. Folder and database are opened with the first search.
    pub fn new(db: Database, folder: PathBuf, clock: Clock, entropy: Entropy) -> Self {
        Self { db, folder, clock, entropy, searcher: OnceCell::new() }
    }

    /// The searcher behind it, also for maintenance and for measuring recall.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where another process uses the folder or it cannot be read.
    pub async fn searcher(&self) -> Result<&LocalSearcher, SearchError> {
        self.searcher.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> Result<LocalSearcher, SearchError> {
        let files = Folder::open(&self.folder).map_err(|error| {
            tracing::error!(code = error.code(), "{error}");
            SearchError::from(error)
        })?;
        let parts = GalleryParts {
            files: Box::new(files),
            key: key(self.db.keyring()),
            settings: Settings::default(),
            entropy: self.entropy.clone(),
        };
        let feed = Arc::new(RegisterFeed(self.db.clone()));
        LocalSearcher::open(parts, feed, self.clock.clone()).await
    }
}

fn key(keyring: &Keyring) -> GalleryKey {
    GalleryKey::new(*keyring.folder_key("gallery"))
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
        let searcher = self.searcher().await.map_err(to_abis_error)?;
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
}

fn to_abis_error(error: SearchError) -> AbisError {
    match error {
        SearchError::Template => AbisError::Template,
        _ => AbisError::Storage,
    }
}
