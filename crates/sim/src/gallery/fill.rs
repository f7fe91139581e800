//! Filling a gallery folder with people, and opening it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use niims_abis::cascade::LocalSearcher;
use niims_abis::gallery::{Folder, GalleryKey, GalleryParts, Settings};
use niims_abis::search::{SearchError, Searcher};
use niims_wire::{Clock, Entropy};

use super::meter::{Meter, Spent};
use super::people::SampledPeople;

/// People in the journal before they become a segment while a gallery is being filled: the most that a
/// gallery takes. Fewer are merged more often.
const FLUSH_PEOPLE: usize = 1 << 16;
/// People enrolled between two words about progress.
const PROGRESS: u64 = 10_000;

/// What a gallery of synthetic people is opened with.
pub struct GallerySettings {
    /// Its folder; made where there is none.
    pub folder: PathBuf,
    /// How many people are enrolled in it.
    pub people: u64,
    /// The time.
    pub clock: Clock,
    /// Keys and nonces.
    pub entropy: Entropy,
}

/// A gallery of synthetic people, open.
pub struct SyntheticGallery {
    pub(super) searcher: LocalSearcher,
    pub(super) feed: Arc<SampledPeople>,
    folder: PathBuf,
    /// What opening took.
    pub opened: Spent,
    /// How many had been enrolled before.
    pub already: u64,
}

/// What filling took.
#[derive(Debug, Clone, Copy)]
pub struct FillReport {
    /// People enrolled now.
    pub people: u64,
    /// Sampling them included.
    pub enrolling: Spent,
    /// Making few segments of many.
    pub merging: Spent,
}

/// What a gallery weighs.
#[derive(Debug, Clone, Copy)]
pub struct SizeReport {
    /// People enrolled.
    pub people: u64,
    /// Bytes of the folder.
    pub disk: u64,
    /// Bytes of memory that this process holds and shares with no other (resident and anonymous); none where
    /// the system does not say.
    pub memory: Option<u64>,
}

impl SyntheticGallery {
    /// Opens a folder; those who are missing are enrolled by [`SyntheticGallery::fill`].
    ///
    /// # Errors
    /// [`SearchError::Storage`] where the folder is used by another process or cannot be read.
    pub async fn open(settings: GallerySettings) -> Result<Self, SearchError> {
        let GallerySettings { folder, people, clock, entropy } = settings;
        let feed = Arc::new(SampledPeople::new(people));
        let parts = GalleryParts {
            files: Box::new(Folder::open(&folder)?),
            // Nothing here is anybody's, so the key is no secret.
            key: GalleryKey::new([1; 32]),
            settings: Settings { flush_people: FLUSH_PEOPLE, ..Settings::default() },
            entropy,
        };
        let meter = Meter::start();
        let searcher = LocalSearcher::open(parts, feed.clone(), clock).await?;
        let (opened, already) = (meter.stop(), searcher.part().gallery().len() as u64);
        Ok(Self { searcher, feed, folder, opened, already })
    }

    /// Enrols everybody who is missing. Can be stopped at any time: what was enrolled stays.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where the folder cannot be written.
    pub async fn fill(&self, mut progress: impl FnMut(u64)) -> Result<FillReport, SearchError> {
        let meter = Meter::start();
        let part = self.searcher.part();
        let (first, last) = (part.gallery().position(), self.feed.enrolled());
        let mut position = first;
        while position < last {
            position = (position + PROGRESS).min(last);
            part.catch_up(position).await?;
            progress(position);
        }
        let enrolling = meter.stop();
        let meter = Meter::start();
        if position > first {
            tokio::task::block_in_place(|| part.gallery().flush())?;
        }
        while part.maintain().await?.merged > 0 {}
        Ok(FillReport { people: last - first, enrolling, merging: meter.stop() })
    }

    /// What it weighs now.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where the folder cannot be read.
    pub async fn size(&self) -> Result<SizeReport, SearchError> {
        let disk = bytes_in(&self.folder).map_err(|_| SearchError::Storage)?;
        Ok(SizeReport { people: self.searcher.count().await?, disk, memory: own_memory() })
    }
}

/// Time a person, given those for all.
impl FillReport {
    /// Processor time of one enrolment, the sampling of the person included.
    pub fn each(&self) -> Duration {
        self.enrolling.processor.checked_div(self.people.max(1) as u32).unwrap_or_default()
    }
}

fn bytes_in(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

/// `RssAnon` of `/proc/self/status`, which is in kB.
fn own_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024 * kilobytes)
}
