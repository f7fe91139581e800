//! Holders and broker die, or are slow: no answer says "nobody" that should not.

use std::time::{Duration, Instant};

use super::cluster::{Cluster, address, everybody, is_complete, table};
use super::people::{Feed, probe, reference};
use crate::search::{SearchError, SearchOutcome, Searcher};
use crate::shard::placement::{SLOTS, Seat, Shard, Slot, Table};

/// Longer than anything here takes on a machine that is busy with ten other things.
const PATIENCE: Duration = Duration::from_mins(2);

/// The share that is covered without a shard.
fn without(table: &Table, shard: u16) -> u16 {
    Table::permille(SLOTS - table.slots_of(Shard(shard)).len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_holders_dead_is_incomplete_with_the_share_covered() {
    let all_shards = table(1, &[1, 2, 3]);
    let mut cluster = Cluster::start(Feed::of(300, 4), &[1, 2, 3]).await;
    let coordinator = cluster.coordinator(&all_shards).await;
    let request = everybody(cluster.feed.end());
    let expected = coordinator.search(&probe(3, 4), &request).await.unwrap();
    assert!(is_complete(&Ok(expected.clone()), &expected));

    // One of two dead: nothing is missing.
    cluster.kill(address(2, Seat::A)).await;
    for _ in 0..4 {
        let outcome = coordinator.search(&probe(3, 4), &request).await;
        assert!(is_complete(&outcome, &expected));
    }
    cluster.kill(address(2, Seat::B)).await;
    for person in 0..40 {
        let outcome = coordinator.search(&probe(person, 4), &request).await.unwrap();
        let SearchOutcome::Incomplete { candidates, covered_permille } = outcome else {
            unreachable!("{outcome:?}")
        };
        assert_eq!(covered_permille, without(&all_shards, 2));
        let held = all_shards.shard_of(Slot::of(&reference(person))) != Shard(2);
        assert_eq!(candidates.first().map(|c| c.reference) == Some(reference(person)), held);
    }
    let lost =
        (0..300).find(|p| all_shards.shard_of(Slot::of(&reference(*p))) == Shard(2)).unwrap();
    let compared = coordinator.compare(&probe(lost, 4), reference(lost)).await;
    assert_eq!(compared, Err(SearchError::Unreachable));

    cluster.hold(address(2, Seat::B), &all_shards);
    cluster.ready(&all_shards).await;
    let outcome = coordinator.search(&probe(3, 4), &request).await;
    assert!(is_complete(&outcome, &expected));

    cluster.kill_all().await;
    let outcome = coordinator.search(&probe(3, 4), &request).await;
    assert_eq!(outcome, Err(SearchError::Unreachable));
}

/// A holder that has not read as far as asked for is no holder of that search.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_is_still_filling_does_not_answer() {
    let one = table(1, &[1]);
    let mut cluster = Cluster::without_holders(Feed::of(200, 4));
    let coordinator = cluster.coordinator(&one).await;
    let request = everybody(cluster.feed.end());
    cluster.hold(address(1, Seat::A), &one);
    let mut refused = 0;
    loop {
        match coordinator.search(&probe(199, 4), &request).await {
            Ok(SearchOutcome::Complete { candidates }) => {
                assert_eq!(candidates[0].reference, reference(199));
                break;
            }
            Ok(outcome) => unreachable!("{outcome:?}"),
            Err(error) => assert_eq!(error, SearchError::Unreachable),
        }
        refused += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(refused > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_dies_and_comes_back_and_nothing_is_lost() {
    let both = table(1, &[1, 2]);
    let mut cluster = Cluster::start(Feed::of(300, 4), &[1, 2]).await;
    let (deadline, patience) = (Duration::from_secs(3), Duration::from_millis(500));
    let coordinator = cluster.coordinator_with(&both, deadline, patience).await;
    let whole = cluster.one_process().await;
    let request = everybody(cluster.feed.end());
    let first = whole.search(&probe(1, 4), &request).await.unwrap();
    let rounds = async {
        // Under way when the broker dies.
        let mut incomplete = 0;
        let begun = Instant::now();
        while incomplete < 2 {
            assert!(begun.elapsed() < PATIENCE, "no search was hit");
            let outcome = coordinator.search(&probe(1, 4), &request).await;
            incomplete += usize::from(!is_complete(&outcome, &first));
        }
    };
    let broker = &cluster.broker;
    let killing = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        tokio::task::block_in_place(|| broker.kill());
    };
    tokio::join!(rounds, killing);

    // Enrolled while there is no broker.
    cluster.feed.insert(900, 4);
    cluster.broker.start_again();
    let request = everybody(cluster.feed.end());
    let expected = whole.search(&probe(900, 4), &request).await.unwrap();
    let begun = Instant::now();
    while !is_complete(&coordinator.search(&probe(900, 4), &request).await, &expected) {
        assert!(begun.elapsed() < PATIENCE, "searches do not resume");
    }
    let SearchOutcome::Complete { candidates } = expected else { unreachable!() };
    assert_eq!(candidates[0].reference, reference(900));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_holder_is_passed_over() {
    let both = table(1, &[1, 2]);
    let mut cluster = Cluster::without_holders(Feed::of(200, 4));
    let slow = Duration::from_secs(30);
    cluster.hold_slowly(address(1, Seat::A), &both, slow);
    cluster.hold(address(1, Seat::B), &both);
    cluster.hold(address(2, Seat::A), &both);
    cluster.hold(address(2, Seat::B), &both);
    cluster.ready(&both).await;
    let (deadline, patience) = (Duration::from_secs(6), Duration::from_millis(100));
    let coordinator = cluster.coordinator_with(&both, 10 * deadline, patience).await;
    let (whole, request) = (cluster.one_process().await, everybody(cluster.feed.end()));
    let expected = whole.search(&probe(5, 4), &request).await.unwrap();
    let begun = Instant::now();
    for _ in 0..4 {
        let outcome = coordinator.search(&probe(5, 4), &request).await;
        assert!(is_complete(&outcome, &expected));
    }
    assert!(begun.elapsed() < slow, "somebody waited for the slow holder");

    // Both slow: the search ends in time, with what the others have.
    cluster.kill(address(1, Seat::B)).await;
    cluster.hold_slowly(address(1, Seat::B), &both, slow);
    cluster.ready(&both).await;
    let coordinator = cluster.coordinator_with(&both, deadline, patience).await;
    let begun = Instant::now();
    let outcome = coordinator.search(&probe(5, 4), &request).await.unwrap();
    let SearchOutcome::Incomplete { covered_permille, .. } = outcome else {
        unreachable!("{outcome:?}")
    };
    assert_eq!(covered_permille, without(&both, 1));
    assert!(begun.elapsed() >= deadline / 2 && begun.elapsed() < slow, "{:?}", begun.elapsed());
}
