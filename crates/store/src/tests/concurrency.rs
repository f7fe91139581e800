//! Many at once: each job once, each number once, the order of searches.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use niims_record::application::Application;
use niims_record::number::HudumaNamba;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use tokio::task::JoinSet;

use super::{add_application, add_person, application_id, at, each, person_id};
use crate::{Database, StoreError, Tx, applications, jobs, numbers, people, search};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_job_is_claimed_once() {
    const JOBS: u8 = 40;
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in 0..JOBS {
            jobs::enqueue(&mut tx, "k", [n; 16], at(0)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut workers = JoinSet::new();
        for worker in 0..8 {
            let database = db.database.clone();
            workers.spawn(async move { claim_all(&database, &format!("w{worker}")).await });
        }
        let claimed: Vec<u8> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(claimed.len(), usize::from(JOBS));
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), usize::from(JOBS));
    }
}

async fn claim_all(database: &Database, worker: &str) -> Vec<u8> {
    let mut mine = Vec::new();
    loop {
        let mut tx = database.write().await.unwrap();
        let lease = SignedDuration::from_secs(60);
        let job = jobs::claim(&mut tx, worker, at(1), lease, &["k"]).await.unwrap();
        tx.commit().await.unwrap();
        match job {
            Some(job) => mine.push(job.subject[0]),
            None => return mine,
        }
    }
}

/// Runs a serializable transaction, and again from its beginning where a rival was
/// in its way. Of 16 rivals on one row the last needs at most 15 turns; twice that
/// leaves room for bystanders.
async fn until_done<T, F>(transaction: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    for turn in 0..32 {
        match transaction().await {
            Ok(value) => return value,
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(turn)).await;
    }
    panic!("a rival in the way at every turn");
}

/// Sixteen people reach for the same number: exactly one gets it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_number_goes_to_one_person() {
    let number = HudumaNamba::draw(&mut ChaCha20Rng::from_seed([1; 32]));
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in 1..=16 {
            add_person(&mut tx, n).await;
        }
        tx.commit().await.unwrap();
        let mut rivals = JoinSet::new();
        for n in 1..=16 {
            let database = db.database.clone();
            rivals.spawn(async move {
                until_done(|| async {
                    let mut tx = database.begin_serializable().await?;
                    let won = numbers::assign_number(&mut tx, number, person_id(n), at(1)).await?;
                    tx.commit().await?;
                    Ok(won)
                })
                .await
            });
        }
        let won = rivals.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1);
        let mut tx = db.database.read().await.unwrap();
        assert_eq!(numbers::count(&mut tx).await.unwrap(), 1);
    }
}

/// Sixteen times at once, the same application is turned into a person with a
/// number, as by a step that runs again: one person, one number.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_application_gets_one_number() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        add_application(&mut tx, 1).await;
        tx.commit().await.unwrap();
        let mut rivals = JoinSet::new();
        for n in 1..=16 {
            let database = db.database.clone();
            rivals.spawn(async move {
                until_done(|| async {
                    let mut tx = database.begin_serializable().await?;
                    let won = number_once(&mut tx, n).await?;
                    tx.commit().await?;
                    Ok(won)
                })
                .await
            });
        }
        let won = rivals.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1);
        let mut tx = db.database.read().await.unwrap();
        assert_eq!(numbers::count(&mut tx).await.unwrap(), 1);
        assert_eq!(people::count(&mut tx).await.unwrap(), 1);
    }
}

async fn number_once(tx: &mut Tx, n: u8) -> Result<bool, StoreError> {
    let id = application_id(1);
    let stored = applications::get_for_update(tx, id).await?.unwrap();
    if stored.state != Application::Received {
        return Ok(false);
    }
    people::insert(tx, person_id(n), id, at(1)).await?;
    let number = HudumaNamba::draw(&mut ChaCha20Rng::from_seed([n; 32]));
    assert!(numbers::assign_number(tx, number, person_id(n), at(1)).await?);
    let numbered = Application::Numbered { person: person_id(n) };
    applications::save_state(tx, id, stored.version, &numbered, at(1)).await
}

/// Whoever holds a place in the order of searches sees what all earlier places
/// stored, though transactions run for different times.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_order_of_searches_is_the_order_of_commits() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        for n in 1..=12 {
            add_application(&mut tx, n).await;
        }
        tx.commit().await.unwrap();
        let commits = Arc::new(AtomicU64::new(0));
        let mut searches = JoinSet::new();
        for n in 1..=12_u8 {
            let (database, commits) = (db.database.clone(), Arc::clone(&commits));
            searches.spawn(async move {
                let mut tx = database.write().await.unwrap();
                let sequence = search::next_search_sequence(&mut tx).await.unwrap();
                // The earlier the place, the longer the work: without the lock,
                // later ones would overtake.
                tokio::time::sleep(Duration::from_millis(24 - 2 * sequence.min(12))).await;
                let seen = search::find_by_terms(&mut tx, &[("t", "x")], sequence).await.unwrap();
                assert_eq!(seen.len() as u64, sequence - 1);
                assert_eq!(commits.fetch_add(1, Ordering::SeqCst), sequence - 1);
                search::put_terms(&mut tx, application_id(n), sequence, &[("t", "x")])
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                sequence
            });
        }
        let places: BTreeSet<u64> = searches.join_all().await.into_iter().collect();
        assert_eq!(places, (1..=12).collect());
    }
}

/// A transaction given up leaves nothing, not even its place in the order.
#[tokio::test]
async fn what_is_not_committed_never_was() {
    for db in each().await {
        let mut tx = db.database.write().await.unwrap();
        add_application(&mut tx, 1).await;
        assert_eq!(search::next_search_sequence(&mut tx).await.unwrap(), 1);
        drop(tx);
        let mut tx = db.database.write().await.unwrap();
        assert_eq!(applications::get(&mut tx, application_id(1)).await.unwrap(), None);
        assert_eq!(search::next_search_sequence(&mut tx).await.unwrap(), 1);
        tx.rollback().await.unwrap();
        let mut tx = db.database.read().await.unwrap();
        assert_eq!(search::last_search_sequence(&mut tx).await.unwrap(), 0);
    }
}
