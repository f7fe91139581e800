//! Many writes of the kits' door in one transaction. A commit costs a flush of the disk, whatever
//! it holds; at the end of a day hundreds of packets come in a second, and each would wait for the
//! flush of the one before.
//!
//! Whoever comes puts its work in line. The first to get the turn takes all that wait, writes them
//! in the order in which they came, commits once, and tells each. What fails in company is tried
//! once more alone, so that nobody suffers from a neighbour.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use niims_record::{KitId, PacketId, UploadId};
use niims_store::uploads::{self, Upload};
use niims_store::{StoreError, Tx};
use niims_wire::kit::PacketStanding;
use tokio::sync::oneshot;

use crate::Register;
use crate::receive::Arrival;

/// Most writes in one transaction. Range 1 to 1,000: with 64 a flush of 10 ms is shared so that
/// it costs each packet 0.2 ms, and the write lock is held for some 60 ms.
const MOST_TOGETHER: usize = 64;

/// What is to be written.
pub(crate) enum Work {
    /// An upload begins.
    Begin(Upload),
    /// A packet came whole.
    File(Whole),
}

/// A packet that came whole.
pub(crate) struct Whole {
    pub packet: PacketId,
    pub kit: KitId,
    pub hash: [u8; 32],
    pub bytes: Vec<u8>,
    pub at: Timestamp,
    /// The upload that ends with it.
    pub upload: Option<UploadId>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    /// The upload is there, begun now or before.
    Begun,
    /// Another kit uploads under this id.
    NotYours,
    /// The packet is filed.
    Filed(PacketStanding),
}

type Result<T> = core::result::Result<T, StoreError>;

struct Entry {
    work: Arc<Work>,
    tell: oneshot::Sender<Result<Done>>,
}

/// The line.
#[derive(Default)]
pub(crate) struct Group {
    line: Mutex<VecDeque<Entry>>,
    turn: tokio::sync::Mutex<()>,
}

impl Group {
    fn put(&self, work: &Arc<Work>) -> oneshot::Receiver<Result<Done>> {
        let (tell, told) = oneshot::channel();
        let entry = Entry { work: Arc::clone(work), tell };
        self.line.lock().unwrap_or_else(PoisonError::into_inner).push_back(entry);
        told
    }

    fn take(&self) -> Vec<Entry> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let count = line.len().min(MOST_TOGETHER);
        line.drain(..count).collect()
    }
}

impl Register {
    /// Writes this together with whatever waits. When it returns, the work is on disk.
    pub(crate) async fn write_together(&self, work: Work) -> Result<Done> {
        let work = Arc::new(work);
        let mut told = self.group.put(&work);
        loop {
            let turn = self.group.turn.lock().await;
            match told.try_recv() {
                Ok(done) => return done,
                // Who had taken it was cancelled before it could commit.
                Err(oneshot::error::TryRecvError::Closed) => told = self.group.put(&work),
                Err(oneshot::error::TryRecvError::Empty) => {}
            }
            let batch = self.group.take();
            self.write_batch(batch).await;
            drop(turn);
        }
    }

    async fn write_batch(&self, batch: Vec<Entry>) {
        let works: Vec<&Work> = batch.iter().map(|entry| &*entry.work).collect();
        let outcome = self.write_all(&works).await;
        match outcome {
            Ok(dones) => {
                for (entry, done) in batch.into_iter().zip(dones) {
                    // Whoever waited may have gone away; the work stands.
                    let _ = entry.tell.send(Ok(done));
                }
            }
            Err(error) if batch.len() == 1 => {
                for entry in batch {
                    let _ = entry.tell.send(Err(error.clone()));
                }
            }
            Err(_) => {
                for entry in batch {
                    let alone = self.write_all(&[&*entry.work]).await;
                    let one = alone.and_then(|mut all| all.pop().ok_or(StoreError::Conflict));
                    let _ = entry.tell.send(one);
                }
            }
        }
    }

    async fn write_all(&self, works: &[&Work]) -> Result<Vec<Done>> {
        let mut tx = self.db.write().await?;
        let mut dones = Vec::with_capacity(works.len());
        for work in works {
            dones.push(match work {
                Work::Begin(upload) => begin(&mut tx, upload).await?,
                Work::File(whole) => {
                    let arrival = Arrival {
                        packet: whole.packet,
                        kit: whole.kit,
                        hash: whole.hash,
                        bytes: &whole.bytes,
                        at: whole.at,
                    };
                    let standing = self.file(&mut tx, &arrival).await?;
                    if let Some(upload) = whole.upload {
                        uploads::remove(&mut tx, upload).await?;
                    }
                    Done::Filed(standing)
                }
            });
        }
        tx.commit().await?;
        Ok(dones)
    }
}

/// Notes that an upload begins; one that was begun with the same bytes goes on.
async fn begin(tx: &mut Tx, upload: &Upload) -> Result<Done> {
    if let Some(known) = uploads::get(tx, upload.id).await? {
        if known.kit != upload.kit {
            return Ok(Done::NotYours);
        }
        if known.declared_hash == upload.declared_hash && known.length == upload.length {
            return Ok(Done::Begun);
        }
        uploads::remove(tx, known.id).await?;
    }
    uploads::create(tx, upload).await?;
    Ok(Done::Begun)
}
