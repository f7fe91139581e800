//! Sessions of residents who signed in with a one-time code.
//!
//! The token comes in as issued (at least 128 bits of entropy) and is stored as
//! a blind index.

use jiff::Timestamp;
use niims_record::ApplicationId;
use sqlx::query;

use crate::{StoreError, Tx};

/// Column key of the blind index of tokens.
const INDEX: &str = "session.token";

/// Begins a session.
pub async fn open(
    tx: &mut Tx,
    token: &str,
    application: ApplicationId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let token = tx.keyring.blind(INDEX, token.as_bytes());
    tx.execute(
        query("INSERT INTO session (token, application, expires_at) VALUES ($1, $2, $3)")
            .bind(token.to_vec())
            .bind(application.as_bytes().to_vec())
            .bind(expires_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The application of the session with this token, if it has not expired.
pub async fn find(
    tx: &mut Tx,
    token: &str,
    now: Timestamp,
) -> Result<Option<ApplicationId>, StoreError> {
    let token = tx.keyring.blind(INDEX, token.as_bytes());
    let row = tx
        .fetch_optional(
            query("SELECT application FROM session WHERE token = $1 AND expires_at > $2")
                .bind(token.to_vec())
                .bind(now.as_millisecond()),
        )
        .await?;
    row.map(|row| row.id("application")).transpose()
}

/// Ends a session; `false` where it is unknown.
pub async fn close(tx: &mut Tx, token: &str) -> Result<bool, StoreError> {
    let token = tx.keyring.blind(INDEX, token.as_bytes());
    let removed =
        tx.execute(query("DELETE FROM session WHERE token = $1").bind(token.to_vec())).await?;
    Ok(removed == 1)
}

/// Forgets expired sessions; gives how many.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(query("DELETE FROM session WHERE expires_at <= $1").bind(now.as_millisecond())).await
}
