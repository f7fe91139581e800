//! How many kits are served at once, and who writes to an upload.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use niims_record::{KitId, UploadId};
use niims_wire::Problem;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Refusal;
use crate::rush::{Admission, Rush};

/// Chunks that may be on their way at once. Each holds a connection, an open file and some 64 kB:
/// a quarter of a gigabyte. Range 256 to 65,536, below the limit of open files.
const MOST_STREAMS: usize = 4_096;
/// Packets that are hashed and flushed at once. Range 4 to 64: enough for one flush of the disk
/// to serve many, and at most 16 × 24 MiB of memory.
const MOST_FINISHING: usize = 16;
/// Seconds after which a kit asks again when all streams are taken.
const STREAM_WAIT: u64 = 10;

/// What the door keeps in memory; nothing of it must survive the process.
pub(crate) struct Door {
    rush: Mutex<Rush>,
    /// Packets that wait to be filed, or are.
    at_work: AtomicUsize,
    streams: AtomicUsize,
    finishing: Semaphore,
    writers: Mutex<HashMap<UploadId, Arc<Writer>>>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            rush: Mutex::default(),
            at_work: AtomicUsize::new(0),
            streams: AtomicUsize::new(0),
            finishing: Semaphore::new(MOST_FINISHING),
            writers: Mutex::default(),
        }
    }
}

/// Who may write to an upload: whoever came last. The line of the one before may be dead without
/// anybody knowing.
#[derive(Default)]
pub(crate) struct Writer {
    generation: AtomicU64,
    /// Held while the file is written or looked at.
    pub file: tokio::sync::Mutex<()>,
}

impl Writer {
    /// Takes the upload over; whoever wrote before stops.
    pub fn take_over(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether nobody took over since.
    pub fn is_mine(&self, generation: u64) -> bool {
        self.generation.load(Ordering::SeqCst) == generation
    }
}

/// One of a bounded number; given back when dropped.
pub(crate) struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn one(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Door {
    /// Whether a kit may begin an upload now.
    pub fn admit(&self, kit: KitId, now: Timestamp) -> Result<(), Refusal> {
        let at_work = self.at_work.load(Ordering::SeqCst);
        let mut rush = self.rush.lock().unwrap_or_else(PoisonError::into_inner);
        match rush.ask(kit, at_work, now) {
            Admission::Come => Ok(()),
            Admission::Later(seconds) => Err(full(seconds)),
        }
    }

    /// A place for a chunk on its way.
    pub fn stream(&self) -> Result<Counted<'_>, Refusal> {
        let place = Counted::one(&self.streams);
        if self.streams.load(Ordering::SeqCst) > MOST_STREAMS {
            return Err(full(STREAM_WAIT));
        }
        Ok(place)
    }

    /// A place for a packet that came whole, in the order of coming.
    pub async fn finish(&self) -> (Counted<'_>, Option<SemaphorePermit<'_>>) {
        let place = Counted::one(&self.at_work);
        // The semaphore is never closed.
        (place, self.finishing.acquire().await.ok())
    }

    /// Who writes to this upload.
    pub fn writer(&self, upload: UploadId) -> Arc<Writer> {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        // What nobody else holds is of an upload at rest.
        if writers.len() > MOST_STREAMS {
            writers.retain(|_, writer| Arc::strong_count(writer) > 1);
        }
        Arc::clone(writers.entry(upload).or_default())
    }
}

fn full(seconds: u64) -> Refusal {
    let problem = Problem::new(503, "receive.rush", "Too many kits come at once");
    let detail = format!("Nothing was lost. Come again in {seconds} seconds; your place is kept.");
    Refusal::later(problem.detail(detail), seconds)
}
