//! The register's side of the transparency log: gives staged leaves their places,
//! publishes them, and makes receipts.
//!
//! The database is the record: leaves are staged in the transaction of what they
//! commit to. Places are given here, one batch at a time, and the folder of tiles
//! is written from the database, so that a crash between the two is made good by
//! the next round.

use niims_audit::{Leaf, LeafKind, LogPublicKey};
use niims_record::PacketId;
use niims_store::log as staged;
use niims_store::{StoreError, packets};

use crate::Register;

/// Leaves that get their places in one transaction. Bounds the time that the
/// log's row is locked; 1,024 take about 50 ms on SQLite.
const BATCH: usize = 1_024;

/// Why the log could not go on.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database failed.
    #[error("the database failed while the log was written")]
    Store(#[from] StoreError),
    /// The folder of tiles failed.
    #[error("the folder of the log cannot be written")]
    Directory(#[from] niims_audit::DirectoryError),
    /// A stored leaf does not read.
    #[error("a stored leaf is of an unknown kind")]
    UnknownKind,
    /// A task of this process was cancelled.
    #[error("the work was cancelled")]
    Cancelled,
}

/// What can be said about the receipt of a packet.
#[derive(Debug, PartialEq, Eq)]
pub enum ReceiptStanding {
    /// There is no such packet.
    Unknown,
    /// The packet is stored; its leaf is not published yet.
    Pending,
    /// The receipt in its text form.
    Ready(String),
}

impl Register {
    /// Gives places to all staged leaves and publishes them. Returns how many
    /// leaves the log has now.
    pub async fn publish_log(&self) -> Result<u64, LogError> {
        let directory = self.log.lock().await;
        loop {
            let placed = self.place_batch().await?;
            if placed < BATCH {
                break;
            }
        }
        let key = self.log_key.public_key();
        let published = directory.checkpoint(&key)?.map_or(0, |checkpoint| checkpoint.size);
        let mut tx = self.db.read().await?;
        let size = staged::log_size(&mut tx).await?;
        let mut from = published;
        while from < size {
            let to = size.min(from + BATCH as u64);
            let entries = staged::entries(&mut tx, from, to).await?;
            let leaves = entries.iter().map(leaf).collect::<Result<Vec<_>, _>>()?;
            tokio::task::block_in_place(|| directory.append(from, &leaves, &self.log_key))?;
            from = to;
        }
        Ok(size)
    }

    async fn place_batch(&self) -> Result<usize, LogError> {
        let mut tx = self.db.write().await?;
        let size = staged::lock_log(&mut tx).await?;
        let waiting = staged::staged_unsequenced(&mut tx, BATCH).await?;
        for (place, entry) in (size..).zip(&waiting) {
            staged::set_sequenced(&mut tx, entry.leaf, place).await?;
        }
        tx.commit().await?;
        Ok(waiting.len())
    }

    /// The receipt of a packet, if its leaf is published.
    pub async fn receipt(&self, packet: PacketId) -> Result<ReceiptStanding, LogError> {
        let mut tx = self.db.read().await?;
        let Some(packet) = packets::get(&mut tx, packet).await? else {
            return Ok(ReceiptStanding::Unknown);
        };
        let Some(id) = packet.leaf else { return Ok(ReceiptStanding::Pending) };
        let (entry, opening) =
            (staged::entry(&mut tx, id).await?, staged::opening(&mut tx, id).await?);
        let (Some(entry), Some(opening)) = (entry, opening) else {
            return Ok(ReceiptStanding::Pending);
        };
        let Some(index) = entry.index else { return Ok(ReceiptStanding::Pending) };
        let directory = self.log.lock().await;
        let key: LogPublicKey = self.log_key.public_key();
        if directory.checkpoint(&key)?.is_none_or(|checkpoint| checkpoint.size <= index) {
            return Ok(ReceiptStanding::Pending);
        }
        let salt = opening.salt.try_into().map_err(|_| LogError::UnknownKind)?;
        let kind = kind_of(&entry.kind)?;
        let receipt = directory.receipt(index, kind, salt, opening.opening, &key)?;
        Ok(ReceiptStanding::Ready(receipt.to_text()))
    }
}

fn leaf(entry: &staged::Entry) -> Result<Leaf, LogError> {
    Ok(Leaf { kind: kind_of(&entry.kind)?, commitment: entry.commitment })
}

fn kind_of(name: &str) -> Result<LeafKind, LogError> {
    LeafKind::all().find(|kind| kind.as_str() == name).ok_or(LogError::UnknownKind)
}
