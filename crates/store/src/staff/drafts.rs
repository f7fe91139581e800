//! Forms that were posted after the session had ended: kept sealed for whoever posted
//! them, until they are sent again.

use core::fmt;

use jiff::Timestamp;
use niims_record::OfficerId;
use serde::{Deserialize, Serialize};
use sqlx::query;

use super::{blind, cell};
use crate::row::json;
use crate::{Owner, StoreError, Tx};

const TOKEN: &str = "staff_draft.token";

/// What was posted. May hold personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Path to which it was posted.
    pub path: String,
    /// Names and values of the fields.
    pub fields: Vec<(String, String)>,
}

/// Keeps a form; an older one of the officer goes.
pub async fn put(
    tx: &mut Tx,
    token: &str,
    officer: OfficerId,
    draft: &Draft,
    at: Timestamp,
) -> Result<(), StoreError> {
    let token = blind(&tx.keyring, TOKEN, token);
    let place = cell("staff_draft", "body_sealed", &token, 1);
    let sealed = tx.seal(Owner::Register, place, json(draft)?.as_bytes()).await?;
    tx.execute(
        query("DELETE FROM staff_draft WHERE officer = $1").bind(officer.as_bytes().to_vec()),
    )
    .await?;
    tx.execute(
        query(
            "INSERT INTO staff_draft (draft, officer, body_sealed, kept_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(token.to_vec())
        .bind(officer.as_bytes().to_vec())
        .bind(sealed)
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The form that this officer posted under this token.
pub async fn find(
    tx: &mut Tx,
    token: &str,
    officer: OfficerId,
) -> Result<Option<Draft>, StoreError> {
    let token = blind(&tx.keyring, TOKEN, token);
    let row = tx
        .fetch_optional(
            query("SELECT body_sealed FROM staff_draft WHERE draft = $1 AND officer = $2")
                .bind(token.to_vec())
                .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let place = cell("staff_draft", "body_sealed", &token, 1);
    let plain = tx.open(Owner::Register, place, &row.bytes("body_sealed")?).await?;
    serde_json::from_slice(&plain)
        .map(Some)
        .map_err(|_| StoreError::MalformedRow { column: "body_sealed" })
}

/// Forgets the forms of an officer.
pub async fn forget(tx: &mut Tx, officer: OfficerId) -> Result<(), StoreError> {
    tx.execute(
        query("DELETE FROM staff_draft WHERE officer = $1").bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Forgets forms kept before a moment; gives how many.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(query("DELETE FROM staff_draft WHERE kept_at < $1").bind(before.as_millisecond()))
        .await
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draft(…)")
    }
}
