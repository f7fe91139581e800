//! Clients of the ABIS and their access tokens, as [`crate::clients`] keeps those of agencies.
//!
//! Scopes are words set apart by blanks, as in OAuth 2.0; what they mean is the caller's business.

use jiff::Timestamp;
use niims_record::ClientId;
use sqlx::query;

use crate::clients::{ClientStatus, hash};
use crate::row::{Row, read_all};
use crate::{StoreError, Tx};

/// One client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbisClient {
    /// The client.
    pub id: ClientId,
    /// What the operator calls it.
    pub label: String,
    /// Scopes that it may be given.
    pub scopes: String,
    /// Whether it may ask.
    pub status: ClientStatus,
}

/// A token that was issued once, still good or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundToken {
    /// Who holds it.
    pub client: ClientId,
    /// What it allows.
    pub scopes: String,
    /// When it ends or ended.
    pub expires_at: Timestamp,
    /// Whether its holder may ask at all.
    pub status: ClientStatus,
}

/// Adds a client with its secret, which has at least 128 bits of entropy.
pub async fn insert(
    tx: &mut Tx,
    client: &AbisClient,
    secret: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO abis_client (client, label, secret_hash, scopes, status, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(client.id.as_bytes().to_vec())
        .bind(client.label.as_str())
        .bind(hash(secret))
        .bind(client.scopes.as_str())
        .bind(client.status.name())
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// All clients, by label.
pub async fn list(tx: &mut Tx) -> Result<Vec<AbisClient>, StoreError> {
    let rows = tx
        .fetch_all(query(
            "SELECT client, label, scopes, status FROM abis_client ORDER BY label, client",
        ))
        .await?;
    read_all(&rows, read)
}

/// The client with this id, if it is active and the secret is its own.
pub async fn authenticate(
    tx: &mut Tx,
    id: ClientId,
    secret: &str,
) -> Result<Option<AbisClient>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT client, label, scopes, status FROM abis_client \
                 WHERE client = $1 AND secret_hash = $2 AND status = 'active'",
            )
            .bind(id.as_bytes().to_vec())
            .bind(hash(secret)),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Revokes a client; its tokens are dead from that moment. `false` where it is unknown or revoked.
pub async fn revoke(tx: &mut Tx, id: ClientId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE abis_client SET status = 'revoked' \
                 WHERE client = $1 AND status = 'active'",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Stores an access token.
pub async fn insert_token(
    tx: &mut Tx,
    token: &str,
    client: ClientId,
    scopes: &str,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO abis_token (token_hash, client, scopes, expires_at) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(hash(token))
        .bind(client.as_bytes().to_vec())
        .bind(scopes)
        .bind(expires_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The token, good or not, so that a late or revoked one can be told so.
pub async fn find_token(tx: &mut Tx, token: &str) -> Result<Option<FoundToken>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT t.client AS client, t.scopes AS scopes, t.expires_at AS expires_at, \
                 c.status AS status FROM abis_token t JOIN abis_client c ON c.client = t.client \
                 WHERE t.token_hash = $1",
            )
            .bind(hash(token)),
        )
        .await?;
    row.map(|row| {
        Ok(FoundToken {
            client: row.id("client")?,
            scopes: row.text("scopes")?,
            expires_at: row.time("expires_at")?,
            status: row.named("status", ClientStatus::from_name)?,
        })
    })
    .transpose()
}

/// Forgets tokens that ended before a time.
pub async fn purge_tokens(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(query("DELETE FROM abis_token WHERE expires_at < $1").bind(before.as_millisecond()))
        .await
}

fn read(row: &Row) -> Result<AbisClient, StoreError> {
    Ok(AbisClient {
        id: row.id("client")?,
        label: row.text("label")?,
        scopes: row.text("scopes")?,
        status: row.named("status", ClientStatus::from_name)?,
    })
}
