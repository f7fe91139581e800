//! Holders and a coordinator around one broker, and the same gallery in one process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_wire::{Clock, Entropy};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::broker::Broker;
use super::people::Feed;
use crate::cascade::LocalSearcher;
use crate::gallery::{Folder, GalleryKey, GalleryParts, Settings};
use crate::search::{Among, ChangeFeed, Effort, SearchError, SearchOutcome, SearchRequest};
use crate::shard::placement::{Seat, Shard, SlotSet, Table};
use crate::shard::protocol::{Address, Ask, CourierKey, Report, Request, TableNote, Told};
use crate::shard::{
    Coordinator, CoordinatorConfig, FolderPieces, HolderConfig, HolderParts, Piece, Pieces,
    run_holder,
};

/// Long enough for every test, so that only what is meant to be late is late.
const LONG: Duration = Duration::from_mins(5);

pub fn clock() -> Clock {
    Clock::new(Timestamp::now)
}

/// Different in every process and at every call.
pub fn entropy() -> Entropy {
    let mut seed = [0; 32];
    let now = Timestamp::now().as_nanosecond().to_le_bytes();
    seed[..16].copy_from_slice(&now);
    seed[16..20].copy_from_slice(&std::process::id().to_le_bytes());
    let rng = std::sync::Mutex::new(ChaCha20Rng::from_seed(seed));
    Entropy::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes))
}

pub fn key() -> CourierKey {
    CourierKey::from_bytes([77; 32])
}

pub fn table(version: u64, shards: &[u16]) -> Table {
    let shards: Vec<Shard> = shards.iter().map(|number| Shard(*number)).collect();
    Table::new(version, &shards).unwrap()
}

pub fn address(shard: u16, seat: Seat) -> Address {
    Address { shard: Shard(shard), seat }
}

/// Everybody enrolled below a sequence number is looked for.
pub fn everybody(below_sequence: u64) -> SearchRequest {
    SearchRequest {
        below_sequence,
        among: Among::Everyone,
        effort: Effort::Usual,
        most_candidates: 20,
        threshold: -1_000_000,
    }
}

/// One in a hundred insertions is followed by a synthetic person, so that those are dealt out too.
fn settings() -> Settings {
    Settings { canary_one_in: 100, ..Settings::default() }
}

pub fn pieces(folder: &Path) -> FolderPieces {
    let key = GalleryKey::new([5; 32]);
    FolderPieces::new(folder.to_owned(), key, settings(), clock(), entropy())
}

/// The same gallery in one process.
pub async fn one_process(folder: &Path, feed: Arc<Feed>) -> LocalSearcher {
    let parts = GalleryParts {
        files: Box::new(Folder::open(&folder.join("whole")).unwrap()),
        key: GalleryKey::new([5; 32]),
        settings: settings(),
        entropy: entropy(),
    };
    LocalSearcher::open(parts, feed, clock()).await.unwrap()
}

/// A gallery over shards whose holders are tasks of this process.
pub struct Cluster {
    pub broker: Broker,
    pub feed: Arc<Feed>,
    pub folder: TempDir,
    holders: BTreeMap<Address, JoinHandle<()>>,
}

impl Cluster {
    /// Both holders of these shards, all of them ready.
    pub async fn start(feed: Feed, shards: &[u16]) -> Self {
        let mut cluster = Self::without_holders(feed);
        let table = table(1, shards);
        for shard in shards {
            for seat in Seat::BOTH {
                cluster.hold(address(*shard, seat), &table);
            }
        }
        cluster.ready(&table).await;
        cluster
    }

    pub fn without_holders(feed: Feed) -> Self {
        let (broker, folder) = (Broker::start(), TempDir::new().unwrap());
        Self { broker, feed: Arc::new(feed), folder, holders: BTreeMap::new() }
    }

    /// Starts a holder, with what it left on the disk before.
    pub fn hold(&mut self, address: Address, table: &Table) {
        let pieces = Arc::new(pieces(&self.folder.path().join(address.to_string())));
        self.hold_with(address, table, pieces);
    }

    /// Starts a holder whose answers take longer.
    pub fn hold_slowly(&mut self, address: Address, table: &Table, delay: Duration) {
        let pieces = pieces(&self.folder.path().join(address.to_string()));
        self.hold_with(address, table, Arc::new(SlowPieces { pieces, delay }));
    }

    fn hold_with(&mut self, address: Address, table: &Table, pieces: Arc<dyn Pieces>) {
        let config = HolderConfig {
            broker: self.broker.url.clone(),
            key: key(),
            address,
            table: table.clone(),
            at_once: 4,
        };
        let feed = Arc::clone(&self.feed) as Arc<dyn ChangeFeed>;
        let parts = HolderParts { feed, pieces, clock: clock(), entropy: entropy() };
        let task = tokio::spawn(async move {
            run_holder(config, parts, std::future::pending()).await.unwrap();
        });
        self.holders.insert(address, task);
    }

    /// Ends a holder in the midst of whatever it does; its connection drops.
    pub async fn kill(&mut self, address: Address) {
        let task = self.holders.remove(&address).unwrap();
        task.abort();
        let _ = task.await;
    }

    /// Ends everybody.
    pub async fn kill_all(&mut self) {
        for address in self.holders.keys().copied().collect::<Vec<_>>() {
            self.kill(address).await;
        }
    }

    /// Waits until all holders that run have everything that a table gives them.
    pub async fn ready(&self, table: &Table) {
        let coordinator = self.coordinator(table).await;
        for address in self.holders.keys() {
            wait_until_complete(&coordinator, *address, table).await;
        }
    }

    pub async fn coordinator(&self, table: &Table) -> Coordinator {
        self.coordinator_with(table, LONG, LONG).await
    }

    pub async fn coordinator_with(
        &self,
        table: &Table,
        deadline: Duration,
        patience: Duration,
    ) -> Coordinator {
        connect(&self.broker.url, table, deadline, patience).await
    }

    pub async fn one_process(&self) -> LocalSearcher {
        one_process(self.folder.path(), Arc::clone(&self.feed)).await
    }
}

pub async fn connect(
    broker: &str,
    table: &Table,
    deadline: Duration,
    patience: Duration,
) -> Coordinator {
    let config = CoordinatorConfig::new(broker.to_owned(), key(), table.clone());
    let config = CoordinatorConfig { deadline, patience, ..config };
    Coordinator::connect(config, clock(), entropy()).await.unwrap()
}

/// Waits until a holder has everything that a table gives it.
pub async fn wait_until_complete(coordinator: &Coordinator, address: Address, table: &Table) {
    let begun = std::time::Instant::now();
    let wanted = table.slots_of(address.shard);
    while !report(coordinator, address, table).await.is_some_and(|r| wanted.within(&r.complete)) {
        assert!(begun.elapsed() < LONG, "{address} is not complete after five minutes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn report(coordinator: &Coordinator, address: Address, table: &Table) -> Option<Report> {
    let ask = Ask::Hold(TableNote::of(table));
    let request = Request { slots: SlotSet::default(), budget_ms: 1_000, ask };
    match coordinator.tell(address, &request).await.ok()?.outcome {
        Ok(Told::Report(report)) => Some(*report),
        _ => None,
    }
}

/// Whether an outcome is right: the same as that of one process, or frankly incomplete.
pub fn is_complete(outcome: &Result<SearchOutcome, SearchError>, expected: &SearchOutcome) -> bool {
    match outcome {
        Ok(SearchOutcome::Complete { .. }) => {
            assert!(outcome.as_ref() == Ok(expected), "wrong: {outcome:?} for {expected:?}");
            true
        }
        Ok(SearchOutcome::Incomplete { covered_permille, .. }) => {
            assert!(*covered_permille < 1_000);
            false
        }
        Err(SearchError::Unreachable) => false,
        Err(error) => unreachable!("{error}"),
    }
}

struct SlowPieces {
    pieces: FolderPieces,
    delay: Duration,
}

#[async_trait]
impl Pieces for SlowPieces {
    async fn piece(
        &self,
        slots: &SlotSet,
        feed: Arc<dyn ChangeFeed>,
    ) -> Result<Arc<dyn Piece>, SearchError> {
        let piece = self.pieces.piece(slots, feed).await?;
        Ok(Arc::new(super::slow::SlowPiece { piece, delay: self.delay }))
    }
}
