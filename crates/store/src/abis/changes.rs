//! The changes that matchers apply, in order: the last one of every reference.

use niims_record::GalleryReference;
use sqlx::{AssertSqlSafe, query};

use super::encounters::BATCH;
use super::{CLASS, sealed};
use crate::row::{Row, int, limit, parameters, read_all};
use crate::{StoreError, Tx};

/// One change.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its place.
    pub sequence: u64,
    /// Of whom.
    pub reference: GalleryReference,
    /// The biometrics to search from now on, as stored; `None` where there are none any more.
    pub biometrics: Option<Vec<u8>>,
}

/// Changes with a place above one and up to another, in order, at most so many. A change that a
/// later one has overtaken is left out: what it said is gone.
pub async fn between(
    tx: &mut Tx,
    after: u64,
    up_to: u64,
    at_most: usize,
) -> Result<Vec<StoredChange>, StoreError> {
    let sql =
        format!("{OPENED} WHERE c.sequence > $2 AND c.sequence <= $3 ORDER BY c.sequence LIMIT $4");
    let sql = query(AssertSqlSafe(sql)).bind(CLASS).bind(int(after)?).bind(int(up_to)?);
    let rows = tx.fetch_all(sql.bind(limit(at_most))).await?;
    read(tx, rows).await
}

/// Places and references of the same changes, at most so many: for whoever needs some only.
pub async fn heads(
    tx: &mut Tx,
    after: u64,
    up_to: u64,
    at_most: usize,
) -> Result<Vec<(u64, GalleryReference)>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT sequence, reference FROM abis_change \
                 WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3",
            )
            .bind(int(after)?)
            .bind(int(up_to)?)
            .bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, |row| Ok((row.count("sequence")?, row.id("reference")?)))
}

/// The changes at these places, in order; those that were overtaken are left out.
pub async fn at(tx: &mut Tx, places: &[u64]) -> Result<Vec<StoredChange>, StoreError> {
    let mut changes = Vec::with_capacity(places.len());
    for batch in places.chunks(BATCH) {
        let places = parameters(2, batch.len());
        let sql = format!("{OPENED} WHERE c.sequence IN ({places}) ORDER BY c.sequence");
        let mut sql = query(AssertSqlSafe(sql)).bind(CLASS);
        for place in batch {
            sql = sql.bind(int(*place)?);
        }
        let rows = tx.fetch_all(sql).await?;
        changes.extend(read(tx, rows).await?);
    }
    Ok(changes)
}

/// Changes with what stands under them.
const OPENED: &str = "SELECT c.sequence AS sequence, c.reference AS reference, c.state AS state, \
     e.biometrics_sealed AS biometrics_sealed, e.version AS version, k.wrapped AS wrapped \
     FROM abis_change c LEFT JOIN abis_encounter e ON e.reference = c.reference \
     AND c.state = 'inserted' LEFT JOIN data_key k ON k.owner = e.reference \
     AND k.owner_kind = 'gallery' AND k.class = $1";

async fn read(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<StoredChange>, StoreError> {
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let reference = row.id("reference")?;
        sealed::keep_key(tx, &row)?;
        let biometrics = match row.text("state")?.as_str() {
            "inserted" => Some(sealed::open(tx, &row, "biometrics_sealed").await?),
            _ => None,
        };
        changes.push(StoredChange { sequence: row.count("sequence")?, reference, biometrics });
    }
    Ok(changes)
}

/// Notes that a reference is to be searched as it is stored now.
pub(super) async fn inserted(
    tx: &mut Tx,
    reference: GalleryReference,
    sequence: u64,
) -> Result<(), StoreError> {
    note(tx, reference, sequence, "inserted").await
}

/// Notes that a reference is not to be searched any more.
pub(super) async fn removed(
    tx: &mut Tx,
    reference: GalleryReference,
    sequence: u64,
) -> Result<(), StoreError> {
    note(tx, reference, sequence, "removed").await
}

async fn note(
    tx: &mut Tx,
    reference: GalleryReference,
    sequence: u64,
    state: &str,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO abis_change (reference, sequence, state) VALUES ($1, $2, $3) \
             ON CONFLICT (reference) DO UPDATE SET sequence = $2, state = $3",
        )
        .bind(reference.as_bytes().to_vec())
        .bind(int(sequence)?)
        .bind(state),
    )
    .await?;
    Ok(())
}
