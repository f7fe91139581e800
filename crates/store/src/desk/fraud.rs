//! Cases held because fraud is suspected, and what seniors answer.

use jiff::Timestamp;
use niims_record::desk::{FraudAnswer, FraudHold, FraudVote};
use niims_record::{ApplicationId, CaseId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals what seniors write.
const CLASS: &str = "opinion";

/// One held case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The case.
    pub case: CaseId,
    /// Whose.
    pub application: ApplicationId,
    /// Since when.
    pub held_at: Timestamp,
    /// Whether it is over.
    pub answered_at: Option<Timestamp>,
}

/// Holds a case.
pub async fn hold(
    tx: &mut Tx,
    case: CaseId,
    application: ApplicationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO fraud_hold (adjudication_case, application, held_at) VALUES ($1, $2, $3)",
        )
        .bind(case.as_bytes().to_vec())
        .bind(application.as_bytes().to_vec())
        .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// A held case with its answers, locked until the transaction ends where it writes.
pub async fn get(
    tx: &mut Tx,
    case: CaseId,
    for_update: bool,
) -> Result<Option<(Hold, FraudHold)>, StoreError> {
    let lock = if for_update { tx.backend.for_update() } else { "" };
    let sql = format!(
        "SELECT adjudication_case, application, held_at, answered_at FROM fraud_hold \
         WHERE adjudication_case = $1{lock}"
    );
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(case.as_bytes().to_vec())).await?;
    let Some(row) = row else { return Ok(None) };
    let hold = read(&row)?;
    let stage = stage(tx, case).await?;
    Ok(Some((hold, stage)))
}

/// How far a held case is, from the answers given.
async fn stage(tx: &mut Tx, case: CaseId) -> Result<FraudHold, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT officer, answer, given_at FROM fraud_answer \
                 WHERE adjudication_case = $1 ORDER BY given_at, officer",
            )
            .bind(case.as_bytes().to_vec()),
        )
        .await?;
    let mut stage = FraudHold::new();
    for row in &rows {
        let vote = FraudVote {
            officer: row.id("officer")?,
            answer: row.json("answer")?,
            at: row.time("given_at")?,
        };
        stage = stage
            .with(vote, false)
            .map_err(|_| StoreError::MalformedRow { column: "fraud_answer.answer" })?;
    }
    Ok(stage)
}

/// Keeps an answer with its note.
pub async fn answer(
    tx: &mut Tx,
    hold: &Hold,
    vote: &FraudVote,
    note: &str,
) -> Result<(), StoreError> {
    let row = [hold.case.as_bytes().as_slice(), vote.officer.as_bytes()].concat();
    let cell =
        Cell { table: "fraud_answer", column: "note_sealed", row: &row, version: 1, class: CLASS };
    let sealed = tx.seal(Owner::Application(hold.application), cell, note.as_bytes()).await?;
    tx.execute(
        query(
            "INSERT INTO fraud_answer (adjudication_case, officer, answer, note_sealed, given_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(hold.case.as_bytes().to_vec())
        .bind(vote.officer.as_bytes().to_vec())
        .bind(json(&vote.answer)?)
        .bind(sealed)
        .bind(vote.at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Ends a hold: answered, or overtaken by an appeal (`None`).
pub async fn close(
    tx: &mut Tx,
    case: CaseId,
    answer: Option<FraudAnswer>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let word = match answer {
        Some(FraudAnswer::Release) => "release",
        Some(FraudAnswer::Refer) => "refer",
        None => "superseded",
    };
    tx.execute(
        query(
            "UPDATE fraud_hold SET answer = $1, answered_at = $2 \
             WHERE adjudication_case = $3 AND answered_at IS NULL",
        )
        .bind(word)
        .bind(at.as_millisecond())
        .bind(case.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The latest case that was held for an application.
pub async fn latest_of(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<CaseId>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT adjudication_case FROM fraud_hold WHERE application = $1 \
                 ORDER BY held_at DESC LIMIT 1",
            )
            .bind(application.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.id("adjudication_case")).transpose()
}

/// Held cases, oldest first.
pub async fn list_open(
    tx: &mut Tx,
    after: Option<CaseId>,
    at_most: usize,
) -> Result<Vec<Hold>, StoreError> {
    let page = if after.is_some() {
        "AND (held_at, adjudication_case) > (SELECT held_at, adjudication_case FROM fraud_hold \
         WHERE adjudication_case = $2) "
    } else {
        ""
    };
    let sql = format!(
        "SELECT adjudication_case, application, held_at, answered_at FROM fraud_hold \
         WHERE answered_at IS NULL {page}ORDER BY held_at, adjudication_case LIMIT $1"
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(limit(at_most));
    if let Some(after) = after {
        sql = sql.bind(after.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<Hold, StoreError> {
    Ok(Hold {
        case: row.id("adjudication_case")?,
        application: row.id("application")?,
        held_at: row.time("held_at")?,
        answered_at: row.opt_time("answered_at")?,
    })
}
