//! A gallery folder at work: searched, kept in order, and watched.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use niims_store::Keyring;
use niims_wire::{Clock, Entropy};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::canary::{AuditResult, CanaryReport, CanarySettings, CanaryWatch, StageCounts, Verdict};
use crate::cascade::LocalSearcher;
use crate::gallery::{Folder, GalleryKey, GalleryParts, GalleryStatus, Settings};
use crate::search::{ChangeFeed, SearchError};

/// Pause between two rounds of keeping. Range a second to an hour; the purge of who is gone is looked for
/// as often.
const KEEP_EVERY: Duration = Duration::from_mins(1);

/// A gallery in a folder of this machine, filled from a feed. One process has it at a time.
pub struct KeptGallery {
    searcher: LocalSearcher,
    watch: CanaryWatch,
    clock: Clock,
}

impl KeptGallery {
    /// Opens the folder, which is made where there is none; it is sealed under a key of the database's root.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where the folder is used by another process or cannot be read.
    pub async fn open(
        folder: &Path,
        keyring: &Keyring,
        feed: Arc<dyn ChangeFeed>,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, SearchError> {
        let files = Folder::open(folder).map_err(|error| {
            tracing::error!(code = error.code(), "{error}");
            SearchError::from(error)
        })?;
        let parts = GalleryParts {
            files: Box::new(files),
            key: GalleryKey::new(*keyring.folder_key("gallery")),
            settings: Settings::default(),
            entropy: entropy.clone(),
        };
        let searcher = LocalSearcher::open(parts, feed, clock.clone()).await?;
        let watch = CanaryWatch::new(searcher.clone(), CanarySettings::default(), entropy);
        Ok(Self { searcher, watch, clock })
    }

    /// What is searched.
    pub fn searcher(&self) -> &LocalSearcher {
        &self.searcher
    }

    /// How the watch over recall stands.
    pub fn report(&self) -> CanaryReport {
        self.watch.report()
    }

    /// How the gallery stands and what the watch over recall says.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where its files cannot be looked at.
    pub async fn status(&self) -> Result<KeptStatus, SearchError> {
        let gallery = self.searcher.part().run(|part, _| Ok(part.gallery().status()?)).await?;
        let report = self.report();
        let (live_permille, is_low) = match report.verdict {
            Verdict::TooFew => (None, false),
            Verdict::Sound { permille } => (Some(permille), false),
            Verdict::Low { permille } => (Some(permille), true),
        };
        let CanaryReport { counts, low_since, audit, .. } = report;
        let recall = RecallStatus { counts, live_permille, is_low, low_since, audit };
        Ok(KeptStatus { at: self.clock.now(), gallery, recall })
    }

    /// Keeps the gallery until told to stop, a round a minute.
    pub async fn keep(&self, stop: watch::Receiver<bool>) {
        rounds(stop, || self.keep_once()).await;
    }

    /// One round: catches up, purges who is gone, merges, watches recall, and once a day reads everything
    /// in search of rot.
    ///
    /// # Errors
    /// [`SearchError`]; the next round tries again.
    pub async fn keep_once(&self) -> Result<(), SearchError> {
        let part = self.searcher.part();
        part.catch_up(u64::MAX).await?;
        part.maintain().await?;
        let audited = self.watch.report().audit;
        self.watch.run_due(self.clock.now()).await?;
        if self.watch.report().audit != audited {
            part.scrub().await?;
        }
        Ok(())
    }
}

/// How a gallery at work stands. It says nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStatus {
    /// When this was so.
    pub at: Timestamp,
    /// Its people and files.
    pub gallery: GalleryStatus,
    /// Whether it finds people.
    pub recall: RecallStatus,
}

/// What the watch over recall has seen since the process began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallStatus {
    /// Searches for synthetic people, by stage passed.
    pub counts: StageCounts,
    /// Share of the last searches that found their person, thousandths; none after too few.
    pub live_permille: Option<u16>,
    /// Whether that is below the level set.
    pub is_low: bool,
    /// Since when.
    pub low_since: Option<Timestamp>,
    /// The last audit.
    pub audit: Option<AuditResult>,
}

/// Does something every so often until told to stop; what goes wrong is logged.
pub(crate) async fn rounds<F>(mut stop: watch::Receiver<bool>, round: impl Fn() -> F)
where
    F: Future<Output = Result<(), SearchError>>,
{
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(KEEP_EVERY) => {}
        }
        if let Err(error) = round().await {
            tracing::error!(code = error.code(), "keeping the gallery: {error}");
        }
    }
}
