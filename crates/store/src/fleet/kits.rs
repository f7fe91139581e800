//! Kits as the centre manages them.

use jiff::Timestamp;
use niims_record::fleet::{KitFacts, KitState};
use niims_record::{KitId, OfficerId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, json, limit, read_all};
use crate::{StoreError, Tx};

const CODE: &str = "fleet_kit.code_token";

/// One kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetKit {
    /// The kit.
    pub id: KitId,
    /// Serial number of the device.
    pub serial: String,
    /// Who answers for it.
    pub custodian: Option<OfficerId>,
    /// Code of the area where it works.
    pub place: Option<String>,
    /// Code of the campaign that it works for.
    pub campaign: Option<String>,
    /// Where it stands.
    pub state: KitState,
    /// Since when.
    pub since: Timestamp,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// What is known of its chain and its word.
    pub facts: KitFacts,
}

const SELECT: &str = "SELECT f.kit, f.serial, f.custodian, f.place, f.campaign, f.state, f.since, \
     f.registered_at, f.places_filled, f.last_packet_at, k.last_sequence, k.enrolled_at, \
     c.at, c.chain_place, c.waiting \
     FROM fleet_kit f LEFT JOIN kit k ON k.kit = f.kit LEFT JOIN kit_contact c ON c.kit = f.kit";

/// What is written of a new kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFleetKit<'a> {
    /// The kit.
    pub id: KitId,
    /// Serial number of the device.
    pub serial: &'a str,
    /// Who answers for it.
    pub custodian: Option<OfficerId>,
    /// Code of the area where it works.
    pub place: Option<&'a str>,
    /// Code of the campaign that it works for.
    pub campaign: Option<&'a str>,
    /// Where it stands.
    pub state: &'a KitState,
}

/// Registers a kit. [`StoreError::Duplicate`] where the serial is known.
pub async fn insert(tx: &mut Tx, new: &NewFleetKit<'_>, at: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO fleet_kit (kit, serial, custodian, place, campaign, \
         state_name, state, since, certificate_version, places_filled, registered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9)";
    tx.execute(
        query(SQL)
            .bind(new.id.as_bytes().to_vec())
            .bind(new.serial)
            .bind(new.custodian.map(|officer| officer.as_bytes().to_vec()))
            .bind(new.place.map(str::to_owned))
            .bind(new.campaign.map(str::to_owned))
            .bind(new.state.name())
            .bind(json(new.state)?)
            .bind(at.as_millisecond())
            .bind(at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// The kit with this id.
pub async fn get(tx: &mut Tx, id: KitId) -> Result<Option<FleetKit>, StoreError> {
    let sql = format!("{SELECT} WHERE f.kit = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The kit with this id, locked until the transaction ends: first its row among the enrolled
/// kits, as whoever takes in a packet does, so that no two wait for each other.
pub async fn get_for_update(tx: &mut Tx, id: KitId) -> Result<Option<FleetKit>, StoreError> {
    crate::kits::get_for_update(tx, id).await?;
    let sql = format!("SELECT kit FROM fleet_kit WHERE kit = $1{}", tx.backend.for_update());
    tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    get(tx, id).await
}

/// The kit that a one-time code was made for, locked until the transaction ends. Whether the
/// code is still alive stands in the kit's state.
pub async fn by_code(tx: &mut Tx, secret: &str) -> Result<Option<FleetKit>, StoreError> {
    let token = tx.keyring.blind(CODE, secret.as_bytes());
    let sql = format!("SELECT kit FROM fleet_kit WHERE code_token = $1{}", tx.backend.for_update());
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(token.to_vec())).await?;
    let Some(row) = row else { return Ok(None) };
    let id = row.id("kit")?;
    get(tx, id).await
}

/// Kits by serial, after one serial.
pub async fn list(tx: &mut Tx, after: &str, at_most: usize) -> Result<Vec<FleetKit>, StoreError> {
    let sql = format!("{SELECT} WHERE f.serial > $1 ORDER BY f.serial LIMIT $2");
    let rows = tx.fetch_all(query(AssertSqlSafe(sql)).bind(after).bind(limit(at_most))).await?;
    read_all(&rows, read)
}

/// Kits of which nothing came since `heard_before` though they work, or in whose chain
/// something is missing: those for which the rules of the record decide whether an alarm holds.
pub async fn suspects(
    tx: &mut Tx,
    heard_before: Timestamp,
    at_most: usize,
) -> Result<Vec<FleetKit>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE (f.state_name = 'active' AND COALESCE(f.last_packet_at, 0) < $1 \
         AND COALESCE(c.at, 0) < $1 AND k.enrolled_at < $1) \
         OR f.places_filled < k.last_sequence \
         OR (c.waiting = 0 AND c.chain_place > f.places_filled) ORDER BY f.serial LIMIT $2"
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql)).bind(heard_before.as_millisecond()).bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, read)
}

/// Moves a kit to another state. A revoked kit's row among the enrolled ones says so as well.
pub async fn set_state(
    tx: &mut Tx,
    id: KitId,
    state: &KitState,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE fleet_kit SET state_name = $1, state = $2, since = $3 WHERE kit = $4")
            .bind(state.name())
            .bind(json(state)?)
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec()),
    )
    .await?;
    if matches!(state, KitState::Revoked { .. }) {
        crate::kits::revoke(tx, id).await?;
    }
    Ok(())
}

/// Gives a kit a one-time code; the one before is dead.
pub async fn set_code(tx: &mut Tx, id: KitId, secret: &str) -> Result<(), StoreError> {
    let token = tx.keyring.blind(CODE, secret.as_bytes());
    tx.execute(
        query("UPDATE fleet_kit SET code_token = $1 WHERE kit = $2")
            .bind(token.to_vec())
            .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// The version of the next certificate, from 1.
pub async fn next_certificate(tx: &mut Tx, id: KitId) -> Result<u64, StoreError> {
    let row = tx
        .execute_returning(
            query(
                "UPDATE fleet_kit SET certificate_version = certificate_version + 1 \
                 WHERE kit = $1 RETURNING certificate_version",
            )
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    row.ok_or(StoreError::UnknownReference)?.count("certificate_version")
}

/// Notes that a packet took a place in the kit's chain.
pub async fn fill_place(tx: &mut Tx, id: KitId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        query(
            "UPDATE fleet_kit SET places_filled = places_filled + 1, last_packet_at = $1 \
             WHERE kit = $2",
        )
        .bind(at.as_millisecond())
        .bind(id.as_bytes().to_vec()),
    )
    .await?;
    Ok(())
}

/// Gives a kit to another custodian, place or campaign. Its row among the enrolled ones moves
/// with it.
pub async fn assign(
    tx: &mut Tx,
    id: KitId,
    custodian: OfficerId,
    place: &str,
    campaign: Option<&str>,
) -> Result<(), StoreError> {
    tx.execute(
        query("UPDATE fleet_kit SET custodian = $1, place = $2, campaign = $3 WHERE kit = $4")
            .bind(custodian.as_bytes().to_vec())
            .bind(place)
            .bind(campaign.map(str::to_owned))
            .bind(id.as_bytes().to_vec()),
    )
    .await?;
    crate::kits::set_place(tx, id, place).await
}

fn read(row: &Row) -> Result<FleetKit, StoreError> {
    let state: KitState = row.json("state")?;
    let last_packet_at = row.opt_time("last_packet_at")?;
    let moments = [row.opt_time("enrolled_at")?, row.opt_time("at")?, last_packet_at];
    let nothing_waits = row.opt_int("waiting")? == Some(0);
    let told = if nothing_waits { row.opt_count("chain_place")? } else { None };
    let facts = KitFacts {
        state: state.clone(),
        last_heard: moments.into_iter().flatten().max(),
        last_packet_at,
        last_place: row.opt_count("last_sequence")?.max(told).unwrap_or(0),
        places_filled: row.count("places_filled")?,
        nothing_waits,
    };
    Ok(FleetKit {
        id: row.id("kit")?,
        serial: row.text("serial")?,
        custodian: row.opt_id("custodian")?,
        place: row.opt_text("place")?,
        campaign: row.opt_text("campaign")?,
        state,
        since: row.time("since")?,
        registered_at: row.time("registered_at")?,
        facts,
    })
}
