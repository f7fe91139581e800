//! Applications: where each one stands, and since when.

use core::fmt;

use jiff::Timestamp;
use niims_record::application::Application;
use niims_record::{ApplicationId, KitId, OfficerId, PacketId};
use sqlx::{AssertSqlSafe, query};

use crate::row::{Row, int, json, limit, read_all};
use crate::{Cell, Owner, StoreError, Tx};

/// Class of the data key that seals the number on the slip.
const CLASS: &str = "slip";
/// Column key of the blind index of that number.
const INDEX: &str = "application.number_token";

/// What is known of an application when its packet arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    /// The application.
    pub id: ApplicationId,
    /// Its packet.
    pub packet: PacketId,
    /// The kit that the packet says it comes from.
    pub kit: KitId,
    /// The first state.
    pub state: Application,
    /// When it was taken in.
    pub at: Timestamp,
}

/// What is known once the packet is open.
#[derive(Clone, PartialEq, Eq)]
pub struct Description {
    /// The opaque number on the resident's slip. Stored sealed, with a blind index.
    pub application_number: String,
    /// The officer who captured it.
    pub officer: OfficerId,
    /// Which form: a code of the country pack, such as `adult`.
    pub form_kind: String,
    /// Code of the county of residence, where known. Never a blind index.
    pub county: Option<String>,
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Description(…)")
    }
}

/// An application as stored, without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApplication {
    /// The application.
    pub id: ApplicationId,
    /// Its packet.
    pub packet: PacketId,
    /// The kit.
    pub kit: KitId,
    /// The officer, once the packet is open.
    pub officer: Option<OfficerId>,
    /// Which form, once the packet is open.
    pub form_kind: Option<String>,
    /// Code of the county, where known.
    pub county: Option<String>,
    /// Its place in the one order of all searches, once searched.
    pub search_sequence: Option<u64>,
    /// The state.
    pub state: Application,
    /// Since when it is in that state.
    pub since: Timestamp,
    /// When it was taken in.
    pub received_at: Timestamp,
    /// Counts the changes of state; the optimistic lock of [`save_state`].
    pub version: i64,
}

const COLUMNS: &str = "application, packet, kit, officer, form_kind, county, search_sequence, \
                       state, since, received_at, version";

/// Stores a new application with version 1. [`StoreError::Duplicate`] where the
/// id or the packet has one already.
pub async fn insert(tx: &mut Tx, new: &NewApplication) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO application (application, packet, kit, state_name, state, since, \
             received_at, version) VALUES ($1, $2, $3, $4, $5, $6, $6, 1)",
        )
        .bind(new.id.as_bytes().to_vec())
        .bind(new.packet.as_bytes().to_vec())
        .bind(new.kit.as_bytes().to_vec())
        .bind(new.state.name())
        .bind(json(&new.state)?)
        .bind(new.at.as_millisecond()),
    )
    .await?;
    Ok(())
}

/// Adds what the open packet says. The version stays: only states count.
/// [`StoreError::Duplicate`] where another application bears the number,
/// `false` where the application is unknown.
pub async fn describe(
    tx: &mut Tx,
    id: ApplicationId,
    description: &Description,
) -> Result<bool, StoreError> {
    let number = description.application_number.as_bytes();
    let sealed = tx.seal(Owner::Application(id), number_cell(&id), number).await?;
    let token = tx.keyring.blind(INDEX, number);
    let changed = tx
        .execute(
            query(
                "UPDATE application SET number_token = $1, number_sealed = $2, officer = $3, \
                 form_kind = $4, county = $5 WHERE application = $6",
            )
            .bind(token.to_vec())
            .bind(sealed)
            .bind(description.officer.as_bytes().to_vec())
            .bind(description.form_kind.as_str())
            .bind(description.county.clone())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// The application with this id.
pub async fn get(tx: &mut Tx, id: ApplicationId) -> Result<Option<StoredApplication>, StoreError> {
    find(tx, id, "").await
}

/// The application with this id, locked until the transaction ends.
pub async fn get_for_update(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Option<StoredApplication>, StoreError> {
    let lock = tx.backend.for_update();
    find(tx, id, lock).await
}

/// The application that came in this packet.
pub async fn by_packet(
    tx: &mut Tx,
    packet: PacketId,
) -> Result<Option<StoredApplication>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM application WHERE packet = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(packet.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// The application that bears this number on its slip.
pub async fn by_application_number(
    tx: &mut Tx,
    number: &str,
) -> Result<Option<ApplicationId>, StoreError> {
    let token = tx.keyring.blind(INDEX, number.as_bytes());
    let row = tx
        .fetch_optional(
            query("SELECT application FROM application WHERE number_token = $1")
                .bind(token.to_vec()),
        )
        .await?;
    row.map(|row| row.id("application")).transpose()
}

/// The number on the slip, once the packet is open.
pub async fn application_number(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Option<String>, StoreError> {
    let row = tx
        .fetch_optional(
            query("SELECT number_sealed FROM application WHERE application = $1")
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    let sealed = row.map(|row| row.opt_bytes("number_sealed")).transpose()?.flatten();
    let Some(sealed) = sealed else { return Ok(None) };
    tx.open_text(Owner::Application(id), number_cell(&id), &sealed).await.map(Some)
}

/// Puts an application into its next state, if nobody else did so since it was
/// read; `false` where the version has moved on, and nothing is changed.
pub async fn save_state(
    tx: &mut Tx,
    id: ApplicationId,
    expected_version: i64,
    state: &Application,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE application SET state_name = $1, state = $2, since = $3, \
                 version = version + 1 WHERE application = $4 AND version = $5",
            )
            .bind(state.name())
            .bind(json(state)?)
            .bind(at.as_millisecond())
            .bind(id.as_bytes().to_vec())
            .bind(expected_version),
        )
        .await?;
    Ok(changed == 1)
}

/// Gives an application its place in the order of searches; `false` where it has
/// one already or is unknown.
pub async fn set_search_sequence(
    tx: &mut Tx,
    id: ApplicationId,
    sequence: u64,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE application SET search_sequence = $1 \
                 WHERE application = $2 AND search_sequence IS NULL",
            )
            .bind(int(sequence)?)
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// How many applications stand in each state, by name of the state.
pub async fn count_by_state(tx: &mut Tx) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = tx
        .fetch_all(query(
            "SELECT state_name, COUNT(*) AS n FROM application GROUP BY state_name \
             ORDER BY state_name",
        ))
        .await?;
    read_all(&rows, |row| Ok((row.text("state_name")?, row.count("n")?)))
}

/// A page of the applications in a state, by id; `after` is the last id of the
/// page before.
pub async fn list_by_state(
    tx: &mut Tx,
    state_name: &str,
    after: Option<ApplicationId>,
    at_most: usize,
) -> Result<Vec<StoredApplication>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM application WHERE state_name = $1 AND application > $2 \
         ORDER BY application LIMIT $3"
    );
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    let rows = tx
        .fetch_all(query(AssertSqlSafe(sql)).bind(state_name).bind(after).bind(limit(at_most)))
        .await?;
    read_all(&rows, read)
}

async fn find(
    tx: &mut Tx,
    id: ApplicationId,
    lock: &str,
) -> Result<Option<StoredApplication>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM application WHERE application = $1{lock}");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

fn number_cell(id: &ApplicationId) -> Cell<'_> {
    Cell {
        table: "application",
        column: "number_sealed",
        row: id.as_bytes(),
        version: 1,
        class: CLASS,
    }
}

fn read(row: &Row) -> Result<StoredApplication, StoreError> {
    Ok(StoredApplication {
        id: row.id("application")?,
        packet: row.id("packet")?,
        kit: row.id("kit")?,
        officer: row.opt_id("officer")?,
        form_kind: row.opt_text("form_kind")?,
        county: row.opt_text("county")?,
        search_sequence: row.opt_count("search_sequence")?,
        state: row.json("state")?,
        since: row.time("since")?,
        received_at: row.time("received_at")?,
        version: row.int("version")?,
    })
}
