//! Shards come and go while searches run, and every answer is right.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::cluster::{
    Cluster, address, everybody, is_complete, report, table, wait_until_complete,
};
use super::people::{Feed, probe, reference};
use crate::cascade::LocalSearcher;
use crate::search::{SearchOutcome, SearchRequest, Searcher};
use crate::shard::placement::{Seat, Shard, Slot, Table};
use crate::shard::{Coordinator, MoveError};

const SOON: Duration = Duration::from_mins(1);

/// Searches without a pause until told to stop; says how many were complete, and how many not.
struct Searches {
    stop: Arc<AtomicBool>,
    complete: Arc<AtomicUsize>,
    incomplete: Arc<AtomicUsize>,
    tasks: JoinSet<()>,
}

impl Searches {
    fn start(
        coordinator: &Coordinator,
        request: &SearchRequest,
        right: &Arc<Vec<SearchOutcome>>,
    ) -> Self {
        let mut searches = Self {
            stop: Arc::default(),
            complete: Arc::default(),
            incomplete: Arc::default(),
            tasks: JoinSet::new(),
        };
        for lane in 0..2 {
            let (coordinator, request, right) =
                (coordinator.clone(), request.clone(), right.clone());
            let [complete, incomplete] = [&searches.complete, &searches.incomplete].map(Arc::clone);
            let stop = Arc::clone(&searches.stop);
            searches.tasks.spawn(async move {
                let mut person = lane;
                while !stop.load(Ordering::Relaxed) {
                    person = (person + 2) % right.len();
                    let outcome = coordinator.search(&probe(person as u64, 4), &request).await;
                    let count =
                        if is_complete(&outcome, &right[person]) { &complete } else { &incomplete };
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        searches
    }

    /// Waits for so many more to end.
    async fn more(&self, number: usize) {
        let count =
            || self.complete.load(Ordering::Relaxed) + self.incomplete.load(Ordering::Relaxed);
        let (enough, begun) = (count() + number, Instant::now());
        while count() < enough {
            assert!(begun.elapsed() < 2 * SOON, "no searches end");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn end(mut self) -> (usize, usize) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        (self.complete.load(Ordering::Relaxed), self.incomplete.load(Ordering::Relaxed))
    }
}

async fn add(cluster: &mut Cluster, shard: u16, now: &Table) {
    for seat in Seat::BOTH {
        cluster.hold(address(shard, seat), now);
    }
    cluster.ready(now).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shards_come_and_go_while_searches_run() {
    let (two, three) = (table(1, &[1, 2]), table(2, &[1, 2, 3]));
    let mut cluster = Cluster::start(Feed::of(330, 4), &[1, 2]).await;
    let (coordinator, other) = (cluster.coordinator(&two).await, cluster.coordinator(&two).await);
    let (whole, request) = (cluster.one_process().await, everybody(cluster.feed.end()));
    let mut right = Vec::new();
    for person in 0..40 {
        right.push(whole.search(&probe(person, 4), &request).await.unwrap());
    }
    let right = Arc::new(right);
    let ours = Searches::start(&coordinator, &request, &right);
    // Another coordinator, which nobody tells of the new table.
    let theirs = Searches::start(&other, &request, &right);

    for searches in [&ours, &theirs] {
        searches.more(6).await;
    }
    // The new shard's holders start without anything, by the old table.
    add(&mut cluster, 3, &two).await;
    coordinator.move_to(&three, SOON).await.unwrap();
    assert_eq!(coordinator.table().version(), 2);
    for (shard, seat) in [(1, Seat::A), (2, Seat::B), (3, Seat::A)] {
        let held = report(&coordinator, address(shard, seat), &three).await.unwrap();
        assert_eq!(held.complete, three.slots_of(Shard(shard)));
    }
    for searches in [&ours, &theirs] {
        searches.more(12).await;
    }
    // And one leaves again.
    let last = table(3, &[2, 3]);
    coordinator.move_to(&last, SOON).await.unwrap();
    // Its holders are stopped once nobody searches by the old table any more.
    for searches in [&ours, &theirs] {
        searches.more(12).await;
    }
    for seat in Seat::BOTH {
        cluster.kill(address(1, seat)).await;
    }

    for (searches, name) in [(ours, "ours"), (theirs, "theirs")] {
        let (complete, incomplete) = searches.end().await;
        println!("{name}: {complete} complete, {incomplete} incomplete");
        // Nobody has to wait for a move.
        assert!(complete >= 30 && incomplete == 0, "{name}: {complete}, {incomplete} incomplete");
    }
    assert_eq!(other.table().version(), 3);
    assert_eq!(coordinator.count().await.unwrap(), 330);
    // Who comes after the move is found where the slot is now.
    let person =
        (1_000..2_000).find(|p| two.shard_of(Slot::of(&reference(*p))) == Shard(1)).unwrap();
    cluster.feed.insert(person, 4);
    let request = everybody(cluster.feed.end());
    let expected = whole.search(&probe(person, 4), &request).await.unwrap();
    assert!(is_complete(&coordinator.search(&probe(person, 4), &request).await, &expected));
    assert_eq!(coordinator.count().await.unwrap(), 331);
    restart(&mut cluster, &coordinator, &last, &whole).await;
}

/// A holder that starts again has just what the table gives it, from whatever lies on its disk.
async fn restart(
    cluster: &mut Cluster,
    coordinator: &Coordinator,
    last: &Table,
    whole: &LocalSearcher,
) {
    for shard in [2, 3] {
        for seat in Seat::BOTH {
            cluster.kill(address(shard, seat)).await;
            cluster.hold(address(shard, seat), last);
        }
    }
    cluster.ready(last).await;
    assert_eq!(coordinator.count().await.unwrap(), 331);
    let request = everybody(cluster.feed.end());
    for person in 0..10 {
        let expected = whole.search(&probe(person, 4), &request).await.unwrap();
        let outcome = coordinator.search(&probe(person, 4), &request).await;
        assert!(is_complete(&outcome, &expected));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_waits_for_both_new_holders_and_changes_nothing_before() {
    let (one, two) = (table(1, &[1]), table(2, &[1, 2]));
    let mut cluster = Cluster::start(Feed::of(100, 2), &[1]).await;
    let coordinator = cluster.coordinator(&one).await;
    cluster.hold(address(2, Seat::A), &one);
    wait_until_complete(&coordinator, address(2, Seat::A), &two).await;
    let moved = coordinator.move_to(&two, Duration::from_secs(1)).await;
    assert_eq!(moved, Err(MoveError::NotReady(vec![address(2, Seat::B)])));
    assert_eq!(coordinator.table().version(), 1);
    assert_eq!(coordinator.count().await.unwrap(), 100);
    cluster.hold(address(2, Seat::B), &one);
    coordinator.move_to(&two, SOON).await.unwrap();
    assert_eq!(coordinator.count().await.unwrap(), 100);
    let again = coordinator.move_to(&two, SOON).await;
    assert_eq!(again, Err(MoveError::Version { in_force: 2 }));
}

/// A holder that did not hear of a move, and a coordinator with an old configuration, learn of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_missed_a_move_learns_of_it() {
    let (one, two) = (table(1, &[1]), table(2, &[1, 2]));
    let mut cluster = Cluster::start(Feed::of(100, 2), &[1]).await;
    let coordinator = cluster.coordinator(&one).await;
    add(&mut cluster, 2, &one).await;
    cluster.kill(address(1, Seat::B)).await;
    coordinator.move_to(&two, SOON).await.unwrap();
    // It comes back with everything that it had, by the old table.
    cluster.hold(address(1, Seat::B), &one);
    wait_until_complete(&coordinator, address(1, Seat::B), &one).await;
    cluster.kill(address(1, Seat::A)).await;
    assert_eq!(coordinator.count().await.unwrap(), 100);
    let late = cluster.coordinator(&one).await;
    let request = everybody(cluster.feed.end());
    let outcome = late.search(&probe(4, 2), &request).await.unwrap();
    let SearchOutcome::Complete { candidates } = outcome else { unreachable!("{outcome:?}") };
    assert_eq!(candidates[0].reference, reference(4));
    assert_eq!(late.table().version(), 2);
}
