//! Who works with a kit, and under which key.

use jiff::Timestamp;
use niims_record::{KitId, OfficerId};
use sqlx::query;

use crate::row::read_all;
use crate::{StoreError, Tx};

/// One officer of a kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitOfficer {
    /// Who.
    pub officer: OfficerId,
    /// Whether this officer may close the day.
    pub supervisor: bool,
    /// Ed25519 public key that the kit made for this officer; `None` before it enrolled.
    pub signing_key: Option<[u8; 32]>,
    /// SHA-256 of the one-time word by which this officer takes the seat; `None` where no word
    /// was given.
    pub first_word: Option<[u8; 32]>,
}

/// Assigns an officer to a kit; one who comes back keeps the key of before.
pub async fn assign(
    tx: &mut Tx,
    kit: KitId,
    officer: OfficerId,
    supervisor: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO kit_officer (kit, officer, supervisor, since) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (kit, officer) DO UPDATE SET supervisor = $3, until = NULL",
        )
        .bind(kit.as_bytes().to_vec())
        .bind(officer.as_bytes().to_vec())
        .bind(i64::from(supervisor))
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Ends an officer's work with a kit. What they signed stays signed.
pub async fn end(
    tx: &mut Tx,
    kit: KitId,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE kit_officer SET until = $1, first_word = NULL \
             WHERE kit = $2 AND officer = $3 AND until IS NULL",
        )
        .bind(at.as_millisecond())
        .bind(kit.as_bytes().to_vec())
        .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Every key that an officer of a kit has or had.
pub async fn keys(tx: &mut Tx, kit: KitId) -> Result<Vec<[u8; 32]>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT signing_key FROM kit_officer WHERE kit = $1 AND signing_key IS NOT NULL")
                .bind(kit.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| row.array("signing_key"))
}

/// Says under which key an officer signs on a kit.
pub async fn set_key(
    tx: &mut Tx,
    kit: KitId,
    officer: OfficerId,
    key: &[u8; 32],
) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE kit_officer SET signing_key = $1 WHERE kit = $2 AND officer = $3")
            .bind(key.to_vec())
            .bind(kit.as_bytes().to_vec())
            .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Keeps the hash of an officer's one-time word in place of the one before.
pub async fn set_first_word(
    tx: &mut Tx,
    kit: KitId,
    officer: OfficerId,
    hash: &[u8; 32],
) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE kit_officer SET first_word = $1 WHERE kit = $2 AND officer = $3")
            .bind(hash.to_vec())
            .bind(kit.as_bytes().to_vec())
            .bind(officer.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The key under which an officer signs on a kit, past officers' included: what they signed
/// stays signed.
pub async fn key(
    tx: &mut Tx,
    kit: KitId,
    officer: OfficerId,
) -> Result<Option<[u8; 32]>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT signing_key FROM kit_officer \
                 WHERE kit = $1 AND officer = $2 AND signing_key IS NOT NULL",
            )
            .bind(kit.as_bytes().to_vec())
            .bind(officer.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.array("signing_key")).transpose()
}

/// The officers of a kit at this time.
pub async fn list(tx: &mut Tx, kit: KitId) -> Result<Vec<KitOfficer>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT officer, supervisor, signing_key, first_word FROM kit_officer \
                 WHERE kit = $1 AND until IS NULL ORDER BY supervisor DESC, since, officer",
            )
            .bind(kit.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| {
        let array = |column: &'static str| {
            let bytes = row.opt_bytes(column)?;
            let array =
                |bytes: Vec<u8>| bytes.try_into().map_err(|_| StoreError::MalformedRow { column });
            bytes.map(array).transpose()
        };
        Ok(KitOfficer {
            officer: row.id("officer")?,
            supervisor: row.int("supervisor")? == 1,
            signing_key: array("signing_key")?,
            first_word: array("first_word")?,
        })
    })
}
