//! Pieces on disk: a gallery folder for each, and beside it which slots it has.
//!
//! ```text
//! piece-3/      a gallery folder; see [`crate::gallery`]
//! piece-3.slots the slots whose people are all in it, up to where it has read; 512 bytes
//! ```
//!
//! The slots are written before anybody of the others is taken out, so that a folder never claims
//! what it has not. A folder that has not all the slots wanted is of no use, since it has read past the
//! others' people: it is removed, and the truth is read again.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use niims_record::GalleryReference;
use niims_wire::{Clock, Entropy};

use super::piece::{Piece, Pieces};
use crate::cascade::{LocalSearcher, PhaseAnswer, PhaseQuestion, PhasedSearcher};
use crate::gallery::{Folder, GalleryKey, GalleryParts, Settings};
use crate::modality::Biometrics;
use crate::search::{
    ChangeFeed, FoundCandidate, SearchError, SearchOutcome, SearchRequest, Searcher,
};
use crate::shard::placement::SlotSet;

/// Pieces in one folder, which no other holder uses.
pub struct FolderPieces {
    folder: PathBuf,
    key: GalleryKey,
    settings: Settings,
    clock: Clock,
    entropy: Entropy,
    /// Numbers of the pieces that are open.
    open: Mutex<BTreeSet<u32>>,
}

impl FolderPieces {
    /// Pieces under this folder, made where there is none. **The key is that of the whole gallery**:
    /// parts can be searched together only when their indexes are made with one key.
    pub fn new(
        folder: PathBuf,
        key: GalleryKey,
        settings: Settings,
        clock: Clock,
        entropy: Entropy,
    ) -> Self {
        Self { folder, key, settings, clock, entropy, open: Mutex::default() }
    }

    /// The folder for these slots. Pieces that are neither open nor of use are removed.
    fn choose(&self, slots: &SlotSet) -> io::Result<u32> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        fs::create_dir_all(&self.folder)?;
        let mut chosen = None;
        let mut highest = open.last().copied().unwrap_or(0);
        for number in numbers(&self.folder)? {
            highest = highest.max(number);
            if open.contains(&number) {
                continue;
            }
            let has = read_slots(&self.record(number))?;
            if chosen.is_none() && has.is_some_and(|has| slots.within(&has)) {
                chosen = Some(number);
            } else {
                self.remove(number)?;
            }
        }
        let number = chosen.unwrap_or(highest + 1);
        write_slots(&self.record(number), slots)?;
        open.insert(number);
        Ok(number)
    }

    /// The record goes last: what has none is removed at the next chance.
    fn remove(&self, number: u32) -> io::Result<()> {
        let place = self.place(number);
        for gone in [fs::remove_dir_all(&place), fs::remove_file(self.record(number))] {
            match gone {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn place(&self, number: u32) -> PathBuf {
        self.folder.join(format!("piece-{number}"))
    }

    fn record(&self, number: u32) -> PathBuf {
        self.folder.join(format!("piece-{number}.slots"))
    }

    async fn open(
        &self,
        number: u32,
        slots: &SlotSet,
        feed: Arc<dyn ChangeFeed>,
    ) -> Result<LocalSearcher, SearchError> {
        let parts = GalleryParts {
            files: Box::new(Folder::open(&self.place(number))?),
            key: self.key.clone(),
            settings: self.settings.clone(),
            entropy: self.entropy.clone(),
        };
        let searcher = LocalSearcher::open(parts, feed, self.clock.clone()).await?;
        // Those whom an earlier run did not come to take out, and those who are another's now.
        searcher.part().forget(SlotSet::all().without(slots)).await?;
        Ok(searcher)
    }
}

#[async_trait]
impl Pieces for FolderPieces {
    async fn piece(
        &self,
        slots: &SlotSet,
        feed: Arc<dyn ChangeFeed>,
    ) -> Result<Arc<dyn Piece>, SearchError> {
        let number = self.choose(slots).map_err(|error| cannot(&error))?;
        let opened = self.open(number, slots, feed).await;
        match opened {
            Ok(searcher) => Ok(Arc::new(FolderPiece { searcher, record: self.record(number) })),
            Err(error) => {
                self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
                Err(error)
            }
        }
    }
}

struct FolderPiece {
    searcher: LocalSearcher,
    record: PathBuf,
}

#[async_trait]
impl Piece for FolderPiece {
    async fn catch_up(&self) -> Result<u64, SearchError> {
        self.searcher.part().catch_up(u64::MAX).await?;
        Ok(self.searcher.part().gallery().position())
    }

    async fn forget(&self, slots: &SlotSet) -> Result<(), SearchError> {
        let has = read_slots(&self.record).map_err(|error| cannot(&error))?.unwrap_or_default();
        write_slots(&self.record, &has.without(slots)).map_err(|error| cannot(&error))?;
        self.searcher.part().forget(slots.clone()).await?;
        Ok(())
    }
}

#[async_trait]
impl PhasedSearcher for FolderPiece {
    async fn answer(&self, question: &PhaseQuestion) -> Result<PhaseAnswer, SearchError> {
        self.searcher.part().answer(question).await
    }
}

#[async_trait]
impl Searcher for FolderPiece {
    async fn search(
        &self,
        probe: &Biometrics,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        self.searcher.search(probe, request).await
    }

    async fn compare(
        &self,
        probe: &Biometrics,
        reference: GalleryReference,
    ) -> Result<Option<FoundCandidate>, SearchError> {
        self.searcher.compare(probe, reference).await
    }

    async fn count(&self) -> Result<u64, SearchError> {
        self.searcher.count().await
    }
}

/// The numbers of the pieces of which anything is there.
fn numbers(folder: &Path) -> io::Result<BTreeSet<u32>> {
    let mut numbers = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("piece-")?.split('.').next()?.parse::<u32>().ok());
        numbers.extend(number);
    }
    Ok(numbers)
}

/// None where there is no record, or none that reads.
fn read_slots(record: &Path) -> io::Result<Option<SlotSet>> {
    match fs::read(record) {
        Ok(bytes) => Ok(SlotSet::from_bytes(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Temporary name, flush, rename, flush the folder: the old slots or the new, never half.
fn write_slots(record: &Path, slots: &SlotSet) -> io::Result<()> {
    let draft = record.with_extension("draft");
    let mut file = fs::File::create(&draft)?;
    file.write_all(&slots.to_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, record)?;
    record.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

fn cannot(error: &io::Error) -> SearchError {
    tracing::error!(
        code = "abis.storage",
        "the folder of a shard cannot be used: {}",
        error.kind()
    );
    SearchError::Storage
}
