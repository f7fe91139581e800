//! Resumable uploads (tus 1.0): how much of which packet has come.

use jiff::Timestamp;
use niims_record::{KitId, UploadId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, int, limit, read_all};
use crate::{StoreError, Tx};

/// One upload under way. The bytes themselves lie in a file named by the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The upload.
    pub id: UploadId,
    /// The kit that sends.
    pub kit: KitId,
    /// SHA-256 that the kit declares for the whole packet.
    pub declared_hash: [u8; 32],
    /// Length of the whole packet in bytes.
    pub length: u64,
    /// Bytes safely on disk so far.
    pub offset: u64,
    /// When it began.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "upload, kit, declared_hash, total_length, byte_offset, created_at";

/// Begins an upload.
pub async fn create(tx: &mut Tx, upload: &Upload) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO upload (upload, kit, declared_hash, total_length, byte_offset, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(upload.id.as_bytes().to_vec())
        .bind(upload.kit.as_bytes().to_vec())
        .bind(upload.declared_hash.to_vec())
        .bind(int(upload.length)?)
        .bind(int(upload.offset)?)
        .bind(upload.created_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The upload with this id.
pub async fn get(tx: &mut Tx, id: UploadId) -> Result<Option<Upload>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM upload WHERE upload = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// Records that bytes from one offset up to another are on disk; `false` where
/// the upload does not stand at `from`, or `to` lies beyond its length.
pub async fn advance(tx: &mut Tx, id: UploadId, from: u64, to: u64) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE upload SET byte_offset = $1 WHERE upload = $2 AND byte_offset = $3 \
                 AND byte_offset <= $1 AND total_length >= $1",
            )
            .bind(int(to)?)
            .bind(id.as_bytes().to_vec())
            .bind(int(from)?),
        )
        .await?;
    Ok(changed == 1)
}

/// Forgets an upload; `false` where it is unknown.
pub async fn remove(tx: &mut Tx, id: UploadId) -> Result<bool, StoreError> {
    let removed = tx
        .execute(query("DELETE FROM upload WHERE upload = $1").bind(id.as_bytes().to_vec()))
        .await?;
    Ok(removed == 1)
}

/// Uploads begun before a moment, oldest first.
pub async fn list_expired(
    tx: &mut Tx,
    begun_before: Timestamp,
    at_most: usize,
) -> Result<Vec<Upload>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM upload WHERE created_at < $1 ORDER BY created_at, upload LIMIT $2"
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql)).bind(begun_before.as_millisecond()).bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<Upload, StoreError> {
    Ok(Upload {
        id: row.id("upload")?,
        kit: row.id("kit")?,
        declared_hash: row.array("declared_hash")?,
        length: row.count("total_length")?,
        offset: row.count("byte_offset")?,
        created_at: row.time("created_at")?,
    })
}
