//! Requests to come again for better prints.

use jiff::Timestamp;
use niims_record::desk::RecaptureAdvice;
use niims_record::{ApplicationId, CaseId, KitId, RecaptureId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit, read_all};
use crate::{StoreError, Tx};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recapture {
    /// The request.
    pub id: RecaptureId,
    /// Whose.
    pub application: ApplicationId,
    /// The case that asked.
    pub case: CaseId,
    /// Which round, from 1.
    pub round: u8,
    /// What to do better.
    pub advice: Vec<RecaptureAdvice>,
    /// Code of the county of residence.
    pub county: Option<String>,
    /// The kit that captured.
    pub kit: KitId,
    /// When.
    pub asked_at: Timestamp,
    /// The application that came instead.
    pub answered_by: Option<ApplicationId>,
    /// When it was answered, or needed no more.
    pub settled_at: Option<Timestamp>,
}

const COLUMNS: &str = "recapture, application, adjudication_case, round, advice, county, kit, \
                       asked_at, answered_by, settled_at";

/// Keeps a request.
pub async fn insert(tx: &mut Tx, request: &Recapture) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO recapture_request (recapture, application, adjudication_case, round, \
             advice, county, kit, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(request.id.as_bytes().to_vec())
        .bind(request.application.as_bytes().to_vec())
        .bind(request.case.as_bytes().to_vec())
        .bind(i64::from(request.round))
        .bind(json(&request.advice)?)
        .bind(request.county.clone())
        .bind(request.kit.as_bytes().to_vec())
        .bind(request.asked_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// One request.
pub async fn get(tx: &mut Tx, id: RecaptureId) -> Result<Option<Recapture>, StoreError> {
    one(tx, "recapture = $1", id.as_bytes()).await
}

/// The open request of an application.
pub async fn open_of(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<Recapture>, StoreError> {
    one(tx, "application = $1 AND settled_at IS NULL", application.as_bytes()).await
}

/// The request that an application answered.
pub async fn answered_by(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<Recapture>, StoreError> {
    one(tx, "answered_by = $1", application.as_bytes()).await
}

/// Rounds that were asked of the person behind an application so far: of this application and
/// of those before it.
pub async fn rounds(tx: &mut Tx, application: ApplicationId) -> Result<u8, StoreError> {
    let row = tx
        .fetch_one(
            query(
                "SELECT COALESCE(MAX(round), 0) AS n FROM recapture_request \
                 WHERE application = $1 OR answered_by = $1",
            )
            .bind(application.as_bytes().to_vec()),
        )
        .await?;
    u8::try_from(row.int("n")?).map_err(|_| StoreError::MalformedRow { column: "round" })
}

/// Settles a request; `false` where it is settled.
pub async fn settle(
    tx: &mut Tx,
    id: RecaptureId,
    answered_by: Option<ApplicationId>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE recapture_request SET answered_by = $1, settled_at = $2 \
                 WHERE recapture = $3 AND settled_at IS NULL",
            )
            .bind(answered_by.map(|id| id.as_bytes().to_vec()))
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Open requests, oldest first, of a county or of all.
pub async fn list_open(
    tx: &mut Tx,
    county: Option<&str>,
    after: Option<RecaptureId>,
    at_most: usize,
) -> Result<Vec<Recapture>, StoreError> {
    let page = if after.is_some() {
        "AND (asked_at, recapture) > (SELECT asked_at, recapture FROM recapture_request \
         WHERE recapture = $3) "
    } else {
        ""
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM recapture_request WHERE settled_at IS NULL \
         AND ($1 = '' OR county = $1) {page}ORDER BY asked_at, recapture LIMIT $2"
    );
    let mut sql =
        query(AssertSqlSafe(sql)).bind(county.unwrap_or("").to_owned()).bind(limit(at_most));
    if let Some(after) = after {
        sql = sql.bind(after.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

async fn one(tx: &mut Tx, what: &str, id: &[u8; 16]) -> Result<Option<Recapture>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM recapture_request WHERE {what} ORDER BY round DESC LIMIT 1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.to_vec())).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Recapture, StoreError> {
    Ok(Recapture {
        id: row.id("recapture")?,
        application: row.id("application")?,
        case: row.id("adjudication_case")?,
        round: u8::try_from(row.int("round")?)
            .map_err(|_| StoreError::MalformedRow { column: "round" })?,
        advice: row.json("advice")?,
        county: row.opt_text("county")?,
        kit: row.id("kit")?,
        asked_at: row.time("asked_at")?,
        answered_by: row.opt_id("answered_by")?,
        settled_at: row.opt_time("settled_at")?,
    })
}
