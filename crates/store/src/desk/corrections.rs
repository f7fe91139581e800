//! Corrections of records: offered, accepted or declined; and records as they were before.

use core::fmt;

use jiff::Timestamp;
use niims_record::{ApplicationId, CorrectionId, OfficerId, PersonId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, limit, named};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals answers old and new.
const CLASS: &str = "correction";

named! {
    /// How far a correction is.
    CorrectionState {
        /// Nobody has answered it.
        Offered = "offered",
        /// The record took it.
        Accepted = "accepted",
        /// The record did not.
        Declined = "declined",
    }
}

/// One correction.
#[derive(Clone, PartialEq, Eq)]
pub struct Correction {
    /// The correction.
    pub id: CorrectionId,
    /// Whose record it belongs to, whatever was merged.
    pub person: PersonId,
    /// The application that brought it.
    pub application: ApplicationId,
    /// Field of the form.
    pub field: String,
    /// Old and new answer, JSON.
    pub change: Vec<u8>,
    /// How far it is.
    pub state: CorrectionState,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// Place in the order of accepted corrections.
    pub place: Option<i64>,
}

impl fmt::Debug for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Correction({}, {}, {:?}, …)", self.id, self.field, self.state)
    }
}

const COLUMNS: &str = "correction, person, application, field, change_sealed, state_name, \
                       offered_at, place";

/// Offers a correction.
pub async fn offer(tx: &mut Tx, correction: &Correction) -> Result<(), StoreError> {
    let owner = Owner::Application(correction.application);
    let sealed = tx.seal(owner, cell(&correction.id), &correction.change).await?;
    tx.execute(
        query(
            "INSERT INTO correction (correction, person, application, field, change_sealed, \
             state_name, offered_at) VALUES ($1, $2, $3, $4, $5, 'offered', $6)",
        )
        .bind(correction.id.as_bytes().to_vec())
        .bind(correction.person.as_bytes().to_vec())
        .bind(correction.application.as_bytes().to_vec())
        .bind(correction.field.as_str())
        .bind(sealed)
        .bind(correction.offered_at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// One correction.
pub async fn get(tx: &mut Tx, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM correction WHERE correction = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    match row {
        Some(row) => read(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

/// Corrections offered, oldest first. Those whose keys are destroyed are left out.
pub async fn list_offered(
    tx: &mut Tx,
    after: Option<CorrectionId>,
    at_most: usize,
) -> Result<Vec<Correction>, StoreError> {
    let page = if after.is_some() {
        "AND (offered_at, correction) > (SELECT offered_at, correction FROM correction \
         WHERE correction = $2) "
    } else {
        ""
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM correction WHERE state_name = 'offered' {page}\
         ORDER BY offered_at, correction LIMIT $1"
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(limit(at_most));
    if let Some(after) = after {
        sql = sql.bind(after.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_readable(tx, &rows).await
}

/// The corrections that a record took, in the order in which it took them.
pub async fn accepted_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Correction>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM correction WHERE person = $1 AND state_name = 'accepted' \
         ORDER BY place"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(person.as_bytes().to_vec())).await?;
    read_readable(tx, &rows).await
}

/// Answers a correction; `false` where it was answered. An accepted one gets its place.
pub async fn settle(
    tx: &mut Tx,
    id: CorrectionId,
    state: CorrectionState,
    by: OfficerId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let place = match state {
        CorrectionState::Accepted => Some(next_place(tx).await?),
        CorrectionState::Offered | CorrectionState::Declined => None,
    };
    let changed = tx
        .execute(
            query(
                "UPDATE correction SET state_name = $1, place = $2, settled_by = $3, \
                 settled_at = $4 WHERE correction = $5 AND state_name = 'offered'",
            )
            .bind(state.name())
            .bind(place)
            .bind(by.as_bytes().to_vec())
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// The next place; its row's lock puts those who accept and those who merge in one order.
pub async fn next_place(tx: &mut Tx) -> Result<i64, StoreError> {
    let row = tx
        .execute_returning(query(
            "UPDATE counter SET value = value + 1 WHERE name = 'correction_place' RETURNING value",
        ))
        .await?;
    row.ok_or(StoreError::MalformedRow { column: "counter.value" })?.int("value")
}

/// Keeps a record as it is before its first correction; without effect where one is kept.
pub async fn keep_base(tx: &mut Tx, person: PersonId, answers: &[u8]) -> Result<(), StoreError> {
    if base(tx, person).await?.is_some() {
        return Ok(());
    }
    let sealed = tx.seal(Owner::Person(person), base_cell(&person), answers).await?;
    tx.execute(
        query("INSERT INTO record_base (person, answers_sealed) VALUES ($1, $2)")
            .bind(person.as_bytes().to_vec())
            .bind(sealed),
    )
    .await?;
    Ok(())
}

/// A record as it was before its first correction.
pub async fn base(tx: &mut Tx, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT answers_sealed FROM record_base WHERE person = $1")
                .bind(person.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = row.bytes("answers_sealed")?;
    tx.open(Owner::Person(person), base_cell(&person), &sealed).await.map(Some)
}

async fn read_readable(tx: &mut Tx, rows: &[Row]) -> Result<Vec<Correction>, StoreError> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        match read(tx, row).await {
            Ok(correction) => found.push(correction),
            Err(StoreError::KeyDestroyed) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Correction, StoreError> {
    let id: CorrectionId = row.id("correction")?;
    let application: ApplicationId = row.id("application")?;
    let sealed = row.bytes("change_sealed")?;
    Ok(Correction {
        id,
        person: row.id("person")?,
        application,
        field: row.text("field")?,
        change: tx.open(Owner::Application(application), cell(&id), &sealed).await?,
        state: row.named("state_name", CorrectionState::from_name)?,
        offered_at: row.time("offered_at")?,
        place: row.opt_int("place")?,
    })
}

fn cell(id: &CorrectionId) -> Cell<'_> {
    Cell {
        table: "correction",
        column: "change_sealed",
        row: id.as_bytes(),
        version: 1,
        class: CLASS,
    }
}

fn base_cell(person: &PersonId) -> Cell<'_> {
    Cell {
        table: "record_base",
        column: "answers_sealed",
        row: person.as_bytes(),
        version: 1,
        class: CLASS,
    }
}
