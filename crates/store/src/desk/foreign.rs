//! Cases of other platforms: what they sent, sealed under a key of the case's own, and how far our
//! reviewers are.

use core::fmt;

use jiff::Timestamp;
use niims_record::adjudication::Case;
use niims_record::{ApplicationId, CaseId};
use sqlx::{AssertSqlSafe, query};

use crate::desk::stage::{CaseTable, save_stage};
use crate::erasure::destroy_keys;
use crate::row::{Row, json, limit, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals what a platform sent.
const CLASS: &str = "foreign";

/// One case of another platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignCase {
    /// The case.
    pub id: CaseId,
    /// The platform, as the operator named it.
    pub platform: String,
    /// The platform's id of its request.
    pub request: String,
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
    /// The number shown as if on a slip.
    pub slip_number: String,
    /// Ids drawn for the applicant and the candidates, in order; they name nobody of ours.
    pub sides: Vec<ApplicationId>,
    /// How far it is.
    pub stage: Case,
    /// When it came.
    pub opened_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// When the broker had the answer.
    pub answered_at: Option<Timestamp>,
    /// When its data were erased.
    pub erased_at: Option<Timestamp>,
    /// Counts the changes; the optimistic lock of [`save`].
    pub version: i64,
}

/// What a platform sent of a case.
pub struct ForeignData<'a> {
    /// Its own ids of applicant and candidates, in the order of [`ForeignCase::sides`].
    pub references: &'a [String],
    /// What is shown, as bytes.
    pub evidence: &'a [u8],
    /// Images by place.
    pub images: &'a [(String, Vec<u8>)],
}

impl fmt::Debug for ForeignData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForeignData({} sides)", self.references.len())
    }
}

const COLUMNS: &str = "adjudication_case, platform, request, request_hash, slip_number, sides, \
                       stage, opened_at, decided_at, answered_at, erased_at, version";

/// Opens a case with all that was sent; `false` where this request is known.
pub async fn insert(
    tx: &mut Tx,
    case: &ForeignCase,
    data: &ForeignData<'_>,
) -> Result<bool, StoreError> {
    let owner = Owner::ForeignCase(case.id);
    let references = json(&data.references)?;
    let references = tx.seal(owner, cell(&case.id, REFERENCES), references.as_bytes()).await?;
    let evidence = tx.seal(owner, cell(&case.id, EVIDENCE), data.evidence).await?;
    let inserted = tx
        .execute(
            query(
                "INSERT INTO foreign_case (adjudication_case, platform, request, request_hash, \
                 slip_number, sides, references_sealed, evidence_sealed, stage_name, stage, \
                 opened_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(case.id.as_bytes().to_vec())
            .bind(&case.platform)
            .bind(&case.request)
            .bind(case.request_hash.to_vec())
            .bind(&case.slip_number)
            .bind(json(&case.sides)?)
            .bind(references)
            .bind(evidence)
            .bind(case.stage.name())
            .bind(json(&case.stage)?)
            .bind(case.opened_at.as_millisecond()),
        )
        .await?;
    if inserted == 0 {
        return Ok(false);
    }
    for (place, image) in data.images {
        let row = image_key(case.id, place);
        let sealed = tx.seal(owner, image_cell(&row), image).await?;
        tx.execute(
            query(
                "INSERT INTO foreign_image (adjudication_case, place, image_sealed) \
                 VALUES ($1, $2, $3)",
            )
            .bind(case.id.as_bytes().to_vec())
            .bind(place)
            .bind(sealed),
        )
        .await?;
    }
    Ok(true)
}

/// The case with this id, locked until the transaction ends where it writes.
pub async fn get(
    tx: &mut Tx,
    id: CaseId,
    for_update: bool,
) -> Result<Option<ForeignCase>, StoreError> {
    let lock = if for_update { tx.backend.for_update() } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM foreign_case WHERE adjudication_case = $1{lock}");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The case that a platform's request opened.
pub async fn by_request(
    tx: &mut Tx,
    platform: &str,
    request: &str,
) -> Result<Option<ForeignCase>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM foreign_case WHERE platform = $1 AND request = $2");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(platform).bind(request)).await?;
    row.as_ref().map(read).transpose()
}

/// How many cases of a platform are not answered.
pub async fn unanswered(tx: &mut Tx, platform: &str) -> Result<u64, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT COUNT(*) AS n FROM foreign_case \
                 WHERE platform = $1 AND answered_at IS NULL",
            )
            .bind(platform),
        )
        .await?;
    row.map_or(Ok(0), |row| row.count("n"))
}

/// What is shown of a case. [`StoreError::KeyDestroyed`] once it is erased.
pub async fn evidence(tx: &mut Tx, id: CaseId) -> Result<Vec<u8>, StoreError> {
    sealed(tx, id, EVIDENCE).await
}

/// The platform's ids of applicant and candidates. [`StoreError::KeyDestroyed`] once erased.
pub async fn references(tx: &mut Tx, id: CaseId) -> Result<Vec<String>, StoreError> {
    let plain = sealed(tx, id, REFERENCES).await?;
    let malformed = StoreError::MalformedRow { column: "foreign_case.references_sealed" };
    serde_json::from_slice(&plain).map_err(|_| malformed)
}

async fn sealed(tx: &mut Tx, id: CaseId, column: &'static str) -> Result<Vec<u8>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT references_sealed, evidence_sealed FROM foreign_case \
                 WHERE adjudication_case = $1",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let sealed = row.map(|row| row.opt_bytes(column)).transpose()?.flatten();
    let sealed = sealed.ok_or(StoreError::KeyDestroyed)?;
    tx.open(Owner::ForeignCase(id), cell(&id, column), &sealed).await
}

/// An image of a case.
pub async fn image(tx: &mut Tx, id: CaseId, place: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT image_sealed FROM foreign_image \
                 WHERE adjudication_case = $1 AND place = $2",
            )
            .bind(id.as_bytes().to_vec())
            .bind(place),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = image_key(id, place);
    let sealed = row.bytes("image_sealed")?;
    tx.open(Owner::ForeignCase(id), image_cell(&key), &sealed).await.map(Some)
}

/// Puts a case into its next stage, if nobody else did so since it was read.
pub async fn save(
    tx: &mut Tx,
    id: CaseId,
    expected_version: i64,
    stage: &Case,
    at: Timestamp,
) -> Result<bool, StoreError> {
    save_stage(tx, CaseTable::Foreign, (id, expected_version), stage, at).await
}

/// Decided cases of a platform whose answer the broker does not have, oldest first.
pub async fn due(
    tx: &mut Tx,
    platform: &str,
    at_most: usize,
) -> Result<Vec<ForeignCase>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM foreign_case WHERE platform = $1 AND answered_at IS NULL \
         AND decided_at IS NOT NULL ORDER BY decided_at, adjudication_case LIMIT $2"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(platform).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// Notes that the broker has the answer of a case.
pub async fn answered(tx: &mut Tx, id: CaseId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE foreign_case SET answered_at = $1 \
             WHERE adjudication_case = $2 AND answered_at IS NULL",
        )
        .bind(at.as_millisecond())
        .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Erases what platforms sent with cases answered by a moment, at most so many; which they were.
/// That there was such a case, how it was decided and by whom remains.
pub async fn erase(
    tx: &mut Tx,
    answered_by: Timestamp,
    at_most: usize,
    at: Timestamp,
) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT adjudication_case FROM foreign_case WHERE erased_at IS NULL \
                 AND answered_at IS NOT NULL AND answered_at <= $1 \
                 ORDER BY answered_at, adjudication_case LIMIT $2",
            )
            .bind(answered_by.as_millisecond())
            .bind(limit(at_most)),
        )
        .await?;
    let cases: Vec<CaseId> = read_all(&rows, |row| row.id("adjudication_case"))?;
    for case in &cases {
        destroy_keys(tx, Owner::ForeignCase(*case), at).await?;
        tx.execute(
            query("DELETE FROM foreign_image WHERE adjudication_case = $1")
                .bind(case.as_bytes().to_vec()),
        )
        .await?;
        tx.execute(
            query(
                "UPDATE foreign_case SET references_sealed = NULL, evidence_sealed = NULL, \
                 erased_at = $1 WHERE adjudication_case = $2",
            )
            .bind(at.as_millisecond())
            .bind(case.as_bytes().to_vec()),
        )
        .await?;
    }
    Ok(cases)
}

const REFERENCES: &str = "references_sealed";
const EVIDENCE: &str = "evidence_sealed";

fn read(row: &Row) -> Result<ForeignCase, StoreError> {
    Ok(ForeignCase {
        id: row.id("adjudication_case")?,
        platform: row.text("platform")?,
        request: row.text("request")?,
        request_hash: row.array("request_hash")?,
        slip_number: row.text("slip_number")?,
        sides: row.json("sides")?,
        stage: row.json("stage")?,
        opened_at: row.time("opened_at")?,
        decided_at: row.opt_time("decided_at")?,
        answered_at: row.opt_time("answered_at")?,
        erased_at: row.opt_time("erased_at")?,
        version: row.int("version")?,
    })
}

fn cell<'a>(id: &'a CaseId, column: &'static str) -> Cell<'a> {
    Cell { table: "foreign_case", column, row: id.as_bytes(), version: 1, class: CLASS }
}

fn image_key(case: CaseId, place: &str) -> Vec<u8> {
    [case.as_bytes().as_slice(), place.as_bytes()].concat()
}

fn image_cell(row: &[u8]) -> Cell<'_> {
    Cell { table: "foreign_image", column: "image_sealed", row, version: 1, class: CLASS }
}
