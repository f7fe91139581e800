//! Search n sees exactly the inserts before n, whatever runs beside it.

use rand_chacha::ChaCha8Rng;

use super::*;
use crate::service::tasks::{Answer, CallbackForms, JobRequest, JobStatus, Operation};
use crate::service::{EncounterStatus, Identified, IdentifyQuestion};
use niims_record::JobId;

/// One line of a batch: somebody comes, is enrolled and searched for.
#[derive(Clone, Copy)]
struct Arrival {
    /// Under which name.
    name: u64,
    /// Whose fingers: several names may be one body's.
    body: u64,
}

/// Arrivals of few bodies, so that many of them are duplicates of each other.
fn batch(seed: u64, length: u64) -> Vec<Arrival> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let bodies = length / 2;
    (0..length).map(|name| Arrival { name, body: rng.next_u64() % bodies }).collect()
}

fn enrolment(arrival: Arrival) -> NewEncounter {
    NewEncounter { biometrics: capture(arrival.body, arrival.name + 10), ..NewEncounter::default() }
}

fn question(arrival: Arrival, below: u64) -> IdentifyQuestion {
    IdentifyQuestion {
        below_sequence: Some(below),
        most_candidates: 50,
        ..IdentifyQuestion::of(Probe::Enrolled(key(arrival.name, 1)))
    }
}

/// What a search found: names, scores and places of the fingers, in order.
fn outcome(found: &Identified) -> Vec<(String, i32, usize)> {
    found
        .candidates()
        .iter()
        .map(|one| (one.person.as_str().to_owned(), one.score, one.fingers.len()))
        .collect()
}

/// Inserts and searches each arrival with its own place, all at once; gives place and result of each.
async fn in_parallel(
    bench: &Bench,
    batch: &[Arrival],
) -> Vec<(Arrival, u64, Vec<(String, i32, usize)>)> {
    let mut running = tokio::task::JoinSet::new();
    for arrival in batch.iter().copied() {
        let service = bench.service.clone();
        running.spawn(async move {
            let place =
                service.insert(&key(arrival.name, 1), enrolment(arrival)).await.unwrap().sequence;
            let found = service.identify(question(arrival, place)).await.unwrap();
            (arrival, place, outcome(&found))
        });
    }
    running.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_in_parallel_finds_what_it_finds_one_by_one() {
    for seed in 1..=3 {
        for bench in Bench::each().await {
            let mut parallel = in_parallel(&bench, &batch(seed, 12)).await;
            parallel.sort_by_key(|(_, place, _)| *place);
            let serial = Bench::on(TestDatabase::sqlite().await.unwrap(), &[]);
            let mut duplicates = 0;
            for (arrival, place, found) in parallel {
                let inserted =
                    serial.service.insert(&key(arrival.name, 1), enrolment(arrival)).await.unwrap();
                assert_eq!(inserted.sequence, place);
                let alone = serial.service.identify(question(arrival, place)).await.unwrap();
                assert_eq!(found, outcome(&alone), "seed {seed}, place {place}");
                duplicates += found.len();
            }
            assert!(duplicates > 3, "the batch shows nothing: {duplicates} duplicates");
        }
    }
}

#[tokio::test]
async fn a_search_at_a_place_sees_what_was_before_it() {
    for bench in Bench::each().await {
        let mut places = Vec::new();
        for name in 1..=4 {
            let arrival = Arrival { name, body: 1 };
            let inserted = bench.service.insert(&key(name, 1), enrolment(arrival)).await.unwrap();
            places.push(inserted.sequence);
        }
        let ask = async |below: Option<u64>| {
            let question = IdentifyQuestion {
                below_sequence: below,
                ..IdentifyQuestion::of(Probe::Given(capture(1, 3)))
            };
            let mut found = names(&bench.service.identify(question).await.unwrap());
            found.sort();
            found
        };
        let all = ["person-1", "person-2", "person-3", "person-4"];
        for (index, place) in places.iter().enumerate() {
            assert_eq!(ask(Some(*place)).await, all[..index], "{place}");
        }
        assert_eq!(ask(None).await, all);
        assert_eq!(ask(Some(u64::MAX)).await, all);
        assert!(ask(Some(0)).await.is_empty());
        // An update keeps the place, and brings the new fingers to it.
        bench.service.update(&key(1, 1), new(1, 30)).await.unwrap();
        assert_eq!(ask(Some(places[1])).await, all[..1]);
        bench.service.update(&key(1, 1), new(8, 0)).await.unwrap();
        assert!(ask(Some(places[1])).await.is_empty());
        // One that slept comes back at a later place.
        bench.service.set_status(&key(2, 1), EncounterStatus::Inactive).await.unwrap();
        assert_eq!(ask(Some(places[3])).await, all[2..3]);
        bench.service.set_status(&key(2, 1), EncounterStatus::Active).await.unwrap();
        assert_eq!(ask(Some(places[3])).await, all[2..3]);
        assert_eq!(ask(None).await, all[1..]);
    }
}

/// Somebody who is updated again and again is found by every search meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_search_loses_who_is_being_updated() {
    for bench in Bench::each().await {
        bench.enrol(1).await;
        let service = bench.service.clone();
        let updating = tokio::spawn(async move {
            for impression in 10..25 {
                service.update(&key(1, 1), new(1, impression)).await.unwrap();
            }
        });
        let mut searches = 0;
        while !updating.is_finished() {
            let found = bench.service.identify(IdentifyQuestion::of(given(1))).await.unwrap();
            assert_eq!(names(&found), ["person-1"]);
            searches += 1;
        }
        updating.await.unwrap();
        assert!(searches > 0);
    }
}

/// Tasks run by several workers give what they give one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_of_several_workers_see_what_was_asked_for_before_them() {
    for bench in Bench::each().await {
        let arrivals = batch(4, 8);
        let mut asked: Vec<(usize, JobId)> = Vec::new();
        for (index, arrival) in arrivals.iter().enumerate() {
            let insert = Operation::Insert(key(arrival.name, 1), enrolment(*arrival));
            let identify = IdentifyQuestion::of(Probe::Enrolled(key(arrival.name, 1)));
            for operation in [insert, Operation::Identify(identify)] {
                let request = JobRequest { operation, callback: None };
                asked.push((index, bench.service.submit(request).await.unwrap()));
            }
        }
        let mut workers = tokio::task::JoinSet::new();
        for worker in 0..4 {
            let service = bench.service.clone();
            let seconds = Arc::clone(&bench.seconds);
            workers.spawn(async move {
                let forms = CallbackForms::new();
                while service.pending_jobs().await.unwrap() > 0 {
                    if !service.work_once(&format!("w{worker}"), &forms).await.unwrap() {
                        // Postponed jobs become due as time goes on.
                        seconds.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                    }
                }
            });
        }
        workers.join_all().await;
        for (index, id) in asked {
            let JobStatus::Done(answer) = bench.service.job(id).await.unwrap() else {
                panic!("task of arrival {index} failed");
            };
            let Answer::Identified(found) = *answer else { continue };
            let body = arrivals[index].body;
            let mut want: Vec<String> = arrivals[..index]
                .iter()
                .filter(|earlier| earlier.body == body)
                .map(|earlier| person_name(earlier.name).as_str().to_owned())
                .collect();
            let mut found = names(&found);
            want.sort();
            found.sort();
            assert_eq!(found, want, "arrival {index}");
        }
    }
}
