//! The queue: work that commits with the change that makes it due.

use jiff::{SignedDuration, Timestamp};
use niims_record::JobId;
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, limit, parameters, read_all};
use crate::{StoreError, Tx};

/// How often a job is tried before it is parked for people to look at. With the
/// usual doubling pause from one second, ten tries span about 17 minutes.
pub const MOST_ATTEMPTS: u32 = 10;

/// Stored as the last error of a job whose workers vanished each time.
pub const LEASE_LOST: &str = "job.lease_lost";

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// What is to be done, such as the name of a step.
    pub kind: String,
    /// The id of what it is to be done to.
    pub subject: [u8; 16],
    /// Not before this.
    pub run_at: Timestamp,
    /// Tries begun so far, this one included.
    pub attempts: u32,
    /// Stable code of what went wrong last.
    pub last_error: Option<String>,
}

/// What became of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It will be tried again.
    Scheduled,
    /// It was tried too often and waits for people.
    Parked,
    /// It is no longer this worker's: its lease ran out.
    NotYours,
}

/// How the queue stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Waiting, due or not.
    pub waiting: u64,
    /// In the hands of a worker.
    pub leased: u64,
    /// Tried too often.
    pub parked: u64,
}

const COLUMNS: &str = "job, kind, subject, run_at, attempts, last_error";

/// Adds a job, unless one of this kind for this subject is waiting or under way.
/// Gives the id of the one in the queue.
pub async fn enqueue(
    tx: &mut Tx,
    kind: &str,
    subject: [u8; 16],
    run_at: Timestamp,
) -> Result<JobId, StoreError> {
    let id = JobId::from_bytes(tx.keyring.random());
    let inserted = tx
        .execute(
            query(
                "INSERT INTO job (job, kind, subject, run_at, attempts) \
                 VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING",
            )
            .bind(id.as_bytes().to_vec())
            .bind(kind)
            .bind(subject.to_vec())
            .bind(run_at.as_millisecond()),
        )
        .await?;
    if inserted == 1 {
        return Ok(id);
    }
    let row = tx
        .fetch_optional(
            query("SELECT job FROM job WHERE kind = $1 AND subject = $2 AND parked_at IS NULL")
                .bind(kind)
                .bind(subject.to_vec()),
        )
        .await?;
    // Gone between the two statements: whoever completed it has seen our change
    // or not; let the caller run again.
    row.ok_or(StoreError::Conflict)?.id("job")
}

/// Leases the job of these kinds that has been due longest, if there is one. No
/// two workers get the same job while a lease lasts. Commit at once: the lease,
/// not the transaction, holds the job.
pub async fn claim(
    tx: &mut Tx,
    worker: &str,
    now: Timestamp,
    lease: SignedDuration,
    kinds: &[&str],
) -> Result<Option<Job>, StoreError> {
    if kinds.is_empty() {
        return Ok(None);
    }
    park_exhausted(tx, now).await?;
    let until = now.checked_add(lease).map_err(|_| StoreError::OutOfRange)?;
    let sql = format!(
        "UPDATE job SET lease_until = $1, worker = $2, attempts = attempts + 1 WHERE job = (\
         SELECT job FROM job WHERE parked_at IS NULL AND run_at <= $3 \
         AND (lease_until IS NULL OR lease_until <= $3) AND kind IN ({}) \
         ORDER BY run_at, job LIMIT 1{}) RETURNING {COLUMNS}",
        parameters(4, kinds.len()),
        tx.backend.for_update_skip_locked(),
    );
    let mut sql = query(AssertSqlSafe(sql))
        .bind(until.as_millisecond())
        .bind(worker)
        .bind(now.as_millisecond());
    for kind in kinds {
        sql = sql.bind(*kind);
    }
    let row = tx.execute_returning(sql).await?;
    row.as_ref().map(read).transpose()
}

/// Removes a job that is done; `false` where it is no longer this worker's.
pub async fn complete(tx: &mut Tx, id: JobId, worker: &str) -> Result<bool, StoreError> {
    let removed = tx
        .execute(
            query("DELETE FROM job WHERE job = $1 AND worker = $2 AND parked_at IS NULL")
                .bind(id.as_bytes().to_vec())
                .bind(worker),
        )
        .await?;
    Ok(removed == 1)
}

/// Gives a failed job back, to be tried at `run_at`, or parks it after
/// [`MOST_ATTEMPTS`]. `code` is the stable code of what went wrong.
pub async fn retry_later(
    tx: &mut Tx,
    id: JobId,
    worker: &str,
    code: &str,
    run_at: Timestamp,
) -> Result<Retry, StoreError> {
    let row = tx
        .execute_returning(
            query(
                "UPDATE job SET lease_until = NULL, worker = NULL, last_error = $1, run_at = $2, \
                 parked_at = CASE WHEN attempts >= $3 THEN $2 ELSE NULL END \
                 WHERE job = $4 AND worker = $5 AND parked_at IS NULL RETURNING parked_at",
            )
            .bind(code)
            .bind(run_at.as_millisecond())
            .bind(i64::from(MOST_ATTEMPTS))
            .bind(id.as_bytes().to_vec())
            .bind(worker),
        )
        .await?;
    Ok(match row.map(|row| row.opt_time("parked_at")).transpose()? {
        None => Retry::NotYours,
        Some(None) => Retry::Scheduled,
        Some(Some(_)) => Retry::Parked,
    })
}

/// Gives a job back unharmed, as when a freeze holds it: the try does not count.
/// `false` where it is no longer this worker's.
pub async fn postpone(
    tx: &mut Tx,
    id: JobId,
    worker: &str,
    run_at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE job SET lease_until = NULL, worker = NULL, run_at = $1, \
                 attempts = attempts - 1 WHERE job = $2 AND worker = $3 AND parked_at IS NULL",
            )
            .bind(run_at.as_millisecond())
            .bind(id.as_bytes().to_vec())
            .bind(worker),
        )
        .await?;
    Ok(changed == 1)
}

/// Makes the jobs of a subject due at once that wait and are in nobody's hands.
pub async fn hasten(tx: &mut Tx, subject: [u8; 16], at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE job SET run_at = $1 WHERE subject = $2 AND parked_at IS NULL \
             AND lease_until IS NULL AND run_at > $1",
        )
        .bind(at.as_millisecond())
        .bind(subject.to_vec()),
    )
    .await?;
    Ok(())
}

/// Parked jobs, oldest first.
pub async fn list_parked(tx: &mut Tx, at_most: usize) -> Result<Vec<Job>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM job WHERE parked_at IS NOT NULL ORDER BY parked_at, job LIMIT $1"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// Lets a parked job start anew; `false` where it is not parked.
/// [`StoreError::Duplicate`] where the same work is in the queue already.
pub async fn unpark(tx: &mut Tx, id: JobId, run_at: Timestamp) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE job SET parked_at = NULL, attempts = 0, run_at = $1 \
                 WHERE job = $2 AND parked_at IS NOT NULL",
            )
            .bind(run_at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// How the queue stands at a moment.
pub async fn counts(tx: &mut Tx, now: Timestamp) -> Result<JobCounts, StoreError> {
    let row = tx
        .fetch_one(
            query(
                "SELECT COUNT(*) AS n, COUNT(parked_at) AS parked, \
                 COUNT(CASE WHEN parked_at IS NULL AND lease_until > $1 THEN 1 END) AS leased \
                 FROM job",
            )
            .bind(now.as_millisecond()),
        )
        .await?;
    let (all, parked, leased) = (row.count("n")?, row.count("parked")?, row.count("leased")?);
    Ok(JobCounts { waiting: all.saturating_sub(parked + leased), leased, parked })
}

/// Parks jobs whose workers vanished as often as a job may be tried: such a job
/// may be what kills them.
async fn park_exhausted(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE job SET parked_at = $1, last_error = $2, lease_until = NULL, worker = NULL \
         WHERE job IN (SELECT job FROM job WHERE parked_at IS NULL AND attempts >= $3 \
         AND lease_until <= $1{})",
        tx.backend.for_update_skip_locked()
    );
    tx.execute(
        query(AssertSqlSafe(sql))
            .bind(now.as_millisecond())
            .bind(LEASE_LOST)
            .bind(i64::from(MOST_ATTEMPTS)),
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Job, StoreError> {
    let attempts = row.count("attempts")?;
    Ok(Job {
        id: row.id("job")?,
        kind: row.text("kind")?,
        subject: row.array("subject")?,
        run_at: row.time("run_at")?,
        attempts: u32::try_from(attempts)
            .map_err(|_| StoreError::MalformedRow { column: "attempts" })?,
        last_error: row.opt_text("last_error")?,
    })
}
