//! Operations asked for to be done later, with their answers. Their queue is that of
//! [`crate::jobs`]; a task ends in the transaction of its effect.

use core::fmt;

use jiff::Timestamp;
use niims_record::JobId;
use sqlx::query;

use super::cell;
use crate::erasure::destroy_keys;
use crate::row::{Row, int, limit, named, read_all};
use crate::{Owner, StoreError, Tx};

const TABLE: &str = "abis_task";

named! {
    /// How a task stands.
    TaskState {
        /// Not done yet.
        Waiting = "waiting",
        /// Done; there is an answer.
        Done = "done",
        /// Refused; there is a code.
        Failed = "failed",
    }
}

named! {
    /// Whether whoever asked has been told.
    Delivery {
        /// Nobody is to be told.
        None = "none",
        /// Somebody is to be told.
        Due = "due",
        /// They were told.
        Delivered = "delivered",
        /// They could not be reached.
        GivenUp = "given_up",
    }
}

/// Which tasks to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// Those that change who is enrolled.
    Changes,
    /// All.
    All,
    /// All but those of this kind.
    AllBut(&'a str),
}

/// A task to store.
#[derive(Clone, Copy)]
pub struct NewTask<'a> {
    /// Its id.
    pub id: JobId,
    /// Which operation.
    pub kind: &'a str,
    /// Whether it changes who is enrolled.
    pub is_change: bool,
    /// The operation, in a format of the caller's.
    pub request: &'a [u8],
    /// Whom to tell, in a format of the caller's.
    pub callback: Option<&'a [u8]>,
    /// When it was asked for.
    pub at: Timestamp,
}

/// A stored task.
#[derive(Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: JobId,
    /// Its place in the order of submissions.
    pub number: u64,
    /// Which operation.
    pub kind: String,
    /// How it stands.
    pub state: TaskState,
    /// The operation, while it waits.
    pub request: Option<Vec<u8>>,
    /// Its answer, once it is done.
    pub answer: Option<Vec<u8>>,
    /// Stable code of why it failed, once it has.
    pub error_code: Option<String>,
    /// Whom to tell.
    pub callback: Option<Vec<u8>>,
    /// Whether they were told.
    pub delivery: Delivery,
    /// When it was asked for.
    pub submitted_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Requests and answers hold biometrics and names.
impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task({:?}, {}, {:?}, …)", self.id, self.kind, self.state)
    }
}

/// Stores a task.
pub async fn insert(tx: &mut Tx, new: &NewTask<'_>) -> Result<(), StoreError> {
    let owner = Owner::Task(new.id);
    let row = new.id.as_bytes();
    let request = tx.seal(owner, cell(TABLE, "request_sealed", row, 1)?, new.request).await?;
    let callback = match new.callback {
        Some(plain) => Some(tx.seal(owner, cell(TABLE, "callback_sealed", row, 1)?, plain).await?),
        None => None,
    };
    let number = next_number(tx).await?;
    let delivery = if callback.is_some() { Delivery::Due } else { Delivery::None };
    tx.execute(
        query(
            "INSERT INTO abis_task (task, number, kind, is_change, state, request_sealed, \
             callback_sealed, delivery, submitted_at) \
             VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)",
        )
        .bind(row.to_vec())
        .bind(int(number)?)
        .bind(new.kind)
        .bind(i64::from(new.is_change))
        .bind(request)
        .bind(callback)
        .bind(delivery.name())
        .bind(new.at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The task with this id.
pub async fn get(tx: &mut Tx, id: JobId) -> Result<Option<Task>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT number, kind, state, request_sealed, answer_sealed, error_code, \
                 callback_sealed, delivery, submitted_at, ended_at FROM abis_task WHERE task = $1",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let task = Task {
        id,
        number: row.count("number")?,
        kind: row.text("kind")?,
        state: row.named("state", TaskState::from_name)?,
        request: open(tx, id, &row, "request_sealed").await?,
        answer: open(tx, id, &row, "answer_sealed").await?,
        error_code: row.opt_text("error_code")?,
        callback: open(tx, id, &row, "callback_sealed").await?,
        delivery: row.named("delivery", Delivery::from_name)?,
        submitted_at: row.time("submitted_at")?,
        ended_at: row.opt_time("ended_at")?,
    };
    Ok(Some(task))
}

/// Ends a task with its answer, and the place of its change if it made one, or with the code of why
/// it failed, and forgets what was asked; `false` where it had ended.
pub async fn end(
    tx: &mut Tx,
    id: JobId,
    outcome: Result<&[u8], &str>,
    sequence: Option<u64>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let (state, answer, code) = match outcome {
        Ok(answer) => {
            let cell = cell(TABLE, "answer_sealed", id.as_bytes(), 1)?;
            (TaskState::Done, Some(tx.seal(Owner::Task(id), cell, answer).await?), None)
        }
        Err(code) => (TaskState::Failed, None, Some(code)),
    };
    let ended = tx
        .execute(
            query(
                "UPDATE abis_task SET state = $1, answer_sealed = $2, error_code = $3, \
                 request_sealed = NULL, ended_at = $4, sequence = $5 \
                 WHERE task = $6 AND state = 'waiting'",
            )
            .bind(state.name())
            .bind(answer)
            .bind(code)
            .bind(at.as_millisecond())
            .bind(sequence.map(int).transpose()?)
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(ended == 1)
}

/// Notes whether somebody was told.
pub async fn set_delivery(tx: &mut Tx, id: JobId, delivery: Delivery) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE abis_task SET delivery = $1 WHERE task = $2")
            .bind(delivery.name())
            .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Whether a task that was asked for before a place in the order of submissions still waits: any,
/// or only changes, or any but those of one kind.
pub async fn waits_before(tx: &mut Tx, number: u64, which: Which<'_>) -> Result<bool, StoreError> {
    let sql = match which {
        Which::Changes => {
            "SELECT number FROM abis_task \
             WHERE state = 'waiting' AND number < $1 AND kind <> $2 AND is_change = 1 LIMIT 1"
        }
        Which::All | Which::AllBut(_) => {
            "SELECT number FROM abis_task \
             WHERE state = 'waiting' AND number < $1 AND kind <> $2 LIMIT 1"
        }
    };
    let but = match which {
        Which::AllBut(kind) => kind,
        Which::Changes | Which::All => "",
    };
    Ok(tx.fetch_optional(query(sql).bind(int(number)?).bind(but)).await?.is_some())
}

/// The place of the first change that was asked for after a place in the order of submissions and
/// is made already: what a search of that number sees lies below it.
pub async fn first_change_after(tx: &mut Tx, number: u64) -> Result<Option<u64>, StoreError> {
    tx.fetch_one(
        query("SELECT MIN(sequence) AS first FROM abis_task WHERE number > $1 AND sequence IS NOT NULL")
            .bind(int(number)?),
    )
    .await?
    .opt_count("first")
}

/// Tasks that are not done yet.
pub async fn count_waiting(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT COUNT(*) AS n FROM abis_task WHERE state = 'waiting'"))
        .await?
        .count("n")
}

/// The newest tasks: id, kind, state, code.
pub async fn list_recent(
    tx: &mut Tx,
    at_most: usize,
) -> Result<Vec<(JobId, String, TaskState, Option<String>)>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT task, kind, state, error_code FROM abis_task \
                 ORDER BY submitted_at DESC, task LIMIT $1",
            )
            .bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, |row| {
        let state = row.named("state", TaskState::from_name)?;
        Ok((row.id("task")?, row.text("kind")?, state, row.opt_text("error_code")?))
    })
}

/// Erases tasks that ended before a time, at most so many, and gives how many.
pub async fn purge(
    tx: &mut Tx,
    before: Timestamp,
    at_most: usize,
    at: Timestamp,
) -> Result<usize, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT task FROM abis_task WHERE ended_at < $1 AND delivery <> 'due' ORDER BY ended_at LIMIT $2")
                .bind(before.as_millisecond())
                .bind(limit(at_most)),
        )
        .await?;
    let ids: Vec<JobId> = read_all(&rows, |row| row.id("task"))?;
    for id in &ids {
        tx.execute(query("DELETE FROM abis_task WHERE task = $1").bind(id.as_bytes().to_vec()))
            .await?;
        destroy_keys(tx, Owner::Task(*id), at).await?;
    }
    Ok(ids.len())
}

async fn next_number(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.execute_returning(query(
        "UPDATE counter SET value = value + 1 WHERE name = 'abis_task' RETURNING value",
    ))
    .await?
    .ok_or(StoreError::MalformedRow { column: "counter.value" })?
    .count("value")
}

async fn open(
    tx: &mut Tx,
    id: JobId,
    row: &Row,
    column: &'static str,
) -> Result<Option<Vec<u8>>, StoreError> {
    match row.opt_bytes(column)? {
        Some(sealed) => {
            let cell = cell(TABLE, column, id.as_bytes(), 1)?;
            tx.open(Owner::Task(id), cell, &sealed).await.map(Some)
        }
        None => Ok(None),
    }
}
