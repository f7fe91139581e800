//! `niims abis shard` and `niims abis move`: a gallery over several processes.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use niims_abis::gallery::{GalleryKey, Settings};
use niims_abis::service::StoredFeed;
use niims_abis::shard::placement::{Seat, Shard, Table};
use niims_abis::shard::protocol::Address;
use niims_abis::shard::{
    Coordinator, CoordinatorConfig, CourierKey, FolderPieces, HolderConfig, HolderParts, run_holder,
};
use niims_store::Database;

use super::args::{MoveArgs, Seat as SeatWord, ShardArgs, Spread};
use super::{serve, setup};
use crate::ambient;

/// Holds one shard until the process is asked to stop.
pub async fn hold(args: ShardArgs) -> Result<ExitCode> {
    let db = setup::database(&args.abis).await?;
    let seat = match args.seat {
        SeatWord::A => Seat::A,
        SeatWord::B => Seat::B,
    };
    let address = Address { shard: Shard(args.shard), seat };
    let folder = args.abis.data.join(format!("shard-{address}"));
    let config = HolderConfig {
        key: key(&db),
        address,
        table: table(&args.spread)?,
        broker: args.spread.broker,
        at_once: args.at_once,
    };
    let gallery_key = GalleryKey::new(*db.keyring().folder_key("gallery"));
    let settings = Settings::default();
    let (clock, entropy) = (ambient::clock(), ambient::entropy());
    let pieces = FolderPieces::new(folder, gallery_key, settings, clock, entropy);
    let parts = HolderParts {
        feed: Arc::new(StoredFeed::new(db)),
        pieces: Arc::new(pieces),
        clock: ambient::clock(),
        entropy: ambient::entropy(),
    };
    println!("holding shard {address}");
    run_holder(config, parts, serve::interrupted()).await.context("the broker")?;
    Ok(ExitCode::SUCCESS)
}

/// Brings another table into force while searches go on.
pub async fn move_to(args: MoveArgs) -> Result<ExitCode> {
    let db = setup::database(&args.abis).await?;
    let to = new_table(args.to_version, &args.to_shards)?;
    let coordinator = connect(&db, args.spread).await?;
    coordinator
        .move_to(&to, Duration::from_secs(args.at_most))
        .await
        .context("the table in force is as it was")?;
    println!("version {} is in force", to.version());
    Ok(ExitCode::SUCCESS)
}

/// A searcher over all shards.
pub async fn connect(db: &Database, spread: Spread) -> Result<Coordinator> {
    let table = table(&spread)?;
    let config = CoordinatorConfig::new(spread.broker, key(db), table);
    Coordinator::connect(config, ambient::clock(), ambient::entropy()).await.context("the broker")
}

/// All processes of a gallery have its root key, and so the key of what they say to each other.
fn key(db: &Database) -> CourierKey {
    CourierKey::from_bytes(*db.keyring().folder_key("courier"))
}

fn table(spread: &Spread) -> Result<Table> {
    new_table(spread.table_version.unwrap_or(1), &spread.shards)
}

fn new_table(version: u64, shards: &[u16]) -> Result<Table> {
    let shards: Vec<Shard> = shards.iter().copied().map(Shard).collect();
    Table::new(version, &shards).context("the table of shards")
}
