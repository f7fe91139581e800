//! Records that are looked at again, and pairs that people told apart.

use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::desk::CheckReason;
use niims_record::{ApplicationId, CaseId, LaterCheckId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, limit, read_all};
use crate::{StoreError, Tx};

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The check.
    pub id: LaterCheckId,
    /// Whose.
    pub application: ApplicationId,
    /// Why.
    pub reason: CheckReason,
    /// From which day.
    pub due_on: Date,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Notes a check; without effect where the application has one for this reason.
pub async fn insert(tx: &mut Tx, check: &Check) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO later_check (later_check, application, reason, due_on) \
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(check.id.as_bytes().to_vec())
        .bind(check.application.as_bytes().to_vec())
        .bind(check.reason.name())
        .bind(check.due_on.to_string()),
    )
    .await?;
    Ok(())
}

/// Checks due on a day or before, earliest first.
pub async fn list_due(
    tx: &mut Tx,
    due_on: Date,
    after: Option<LaterCheckId>,
    at_most: usize,
) -> Result<Vec<Check>, StoreError> {
    let page = if after.is_some() {
        "AND (due_on, later_check) > (SELECT due_on, later_check FROM later_check \
         WHERE later_check = $3) "
    } else {
        ""
    };
    let sql = format!(
        "SELECT later_check, application, reason, due_on, done_at FROM later_check \
         WHERE done_at IS NULL AND due_on <= $1 {page}ORDER BY due_on, later_check LIMIT $2"
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(due_on.to_string()).bind(limit(at_most));
    if let Some(after) = after {
        sql = sql.bind(after.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

/// Records that a check was done; `false` where it is unknown or was done.
pub async fn done(
    tx: &mut Tx,
    id: LaterCheckId,
    by: OfficerId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE later_check SET done_by = $1, done_at = $2 \
                 WHERE later_check = $3 AND done_at IS NULL",
            )
            .bind(by.as_bytes().to_vec())
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Notes that people told two applications apart.
pub async fn tell_apart(
    tx: &mut Tx,
    pair: (ApplicationId, ApplicationId),
    case: CaseId,
) -> Result<(), StoreError> {
    let (first, second) = (pair.0.min(pair.1), pair.0.max(pair.1));
    tx.execute(
        query(
            "INSERT INTO told_apart (first, second, adjudication_case) VALUES ($1, $2, $3) \
             ON CONFLICT (first, second) DO UPDATE \
             SET adjudication_case = excluded.adjudication_case",
        )
        .bind(first.as_bytes().to_vec())
        .bind(second.as_bytes().to_vec())
        .bind(case.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The case in which people last told two applications apart.
pub async fn told_apart(
    tx: &mut Tx,
    pair: (ApplicationId, ApplicationId),
) -> Result<Option<CaseId>, StoreError> {
    let (first, second) = (pair.0.min(pair.1), pair.0.max(pair.1));
    let row = tx
        .fetch_optional(
            query("SELECT adjudication_case FROM told_apart WHERE first = $1 AND second = $2")
                .bind(first.as_bytes().to_vec())
                .bind(second.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.id("adjudication_case")).transpose()
}

fn read(row: &Row) -> Result<Check, StoreError> {
    Ok(Check {
        id: row.id("later_check")?,
        application: row.id("application")?,
        reason: row.named("reason", CheckReason::from_name)?,
        due_on: row
            .text("due_on")?
            .parse()
            .map_err(|_| StoreError::MalformedRow { column: "due_on" })?,
        done_at: row.opt_time("done_at")?,
    })
}
