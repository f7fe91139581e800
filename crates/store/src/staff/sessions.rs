//! Sessions of staff. The token is issued with at least 128 bits of entropy and stored
//! as a blind index.

use jiff::Timestamp;
use niims_record::OfficerId;
use sqlx::{AssertSqlSafe, query};

use super::blind;
use crate::row::{Row, limit, named, read_all};
use crate::{StoreError, Tx};

const TOKEN: &str = "staff_session.token";
const COLUMNS: &str = "session, officer, device, means, began_at, used_at, ended_at";

named! {
    /// How a session was begun.
    Means {
        /// With a passkey.
        Passkey = "passkey",
        /// With a password and a code.
        Password = "password",
    }
}

/// One session, live or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id; no key to anything.
    pub id: [u8; 16],
    /// Whose.
    pub officer: OfficerId,
    /// Kind of browser and system.
    pub device: String,
    /// How it was begun.
    pub means: Means,
    /// When it was begun.
    pub began_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Timestamp,
    /// When it was signed out, if it was.
    pub ended_at: Option<Timestamp>,
}

/// Begins a session; gives its id.
pub async fn open(
    tx: &mut Tx,
    token: &str,
    officer: OfficerId,
    device: &str,
    means: Means,
    at: Timestamp,
) -> Result<[u8; 16], StoreError> {
    let id: [u8; 16] = tx.keyring.random();
    let token = blind(&tx.keyring, TOKEN, token);
    tx.execute(
        query(
            "INSERT INTO staff_session (session, token, officer, device, means, began_at, \
             used_at) VALUES ($1, $2, $3, $4, $5, $6, $6)",
        )
        .bind(id.to_vec())
        .bind(token.to_vec())
        .bind(officer.as_bytes().to_vec())
        .bind(device)
        .bind(means.name())
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(id)
}

/// The session with this token, whether it is live or not.
pub async fn find(tx: &mut Tx, token: &str) -> Result<Option<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM staff_session WHERE token = $1");
    let token = blind(&tx.keyring, TOKEN, token);
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(token.to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// Notes that a session was used.
pub async fn touch(tx: &mut Tx, id: [u8; 16], at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE staff_session SET used_at = $1 WHERE session = $2 AND used_at < $1")
            .bind(at.as_millisecond())
            .bind(id.to_vec()),
    )
    .await?;
    Ok(())
}

/// Ends one session of an officer; `false` where it is unknown, another's or ended.
pub async fn end(
    tx: &mut Tx,
    officer: OfficerId,
    id: [u8; 16],
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE staff_session SET ended_at = $1 \
                 WHERE session = $2 AND officer = $3 AND ended_at IS NULL",
            )
            .bind(at.as_millisecond())
            .bind(id.to_vec())
            .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Ends every session of an officer but one; gives how many.
pub async fn end_all(
    tx: &mut Tx,
    officer: OfficerId,
    but: Option<[u8; 16]>,
    at: Timestamp,
) -> Result<u64, StoreError> {
    tx.execute(
        query(
            "UPDATE staff_session SET ended_at = $1 \
             WHERE officer = $2 AND session <> $3 AND ended_at IS NULL",
        )
        .bind(at.as_millisecond())
        .bind(officer.as_bytes().to_vec())
        .bind(but.unwrap_or_default().to_vec()),
    )
    .await
}

/// The sessions of an officer, the last used first.
pub async fn list(
    tx: &mut Tx,
    officer: OfficerId,
    at_most: usize,
) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM staff_session WHERE officer = $1 \
         ORDER BY used_at DESC, session LIMIT $2"
    );
    let rows = tx
        .fetch_all(query(AssertSqlSafe(sql)).bind(officer.as_bytes().to_vec()).bind(limit(at_most)))
        .await?;
    read_all(&rows, read)
}

/// Forgets sessions that were last used before a moment; gives how many.
pub async fn purge(tx: &mut Tx, used_before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        query("DELETE FROM staff_session WHERE used_at < $1").bind(used_before.as_millisecond()),
    )
    .await
}

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.array("session")?,
        officer: row.id("officer")?,
        device: row.text("device")?,
        means: row.named("means", Means::from_name)?,
        began_at: row.time("began_at")?,
        used_at: row.time("used_at")?,
        ended_at: row.opt_time("ended_at")?,
    })
}
