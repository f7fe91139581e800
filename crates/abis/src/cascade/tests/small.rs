//! Small galleries: the same as everybody compared in full in memory.

use niims_fingerprint::{Gallery, GalleryReference as EngineReference};
use proptest::prelude::*;

use super::*;
use crate::cascade::Probe;
use crate::prints;

/// What the plain gallery in memory says.
fn plainly(
    truth: &Truth,
    probe: &Biometrics,
    request: &SearchRequest,
) -> Vec<(GalleryReference, i32)> {
    let mut gallery = Gallery::new();
    for (reference, (sequence, biometrics)) in truth.enrolled() {
        let among = match &request.among {
            Among::Everyone => true,
            Among::Only(these) => these.contains(&reference),
        };
        if among {
            let reference = EngineReference(u128::from_be_bytes(*reference.as_bytes()));
            gallery.insert(reference, prints::prepare(&biometrics.fingers).unwrap(), sequence);
        }
    }
    let probe = prints::prepare(&Probe::new(probe).unwrap().fingers).unwrap();
    gallery
        .identify(&probe, Some(request.below_sequence), request.most_candidates)
        .into_iter()
        .filter(|found| found.score >= request.threshold)
        .map(|found| (GalleryReference::from_bytes(found.reference.0.to_be_bytes()), found.score))
        .collect()
}

fn searched(found: &[FoundCandidate]) -> Vec<(GalleryReference, i32)> {
    found.iter().map(|candidate| (candidate.reference, candidate.score)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn small_galleries_answer_as_everybody_in_memory(
        flush in 1usize..9,
        removed in prop::collection::vec(0u64..14, 0..4),
        again in prop::option::of(0u64..14),
        probe in 0usize..14,
        fingers in prop::sample::select(vec![1usize, 3, 10]),
        below in prop::option::of(0u64..20),
        only in prop::option::of(prop::collection::btree_set(0u64..16, 0..9)),
        parts in 1usize..4,
        threshold in prop::sample::select(vec![CANDIDATE_THRESHOLD, -60_000]),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async {
            let truth = everybody(14);
            let disk = Disk::default();
            let settings = Settings { flush_people: flush, ..settings() };
            let searcher = open(&disk, &truth, settings.clone()).await;
            searcher.count().await.unwrap();
            removed.iter().for_each(|person| truth.remove(*person));
            again.map(|person| truth.insert(person, biometrics(person, 2)));
            let among = only.map_or(Among::Everyone, |only| {
                Among::Only(Arc::new(only.iter().map(|person| person_of(*person)).collect()))
            });
            let below_sequence = below.unwrap_or(u64::MAX);
            let request = SearchRequest { below_sequence, among, threshold, ..request() };
            let mut probe = PROBES[probe].clone();
            probe.fingers.truncate(fingers);
            // The truth may lose somebody between two searches, never within one.
            searcher.count().await.unwrap();
            let want = plainly(&truth, &probe, &request);
            assert_eq!(searched(&candidates(&searcher, &probe, &request).await), want);
            searcher.part().maintain().await.unwrap();
            assert_eq!(searched(&candidates(&searcher, &probe, &request).await), want);
            drop(searcher);
            let again = open(&disk, &truth, settings).await;
            assert_eq!(searched(&candidates(&again, &probe, &request).await), want);
            let split = Split::of(&truth, parts).await;
            let SearchOutcome::Complete { candidates } =
                search_split(&split, &probe, &request).await else { panic!("all answer") };
            assert_eq!(searched(&candidates), want);
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_compared_with_one() {
    let truth = everybody(3);
    let searcher = open(&Disk::default(), &truth, settings()).await;
    let found = searcher.compare(&PROBES[1], person_of(1)).await.unwrap().unwrap();
    assert!(found.score >= CANDIDATE_THRESHOLD && found.fingers.len() == 10);
    let other = searcher.compare(&PROBES[1], person_of(2)).await.unwrap().unwrap();
    assert!(other.score < 0);
    assert_eq!(searcher.compare(&PROBES[1], person_of(9)).await.unwrap(), None);
    assert_eq!(searcher.count().await.unwrap(), 3);
    let mut broken = PROBES[1].clone();
    broken.fingers[0].template.clear();
    assert_eq!(searcher.search(&broken, &request()).await, Err(SearchError::Template));
    let nobody = candidates(&searcher, &Biometrics::default(), &request()).await;
    assert!(nobody.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_copies_of_one_finger_are_one_finger() {
    let truth = everybody(20);
    let searcher = open(&Disk::default(), &truth, settings()).await;
    let mut probe = PROBES[4].clone();
    let copied = probe.fingers[6].template.clone();
    probe.fingers.iter_mut().for_each(|finger| finger.template = copied.clone());
    let prepared = Probe::new(&probe).unwrap();
    assert_eq!(prepared.fingers.len(), 1);
    let found = candidates(&searcher, &probe, &request()).await;
    let alone = Biometrics { fingers: prepared.fingers, ..Biometrics::default() };
    assert_eq!(found, candidates(&searcher, &alone, &request()).await);
    // Two names for one finger: the other eight speak as ever.
    let mut twice = PROBES[4].clone();
    twice.fingers[3].template = twice.fingers[7].template.clone();
    assert_eq!(Probe::new(&twice).unwrap().fingers.len(), 9);
    assert_eq!(references(&candidates(&searcher, &twice, &request()).await), [person_of(4)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officers_own_finger_is_found_under_any_name() {
    let truth = everybody(6);
    let searcher = open(&Disk::default(), &truth, settings()).await;
    searcher.count().await.unwrap();
    let mut probe = PROBES[2].clone();
    let officers = vec![person_of(4), person_of(5)];
    assert!(searcher.lent_fingers(&probe, officers.clone()).await.unwrap().is_empty());
    // The best of the officer's fingers, put down for the applicant's right ring finger.
    let lent = PROBES[5].fingers.iter().max_by_key(|finger| finger.quality).unwrap().clone();
    probe.fingers[3].template = lent.template;
    let found = searcher.lent_fingers(&probe, officers).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1.reference), (person_of(5), lent.position));
    assert_eq!(found[0].1.probe, niims_fingerprint::FingerPosition::RightRing);
}
