//! Galleries large enough for the index.

use std::sync::atomic::{AtomicUsize, Ordering};

use niims_fingerprint::Assignment;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_found_whatever_the_parts() {
    let truth = everybody(PEOPLE);
    let whole = open(&Disk::default(), &truth, settings()).await;
    let split = Split::of(&truth, 3).await;
    let mut found = 0;
    for (person, probe) in PROBES.iter().enumerate() {
        for effort in [Effort::Usual, Effort::Exhaustive] {
            let request = SearchRequest { effort, threshold: -100_000, ..request() };
            let one = candidates(&whole, probe, &request).await;
            let outcome = search_split(&split, probe, &request).await;
            assert_eq!(outcome, SearchOutcome::Complete { candidates: one.clone() });
            found +=
                usize::from(one.first().is_some_and(|c| c.reference == person_of(person as u64)));
        }
    }
    assert!(found >= 2 * PROBES.len() - 2, "{found}");
}

/// A set that is large as a whole and small in each part is treated as what it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_of_people_is_the_same_whatever_the_parts() {
    let truth = everybody(PEOPLE);
    let whole = open(&Disk::default(), &truth, settings()).await;
    let split = Split::of(&truth, 3).await;
    for people in [100, PEOPLE - 1] {
        let among = Among::Only(Arc::new((0..people).map(person_of).collect()));
        let request = SearchRequest { among, threshold: -100_000, ..request() };
        let candidates = candidates(&whole, &PROBES[5], &request).await;
        let outcome = search_split(&split, &PROBES[5], &request).await;
        assert_eq!(outcome, SearchOutcome::Complete { candidates });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_is_silent_makes_the_answer_incomplete() {
    let truth = everybody(PEOPLE);
    let mut split = Split::of(&truth, 3).await;
    for silent in 0..3 {
        split.silent = Some(silent);
        let outcome = search_split(&split, &PROBES[0], &request()).await;
        assert!(matches!(outcome, SearchOutcome::Incomplete { covered_permille: 600, .. }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_has_forgotten_a_search_begins_again() {
    struct Forgetful(Split, Split, AtomicUsize);
    #[async_trait]
    impl Parts for Forgetful {
        async fn ask(&self, question: &PhaseQuestion) -> Result<Gathered, SearchError> {
            // Two copies of the gallery take turns.
            let turn = self.2.fetch_add(1, Ordering::Relaxed);
            if turn.is_multiple_of(2) {
                self.0.ask(question).await
            } else {
                self.1.ask(question).await
            }
        }
    }
    let truth = everybody(PEOPLE);
    let (first, second) = (Split::of(&truth, 2).await, Split::of(&truth, 2).await);
    let want = search_split(&first, &PROBES[8], &request()).await;
    let forgetful = Forgetful(first, second, AtomicUsize::new(0));
    let found = lead::search(&forgetful, &PROBES[8], &request(), &entropy()).await.unwrap();
    assert_eq!(found, want);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_of_capture_are_found_and_named() {
    let truth = everybody(PEOPLE);
    let searcher = open(&Disk::default(), &truth, settings()).await;
    for assignment in Assignment::ALL {
        let probe = rearranged(&PROBES[3], assignment);
        let found = candidates(&searcher, &probe, &request()).await;
        assert_eq!(references(&found), [person_of(3)], "{assignment:?}");
        assert_eq!(found[0].assignment, assignment);
    }
    let stranger = biometrics(PEOPLE + 5, 0);
    assert!(candidates(&searcher, &stranger, &request()).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_fingers_are_compared_with_everybody() {
    // So many people that even two fingers do not compare them all in full.
    let truth = everybody(PEOPLE);
    (PEOPLE..650).for_each(|person| {
        truth.insert(person, ENROLLED[(person % PEOPLE) as usize].clone());
    });
    (PEOPLE..650).filter(|person| person % PEOPLE < 5).for_each(|person| truth.remove(person));
    let searcher = open(&Disk::default(), &truth, settings()).await;
    let mut found = 0;
    for person in 0..5 {
        let mut probe = PROBES[person].clone();
        probe.fingers = probe.fingers[5..8].to_vec();
        let all = candidates(&searcher, &probe, &request()).await;
        found += usize::from(references(&all) == [person_of(person as u64)]);
    }
    assert!(found >= 4, "{found} of 5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_asked_for_and_only_those_before_are_found() {
    let truth = everybody(PEOPLE);
    let searcher = open(&Disk::default(), &truth, settings()).await;
    let found = async |person: u64, below_sequence: u64, only: Option<std::ops::Range<u64>>| {
        let among = only
            .map_or(Among::Everyone, |only| Among::Only(Arc::new(only.map(person_of).collect())));
        let request = SearchRequest { below_sequence, among, ..request() };
        references(&candidates(&searcher, &PROBES[person as usize], &request).await)
    };
    // Person n has the sequence number n + 1.
    assert_eq!(found(9, u64::MAX, None).await, [person_of(9)]);
    assert_eq!(found(9, 10, None).await, []);
    assert_eq!(found(9, 11, None).await, [person_of(9)]);
    // A few, compared in full; and many, by the index.
    for others in [10..20, 10..PEOPLE] {
        assert_eq!(found(9, u64::MAX, Some(others)).await, []);
    }
    for with in [0..20, 0..PEOPLE - 1] {
        assert_eq!(found(9, u64::MAX, Some(with.clone())).await, [person_of(9)]);
        assert_eq!(found(9, 10, Some(with)).await, []);
    }
    truth.remove(9);
    assert_eq!(found(9, u64::MAX, None).await, []);
}

/// A search waits for threads that insertions need, and the other way round.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_and_insertions_at_once_all_end() {
    let truth = everybody(PEOPLE / 2);
    let searcher = open(&Disk::default(), &truth, settings()).await;
    let mut running = tokio::task::JoinSet::new();
    for person in PEOPLE / 2..PEOPLE {
        truth.insert(person, ENROLLED[person as usize].clone());
        let (searcher, probe) = (searcher.clone(), person as usize % PROBES.len());
        running.spawn(async move {
            let found = candidates(&searcher, &PROBES[probe], &request()).await;
            assert_eq!(references(&found).first(), Some(&person_of(probe as u64)));
        });
    }
    let all = async { while running.join_next().await.transpose().unwrap().is_some() {} };
    let limit = std::time::Duration::from_mins(2);
    tokio::time::timeout(limit, all).await.expect("no search waits for ever");
    assert_eq!(searcher.count().await.unwrap(), PEOPLE);
}
