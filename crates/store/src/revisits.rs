//! Residents who are to be met again: what is asked, which kits were told, and how it ended.

use core::fmt;

use jiff::Timestamp;
use niims_record::fleet::KitState;
use niims_record::revisit::RevisitAsk;
use niims_record::{ApplicationId, KitId, OfficerId, RevisitId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals who is to be met.
const CLASS: &str = "revisit";
/// Column key of the blind index of areas.
const AREA: &str = "revisit_area.token";

/// A request as it is made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRevisit<'a> {
    /// The request.
    pub id: RevisitId,
    /// Whose.
    pub application: ApplicationId,
    /// What is to be done better.
    pub ask: &'a RevisitAsk,
    /// The kit that captured.
    pub kit: KitId,
    /// Who is to be met, as bytes that the caller reads; kept sealed.
    pub person: &'a [u8],
    /// Codes of areas under which it is found, narrow ones only.
    pub areas: &'a [String],
    /// When.
    pub asked_at: Timestamp,
}

/// A request as stored, without the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revisit {
    /// The request.
    pub id: RevisitId,
    /// Whose.
    pub application: ApplicationId,
    /// What is to be done better.
    pub ask: RevisitAsk,
    /// The kit that captured.
    pub kit: KitId,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was answered, or needed no more.
    pub settled_at: Option<Timestamp>,
    /// The application that came instead.
    pub answered_by: Option<ApplicationId>,
    /// Why an officer could not do it.
    pub not_done: Option<NotDone>,
}

/// Why an officer could not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDone {
    /// Code of the country pack.
    pub reason: String,
    /// When, by the kit's clock.
    pub at: Timestamp,
    /// Who says so.
    pub by: OfficerId,
}

impl fmt::Debug for NewRevisit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewRevisit({}, …)", self.id)
    }
}

const COLUMNS: &str = "r.revisit, r.application, r.ask, r.kit, r.asked_at, r.settled_at, \
                       r.answered_by, r.not_done, r.not_done_at, r.not_done_by";

/// Keeps a request. [`StoreError::Duplicate`] where the application has an open one.
pub async fn insert(tx: &mut Tx, new: &NewRevisit<'_>) -> Result<(), StoreError> {
    let owner = Owner::Application(new.application);
    let sealed = tx.seal(owner, person_cell(&new.id), new.person).await?;
    tx.execute(
        query(
            "INSERT INTO revisit (revisit, application, ask, kit, person_sealed, asked_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.as_bytes().to_vec())
        .bind(new.application.as_bytes().to_vec())
        .bind(json(new.ask)?)
        .bind(new.kit.as_bytes().to_vec())
        .bind(sealed)
        .bind(new.asked_at.as_millisecond()),
    )
    .await?;
    for area in new.areas {
        let token = tx.keyring.blind(AREA, area.as_bytes());
        tx.execute(
            query(
                "INSERT INTO revisit_area (token, revisit) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(token.to_vec())
            .bind(new.id.as_bytes().to_vec()),
        )
        .await?;
    }
    Ok(())
}

/// One request.
pub async fn get(tx: &mut Tx, id: RevisitId) -> Result<Option<Revisit>, StoreError> {
    one(tx, "r.revisit = $1", id.as_bytes()).await
}

/// The open request of an application.
pub async fn open_of(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<Revisit>, StoreError> {
    one(tx, "r.application = $1 AND r.settled_at IS NULL", application.as_bytes()).await
}

/// The request that an application answered.
pub async fn answered_by(
    tx: &mut Tx,
    application: ApplicationId,
) -> Result<Option<Revisit>, StoreError> {
    one(tx, "r.answered_by = $1", application.as_bytes()).await
}

/// Who is to be met, as it was kept. [`StoreError::KeyDestroyed`] after an erasure.
pub async fn person(tx: &mut Tx, of: &Revisit) -> Result<Vec<u8>, StoreError> {
    let row = tx
        .fetch_one(
            query("SELECT person_sealed FROM revisit WHERE revisit = $1")
                .bind(of.id.as_bytes().to_vec()),
        )
        .await?;
    let sealed = row.bytes("person_sealed")?;
    tx.open(Owner::Application(of.application), person_cell(&of.id), &sealed).await
}

/// Open requests that may go to a kit, oldest first: of people in its place, and those that it
/// captured. None that an officer could not do: nobody knocks twice at a door where somebody died.
pub async fn list_for_kit(
    tx: &mut Tx,
    kit: KitId,
    place: Option<&str>,
    after: Option<&Revisit>,
    at_most: usize,
) -> Result<Vec<Revisit>, StoreError> {
    let token = tx.keyring.blind(AREA, place.unwrap_or_default().as_bytes());
    let page = if after.is_some() { "AND (r.asked_at, r.revisit) > ($4, $5) " } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM revisit r WHERE r.settled_at IS NULL AND r.not_done IS NULL \
         AND (r.kit = $1 OR r.revisit IN (SELECT revisit FROM revisit_area WHERE token = $2)) \
         {page}ORDER BY r.asked_at, r.revisit LIMIT $3"
    );
    let mut sql = query(AssertSqlSafe(sql))
        .bind(kit.as_bytes().to_vec())
        .bind(token.to_vec())
        .bind(limit(at_most));
    if let Some(after) = after {
        sql = sql.bind(after.asked_at.as_millisecond()).bind(after.id.as_bytes().to_vec());
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, read)
}

/// Open requests that an officer could not do, oldest first.
pub async fn list_not_done(tx: &mut Tx, at_most: usize) -> Result<Vec<Revisit>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM revisit r WHERE r.settled_at IS NULL AND r.not_done IS NOT NULL \
         ORDER BY r.asked_at, r.revisit LIMIT $1"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// The states of the kits whose place is one of these areas, those that are stopped left out.
pub async fn kits_at(tx: &mut Tx, areas: &[String]) -> Result<Vec<KitState>, StoreError> {
    let mut found = Vec::new();
    for area in areas {
        let sql = "SELECT DISTINCT state FROM fleet_kit WHERE place = $1 AND state_name = 'active'";
        let rows = tx.fetch_all(query(sql).bind(area.as_str())).await?;
        found.extend(read_all(&rows, |row| row.json::<KitState>("state"))?);
    }
    Ok(found)
}

/// Notes that a kit is told; `false` where it was told before.
pub async fn tell(
    tx: &mut Tx,
    id: RevisitId,
    kit: KitId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "INSERT INTO revisit_told (revisit, kit, told_at) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(id.as_bytes().to_vec())
            .bind(kit.as_bytes().to_vec())
            .bind(at.as_millisecond()),
        )
        .await?;
    Ok(changed == 1)
}

/// Whether a kit was told of a request.
pub async fn was_told(tx: &mut Tx, id: RevisitId, kit: KitId) -> Result<bool, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT told_at FROM revisit_told WHERE revisit = $1 AND kit = $2")
                .bind(id.as_bytes().to_vec())
                .bind(kit.as_bytes().to_vec()),
        )
        .await?;
    Ok(row.is_some())
}

/// Ends the open request of an application, if there is one.
pub async fn settle(
    tx: &mut Tx,
    application: ApplicationId,
    answered_by: Option<ApplicationId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE revisit SET settled_at = $1, answered_by = $2 \
             WHERE application = $3 AND settled_at IS NULL",
        )
        .bind(at.as_millisecond())
        .bind(answered_by.map(|id| id.as_bytes().to_vec()))
        .bind(application.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Notes why an officer could not do it; `false` where it is settled or somebody said so before.
pub async fn note_not_done(tx: &mut Tx, id: RevisitId, why: &NotDone) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE revisit SET not_done = $1, not_done_at = $2, not_done_by = $3 \
                 WHERE revisit = $4 AND not_done IS NULL AND settled_at IS NULL",
            )
            .bind(why.reason.as_str())
            .bind(why.at.as_millisecond())
            .bind(why.by.as_bytes().to_vec())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

async fn one(tx: &mut Tx, what: &str, id: &[u8; 16]) -> Result<Option<Revisit>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM revisit r WHERE {what} ORDER BY r.asked_at DESC, r.revisit LIMIT 1"
    );
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.to_vec())).await?;
    row.as_ref().map(read).transpose()
}

fn person_cell(id: &RevisitId) -> Cell<'_> {
    Cell { table: "revisit", column: "person_sealed", row: id.as_bytes(), version: 1, class: CLASS }
}

fn read(row: &Row) -> Result<Revisit, StoreError> {
    let not_done = match row.opt_text("not_done")? {
        Some(reason) => {
            Some(NotDone { reason, at: row.time("not_done_at")?, by: row.id("not_done_by")? })
        }
        None => None,
    };
    Ok(Revisit {
        id: row.id("revisit")?,
        application: row.id("application")?,
        ask: row.json("ask")?,
        kit: row.id("kit")?,
        asked_at: row.time("asked_at")?,
        settled_at: row.opt_time("settled_at")?,
        answered_by: row.opt_id("answered_by")?,
        not_done,
    })
}
