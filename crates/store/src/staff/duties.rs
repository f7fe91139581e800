//! Duties: roles at places for periods. Rows stay after their end.

use jiff::Timestamp;
use niims_record::staff::{Period, Role};
use niims_record::{DutyId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, read_all};
use crate::{StoreError, Tx, officers};

/// One duty as stored. Which areas lie above its place only a country pack knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDuty {
    /// The duty.
    pub id: DutyId,
    /// Whose.
    pub officer: OfficerId,
    /// The role.
    pub role: Role,
    /// Code of an area or a centre of the country pack; none for everywhere.
    pub place: Option<String>,
    /// When, as given.
    pub period: Period,
    /// The two administrators; none where it came from the command line.
    pub given_by: Option<(OfficerId, OfficerId)>,
    /// When it was taken away, if it was.
    pub withdrawn_at: Option<Timestamp>,
}

impl StoredDuty {
    /// The period in which it holds: as given, or until it was withdrawn.
    pub fn in_force(&self) -> Period {
        let until = self.withdrawn_at.map_or(self.period.until, |at| at.min(self.period.until));
        Period { from: self.period.from, until }
    }
}

const COLUMNS: &str =
    "duty, officer, role, place, since, until, asked_by, approved_by, withdrawn_at";

/// Gives a duty and says anew which roles the officer holds at `at`.
pub async fn insert(tx: &mut Tx, duty: &StoredDuty, at: Timestamp) -> Result<(), StoreError> {
    let by = |officer: Option<OfficerId>| officer.map(|id| id.as_bytes().to_vec());
    tx.execute(
        query(
            "INSERT INTO staff_duty (duty, officer, role, place, since, until, asked_by, \
             approved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(duty.id.as_bytes().to_vec())
        .bind(duty.officer.as_bytes().to_vec())
        .bind(duty.role.name())
        .bind(duty.place.clone())
        .bind(duty.period.from.as_millisecond())
        .bind(duty.period.until.as_millisecond())
        .bind(by(duty.given_by.map(|by| by.0)))
        .bind(by(duty.given_by.map(|by| by.1))),
    )
    .await?;
    say_roles(tx, duty.officer, at).await
}

/// Takes a duty away; `false` where it is unknown, ended or taken away already.
pub async fn withdraw(
    tx: &mut Tx,
    id: DutyId,
    by: OfficerId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let Some(duty) = get(tx, id).await? else { return Ok(false) };
    let changed = tx
        .execute(
            query(
                "UPDATE staff_duty SET withdrawn_at = $1, withdrawn_by = $2 \
                 WHERE duty = $3 AND withdrawn_at IS NULL AND until > $1",
            )
            .bind(at.as_millisecond())
            .bind(by.as_bytes().to_vec())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    say_roles(tx, duty.officer, at).await?;
    Ok(changed == 1)
}

/// One duty.
pub async fn get(tx: &mut Tx, id: DutyId) -> Result<Option<StoredDuty>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM staff_duty WHERE duty = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// All duties of an officer, past ones too, oldest first.
pub async fn list(tx: &mut Tx, officer: OfficerId) -> Result<Vec<StoredDuty>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM staff_duty WHERE officer = $1 ORDER BY since, duty");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(officer.as_bytes().to_vec())).await?;
    read_all(&rows, read)
}

/// Every duty of everybody that is in force or to come.
pub async fn list_unended(tx: &mut Tx, at: Timestamp) -> Result<Vec<StoredDuty>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM staff_duty WHERE until > $1 AND withdrawn_at IS NULL \
         ORDER BY officer, since, duty"
    );
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(at.as_millisecond())).await?;
    read_all(&rows, read)
}

/// The roles that an officer holds at a moment, wherever.
pub async fn roles_at(
    tx: &mut Tx,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Vec<Role>, StoreError> {
    let mut roles: Vec<Role> = list(tx, officer)
        .await?
        .iter()
        .filter(|duty| duty.in_force().holds(at))
        .map(|duty| duty.role)
        .collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

/// Writes the roles held at a moment into the officer's row, by which those decide who do
/// not read duties.
pub async fn say_roles(tx: &mut Tx, officer: OfficerId, at: Timestamp) -> Result<(), StoreError> {
    let names: Vec<String> =
        roles_at(tx, officer, at).await?.into_iter().map(|role| role.name().to_owned()).collect();
    officers::set_roles(tx, officer, &names).await
}

fn read(row: &Row) -> Result<StoredDuty, StoreError> {
    let asked_by = row.opt_id("asked_by")?;
    Ok(StoredDuty {
        id: row.id("duty")?,
        officer: row.id("officer")?,
        role: row.named("role", Role::from_name)?,
        place: row.opt_text("place")?,
        period: Period { from: row.time("since")?, until: row.time("until")? },
        given_by: asked_by.zip(row.opt_id("approved_by")?),
        withdrawn_at: row.opt_time("withdrawn_at")?,
    })
}
