//! Planted pairs, and the cases that show them.

use jiff::Timestamp;
use niims_record::adjudication::Case;
use niims_record::desk::PlantedKind;
use niims_record::{CaseId, PlantedPairId};
use sqlx::{AssertSqlSafe, query};

use crate::desk::stage::{CaseTable, save_stage};
use crate::row::{Row, json};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals planted evidence.
const CLASS: &str = "planted";

/// One case of a planted pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedCase {
    /// The case.
    pub id: CaseId,
    /// The pair.
    pub pair: PlantedPairId,
    /// The number shown as if on a slip.
    pub slip_number: String,
    /// How far it is.
    pub stage: Case,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Counts the changes; the optimistic lock of [`save`].
    pub version: i64,
}

/// Adds a pair to the pool.
pub async fn add_pair(
    tx: &mut Tx,
    id: PlantedPairId,
    kind: PlantedKind,
    evidence: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let sealed = tx.seal(Owner::Register, evidence_cell(&id), evidence).await?;
    tx.execute(
        query(
            "INSERT INTO planted_pair (planted_pair, kind, evidence_sealed, uses, added_at) \
             VALUES ($1, $2, $3, 0, $4)",
        )
        .bind(id.as_bytes().to_vec())
        .bind(kind.name())
        .bind(sealed)
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Adds an image of a pair.
pub async fn add_image(
    tx: &mut Tx,
    pair: PlantedPairId,
    place: &str,
    image: &[u8],
) -> Result<(), StoreError> {
    let row = image_key(pair, place);
    let sealed = tx.seal(Owner::Register, image_cell(&row), image).await?;
    tx.execute(
        query("INSERT INTO planted_image (planted_pair, place, image_sealed) VALUES ($1, $2, $3)")
            .bind(pair.as_bytes().to_vec())
            .bind(place)
            .bind(sealed),
    )
    .await?;
    Ok(())
}

/// Kind and evidence of a pair.
pub async fn pair(
    tx: &mut Tx,
    id: PlantedPairId,
) -> Result<Option<(PlantedKind, Vec<u8>)>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT kind, evidence_sealed FROM planted_pair WHERE planted_pair = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = row.named("kind", PlantedKind::from_name)?;
    let sealed = row.bytes("evidence_sealed")?;
    Ok(Some((kind, tx.open(Owner::Register, evidence_cell(&id), &sealed).await?)))
}

/// An image of a pair.
pub async fn image(
    tx: &mut Tx,
    pair: PlantedPairId,
    place: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT image_sealed FROM planted_image WHERE planted_pair = $1 AND place = $2")
                .bind(pair.as_bytes().to_vec())
                .bind(place),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = image_key(pair, place);
    tx.open(Owner::Register, image_cell(&key), &row.bytes("image_sealed")?).await.map(Some)
}

/// Takes the pair that was shown least often and counts one use; `None` from an empty pool.
pub async fn take_pair(tx: &mut Tx) -> Result<Option<PlantedPairId>, StoreError> {
    let row = tx
        .execute_returning(query(
            "UPDATE planted_pair SET uses = uses + 1 WHERE planted_pair = \
             (SELECT planted_pair FROM planted_pair ORDER BY uses, planted_pair LIMIT 1) \
             RETURNING planted_pair",
        ))
        .await?;
    row.map(|row| row.id("planted_pair")).transpose()
}

/// The cases that showed a pair before.
pub async fn cases_of(tx: &mut Tx, pair: PlantedPairId) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT adjudication_case FROM planted_case WHERE planted_pair = $1")
                .bind(pair.as_bytes().to_vec()),
        )
        .await?;
    crate::row::read_all(&rows, |row| row.id("adjudication_case"))
}

/// Opens a case of a pair.
pub async fn insert_case(
    tx: &mut Tx,
    id: CaseId,
    pair: PlantedPairId,
    slip_number: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let stage = Case::AwaitsFirst;
    tx.execute(
        query(
            "INSERT INTO planted_case (adjudication_case, planted_pair, slip_number, stage_name, \
             stage, opened_at, version) VALUES ($1, $2, $3, $4, $5, $6, 1)",
        )
        .bind(id.as_bytes().to_vec())
        .bind(pair.as_bytes().to_vec())
        .bind(slip_number)
        .bind(stage.name())
        .bind(json(&stage)?)
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The planted case with this id, locked until the transaction ends where it writes.
pub async fn case(
    tx: &mut Tx,
    id: CaseId,
    for_update: bool,
) -> Result<Option<PlantedCase>, StoreError> {
    let lock = if for_update { tx.backend.for_update() } else { "" };
    let sql = format!(
        "SELECT adjudication_case, planted_pair, slip_number, stage, opened_at, version \
         FROM planted_case WHERE adjudication_case = $1{lock}"
    );
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// Puts a planted case into its next stage, if nobody else did so since it was read.
pub async fn save(
    tx: &mut Tx,
    id: CaseId,
    expected_version: i64,
    stage: &Case,
    at: Timestamp,
) -> Result<bool, StoreError> {
    save_stage(tx, CaseTable::Planted, (id, expected_version), stage, at).await
}

fn read(row: &Row) -> Result<PlantedCase, StoreError> {
    Ok(PlantedCase {
        id: row.id("adjudication_case")?,
        pair: row.id("planted_pair")?,
        slip_number: row.text("slip_number")?,
        stage: row.json("stage")?,
        opened_at: row.time("opened_at")?,
        version: row.int("version")?,
    })
}

fn evidence_cell(id: &PlantedPairId) -> Cell<'_> {
    Cell {
        table: "planted_pair",
        column: "evidence_sealed",
        row: id.as_bytes(),
        version: 1,
        class: CLASS,
    }
}

fn image_key(pair: PlantedPairId, place: &str) -> Vec<u8> {
    [pair.as_bytes().as_slice(), place.as_bytes()].concat()
}

fn image_cell(row: &[u8]) -> Cell<'_> {
    Cell { table: "planted_image", column: "image_sealed", row, version: 1, class: CLASS }
}
