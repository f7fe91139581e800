//! Failed tries to sign in, counted by user name, known or not, and by address; and kits'
//! codes that were wrong, by address.

use jiff::Timestamp;
use niims_record::staff::waits::Failures;
use sqlx::{AssertSqlSafe, query};

use super::blind;
use crate::row::int;
use crate::{StoreError, Tx};

/// What is counted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A user name as folded.
    UserName(&'a str),
    /// A network address.
    Address(&'a str),
    /// A network address at the kits' door.
    KitDoor(&'a str),
}

/// The failures counted for a subject. On PostgreSQL the row is locked, so tries at
/// once count one by one.
pub async fn get_for_update(
    tx: &mut Tx,
    subject: Subject<'_>,
) -> Result<Option<Failures>, StoreError> {
    let sql = format!(
        "SELECT failures, last_at FROM staff_failure WHERE subject = $1{}",
        tx.backend.for_update()
    );
    let key = key(tx, subject);
    let Some(row) = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(key)).await? else {
        return Ok(None);
    };
    let count = u32::try_from(row.count("failures")?).unwrap_or(u32::MAX);
    Ok(Some(Failures { count, last: row.time("last_at")? }))
}

/// Counts anew.
pub async fn put(tx: &mut Tx, subject: Subject<'_>, failures: Failures) -> Result<(), StoreError> {
    let key = key(tx, subject);
    tx.execute(
        query(
            "INSERT INTO staff_failure (subject, failures, last_at) VALUES ($1, $2, $3) \
             ON CONFLICT (subject) DO UPDATE SET failures = $2, last_at = $3",
        )
        .bind(key)
        .bind(int(u64::from(failures.count))?)
        .bind(failures.last.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Forgets the failures of a subject.
pub async fn clear(tx: &mut Tx, subject: Subject<'_>) -> Result<(), StoreError> {
    let key = key(tx, subject);
    tx.execute(query("DELETE FROM staff_failure WHERE subject = $1").bind(key)).await?;
    Ok(())
}

/// Forgets failures older than a moment; gives how many.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(query("DELETE FROM staff_failure WHERE last_at < $1").bind(before.as_millisecond()))
        .await
}

fn key(tx: &Tx, subject: Subject<'_>) -> Vec<u8> {
    let token = match subject {
        Subject::UserName(name) => blind(&tx.keyring, "staff_failure.user_name", name),
        Subject::Address(address) => blind(&tx.keyring, "staff_failure.address", address),
        Subject::KitDoor(address) => blind(&tx.keyring, "staff_failure.kit_door", address),
    };
    token.to_vec()
}
