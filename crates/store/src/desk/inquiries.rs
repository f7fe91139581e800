//! Inquiries into sources whose hits jumped. While one is open its source waits.

use jiff::Timestamp;
use niims_record::desk::{HitJump, SourceKind};
use niims_record::{InquiryId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals what supervisors write.
const CLASS: &str = "desk";

/// One inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// The inquiry.
    pub id: InquiryId,
    /// What the source is.
    pub kind: SourceKind,
    /// Which.
    pub source: String,
    /// The figures that opened it.
    pub jump: HitJump,
    /// When.
    pub opened_at: Timestamp,
    /// Who closed it, when and why.
    pub closed: Option<(OfficerId, Timestamp, String)>,
}

const COLUMNS: &str = "inquiry, kind, source, jump, opened_at, closed_by, closed_at, reason_sealed";

/// Opens an inquiry; `false` where one into this source is open.
pub async fn open(tx: &mut Tx, inquiry: &Inquiry) -> Result<bool, StoreError> {
    let inserted = tx
        .execute(
            query(
                "INSERT INTO inquiry (inquiry, kind, source, jump, opened_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(inquiry.id.as_bytes().to_vec())
            .bind(inquiry.kind.name())
            .bind(inquiry.source.as_str())
            .bind(json(&inquiry.jump)?)
            .bind(inquiry.opened_at.as_millisecond()),
        )
        .await?;
    Ok(inserted == 1)
}

/// One inquiry.
pub async fn get(tx: &mut Tx, id: InquiryId) -> Result<Option<Inquiry>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM inquiry WHERE inquiry = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    match row {
        Some(row) => read(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

/// Whether an inquiry into one of these sources is open.
pub async fn any_open(tx: &mut Tx, sources: &[(SourceKind, String)]) -> Result<bool, StoreError> {
    for (kind, source) in sources {
        let row = tx
            .fetch_optional(
                query(
                    "SELECT inquiry FROM inquiry \
                     WHERE kind = $1 AND source = $2 AND closed_at IS NULL",
                )
                .bind(kind.name())
                .bind(source.as_str()),
            )
            .await?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// When the latest inquiry into a source was closed: its past begins anew there.
pub async fn last_closed(
    tx: &mut Tx,
    kind: SourceKind,
    source: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx
        .fetch_one(
            query("SELECT MAX(closed_at) AS at FROM inquiry WHERE kind = $1 AND source = $2")
                .bind(kind.name())
                .bind(source),
        )
        .await?;
    row.opt_time("at")
}

/// Closes an inquiry; `false` where it is closed.
pub async fn close(
    tx: &mut Tx,
    id: InquiryId,
    by: OfficerId,
    reason: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = tx.seal(Owner::Register, cell(&id), reason.as_bytes()).await?;
    let changed = tx
        .execute(
            query(
                "UPDATE inquiry SET closed_by = $1, closed_at = $2, reason_sealed = $3 \
                 WHERE inquiry = $4 AND closed_at IS NULL",
            )
            .bind(by.as_bytes().to_vec())
            .bind(at.as_millisecond())
            .bind(sealed)
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Inquiries, open ones first, then newest first.
pub async fn list(
    tx: &mut Tx,
    open_only: bool,
    at_most: usize,
) -> Result<Vec<Inquiry>, StoreError> {
    let which = if open_only { "WHERE closed_at IS NULL " } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM inquiry {which}ORDER BY \
         CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC, inquiry LIMIT $1"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(read(tx, row).await?);
    }
    Ok(found)
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Inquiry, StoreError> {
    let id: InquiryId = row.id("inquiry")?;
    let closed = match (row.opt_id("closed_by")?, row.opt_time("closed_at")?) {
        (Some(by), Some(at)) => {
            let sealed = row.bytes("reason_sealed")?;
            Some((by, at, tx.open_text(Owner::Register, cell(&id), &sealed).await?))
        }
        _ => None,
    };
    Ok(Inquiry {
        id,
        kind: row.named("kind", SourceKind::from_name)?,
        source: row.text("source")?,
        jump: row.json("jump")?,
        opened_at: row.time("opened_at")?,
        closed,
    })
}

fn cell(id: &InquiryId) -> Cell<'_> {
    Cell { table: "inquiry", column: "reason_sealed", row: id.as_bytes(), version: 1, class: CLASS }
}
