//! Appeals. Each has a case of its own.

use jiff::Timestamp;
use niims_record::{ApplicationId, CaseId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, limit, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals what the person says.
const CLASS: &str = "opinion";

/// One appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its case.
    pub case: CaseId,
    /// The case that it appeals.
    pub of: CaseId,
    /// Whose.
    pub application: ApplicationId,
    /// Who took it down.
    pub taken_by: OfficerId,
    /// When.
    pub opened_at: Timestamp,
    /// Whether it changed the outcome, once decided.
    pub overturned: Option<bool>,
}

const COLUMNS: &str = "adjudication_case, of_case, application, taken_by, opened_at, overturned";

/// Keeps an appeal with its ground.
pub async fn insert(tx: &mut Tx, appeal: &Appeal, ground: &str) -> Result<(), StoreError> {
    let owner = Owner::Application(appeal.application);
    let sealed = tx.seal(owner, cell(&appeal.case), ground.as_bytes()).await?;
    tx.execute(
        query(
            "INSERT INTO appeal (adjudication_case, of_case, application, ground_sealed, \
             taken_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(appeal.case.as_bytes().to_vec())
        .bind(appeal.of.as_bytes().to_vec())
        .bind(appeal.application.as_bytes().to_vec())
        .bind(sealed)
        .bind(appeal.taken_by.as_bytes().to_vec())
        .bind(appeal.opened_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The appeal with this case.
pub async fn get(tx: &mut Tx, case: CaseId) -> Result<Option<Appeal>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM appeal WHERE adjudication_case = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(case.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The cases of the appeals of one outcome.
pub async fn against(
    tx: &mut Tx,
    application: ApplicationId,
    of: CaseId,
) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT adjudication_case FROM appeal WHERE application = $1 AND of_case = $2")
                .bind(application.as_bytes().to_vec())
                .bind(of.as_bytes().to_vec()),
        )
        .await?;
    read_all(&rows, |row| row.id("adjudication_case"))
}

/// What the person says.
pub async fn ground(tx: &mut Tx, appeal: &Appeal) -> Result<Option<String>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT ground_sealed FROM appeal WHERE adjudication_case = $1")
                .bind(appeal.case.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let owner = Owner::Application(appeal.application);
    tx.open_text(owner, cell(&appeal.case), &row.bytes("ground_sealed")?).await.map(Some)
}

/// Notes how an appeal ended.
pub async fn decide(
    tx: &mut Tx,
    case: CaseId,
    overturned: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE appeal SET overturned = $1, decided_at = $2 \
             WHERE adjudication_case = $3 AND decided_at IS NULL",
        )
        .bind(i64::from(overturned))
        .bind(at.as_millisecond())
        .bind(case.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Appeals, open ones first, then the oldest first.
pub async fn list(
    tx: &mut Tx,
    after: Option<CaseId>,
    at_most: usize,
) -> Result<Vec<Appeal>, StoreError> {
    const OPEN: &str = "CASE WHEN decided_at IS NULL THEN 0 ELSE 1 END";
    let page = if after.is_some() {
        format!(
            "WHERE ({OPEN}, opened_at, adjudication_case) > \
             (SELECT {OPEN}, opened_at, adjudication_case FROM appeal \
             WHERE adjudication_case = $2) "
        )
    } else {
        String::new()
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM appeal {page}\
         ORDER BY {OPEN}, opened_at, adjudication_case LIMIT $1"
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(limit(at_most));
    if let Some(after) = after {
        sql = sql.bind(after.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<Appeal, StoreError> {
    Ok(Appeal {
        case: row.id("adjudication_case")?,
        of: row.id("of_case")?,
        application: row.id("application")?,
        taken_by: row.id("taken_by")?,
        opened_at: row.time("opened_at")?,
        overturned: row.opt_int("overturned")?.map(|n| n == 1),
    })
}

fn cell(case: &CaseId) -> Cell<'_> {
    Cell {
        table: "appeal",
        column: "ground_sealed",
        row: case.as_bytes(),
        version: 1,
        class: CLASS,
    }
}
