//! Audit events: who did what to what. Append only, without personal data.

use jiff::Timestamp;
use niims_record::EventId;
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit, read_all};
use crate::{StoreError, Tx};

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who: an id of an officer, a client or a kit, or the name of a step.
    pub actor: String,
    /// What, such as `application.validated`.
    pub action: String,
    /// The id of what it was done to.
    pub subject: String,
    /// More, by stable keys; never personal data.
    pub details: serde_json::Value,
}

const COLUMNS: &str = "event, at, actor, action, subject, details";

/// Adds an event, in the transaction of the change that it records.
pub async fn append(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO audit_event (event, at, actor, action, subject, details) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(event.id.as_bytes().to_vec())
        .bind(event.at.as_millisecond())
        .bind(event.actor.as_str())
        .bind(event.action.as_str())
        .bind(event.subject.as_str())
        .bind(json(&event.details)?),
    )
    .await?;
    Ok(())
}

/// The events about one subject, oldest first.
pub async fn list_for_subject(
    tx: &mut Tx,
    subject: &str,
    at_most: usize,
) -> Result<Vec<AuditEvent>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM audit_event WHERE subject = $1 ORDER BY at, event LIMIT $2");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(subject).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// The newest events.
pub async fn list_recent(tx: &mut Tx, at_most: usize) -> Result<Vec<AuditEvent>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM audit_event ORDER BY at DESC, event LIMIT $1");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        id: row.id("event")?,
        at: row.time("at")?,
        actor: row.text("actor")?,
        action: row.text("action")?,
        subject: row.text("subject")?,
        details: row.json("details")?,
    })
}
