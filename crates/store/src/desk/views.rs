//! Openings of cases, and what they showed.

use jiff::Timestamp;
use niims_record::{CaseId, OfficerId, ViewId};
use sqlx::query;

use crate::row::{Row, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals what was shown.
const CLASS: &str = "evidence";

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The opening.
    pub id: ViewId,
    /// The case.
    pub case: CaseId,
    /// Who opened it.
    pub officer: OfficerId,
    /// SHA-256 of what was shown.
    pub hash: [u8; 32],
    /// When.
    pub at: Timestamp,
}

/// Records an opening with what it showed. The same evidence of a case is kept once.
pub async fn insert(
    tx: &mut Tx,
    view: &View,
    owner: Owner,
    evidence: &[u8],
) -> Result<(), StoreError> {
    let known = tx
        .fetch_optional(
            query(
                "SELECT evidence_hash FROM case_evidence \
                 WHERE adjudication_case = $1 AND evidence_hash = $2",
            )
            .bind(view.case.as_bytes().to_vec())
            .bind(view.hash.to_vec()),
        )
        .await?;
    if known.is_none() {
        let row = row_key(view.case, &view.hash);
        let sealed = tx.seal(owner, cell(&row), evidence).await?;
        tx.execute(
            query(
                "INSERT INTO case_evidence (adjudication_case, evidence_hash, evidence_sealed) \
                 VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(view.case.as_bytes().to_vec())
            .bind(view.hash.to_vec())
            .bind(sealed),
        )
        .await?;
    }
    tx.execute(
        query(
            "INSERT INTO case_view (view, adjudication_case, officer, evidence_hash, opened_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(view.id.as_bytes().to_vec())
        .bind(view.case.as_bytes().to_vec())
        .bind(view.officer.as_bytes().to_vec())
        .bind(view.hash.to_vec())
        .bind(view.at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// One opening.
pub async fn get(tx: &mut Tx, id: ViewId) -> Result<Option<View>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT view, adjudication_case, officer, evidence_hash, opened_at \
                 FROM case_view WHERE view = $1",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The openings of a case, in order.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<View>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT view, adjudication_case, officer, evidence_hash, opened_at \
                 FROM case_view WHERE adjudication_case = $1 ORDER BY opened_at, view",
            )
            .bind(case.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, read)
}

/// What an opening showed. [`StoreError::KeyDestroyed`] once its owner is erased.
pub async fn shown(tx: &mut Tx, view: &View, owner: Owner) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT evidence_sealed FROM case_evidence \
                 WHERE adjudication_case = $1 AND evidence_hash = $2",
            )
            .bind(view.case.as_bytes().to_vec())
            .bind(view.hash.to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = row_key(view.case, &view.hash);
    tx.open(owner, cell(&key), &row.bytes("evidence_sealed")?).await.map(Some)
}

fn read(row: &Row) -> Result<View, StoreError> {
    Ok(View {
        id: row.id("view")?,
        case: row.id("adjudication_case")?,
        officer: row.id("officer")?,
        hash: row.array("evidence_hash")?,
        at: row.time("opened_at")?,
    })
}

fn row_key(case: CaseId, hash: &[u8; 32]) -> Vec<u8> {
    [case.as_bytes().as_slice(), hash].concat()
}

fn cell(row: &[u8]) -> Cell<'_> {
    Cell { table: "case_evidence", column: "evidence_sealed", row, version: 1, class: CLASS }
}
