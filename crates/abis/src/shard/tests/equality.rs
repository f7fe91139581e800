//! Any number of shards answers as one process does, bit for bit.

use std::sync::Arc;

use niims_fingerprint::{Assignment, FingerPosition};

use super::cluster::{Cluster, address, everybody, table};
use super::people::{Feed, enrolled, probe, reference};
use crate::cascade::LocalSearcher;
use crate::modality::Biometrics;
use crate::search::{Among, Effort, SearchOutcome, SearchRequest, Searcher};
use crate::shard::Coordinator;
use crate::shard::placement::Seat;

async fn same(
    coordinator: &Coordinator,
    whole: &LocalSearcher,
    probe: &Biometrics,
    request: &SearchRequest,
) -> SearchOutcome {
    let over_shards = coordinator.search(probe, request).await.unwrap();
    let in_process = whole.search(probe, request).await.unwrap();
    assert_eq!(over_shards, in_process);
    over_shards
}

fn first(outcome: &SearchOutcome) -> Option<niims_record::GalleryReference> {
    let SearchOutcome::Complete { candidates } = outcome else { unreachable!("{outcome:?}") };
    candidates.first().map(|candidate| candidate.reference)
}

/// The left hand named as the right one.
fn exchanged(mut probe: Biometrics) -> Biometrics {
    for finger in &mut probe.fingers {
        finger.position = Assignment::HandsExchanged.partner(finger.position);
    }
    probe
}

fn with_unknown(mut probe: Biometrics) -> Biometrics {
    probe.fingers[0].position = FingerPosition::Unknown;
    probe
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_the_same_for_any_number_of_shards() {
    for shards in [&[4][..], &[1, 2], &[1, 2, 3, 7, 11]] {
        // With four fingers each, 400 people are too many to be compared in full.
        let mut cluster = Cluster::start(Feed::of(400, 4), shards).await;
        let (coordinator, whole) =
            (cluster.coordinator(&table(1, shards)).await, cluster.one_process().await);
        let all = everybody(cluster.feed.end());
        for person in [0, 7, 399] {
            let found = same(&coordinator, &whole, &probe(person, 4), &all).await;
            assert_eq!(first(&found), Some(reference(person)));
            for other in [probe(person, 1), probe(person, 10), exchanged(probe(person, 4))] {
                let found = same(&coordinator, &whole, &other, &all).await;
                assert_eq!(first(&found), Some(reference(person)));
            }
            let unknown = with_unknown(probe(person, 3));
            same(&coordinator, &whole, &unknown, &all).await;
        }
        // Strangers, and whom the request leaves out.
        same(&coordinator, &whole, &probe(5_000, 4), &all).await;
        let decided = SearchRequest { threshold: 7_000, ..all.clone() };
        assert_eq!(first(&same(&coordinator, &whole, &probe(5_000, 4), &decided).await), None);
        let before = SearchRequest { below_sequence: 200, threshold: 7_000, ..all.clone() };
        let found = same(&coordinator, &whole, &probe(198, 4), &before).await;
        assert_eq!(first(&found), Some(reference(198)));
        assert_eq!(first(&same(&coordinator, &whole, &probe(199, 4), &before).await), None);
        let exhaustive = SearchRequest { effort: Effort::Exhaustive, ..all.clone() };
        same(&coordinator, &whole, &probe(31, 4), &exhaustive).await;
        for among in [vec![3, 31, 9_999], (0..390).collect()] {
            let these: Vec<_> = among.into_iter().map(reference).collect();
            let among = Among::Only(Arc::new(these.into_iter().collect()));
            let request = SearchRequest { among, ..all.clone() };
            let found = same(&coordinator, &whole, &probe(31, 4), &request).await;
            assert_eq!(first(&found), Some(reference(31)));
            let found = same(&coordinator, &whole, &probe(395, 4), &request).await;
            assert_ne!(first(&found), Some(reference(395)));
        }
        for (person, want) in [(5, true), (5_000, false)] {
            let compared = coordinator.compare(&probe(5, 4), reference(person)).await.unwrap();
            assert_eq!(compared, whole.compare(&probe(5, 4), reference(person)).await.unwrap());
            assert_eq!(compared.is_some(), want);
        }
        assert_eq!(coordinator.count().await.unwrap(), 400);

        changed(&cluster, &coordinator, &whole).await;
        restarted(&mut cluster, shards).await;
    }
}

/// Erasures and new enrolments are seen at once.
async fn changed(cluster: &Cluster, coordinator: &Coordinator, whole: &LocalSearcher) {
    cluster.feed.remove(7);
    cluster.feed.insert(8, 6);
    cluster.feed.insert(777, 4);
    let decided = SearchRequest { threshold: 7_000, ..everybody(cluster.feed.end()) };
    for (person, want) in [(7, false), (8, true), (777, true)] {
        let found = same(coordinator, whole, &probe(person, 4), &decided).await;
        assert_eq!(first(&found), want.then(|| reference(person)));
    }
    assert_eq!(coordinator.count().await.unwrap(), 400);
}

/// Holders that start again have what they had, and what came meanwhile.
async fn restarted(cluster: &mut Cluster, shards: &[u16]) {
    cluster.kill_all().await;
    cluster.feed.insert(778, 4);
    for shard in shards {
        cluster.hold(address(*shard, Seat::B), &table(1, shards));
    }
    cluster.ready(&table(1, shards)).await;
    let coordinator = cluster.coordinator(&table(1, shards)).await;
    let all = everybody(cluster.feed.end());
    for person in [0, 8, 777, 778] {
        let found = coordinator.search(&probe(person, 4), &all).await.unwrap();
        assert_eq!(first(&found), Some(reference(person)));
    }
    assert_eq!(coordinator.count().await.unwrap(), 401);
}

/// More people than go on to the last round, so that the cut of all tallies decides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_the_same_where_the_cut_decides() {
    let mut cluster = Cluster::without_holders(Feed::of(2_300, 10));
    let three = table(1, &[1, 2, 3]);
    for shard in three.shards() {
        cluster.hold(address(shard.0, Seat::A), &three);
    }
    cluster.ready(&three).await;
    let (coordinator, whole) = (cluster.coordinator(&three).await, cluster.one_process().await);
    let all = everybody(cluster.feed.end());
    for person in [0, 1_500, 2_299] {
        let found = same(&coordinator, &whole, &probe(person, 10), &all).await;
        assert_eq!(first(&found), Some(reference(person)));
    }
    same(&coordinator, &whole, &probe(9_999, 10), &all).await;
    same(&coordinator, &whole, &exchanged(probe(9, 10)), &all).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_that_does_not_read_is_refused_once() {
    let cluster = Cluster::start(Feed::of(5, 2), &[1, 2]).await;
    let coordinator = cluster.coordinator(&table(1, &[1, 2])).await;
    let mut broken = enrolled(1, 2);
    broken.fingers[0].template.truncate(9);
    let all = everybody(cluster.feed.end());
    let refused = coordinator.search(&broken, &all).await.unwrap_err();
    assert_eq!(refused.code(), "abis.template");
    let refused = coordinator.compare(&broken, reference(1)).await.unwrap_err();
    assert_eq!(refused.code(), "abis.template");
}
