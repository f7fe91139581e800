//! Adjudication cases.

use jiff::Timestamp;
use niims_record::adjudication::Case;
use niims_record::application::{Candidate, CaseReason};
use niims_record::{ApplicationId, CaseId};
use sqlx::{AssertSqlSafe, query};

use crate::desk::stage::{CaseTable, save_stage};
use crate::row::{Row, json, limit, read_all};
use crate::{StoreError, Tx};

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCase {
    /// The case.
    pub id: CaseId,
    /// The application it is about.
    pub application: ApplicationId,
    /// Why people must look.
    pub reason: CaseReason,
    /// How far they are.
    pub stage: Case,
    /// Who may be the same person, best first.
    pub candidates: Vec<Candidate>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was decided or withdrawn.
    pub decided_at: Option<Timestamp>,
    /// Counts the changes; the optimistic lock of [`save`].
    pub version: i64,
}

const COLUMNS: &str = "adjudication_case, application, reason, stage, candidates, opened_at, \
                       decided_at, version";

/// Opens a case in its first stage, with version 1; `false` where the application
/// has an open one already.
pub async fn insert(
    tx: &mut Tx,
    id: CaseId,
    application: ApplicationId,
    reason: CaseReason,
    candidates: &[Candidate],
    at: Timestamp,
) -> Result<bool, StoreError> {
    let stage = Case::AwaitsFirst;
    let inserted = tx
        .execute(
            query(
                "INSERT INTO adjudication_case (adjudication_case, application, reason, \
                 stage_name, stage, candidates, opened_at, version) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT DO NOTHING",
            )
            .bind(id.as_bytes().to_vec())
            .bind(application.as_bytes().to_vec())
            .bind(json(&reason)?)
            .bind(stage.name())
            .bind(json(&stage)?)
            .bind(json(&candidates)?)
            .bind(at.as_millisecond()),
        )
        .await?;
    Ok(inserted == 1)
}

/// The case with this id.
pub async fn get(tx: &mut Tx, id: CaseId) -> Result<Option<StoredCase>, StoreError> {
    find(tx, id, "").await
}

/// The case with this id, locked until the transaction ends.
pub async fn get_for_update(tx: &mut Tx, id: CaseId) -> Result<Option<StoredCase>, StoreError> {
    let lock = tx.backend.for_update();
    find(tx, id, lock).await
}

/// The open case of an application, or else its latest one.
pub async fn case_by_application(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<StoredCase>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM adjudication_case WHERE application = $1 \
         ORDER BY CASE WHEN decided_at IS NULL THEN 0 ELSE 1 END, opened_at DESC LIMIT 1"
    );
    let row =
        tx.fetch_optional(query(AssertSqlSafe(sql)).bind(application.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// Puts a case into its next stage, if nobody else did so since it was read;
/// `false` where the version has moved on. A stage that is over closes the case.
pub async fn save(
    tx: &mut Tx,
    id: CaseId,
    expected_version: i64,
    stage: &Case,
    at: Timestamp,
) -> Result<bool, StoreError> {
    save_stage(tx, CaseTable::Ours, (id, expected_version), stage, at).await
}

/// Open cases, oldest first.
pub async fn list_open(tx: &mut Tx, at_most: usize) -> Result<Vec<StoredCase>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM adjudication_case WHERE decided_at IS NULL \
         ORDER BY opened_at, adjudication_case LIMIT $1"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// Cases in a stage (`awaits_first`, `awaits_second`, `awaits_senior`,
/// `decided`), oldest first.
pub async fn list_by_stage(
    tx: &mut Tx,
    stage_name: &str,
    at_most: usize,
) -> Result<Vec<StoredCase>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM adjudication_case WHERE stage_name = $1 \
         ORDER BY opened_at, adjudication_case LIMIT $2"
    );
    let rows =
        tx.fetch_all(query(AssertSqlSafe(sql)).bind(stage_name).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

async fn find(tx: &mut Tx, id: CaseId, lock: &str) -> Result<Option<StoredCase>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM adjudication_case WHERE adjudication_case = $1{lock}");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<StoredCase, StoreError> {
    Ok(StoredCase {
        id: row.id("adjudication_case")?,
        application: row.id("application")?,
        reason: row.json("reason")?,
        stage: row.json("stage")?,
        candidates: row.json("candidates")?,
        opened_at: row.time("opened_at")?,
        decided_at: row.opt_time("decided_at")?,
        version: row.int("version")?,
    })
}
