//! Merges of two people who both had a number, and links that were found wrong.

use jiff::Timestamp;
use niims_record::person::PersonStatus;
use niims_record::{ApplicationId, CaseId, MergeId, PersonId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit, read_all};
use crate::{StoreError, Tx};

/// One merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The merge.
    pub id: MergeId,
    /// Whose record stays.
    pub survivor: PersonId,
    /// Whose number is suspended.
    pub merged: PersonId,
    /// The case that decided it.
    pub case: CaseId,
    /// Status of the merged person before.
    pub status_before: PersonStatus,
    /// Place in the order of accepted corrections: those before it never count in the record
    /// that stays.
    pub place: i64,
    /// When.
    pub merged_at: Timestamp,
    /// When it was undone, and by which case.
    pub unmerged: Option<(Timestamp, CaseId)>,
}

const COLUMNS: &str = "merge, survivor, merged, adjudication_case, status_before, place, \
                       merged_at, unmerge_case, unmerged_at";

/// Records a merge. [`StoreError::Duplicate`] where the person is merged already.
pub async fn insert(tx: &mut Tx, merge: &Merge) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO person_merge (merge, survivor, merged, adjudication_case, \
             status_before, place, merged_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(merge.id.as_bytes().to_vec())
        .bind(merge.survivor.as_bytes().to_vec())
        .bind(merge.merged.as_bytes().to_vec())
        .bind(merge.case.as_bytes().to_vec())
        .bind(json(&merge.status_before)?)
        .bind(merge.place)
        .bind(merge.merged_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The merge in force by which a person's number is suspended.
pub async fn in_force(tx: &mut Tx, merged: PersonId) -> Result<Option<Merge>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM person_merge WHERE merged = $1 AND unmerged_at IS NULL");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(merged.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The merges in force into a person, in the order they were made.
pub async fn into(tx: &mut Tx, survivor: PersonId) -> Result<Vec<Merge>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM person_merge WHERE survivor = $1 AND unmerged_at IS NULL \
         ORDER BY merged_at, merge"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(survivor.as_bytes().to_vec())).await?;
    read_all(&rows, read)
}

/// Undoes a merge; `false` where it is undone.
pub async fn undo(
    tx: &mut Tx,
    id: MergeId,
    case: CaseId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE person_merge SET unmerge_case = $1, unmerged_at = $2 \
                 WHERE merge = $3 AND unmerged_at IS NULL",
            )
            .bind(case.as_bytes().to_vec())
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Merges, newest first.
pub async fn list(
    tx: &mut Tx,
    before: Option<MergeId>,
    at_most: usize,
) -> Result<Vec<Merge>, StoreError> {
    let page = if before.is_some() {
        "WHERE (merged_at, merge) < (SELECT merged_at, merge FROM person_merge WHERE merge = $2) "
    } else {
        ""
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM person_merge {page}ORDER BY merged_at DESC, merge DESC LIMIT $1"
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(limit(at_most));
    if let Some(before) = before {
        sql = sql.bind(before.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

/// Takes a link between an application and a person away; it stays on record as past. Without
/// effect where the application stands for nobody.
pub async fn unlink(
    tx: &mut Tx,
    application: ApplicationId,
    case: CaseId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO person_application_past (application, person, how, linked_at, \
             unlinked_at, adjudication_case) SELECT application, person, how, linked_at, $1, $2 \
             FROM person_application WHERE application = $3",
        )
        .bind(at.as_millisecond())
        .bind(case.as_bytes().to_vec())
        .bind(application.as_bytes().to_vec()),
    )
    .await?;
    tx.execute(
        query("DELETE FROM person_application WHERE application = $1")
            .bind(application.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Merge, StoreError> {
    let unmerged = match (row.opt_time("unmerged_at")?, row.opt_id("unmerge_case")?) {
        (Some(at), Some(case)) => Some((at, case)),
        _ => None,
    };
    Ok(Merge {
        id: row.id("merge")?,
        survivor: row.id("survivor")?,
        merged: row.id("merged")?,
        case: row.id("adjudication_case")?,
        status_before: row.json("status_before")?,
        place: row.int("place")?,
        merged_at: row.time("merged_at")?,
        unmerged,
    })
}
