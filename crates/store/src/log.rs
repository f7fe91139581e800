//! The transparency log's leaves, staged and in place. The tree over them and the
//! signed checkpoints are files, for everybody to read.
//!
//! A leaf is staged in the transaction of the act that it records. One sequencer
//! at a time, under [`lock_log`], then gives staged leaves their places. It takes
//! whatever is committed and has no place yet, so no leaf is passed over, however
//! late its transaction commits.

use core::fmt;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, int, limit, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals salt and opening.
const CLASS: &str = "log";

/// One leaf of the log, before and after it has its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafId([u8; 16]);

impl LeafId {
    /// The id with these sixteen bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for LeafId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.0).fmt(f)
    }
}

impl fmt::Debug for LeafId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeafId({self})")
    }
}

/// A leaf to stage.
#[derive(Clone)]
pub struct NewLeaf<'a> {
    /// What is recorded, such as `receipt` or `disclosure`.
    pub kind: &'a str,
    /// The salted commitment: the only part that the public log shows.
    pub commitment: [u8; 32],
    /// The salt. Stored sealed.
    pub salt: &'a [u8],
    /// The event that the commitment commits to. Stored sealed.
    pub opening: &'a [u8],
    /// Under whose key salt and opening are sealed.
    pub owner: Owner,
    /// When.
    pub staged_at: Timestamp,
}

/// What the log shows of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The leaf.
    pub leaf: LeafId,
    /// What is recorded.
    pub kind: String,
    /// The salted commitment.
    pub commitment: [u8; 32],
    /// When it was staged.
    pub staged_at: Timestamp,
    /// Its place, once it has one.
    pub index: Option<u64>,
}

/// What opens the commitment of a leaf.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: Vec<u8>,
    /// The event.
    pub opening: Vec<u8>,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening(…)")
    }
}

const COLUMNS: &str = "leaf, kind, commitment, staged_at, entry_index";

/// Stages a leaf; it gets its place later.
pub async fn stage_leaf(tx: &mut Tx, new: &NewLeaf<'_>) -> Result<LeafId, StoreError> {
    let id = LeafId(tx.keyring.random());
    let salt = tx.seal(new.owner, cell(&id, "salt"), new.salt).await?;
    let opening = tx.seal(new.owner, cell(&id, "opening"), new.opening).await?;
    tx.execute(
        query(
            "INSERT INTO log_leaf (leaf, kind, commitment, salt, opening, owner_kind, owner, \
             staged_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id.as_bytes().to_vec())
        .bind(new.kind)
        .bind(new.commitment.to_vec())
        .bind(salt)
        .bind(opening)
        .bind(new.owner.kind())
        .bind(new.owner.bytes().to_vec())
        .bind(new.staged_at.as_millisecond()),
    )
    .await?;
    Ok(id)
}

/// Makes this transaction the only sequencer until it ends, and gives the size
/// of the log.
pub async fn lock_log(tx: &mut Tx) -> Result<u64, StoreError> {
    // The lock comes in a statement of its own, so that the size is read by one
    // that began after the sequencer before us had committed.
    tx.execute(query("UPDATE counter SET value = value WHERE name = 'log_sequencer'")).await?;
    log_size(tx).await
}

/// How many leaves have a place.
pub async fn log_size(tx: &mut Tx) -> Result<u64, StoreError> {
    let row = tx.fetch_one(query("SELECT MAX(entry_index) AS top FROM log_leaf")).await?;
    Ok(row.opt_count("top")?.map_or(0, |top| top + 1))
}

/// Committed leaves without a place, oldest first. Between two runs of the
/// sequencer this is the order of commits; within one, that of staging.
pub async fn staged_unsequenced(tx: &mut Tx, at_most: usize) -> Result<Vec<Entry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM log_leaf WHERE entry_index IS NULL ORDER BY staged_at, leaf LIMIT $1"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// Gives a staged leaf its place; `false` where it has one. A place that is taken
/// is [`StoreError::Duplicate`].
pub async fn set_sequenced(tx: &mut Tx, id: LeafId, index: u64) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE log_leaf SET entry_index = $1 WHERE leaf = $2 AND entry_index IS NULL")
                .bind(int(index)?)
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// One leaf.
pub async fn entry(tx: &mut Tx, id: LeafId) -> Result<Option<Entry>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM log_leaf WHERE leaf = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The entries from one place up to, without, another.
pub async fn entries(tx: &mut Tx, from: u64, to: u64) -> Result<Vec<Entry>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM log_leaf WHERE entry_index >= $1 AND entry_index < $2 \
         ORDER BY entry_index"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(int(from)?).bind(int(to)?)).await?;
    read_all(&rows, read)
}

/// What opens the commitment of a leaf, for those who may see it.
pub async fn opening(tx: &mut Tx, id: LeafId) -> Result<Option<Opening>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT salt, opening, owner_kind, owner FROM log_leaf WHERE leaf = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let owner = Owner::from_stored(&row.text("owner_kind")?, row.array("owner")?)
        .ok_or(StoreError::MalformedRow { column: "owner_kind" })?;
    let (salt, opening) = (row.bytes("salt")?, row.bytes("opening")?);
    Ok(Some(Opening {
        salt: tx.open(owner, cell(&id, "salt"), &salt).await?,
        opening: tx.open(owner, cell(&id, "opening"), &opening).await?,
    }))
}

fn cell<'a>(id: &'a LeafId, column: &'a str) -> Cell<'a> {
    Cell { table: "log_leaf", column, row: id.as_bytes(), version: 1, class: CLASS }
}

fn read(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        leaf: row.id("leaf")?,
        kind: row.text("kind")?,
        commitment: row.array("commitment")?,
        staged_at: row.time("staged_at")?,
        index: row.opt_count("entry_index")?,
    })
}
