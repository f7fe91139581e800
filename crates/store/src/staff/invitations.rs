//! One-time links by which an account is set up.

use jiff::Timestamp;
use niims_record::OfficerId;
use sqlx::query;

use super::blind;
use crate::{StoreError, Tx};

const TOKEN: &str = "staff_invitation.token";

/// Makes a link; older ones of the officer are dead.
pub async fn insert(
    tx: &mut Tx,
    token: &str,
    officer: OfficerId,
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    kill_all(tx, officer, at).await?;
    let token = blind(&tx.keyring, TOKEN, token);
    tx.execute(
        query("INSERT INTO staff_invitation (token, officer, expires_at) VALUES ($1, $2, $3)")
            .bind(token.to_vec())
            .bind(officer.as_bytes().to_vec())
            .bind(expires_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Whose link this is, if it is alive.
pub async fn find(
    tx: &mut Tx,
    token: &str,
    at: Timestamp,
) -> Result<Option<OfficerId>, StoreError> {
    let token = blind(&tx.keyring, TOKEN, token);
    let row = tx
        .fetch_optional(
            query(
                "SELECT officer FROM staff_invitation \
                 WHERE token = $1 AND used_at IS NULL AND expires_at > $2",
            )
            .bind(token.to_vec())
            .bind(at.as_millisecond()),
        )
        .await?;
    row.map(|row| row.id("officer")).transpose()
}

/// Uses a link up; gives whose it was, once.
pub async fn spend(
    tx: &mut Tx,
    token: &str,
    at: Timestamp,
) -> Result<Option<OfficerId>, StoreError> {
    let token = blind(&tx.keyring, TOKEN, token);
    let row = tx
        .execute_returning(
            query(
                "UPDATE staff_invitation SET used_at = $2 \
                 WHERE token = $1 AND used_at IS NULL AND expires_at > $2 RETURNING officer",
            )
            .bind(token.to_vec())
            .bind(at.as_millisecond()),
        )
        .await?;
    row.map(|row| row.id("officer")).transpose()
}

/// Makes every link of an officer dead.
pub async fn kill_all(tx: &mut Tx, officer: OfficerId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE staff_invitation SET used_at = $1 WHERE officer = $2 AND used_at IS NULL")
            .bind(at.as_millisecond())
            .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}
