//! Sealed packets as received, and what looks like tampering with them.

use jiff::Timestamp;
use niims_record::{KitId, PacketId};
use sqlx::{AssertSqlSafe, query};

use crate::log::LeafId;
use crate::row::{Row, int, limit, read_all};
use crate::{StoreError, Tx};

/// One packet. The sealed bytes lie in a file named by the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The packet.
    pub id: PacketId,
    /// The kit that it says it comes from.
    pub kit: KitId,
    /// Its place in the kit's chain, from 1.
    pub sequence: u64,
    /// SHA-256 of the sealed bytes.
    pub hash: [u8; 32],
    /// Length of the sealed bytes.
    pub length: u64,
    /// When it had arrived whole.
    pub received_at: Timestamp,
    /// The leaf of the log that its receipt proves.
    pub leaf: Option<LeafId>,
    /// Stable code of the gate that refused it, where one did.
    pub quarantine: Option<String>,
}

/// What became of [`insert_packet`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PacketInsert {
    /// Stored.
    New,
    /// The same packet came before; it gets the same receipt.
    SameAgain(Packet),
    /// A packet of this id came before with another hash: a tamper case.
    OtherContent(Packet),
}

/// Two packets of one id that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TamperCase {
    /// The id both claim.
    pub packet: PacketId,
    /// The kit that the later one says it comes from.
    pub kit: KitId,
    /// Hash of the packet that is kept.
    pub kept_hash: [u8; 32],
    /// Hash of the one that came later.
    pub other_hash: [u8; 32],
    /// When the later one came first.
    pub seen_at: Timestamp,
}

pub(crate) const COLUMNS: &str = "packet, kit, kit_sequence, hash, total_length, received_at, leaf, \
                       quarantine";

/// Stores a packet unless its id is known. Of two that come at once, one waits
/// for the other and is told [`PacketInsert::SameAgain`].
pub async fn insert_packet(tx: &mut Tx, packet: &Packet) -> Result<PacketInsert, StoreError> {
    let inserted = tx
        .execute(
            query(
                "INSERT INTO packet (packet, kit, kit_sequence, hash, total_length, received_at, \
                 leaf, quarantine) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                 ON CONFLICT (packet) DO NOTHING",
            )
            .bind(packet.id.as_bytes().to_vec())
            .bind(packet.kit.as_bytes().to_vec())
            .bind(int(packet.sequence)?)
            .bind(packet.hash.to_vec())
            .bind(int(packet.length)?)
            .bind(packet.received_at.as_millisecond())
            .bind(packet.leaf.map(|leaf| leaf.as_bytes().to_vec()))
            .bind(packet.quarantine.clone()),
        )
        .await?;
    if inserted == 1 {
        return Ok(PacketInsert::New);
    }
    let existing = get(tx, packet.id).await?.ok_or(StoreError::Conflict)?;
    Ok(if existing.hash == packet.hash {
        PacketInsert::SameAgain(existing)
    } else {
        PacketInsert::OtherContent(existing)
    })
}

/// The packet with this id.
pub async fn get(tx: &mut Tx, id: PacketId) -> Result<Option<Packet>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM packet WHERE packet = $1");
    let row = tx.fetch_optional(query(AssertSqlSafe(sql)).bind(id.as_bytes().to_vec())).await?;
    row.as_ref().map(read).transpose()
}

/// Packets taken from a kit, by their place in its chain.
pub async fn list_of_kit(
    tx: &mut Tx,
    kit: KitId,
    after_sequence: u64,
    at_most: usize,
) -> Result<Vec<Packet>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM packet WHERE kit = $1 AND kit_sequence > $2 \
         ORDER BY kit_sequence, packet LIMIT $3"
    );
    let rows = tx
        .fetch_all(
            query(AssertSqlSafe(sql))
                .bind(kit.as_bytes().to_vec())
                .bind(int(after_sequence)?)
                .bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, read)
}

/// Names the leaf of the log that stands for the receipt; `false` where the
/// packet is unknown or has one already.
pub async fn set_leaf(tx: &mut Tx, id: PacketId, leaf: LeafId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE packet SET leaf = $1 WHERE packet = $2 AND leaf IS NULL")
                .bind(leaf.as_bytes().to_vec())
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Puts a packet in quarantine under the stable code of a gate; `false` where it
/// is unknown.
pub async fn quarantine(tx: &mut Tx, id: PacketId, code: &str) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query("UPDATE packet SET quarantine = $1 WHERE packet = $2")
                .bind(code)
                .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// Packets taken in so far.
pub async fn count(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT COUNT(*) AS n FROM packet")).await?.count("n")
}

/// Opens a tamper case; the same pair again changes nothing and gives `false`.
pub async fn open_tamper_case(tx: &mut Tx, case: &TamperCase) -> Result<bool, StoreError> {
    let inserted = tx
        .execute(
            query(
                "INSERT INTO tamper_case (packet, other_hash, kit, kept_hash, seen_at) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (packet, other_hash) DO NOTHING",
            )
            .bind(case.packet.as_bytes().to_vec())
            .bind(case.other_hash.to_vec())
            .bind(case.kit.as_bytes().to_vec())
            .bind(case.kept_hash.to_vec())
            .bind(case.seen_at.as_millisecond()),
        )
        .await?;
    Ok(inserted == 1)
}

/// Tamper cases, newest first.
pub async fn list_tamper_cases(tx: &mut Tx, at_most: usize) -> Result<Vec<TamperCase>, StoreError> {
    let rows = tx
        .fetch_all(
            query(
                "SELECT packet, other_hash, kit, kept_hash, seen_at FROM tamper_case \
                 ORDER BY seen_at DESC, packet LIMIT $1",
            )
            .bind(limit(at_most)),
        )
        .await?;
    read_all(&rows, |row| {
        Ok(TamperCase {
            packet: row.id("packet")?,
            kit: row.id("kit")?,
            kept_hash: row.array("kept_hash")?,
            other_hash: row.array("other_hash")?,
            seen_at: row.time("seen_at")?,
        })
    })
}

pub(crate) fn read(row: &Row) -> Result<Packet, StoreError> {
    Ok(Packet {
        id: row.id("packet")?,
        kit: row.id("kit")?,
        sequence: row.count("kit_sequence")?,
        hash: row.array("hash")?,
        length: row.count("total_length")?,
        received_at: row.time("received_at")?,
        leaf: row.opt_id("leaf")?,
        quarantine: row.opt_text("quarantine")?,
    })
}
