//! Clients of agencies at the exchange, and their access tokens.
//!
//! Secrets and tokens come in as issued and are stored as SHA-256. That is enough
//! only because the issuer draws them with at least 128 bits of entropy.

use jiff::Timestamp;
use niims_record::ClientId;
use sha2::{Digest, Sha256};
use sqlx::query;

use crate::row::{Row, named, read_all};
use crate::{StoreError, Tx};

named! {
    /// Whether a client may ask.
    ClientStatus {
        /// May ask.
        Active = "active",
        /// May not; its tokens are dead from that moment.
        Revoked = "revoked",
    }
}

/// One client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client.
    pub id: ClientId,
    /// Code of its agency.
    pub agency: String,
    /// Whether it may ask.
    pub status: ClientStatus,
}

/// Adds a client with its secret.
pub async fn insert(tx: &mut Tx, client: &Client, secret: &str) -> Result<(), StoreError> {
    tx.execute(
        query("INSERT INTO client (client, agency, secret_hash, status) VALUES ($1, $2, $3, $4)")
            .bind(client.id.as_bytes().to_vec())
            .bind(client.agency.as_str())
            .bind(hash(secret))
            .bind(client.status.name()),
    )
    .await?;
    Ok(())
}

/// The client with this id.
pub async fn get(tx: &mut Tx, id: ClientId) -> Result<Option<Client>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT client, agency, status FROM client WHERE client = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// All clients, by agency.
pub async fn list(tx: &mut Tx) -> Result<Vec<Client>, StoreError> {
    let rows = tx
        .fetch_all(query("SELECT client, agency, status FROM client ORDER BY agency, client"))
        .await?;
    read_all(&rows, read)
}

/// The client with this id, if it is active and the secret is its own.
pub async fn authenticate(
    tx: &mut Tx,
    id: ClientId,
    secret: &str,
) -> Result<Option<Client>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT client, agency, status FROM client \
                 WHERE client = $1 AND secret_hash = $2 AND status = 'active'",
            )
            .bind(id.as_bytes().to_vec())
            .bind(hash(secret)),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Revokes a client with all its tokens; `false` where it is unknown or revoked.
pub async fn revoke(tx: &mut Tx, id: ClientId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE client SET status = 'revoked' WHERE client = $1 AND status = 'active'")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    tx.execute(query("DELETE FROM access_token WHERE client = $1").bind(id.as_bytes().to_vec()))
        .await?;
    Ok(changed == 1)
}

/// Stores an access token.
pub async fn insert_token(
    tx: &mut Tx,
    token: &str,
    client: ClientId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query("INSERT INTO access_token (token_hash, client, expires_at) VALUES ($1, $2, $3)")
            .bind(hash(token))
            .bind(client.as_bytes().to_vec())
            .bind(expires_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The active client that holds this token, if the token has not expired.
pub async fn find_token(
    tx: &mut Tx,
    token: &str,
    now: Timestamp,
) -> Result<Option<Client>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT c.client AS client, c.agency AS agency, c.status AS status \
                 FROM access_token t JOIN client c ON c.client = t.client \
                 WHERE t.token_hash = $1 AND t.expires_at > $2 AND c.status = 'active'",
            )
            .bind(hash(token))
            .bind(now.as_millisecond()),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Revokes one token; `false` where it is unknown.
pub async fn revoke_token(tx: &mut Tx, token: &str) -> Result<bool, StoreError> {
    let removed = tx
        .execute(query("DELETE FROM access_token WHERE token_hash = $1").bind(hash(token)))
        .await?;
    Ok(removed == 1)
}

/// Forgets expired tokens; gives how many.
pub async fn purge_tokens(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(query("DELETE FROM access_token WHERE expires_at <= $1").bind(now.as_millisecond()))
        .await
}

/// What is stored of a secret or token.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn read(row: &Row) -> Result<Client, StoreError> {
    Ok(Client {
        id: row.id("client")?,
        agency: row.text("agency")?,
        status: row.named("status", ClientStatus::from_name)?,
    })
}
