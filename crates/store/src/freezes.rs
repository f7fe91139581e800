//! Freezes of a power of the programme, in force and lifted.

use niims_record::FreezeId;
use niims_record::freeze::{Freeze, Lifted, Power};
use sqlx::query;

use crate::row::{Row, read_all};
use crate::{StoreError, Tx};

/// Puts a freeze into force.
pub async fn insert(tx: &mut Tx, freeze: &Freeze) -> Result<(), StoreError> {
    tx.execute(
        query(
            "INSERT INTO freeze_order (freeze_order, power, agency, county, court_order, since, lifted_at, \
             lifting_order) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(freeze.id.as_bytes().to_vec())
        .bind(freeze.power.name())
        .bind(freeze.agency.clone())
        .bind(freeze.county.clone())
        .bind(freeze.order.as_str())
        .bind(freeze.since.as_millisecond())
        .bind(freeze.lifted.as_ref().map(|lifted| lifted.at.as_millisecond()))
        .bind(freeze.lifted.as_ref().map(|lifted| lifted.order.clone())),
    )
    .await?;
    Ok(())
}

/// Lifts a freeze; `false` where it is unknown or lifted already.
pub async fn lift(tx: &mut Tx, id: FreezeId, lifted: &Lifted) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            query(
                "UPDATE freeze_order SET lifted_at = $1, lifting_order = $2 \
                 WHERE freeze_order = $3 AND lifted_at IS NULL",
            )
            .bind(lifted.at.as_millisecond())
            .bind(lifted.order.as_str())
            .bind(id.as_bytes().to_vec()),
        )
        .await?;
    Ok(changed == 1)
}

/// All freezes, in force and lifted, oldest first: what
/// `niims_record::freeze::stopping` asks for.
pub async fn all(tx: &mut Tx) -> Result<Vec<Freeze>, StoreError> {
    let rows = tx
        .fetch_all(query(
            "SELECT freeze_order, power, agency, county, court_order, since, lifted_at, lifting_order \
             FROM freeze_order ORDER BY since, freeze_order",
        ))
        .await?;
    read_all(&rows, read)
}

fn read(row: &Row) -> Result<Freeze, StoreError> {
    let lifted = match row.opt_time("lifted_at")? {
        None => None,
        Some(at) => Some(Lifted { at, order: row.text("lifting_order")? }),
    };
    Ok(Freeze {
        id: row.id("freeze_order")?,
        power: row.named("power", Power::from_name)?,
        agency: row.opt_text("agency")?,
        county: row.opt_text("county")?,
        order: row.text("court_order")?,
        since: row.time("since")?,
        lifted,
    })
}
