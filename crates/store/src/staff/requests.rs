//! Changes of staff that wait for a second administrator.

use jiff::Timestamp;
use niims_record::staff::{Period, Role};
use niims_record::{OfficerId, StaffRequestId};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, named, read_all};
use crate::{StoreError, Tx};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A duty.
    Duty {
        /// The role.
        role: Role,
        /// Code of an area or a centre; none for everywhere.
        place: Option<String>,
        /// When.
        period: Period,
    },
    /// A new invitation in place of every way to sign in.
    Recovery,
}

named! {
    /// How a request ended.
    Outcome {
        /// It was done.
        Approved = "approved",
        /// It was not.
        Refused = "refused",
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The request.
    pub id: StaffRequestId,
    /// Whom it concerns.
    pub officer: OfficerId,
    /// What is wanted.
    pub wanted: Wanted,
    /// Who asked.
    pub asked_by: OfficerId,
    /// When.
    pub asked_at: Timestamp,
    /// How it ended, if it has.
    pub outcome: Option<Outcome>,
}

/// A duty as a column holds it.
#[derive(Serialize, Deserialize)]
struct Proposal {
    role: String,
    place: Option<String>,
    from: i64,
    until: i64,
}

const COLUMNS: &str = "request, kind, officer, proposal, asked_by, asked_at, outcome";

/// Files a request.
pub async fn insert(tx: &mut Tx, request: &Request) -> Result<(), StoreError> {
    let (kind, proposal) = match &request.wanted {
        Wanted::Recovery => ("recovery", None),
        Wanted::Duty { role, place, period } => {
            let proposal = Proposal {
                role: role.name().to_owned(),
                place: place.clone(),
                from: period.from.as_millisecond(),
                until: period.until.as_millisecond(),
            };
            ("duty", Some(json(&proposal)?))
        }
    };
    tx.execute(
        query(
            "INSERT INTO staff_request (request, kind, officer, proposal, asked_by, asked_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(request.id.as_bytes().to_vec())
        .bind(kind)
        .bind(request.officer.as_bytes().to_vec())
        .bind(proposal)
        .bind(request.asked_by.as_bytes().to_vec())
        .bind(request.asked_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// One request. On PostgreSQL the row is locked.
pub async fn get_for_update(
    tx: &mut Tx,
    id: StaffRequestId,
) -> Result<Option<Request>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM staff_request WHERE request = $1{}",
        tx.backend.for_update()
    );
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// Every request that waits, oldest first.
pub async fn list_open(tx: &mut Tx) -> Result<Vec<Request>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM staff_request WHERE outcome IS NULL ORDER BY asked_at, request"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql))).await?;
    read_all(&rows, read)
}

/// Ends a request; `false` where it is unknown or ended already.
pub async fn decide(
    tx: &mut Tx,
    id: StaffRequestId,
    outcome: Outcome,
    by: OfficerId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE staff_request SET outcome = $1, decided_by = $2, decided_at = $3 \
                 WHERE request = $4 AND outcome IS NULL",
            )
            .bind(outcome.name())
            .bind(by.as_bytes().to_vec())
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

fn read(row: &Row) -> Result<Request, StoreError> {
    let wanted = match row.text("kind")?.as_str() {
        "recovery" => Wanted::Recovery,
        _ => wanted_duty(&row.json("proposal")?)?,
    };
    Ok(Request {
        id: row.id("request")?,
        officer: row.id("officer")?,
        wanted,
        asked_by: row.id("asked_by")?,
        asked_at: row.time("asked_at")?,
        outcome: row
            .opt_text("outcome")?
            .map(|name| {
                Outcome::from_name(&name).ok_or(StoreError::MalformedRow { column: "outcome" })
            })
            .transpose()?,
    })
}

fn wanted_duty(proposal: &Proposal) -> Result<Wanted, StoreError> {
    let malformed = StoreError::MalformedRow { column: "proposal" };
    let time = |ms| Timestamp::from_millisecond(ms).map_err(|_| malformed.clone());
    Ok(Wanted::Duty {
        role: Role::from_name(&proposal.role).ok_or_else(|| malformed.clone())?,
        place: proposal.place.clone(),
        period: Period { from: time(proposal.from)?, until: time(proposal.until)? },
    })
}
