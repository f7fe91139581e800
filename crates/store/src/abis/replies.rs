//! Replies to requests that may come twice, kept for a while.

use jiff::Timestamp;
use sqlx::query;

use super::cell;
use crate::row::limit;
use crate::{BlindToken, Owner, StoreError, Tx};

const TABLE: &str = "abis_reply";

/// What is known of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Remembered {
    /// It was begun, and may have had its effect.
    Intended,
    /// It was answered with this.
    Answered(Vec<u8>),
}

/// A reply names people.
impl core::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Intended => "Intended",
            Self::Answered(_) => "Answered(…)",
        })
    }
}

/// What is known of the request with this hash.
pub async fn find(tx: &mut Tx, request: &[u8; 32]) -> Result<Option<Remembered>, StoreError> {
    let token = token(tx, request);
    let row = tx
        .fetch_optional(
            query("SELECT reply_sealed FROM abis_reply WHERE request = $1").bind(token.to_vec()),
        )
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(match row.opt_bytes("reply_sealed")? {
        None => Remembered::Intended,
        Some(sealed) => {
            let cell = cell(TABLE, "reply_sealed", &token, 1)?;
            let reply = tx.open(Owner::Register, cell, &sealed).await?;
            Remembered::Answered(Vec::clone(&reply))
        }
    }))
}

/// Notes that a request is begun. Noting it twice changes nothing.
pub async fn intend(tx: &mut Tx, request: &[u8; 32], at: Timestamp) -> Result<(), StoreError> {
    let token = token(tx, request);
    tx.execute(
        query(
            "INSERT INTO abis_reply (request, noted_at) VALUES ($1, $2) \
             ON CONFLICT (request) DO NOTHING",
        )
        .bind(token.to_vec())
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Keeps the reply to a request. The first one stays.
pub async fn answer(
    tx: &mut Tx,
    request: &[u8; 32],
    reply: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let token = token(tx, request);
    let sealed = tx.seal(Owner::Register, cell(TABLE, "reply_sealed", &token, 1)?, reply).await?;
    tx.execute(
        query(
            "INSERT INTO abis_reply (request, reply_sealed, noted_at) VALUES ($1, $2, $3) \
             ON CONFLICT (request) DO UPDATE SET reply_sealed = excluded.reply_sealed \
             WHERE abis_reply.reply_sealed IS NULL",
        )
        .bind(token.to_vec())
        .bind(sealed)
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Forgets at most so many requests that were noted before a time; how many it forgot.
pub async fn forget(tx: &mut Tx, before: Timestamp, at_most: usize) -> Result<u64, StoreError> {
    tx.execute(
        query(
            "DELETE FROM abis_reply WHERE request IN \
             (SELECT request FROM abis_reply WHERE noted_at < $1 ORDER BY noted_at LIMIT $2)",
        )
        .bind(before.as_millisecond())
        .bind(limit(at_most)),
    )
    .await
}

fn token(tx: &Tx, request: &[u8; 32]) -> BlindToken {
    tx.keyring().blind("abis_reply.request", request)
}
