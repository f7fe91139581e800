//! What a kit told of itself at its last contact.

use jiff::Timestamp;
use niims_record::KitId;
use niims_record::fleet::Contact;
use sqlx::query;

use crate::row::int;
use crate::{StoreError, Tx};

/// Keeps a contact in place of the one before.
pub async fn put(
    tx: &mut Tx,
    kit: KitId,
    contact: &Contact,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO kit_contact (kit, at, software, country_pack, clock, chain_place, \
             waiting, drafts, battery_percent, free_bytes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (kit) DO UPDATE SET at = $2, software = $3, country_pack = $4, \
             clock = $5, chain_place = $6, waiting = $7, drafts = $8, battery_percent = $9, \
             free_bytes = $10",
        )
        .bind(kit.as_bytes().to_vec())
        .bind(at.as_millisecond())
        .bind(contact.software.as_str())
        .bind(contact.country_pack.as_str())
        .bind(contact.clock.as_millisecond())
        .bind(int(contact.chain_place)?)
        .bind(int(contact.waiting)?)
        .bind(int(contact.drafts)?)
        .bind(contact.battery_percent.map(i64::from))
        .bind(int(contact.free_bytes)?),
    )
    .await?;
    Ok(())
}

/// The last contact of a kit, and when it was.
pub async fn get(tx: &mut Tx, kit: KitId) -> Result<Option<(Contact, Timestamp)>, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT at, software, country_pack, clock, chain_place, waiting, drafts, \
                 battery_percent, free_bytes FROM kit_contact WHERE kit = $1",
            )
            .bind(kit.as_bytes().to_vec()),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let battery = row.opt_count("battery_percent")?.map(u8::try_from).transpose();
    let contact = Contact {
        software: row.text("software")?,
        country_pack: row.text("country_pack")?,
        clock: row.time("clock")?,
        chain_place: row.count("chain_place")?,
        waiting: row.count("waiting")?,
        drafts: row.count("drafts")?,
        battery_percent: battery
            .map_err(|_| StoreError::MalformedRow { column: "battery_percent" })?,
        free_bytes: row.count("free_bytes")?,
    };
    Ok(Some((contact, row.time("at")?)))
}
