//! Opinions with what was said beside the verdict, and the times by which rest is counted.

use core::fmt;

use jiff::Timestamp;
use niims_record::adjudication::Verdict;
use niims_record::desk::PlantedKind;
use niims_record::{CaseId, OfficerId, ViewId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals what reviewers write.
const CLASS: &str = "opinion";

/// One opinion.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredOpinion {
    /// The case.
    pub case: CaseId,
    /// Who.
    pub officer: OfficerId,
    /// The opening it rests on.
    pub view: Option<ViewId>,
    /// What.
    pub verdict: Verdict,
    /// From opening to opinion, seconds.
    pub seconds: Option<i64>,
    /// What the planted pair is, if it is one.
    pub planted: Option<PlantedKind>,
    /// When.
    pub given_at: Timestamp,
}

impl fmt::Debug for StoredOpinion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredOpinion({}, {})", self.case, self.verdict.name())
    }
}

const COLUMNS: &str = "adjudication_case, officer, view, verdict, seconds, planted_kind, given_at";

/// Keeps an opinion. `details` is sealed under the owner's key.
pub async fn insert(
    tx: &mut Tx,
    opinion: &StoredOpinion,
    owner: Owner,
    details: &[u8],
) -> Result<(), StoreError> {
    let row = row_key(opinion.case, opinion.officer);
    let sealed = tx.seal(owner, cell(&row), details).await?;
    tx.execute(
        query(
            "INSERT INTO case_opinion (adjudication_case, officer, view, verdict, \
             details_sealed, seconds, planted_kind, given_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(opinion.case.as_bytes().to_vec())
        .bind(opinion.officer.as_bytes().to_vec())
        .bind(opinion.view.map(|view| view.as_bytes().to_vec()))
        .bind(json(&opinion.verdict)?)
        .bind(sealed)
        .bind(opinion.seconds)
        .bind(opinion.planted.map(PlantedKind::name))
        .bind(opinion.given_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The opinions of a case in the order given, with what was said beside them; `None` where the
/// keys are destroyed.
pub async fn of_case(
    tx: &mut Tx,
    case: CaseId,
    owner: Owner,
) -> Result<Vec<(StoredOpinion, Option<Vec<u8>>)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, details_sealed FROM case_opinion WHERE adjudication_case = $1 \
         ORDER BY given_at, officer"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(case.as_bytes().to_vec())).await?;
    let mut opinions = Vec::with_capacity(rows.len());
    for row in &rows {
        let opinion = read(row)?;
        let key = row_key(opinion.case, opinion.officer);
        let details = match tx.open(owner, cell(&key), &row.bytes("details_sealed")?).await {
            Ok(details) => Some(details),
            Err(StoreError::KeyDestroyed) => None,
            Err(error) => return Err(error),
        };
        opinions.push((opinion, details));
    }
    Ok(opinions)
}

/// When an officer gave opinions since a moment.
pub async fn times_since(
    tx: &mut Tx,
    officer: OfficerId,
    since: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT given_at FROM case_opinion WHERE officer = $1 AND given_at >= $2 \
                 ORDER BY given_at",
            )
            .bind(officer.as_bytes().to_vec())
            .bind(since.as_millisecond()),
        )
        .await?;
    read_all(&rows, |row| row.time("given_at"))
}

/// The opinions of a period, of everybody.
pub async fn between(
    tx: &mut Tx,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<StoredOpinion>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM case_opinion WHERE given_at >= $1 AND given_at < $2 \
         ORDER BY given_at, adjudication_case, officer"
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql)).bind(from.as_millisecond()).bind(until.as_millisecond()),
        )
        .await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<StoredOpinion, StoreError> {
    let planted = row
        .opt_text("planted_kind")?
        .map(|name| {
            PlantedKind::from_name(&name).ok_or(StoreError::MalformedRow { column: "planted_kind" })
        })
        .transpose()?;
    Ok(StoredOpinion {
        case: row.id("adjudication_case")?,
        officer: row.id("officer")?,
        view: row.opt_id("view")?,
        verdict: row.json("verdict")?,
        seconds: row.opt_int("seconds")?,
        planted,
        given_at: row.time("given_at")?,
    })
}

fn row_key(case: CaseId, officer: OfficerId) -> Vec<u8> {
    [case.as_bytes().as_slice(), officer.as_bytes()].concat()
}

fn cell(row: &[u8]) -> Cell<'_> {
    Cell { table: "case_opinion", column: "details_sealed", row, version: 1, class: CLASS }
}
