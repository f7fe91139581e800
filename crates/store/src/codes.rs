//! One-time codes with which residents sign in.

use jiff::Timestamp;
use niims_record::ApplicationId;
use sqlx::{AssertSqlSafe, query};

use crate::{StoreError, Tx};

/// What became of a code that somebody typed. The transaction must be committed
/// whatever it is, or wrong tries would not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeOutcome {
    /// Right; the code is used up.
    Accepted,
    /// Wrong.
    Wrong {
        /// Tries left; at 0 the code is dead.
        left: u32,
    },
    /// Too late.
    Expired,
    /// No code is alive for this application.
    None,
}

/// Stores a code for an application; older ones die. Only a keyed hash bound to
/// the row is kept. `attempts` is how many wrong tries it bears.
pub async fn put(
    tx: &mut Tx,
    application: ApplicationId,
    code: &str,
    asked_at: Timestamp,
    expires_at: Timestamp,
    attempts: u32,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE one_time_code SET attempts_left = 0 \
             WHERE application = $1 AND attempts_left > 0",
        )
        .bind(application.as_bytes().to_vec()),
    )
    .await?;
    let id: [u8; 16] = tx.keyring.random();
    let mac = tx.keyring.code_mac(&id, code.as_bytes());
    tx.execute(
        query(
            "INSERT INTO one_time_code (code, application, mac, asked_at, expires_at, \
             attempts_left) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_vec())
        .bind(application.as_bytes().to_vec())
        .bind(mac.to_vec())
        .bind(asked_at.as_millisecond())
        .bind(expires_at.as_millisecond())
        .bind(i64::from(attempts)),
    )
    .await?;
    Ok(())
}

/// Tries a code. The row is locked, so parallel tries count one by one.
pub async fn try_code(
    tx: &mut Tx,
    application: ApplicationId,
    typed: &str,
    now: Timestamp,
) -> Result<CodeOutcome, StoreError> {
    let sql = format!(
        "SELECT code, mac, expires_at, attempts_left FROM one_time_code \
         WHERE application = $1 AND attempts_left > 0 ORDER BY asked_at DESC LIMIT 1{}",
        tx.backend.for_update()
    );
    let row =
        tx.fetch_optional(query(AssertSqlSafe(sql)).bind(application.as_bytes().to_vec())).await?;
    let Some(row) = row else { return Ok(CodeOutcome::None) };
    let id: [u8; 16] = row.array("code")?;
    let stored: [u8; 32] = row.array("mac")?;
    let left = u32::try_from(row.count("attempts_left")?)
        .map_err(|_| StoreError::MalformedRow { column: "attempts_left" })?;
    if row.time("expires_at")? <= now {
        return Ok(CodeOutcome::Expired);
    }
    let right = equal(&stored, &tx.keyring.code_mac(&id, typed.as_bytes()));
    let left = if right { 0 } else { left - 1 };
    tx.execute(
        query("UPDATE one_time_code SET attempts_left = $1 WHERE code = $2")
            .bind(i64::from(left))
            .bind(id.to_vec()),
    )
    .await?;
    Ok(if right { CodeOutcome::Accepted } else { CodeOutcome::Wrong { left } })
}

/// How many codes were asked for an application since a moment: what the limit
/// on asking counts.
pub async fn count_asked_since(
    tx: &mut Tx,
    application: ApplicationId,
    since: Timestamp,
) -> Result<u64, StoreError> {
    tx.fetch_one(
        query("SELECT COUNT(*) AS n FROM one_time_code WHERE application = $1 AND asked_at >= $2")
            .bind(application.as_bytes().to_vec())
            .bind(since.as_millisecond()),
    )
    .await?
    .count("n")
}

/// Forgets codes that expired before a moment; gives how many.
pub async fn purge(tx: &mut Tx, expired_before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        query("DELETE FROM one_time_code WHERE expires_at < $1")
            .bind(expired_before.as_millisecond()),
    )
    .await
}

/// Compares without telling by its time where the two differ.
fn equal(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0_u8, |different, (x, y)| different | (x ^ y)) == 0
}
