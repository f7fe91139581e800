//! Passkeys of staff, and the challenges that were answered.

use jiff::Timestamp;
use niims_record::OfficerId;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, int, read_all};
use crate::{StoreError, Tx};

const COLUMNS: &str = "passkey, credential_id, officer, public_key, sign_count, device, \
                       added_at, used_at";

/// One passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// SHA-256 of the credential id.
    pub id: [u8; 32],
    /// As the authenticator names it.
    pub credential_id: Vec<u8>,
    /// Whose.
    pub officer: OfficerId,
    /// COSE key (RFC 9052).
    pub public_key: Vec<u8>,
    /// The authenticator's counter; 0 where it keeps none.
    pub sign_count: u32,
    /// Kind of browser and system with which it was added.
    pub device: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// The id under which a credential stands.
pub fn id_of(credential_id: &[u8]) -> [u8; 32] {
    Sha256::digest(credential_id).into()
}

/// Adds a passkey. [`StoreError::Duplicate`] where the credential is known.
pub async fn insert(tx: &mut Tx, passkey: &Passkey) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO staff_passkey (passkey, credential_id, officer, public_key, sign_count, \
             device, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(passkey.id.to_vec())
        .bind(passkey.credential_id.clone())
        .bind(passkey.officer.as_bytes().to_vec())
        .bind(passkey.public_key.clone())
        .bind(int(u64::from(passkey.sign_count))?)
        .bind(passkey.device.as_str())
        .bind(passkey.added_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The passkey of a credential. On PostgreSQL the row is locked, so that a counter is
/// compared with the last one.
pub async fn find_for_update(
    tx: &mut Tx,
    credential_id: &[u8],
) -> Result<Option<Passkey>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM staff_passkey WHERE passkey = $1{}",
        tx.backend.for_update()
    );
    let id = id_of(credential_id).to_vec();
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id)).await?;
    row.as_ref().map(read).transpose()
}

/// The passkeys of an officer, oldest first.
pub async fn list(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Passkey>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM staff_passkey WHERE officer = $1 ORDER BY added_at, passkey"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(officer.as_bytes().to_vec())).await?;
    read_all(&rows, read)
}

/// Notes a use and the authenticator's counter.
pub async fn used(
    tx: &mut Tx,
    id: &[u8; 32],
    sign_count: u32,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE staff_passkey SET sign_count = $1, used_at = $2 WHERE passkey = $3")
            .bind(int(u64::from(sign_count))?)
            .bind(at.as_millisecond())
            .bind(id.to_vec()),
    )
    .await?;
    Ok(())
}

/// Removes a passkey of an officer; `false` where it is unknown or another's.
pub async fn remove(tx: &mut Tx, officer: OfficerId, id: &[u8; 32]) -> Result<bool, StoreError> {
    let removed = tx
        .execute(
            query("DELETE FROM staff_passkey WHERE passkey = $1 AND officer = $2")
                .bind(id.to_vec())
                .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    Ok(removed == 1)
}

/// Removes every passkey of an officer.
pub async fn remove_all(tx: &mut Tx, officer: OfficerId) -> Result<(), StoreError> {
    tx.execute(
        query("DELETE FROM staff_passkey WHERE officer = $1").bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Uses a challenge up; `false` where it was used already.
pub async fn spend_challenge(
    tx: &mut Tx,
    challenge: &[u8],
    at: Timestamp,
) -> Result<bool, StoreError> {
    let token = tx.keyring.blind("staff_challenge", challenge);
    let added = tx
        .execute(
            query(
                "INSERT INTO staff_challenge (challenge, spent_at) VALUES ($1, $2) \
                 ON CONFLICT (challenge) DO NOTHING",
            )
            .bind(token.to_vec())
            .bind(at.as_millisecond()),
        )
        .await?;
    Ok(added == 1)
}

/// Forgets challenges used before a moment; gives how many.
pub async fn purge_challenges(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        query("DELETE FROM staff_challenge WHERE spent_at < $1").bind(before.as_millisecond()),
    )
    .await
}

fn read(row: &Row) -> Result<Passkey, StoreError> {
    let sign_count = u32::try_from(row.count("sign_count")?)
        .map_err(|_| StoreError::MalformedRow { column: "sign_count" })?;
    Ok(Passkey {
        id: row.array("passkey")?,
        credential_id: row.bytes("credential_id")?,
        officer: row.id("officer")?,
        public_key: row.bytes("public_key")?,
        sign_count,
        device: row.text("device")?,
        added_at: row.time("added_at")?,
        used_at: row.opt_time("used_at")?,
    })
}
