//! Packets of kits that are no longer believed: set aside, and decided about.

use jiff::Timestamp;
use niims_record::fleet::{AWAIT_DECISION, PacketDecision};
use niims_record::{ApplicationId, KitId, OfficerId, PacketId};
use sqlx::{AssertSqlSafe, query};

use crate::packets::Packet;
use crate::row::{limit, parameters, read_all};
use crate::{StoreError, Tx};

/// A packet that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsidePacket {
    /// The packet.
    pub packet: PacketId,
    /// Its place in the kit's chain.
    pub sequence: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// Under which code it waits.
    pub code: String,
    /// The application that came of it before it was set aside, and the name of its state.
    pub application: Option<(ApplicationId, String)>,
}

/// Packets of a kit that came after a moment and are not set aside.
pub async fn taken_since(
    tx: &mut Tx,
    kit: KitId,
    since: Timestamp,
) -> Result<Vec<Packet>, StoreError> {
    let sql = format!(
        "SELECT {} FROM packet WHERE kit = $1 AND received_at > $2 AND quarantine IS NULL \
         ORDER BY kit_sequence, packet",
        crate::packets::COLUMNS
    );
    let sql = query(AssertSqlSafe(sql)).bind(kit.as_bytes().to_vec());
    let rows = tx.fetch_all(sql.bind(since.as_millisecond())).await?;
    read_all(&rows, crate::packets::read)
}

/// Packets of a kit that wait for a person, in the order of its chain.
pub async fn waiting(
    tx: &mut Tx,
    kit: KitId,
    at_most: usize,
) -> Result<Vec<AsidePacket>, StoreError> {
    let sql = format!(
        "SELECT p.packet, p.kit_sequence, p.received_at, p.quarantine, a.application, \
         a.state_name FROM packet p LEFT JOIN application a ON a.packet = p.packet \
         WHERE p.kit = $1 AND p.quarantine IN ({}) ORDER BY p.kit_sequence, p.packet LIMIT $2",
        parameters(3, AWAIT_DECISION.len())
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(kit.as_bytes().to_vec()).bind(limit(at_most));
    for code in AWAIT_DECISION {
        sql = sql.bind(code);
    }
    let rows = tx.fetch_all(sql).await?;
    read_all(&rows, |row| {
        let application: Option<ApplicationId> = row.opt_id("application")?;
        let state = row.opt_text("state_name")?;
        Ok(AsidePacket {
            packet: row.id("packet")?,
            sequence: row.count("kit_sequence")?,
            received_at: row.time("received_at")?,
            code: row.text("quarantine")?,
            application: application.zip(state),
        })
    })
}

/// How many packets of a kit wait for a person, and how many of them have a number already.
pub async fn count(tx: &mut Tx, kit: KitId) -> Result<(u64, u64), StoreError> {
    let sql = format!(
        "SELECT COUNT(*) AS n, COUNT(CASE WHEN a.state_name = 'numbered' THEN 1 END) AS numbered \
         FROM packet p LEFT JOIN application a ON a.packet = p.packet \
         WHERE p.kit = $1 AND p.quarantine IN ({})",
        parameters(2, AWAIT_DECISION.len())
    );
    let mut sql = query(AssertSqlSafe(sql)).bind(kit.as_bytes().to_vec());
    for code in AWAIT_DECISION {
        sql = sql.bind(code);
    }
    let row = tx.fetch_one(sql).await?;
    Ok((row.count("n")?, row.count("numbered")?))
}

/// Moves a packet from the code under which it waited to another, or to none; `false` where
/// it waits no more.
pub async fn settle(
    tx: &mut Tx,
    packet: PacketId,
    from: &str,
    to: Option<&str>,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE packet SET quarantine = $1 WHERE packet = $2 AND quarantine = $3")
                .bind(to.map(str::to_owned))
                .bind(packet.as_bytes().to_vec())
                .bind(from),
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps who decided what about a packet, and why. [`StoreError::Duplicate`] where it was
/// decided before.
pub async fn keep_decision(
    tx: &mut Tx,
    packet: (PacketId, &str),
    decision: PacketDecision,
    (by, note): (OfficerId, &str),
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO packet_decision (packet, code, decision, decided_at, decided_by, note) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(packet.0.as_bytes().to_vec())
        .bind(packet.1)
        .bind(decision.name())
        .bind(at.as_millisecond())
        .bind(by.as_bytes().to_vec())
        .bind(note),
    )
    .await?;
    Ok(())
}
