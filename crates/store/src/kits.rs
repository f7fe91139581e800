//! Registration kits, and the hash chain of each.

use jiff::Timestamp;
use niims_record::KitId;
use niims_record::fleet::KitState;
use sqlx::{AssertSqlSafe, query};

use crate::fleet::kits as fleet;
use crate::row::{Row, int, named, read_all};
use crate::{StoreError, Tx};

named! {
    /// Whether a kit's packets are taken.
    KitStatus {
        /// They are.
        Active = "active",
        /// They go to quarantine: the kit was lost, stolen or retired.
        Revoked = "revoked",
    }
}

/// One kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kit {
    /// The kit.
    pub id: KitId,
    /// Serial number of the device.
    pub serial: String,
    /// Ed25519 public key that its packets are signed with.
    pub signing_key: [u8; 32],
    /// Whether its packets are taken.
    pub status: KitStatus,
    /// Code of the sub-location where it works, if assigned.
    pub sublocation: Option<String>,
    /// Number of the last packet taken from it; 0 before the first.
    pub last_sequence: u64,
    /// Hash of that packet; zeros before the first.
    pub last_hash: [u8; 32],
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
}

const COLUMNS: &str = "kit, serial, signing_key, status, sublocation, last_sequence, last_hash, \
                       enrolled_at";

/// Enrols a kit, and registers it in the fleet unless it is. [`StoreError::Duplicate`] where
/// the id or serial is known.
pub async fn register(tx: &mut Tx, kit: &Kit) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO kit (kit, serial, signing_key, status, sublocation, last_sequence, \
             last_hash, enrolled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(kit.id.as_bytes().to_vec())
        .bind(kit.serial.as_str())
        .bind(kit.signing_key.to_vec())
        .bind(kit.status.name())
        .bind(kit.sublocation.clone())
        .bind(int(kit.last_sequence)?)
        .bind(kit.last_hash.to_vec())
        .bind(kit.enrolled_at.as_millisecond()),
    )
    .await?;
    if fleet::get(tx, kit.id).await?.is_some() {
        return Ok(());
    }
    let new = fleet::NewFleetKit {
        id: kit.id,
        serial: &kit.serial,
        custodian: None,
        place: kit.sublocation.as_deref(),
        campaign: None,
        state: &KitState::Active { until: None },
    };
    fleet::insert(tx, &new, kit.enrolled_at).await
}

/// The kit with this id.
pub async fn get(tx: &mut Tx, id: KitId) -> Result<Option<Kit>, StoreError> {
    find(tx, id, "").await
}

/// The kit with this id, locked until the transaction ends, so that its packets
/// are taken one after the other.
pub async fn get_for_update(tx: &mut Tx, id: KitId) -> Result<Option<Kit>, StoreError> {
    let lock = tx.backend.for_update();
    find(tx, id, lock).await
}

/// All kits, by serial.
pub async fn list(tx: &mut Tx) -> Result<Vec<Kit>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM kit ORDER BY serial");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql))).await?;
    read_all(&rows, read)
}

/// Revokes a kit; `false` where it is unknown or revoked already.
pub async fn revoke(tx: &mut Tx, id: KitId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE kit SET status = 'revoked' WHERE kit = $1 AND status = 'active'")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Says where a kit works.
pub async fn set_place(tx: &mut Tx, id: KitId, sublocation: &str) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE kit SET sublocation = $1 WHERE kit = $2")
            .bind(sublocation)
            .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Moves the chain of a kit on to a later packet; `false` where `sequence` is not
/// above the last one. Whether the packet names its predecessor's hash is the
/// caller's check, under [`get_for_update`].
pub async fn advance_chain(
    tx: &mut Tx,
    id: KitId,
    sequence: u64,
    hash: &[u8; 32],
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE kit SET last_sequence = $1, last_hash = $2 \
                 WHERE kit = $3 AND last_sequence < $1",
            )
            .bind(int(sequence)?)
            .bind(hash.to_vec())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

async fn find(tx: &mut Tx, id: KitId, lock: &str) -> Result<Option<Kit>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM kit WHERE kit = $1{lock}");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Kit, StoreError> {
    Ok(Kit {
        id: row.id("kit")?,
        serial: row.text("serial")?,
        signing_key: row.array("signing_key")?,
        status: row.named("status", KitStatus::from_name)?,
        sublocation: row.opt_text("sublocation")?,
        last_sequence: row.count("last_sequence")?,
        last_hash: row.array("last_hash")?,
        enrolled_at: row.time("enrolled_at")?,
    })
}
