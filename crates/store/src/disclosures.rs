//! Disclosure lines: who looked at whom, when, under which purpose. Append only.

use jiff::Timestamp;
use niims_record::{ApplicationId, DisclosureId};
use sqlx::{AssertSqlSafe, query};

use crate::log::LeafId;
use crate::row::{Row, json, limit, read_all};
use crate::{StoreError, Tx};

/// How a question ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered,
    /// It was denied, for the reason with this stable code.
    Denied {
        /// The code, such as `exchange.unknown_purpose`.
        code: String,
    },
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The line.
    pub id: DisclosureId,
    /// The application of the person looked at; `None` where nobody was found.
    pub application: Option<ApplicationId>,
    /// When.
    pub at: Timestamp,
    /// Code of the agency, or the role of staff, that asked.
    pub asker: String,
    /// Pseudonym of the officer who asked.
    pub officer: String,
    /// Code of the purpose.
    pub purpose: String,
    /// Codes of the attributes asked for; never their values.
    pub attributes: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The leaf of the log that proves the line.
    pub leaf: LeafId,
}

const COLUMNS: &str =
    "disclosure, application, at, asker, officer, purpose, attributes, denial, leaf";

/// Writes a line, in the transaction of the read that it records.
pub async fn insert(tx: &mut Tx, line: &Disclosure) -> Result<(), StoreError> {
    let denial = match &line.outcome {
        Outcome::Answered => None,
        Outcome::Denied { code } => Some(code.clone()),
    };
    tx.execute(
        query(
            "INSERT INTO disclosure (disclosure, application, at, asker, officer, purpose, attributes, \
             denial, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(line.id.as_bytes().to_vec())
        .bind(line.application.map(|id| id.as_bytes().to_vec()))
        .bind(line.at.as_millisecond())
        .bind(line.asker.as_str())
        .bind(line.officer.as_str())
        .bind(line.purpose.as_str())
        .bind(json(&line.attributes)?)
        .bind(denial)
        .bind(line.leaf.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Whether there is a line with this id.
pub async fn is_there(tx: &mut Tx, id: DisclosureId) -> Result<bool, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT disclosure FROM disclosure WHERE disclosure = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(row.is_some())
}

/// A page of the lines about an application, newest first; `before` is the last line
/// of the page before.
pub async fn list_for_application(
    tx: &mut Tx,
    application: ApplicationId,
    before: Option<DisclosureId>,
    at_most: usize,
) -> Result<Vec<Disclosure>, StoreError> {
    let page = match before {
        None => "",
        Some(_) => {
            "AND (at, disclosure) < (SELECT at, disclosure FROM disclosure WHERE disclosure = $3) "
        }
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM disclosure WHERE application = $1 {page}\
         ORDER BY at DESC, disclosure DESC LIMIT $2"
    );
    let mut sql =
        query(AssertSqlSafe(sql)).bind(application.as_bytes().to_vec()).bind(limit(at_most));
    if let Some(before) = before {
        sql = sql.bind(before.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

/// The newest lines of all, those about nobody included.
pub async fn list_recent(tx: &mut Tx, at_most: usize) -> Result<Vec<Disclosure>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM disclosure ORDER BY at DESC, disclosure DESC LIMIT $1");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// Lines written so far.
pub async fn count(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT COUNT(*) AS n FROM disclosure")).await?.count("n")
}

fn read(row: &Row) -> Result<Disclosure, StoreError> {
    Ok(Disclosure {
        id: row.id("disclosure")?,
        application: row.opt_id("application")?,
        at: row.time("at")?,
        asker: row.text("asker")?,
        officer: row.text("officer")?,
        purpose: row.text("purpose")?,
        attributes: row.json("attributes")?,
        outcome: row.opt_text("denial")?.map_or(Outcome::Answered, |code| Outcome::Denied { code }),
        leaf: row.id("leaf")?,
    })
}
