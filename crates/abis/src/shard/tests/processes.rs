//! Holders that are processes, killed without a word in the midst of a thousand searches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::task::JoinSet;

use super::broker::Broker;
use super::cluster::{
    address, clock, connect, entropy, everybody, is_complete, key, one_process, pieces, table,
    wait_until_complete,
};
use super::people::{Feed, probe};
use crate::search::{SearchOutcome, SearchRequest, Searcher};
use crate::shard::placement::Seat;
use crate::shard::protocol::Address;
use crate::shard::{Coordinator, HolderConfig, HolderParts, run_holder};

const SHARDS: [u16; 2] = [1, 2];
const PEOPLE: u64 = 330;
const SEARCHES: usize = 1_000;
/// What a holder's process is told: broker, shard, seat, folder.
const TOLD: [&str; 4] =
    ["NIIMS_TEST_BROKER", "NIIMS_TEST_SHARD", "NIIMS_TEST_SEAT", "NIIMS_TEST_FOLDER"];

/// Not a test: what the processes run.
#[test]
#[ignore = "run as a process of its own by the test below"]
fn a_holder() {
    let [broker, shard, seat, folder] = TOLD.map(|name| std::env::var(name).unwrap());
    let seat = if seat == "a" { Seat::A } else { Seat::B };
    let config = HolderConfig {
        broker,
        key: key(),
        address: address(shard.parse().unwrap(), seat),
        table: table(1, &SHARDS),
        at_once: 4,
    };
    let parts = HolderParts {
        feed: Arc::new(Feed::of(PEOPLE, 4)),
        pieces: Arc::new(pieces(&PathBuf::from(folder))),
        clock: clock(),
        entropy: entropy(),
    };
    let holding = run_holder(config, parts, std::future::pending());
    tokio::runtime::Runtime::new().unwrap().block_on(holding).unwrap();
}

/// Ends with the test, whatever happens.
struct Holder(Child);

impl Holder {
    fn start(broker: &str, address: Address, folder: &Path) -> Self {
        let folder = folder.join(address.to_string());
        let told = [
            broker.to_owned(),
            address.shard.0.to_string(),
            address.seat.word().to_owned(),
            folder.to_string_lossy().into_owned(),
        ];
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "shard::tests::processes::a_holder", "--ignored", "--nocapture"])
            .envs(TOLD.into_iter().zip(told))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Holder {
    /// SIGKILL.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_holders_never_make_a_search_say_nobody() {
    let (broker, folder, table) = (Broker::start(), TempDir::new().unwrap(), table(1, &SHARDS));
    let feed = Arc::new(Feed::of(PEOPLE, 4));
    let request = SearchRequest { threshold: 7_000, ..everybody(feed.end()) };
    let whole = one_process(folder.path(), feed).await;
    let mut right = Vec::new();
    for person in 0..20 {
        right.push(whole.search(&probe(person, 4), &request).await.unwrap());
    }
    let start = |address| Holder::start(&broker.url, address, folder.path());
    let all = SHARDS.into_iter().flat_map(|shard| Seat::BOTH.map(|seat| address(shard, seat)));
    let mut holders: BTreeMap<Address, Holder> = all.map(|one| (one, start(one))).collect();
    let (deadline, patience) = (Duration::from_secs(20), Duration::from_secs(2));
    let coordinator = connect(&broker.url, &table, deadline, patience).await;
    for address in holders.keys() {
        wait_until_complete(&coordinator, *address, &table).await;
    }

    let mut searches = Searches::start(&coordinator, &request, right);
    let [a1, b1, a2, b2] =
        [(1, Seat::A), (1, Seat::B), (2, Seat::A), (2, Seat::B)].map(|(s, seat)| address(s, seat));
    // After so many searches, these are killed and those started.
    for (after, killed, started) in [
        (100, vec![a1], vec![]),
        (250, vec![], vec![a1]),
        (350, vec![b2], vec![]),
        (450, vec![a2], vec![]),
        (600, vec![], vec![a2, b2]),
        (700, vec![a1, a2], vec![]),
        (800, vec![], vec![a1]),
        (900, vec![b1], vec![]),
    ] {
        searches.until(after).await;
        for address in &killed {
            drop(holders.remove(address));
        }
        for one in started {
            holders.insert(one, start(one));
            if after >= 600 {
                wait_until_complete(&coordinator, one, &table).await;
            }
        }
    }
    let (complete, incomplete) = searches.end().await;
    println!("{complete} complete, {incomplete} incomplete, none wrong");
    assert_eq!(complete + incomplete, SEARCHES);
    // Incomplete are those between 450 and 600, and a few about them.
    assert!(complete >= 500 && incomplete >= 50, "{complete} complete, {incomplete} incomplete");
}

/// Searches in four lanes.
struct Searches {
    done: Arc<[AtomicUsize; 2]>,
    lanes: JoinSet<()>,
}

impl Searches {
    fn start(
        coordinator: &Coordinator,
        request: &SearchRequest,
        right: Vec<SearchOutcome>,
    ) -> Self {
        let (right, done) = (Arc::new(right), Arc::new([const { AtomicUsize::new(0) }; 2]));
        let next = Arc::new(AtomicUsize::new(0));
        let mut lanes = JoinSet::new();
        for _ in 0..4 {
            let (coordinator, request) = (coordinator.clone(), request.clone());
            let (right, done, next) = (Arc::clone(&right), Arc::clone(&done), Arc::clone(&next));
            lanes.spawn(async move {
                while let number @ ..SEARCHES = next.fetch_add(1, Ordering::Relaxed) {
                    let person = number % right.len();
                    let outcome = coordinator.search(&probe(person as u64, 4), &request).await;
                    let kind = usize::from(is_complete(&outcome, &right[person]));
                    done[kind].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Self { done, lanes }
    }

    fn counts(&self) -> (usize, usize) {
        (self.done[1].load(Ordering::Relaxed), self.done[0].load(Ordering::Relaxed))
    }

    async fn until(&mut self, number: usize) {
        while self.counts().0 + self.counts().1 < number {
            tokio::time::sleep(Duration::from_millis(2)).await;
            // A lane that met a wrong answer has ended.
            if let Some(ended) = self.lanes.try_join_next() {
                ended.unwrap();
            }
        }
    }

    async fn end(mut self) -> (usize, usize) {
        while let Some(ended) = self.lanes.join_next().await {
            ended.unwrap();
        }
        self.counts()
    }
}
