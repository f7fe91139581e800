//! Staff: registration officers, adjudicators, supervisors, and their keys.

use jiff::Timestamp;
use niims_record::{ApplicationId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, named, read_all};
use crate::staff::duties;
use crate::{StoreError, Tx};

named! {
    /// Whether an officer may act.
    OfficerStatus {
        /// May act.
        Active = "active",
        /// May not.
        Suspended = "suspended",
    }
}

/// One member of staff. The name stands elsewhere: here is only what acts need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The officer.
    pub id: OfficerId,
    /// Ed25519 public key of the officer.
    pub signing_key: [u8; 32],
    /// Names of the roles of the duties that were in force when they last changed;
    /// [`acting`] says which are in force at a moment.
    pub roles: Vec<String>,
    /// Whether the officer may act.
    pub status: OfficerStatus,
}

const COLUMNS: &str = "officer, signing_key, roles, status";

/// Adds an officer. [`StoreError::Duplicate`] where the id is known.
pub async fn insert(tx: &mut Tx, officer: &Officer) -> Result<(), StoreError> {
    tx.execute(
        query("INSERT INTO officer (officer, signing_key, roles, status) VALUES ($1, $2, $3, $4)")
            .bind(officer.id.as_bytes().to_vec())
            .bind(officer.signing_key.to_vec())
            .bind(json(&officer.roles)?)
            .bind(officer.status.name()),
    )
    .await?;
    Ok(())
}

/// The officer with this id.
pub async fn get(tx: &mut Tx, id: OfficerId) -> Result<Option<Officer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM officer WHERE officer = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The officer with this id, with the roles of the duties in force at a moment: a duty ends by itself,
/// and nobody writes that into the row. Who never had a duty, as another desk, has what the row says.
pub async fn acting(
    tx: &mut Tx,
    id: OfficerId,
    at: Timestamp,
) -> Result<Option<Officer>, StoreError> {
    let Some(mut officer) = get(tx, id).await? else { return Ok(None) };
    let given = duties::list(tx, id).await?;
    if !given.is_empty() {
        let mut held: Vec<_> = given
            .iter()
            .filter(|duty| duty.in_force().holds(at))
            .map(|duty| duty.role.name().to_owned())
            .collect();
        held.sort_unstable();
        held.dedup();
        officer.roles = held;
    }
    Ok(Some(officer))
}

/// All officers, by id.
pub async fn list(tx: &mut Tx) -> Result<Vec<Officer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM officer ORDER BY officer");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql))).await?;
    read_all(&rows, read)
}

/// Suspends an officer or lets one act again; `false` where unknown.
pub async fn set_status(
    tx: &mut Tx,
    id: OfficerId,
    status: OfficerStatus,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE officer SET status = $1 WHERE officer = $2")
                .bind(status.name())
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Says anew which roles an officer holds.
pub async fn set_roles(tx: &mut Tx, id: OfficerId, roles: &[String]) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE officer SET roles = $1 WHERE officer = $2")
            .bind(json(&roles)?)
            .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Notes which person an officer is, by the officer's own application; what was noted before is
/// replaced. The officer must be known.
pub async fn link_person(
    tx: &mut Tx,
    id: OfficerId,
    application: ApplicationId,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO officer_person (officer, application) VALUES ($1, $2) \
             ON CONFLICT (officer) DO UPDATE SET application = $2",
        )
        .bind(id.as_bytes().to_vec())
        .bind(application.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The application of the person that an officer is, where it was noted.
pub async fn person_of(tx: &mut Tx, id: OfficerId) -> Result<Option<ApplicationId>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT application FROM officer_person WHERE officer = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    row.map(|row| row.id("application")).transpose()
}

fn read(row: &Row) -> Result<Officer, StoreError> {
    Ok(Officer {
        id: row.id("officer")?,
        signing_key: row.array("signing_key")?,
        roles: row.json("roles")?,
        status: row.named("status", OfficerStatus::from_name)?,
    })
}
