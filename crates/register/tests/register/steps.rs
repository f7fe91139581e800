//! A step run twice has the effect of one.

use niims_record::ApplicationId;
use niims_record::application::Step;
use niims_store::{
    applications, cards, disclosures, gallery, jobs, log, messages, numbers, people,
};

use crate::fixture::{Person, World, worlds};

/// All that a step could do twice.
#[derive(Debug, PartialEq, Eq)]
struct Effects {
    state: String,
    version: i64,
    people: u64,
    numbers: u64,
    gallery: u64,
    disclosures: u64,
    leaves: usize,
    messages: usize,
    events: usize,
    card_since: Option<jiff::Timestamp>,
}

async fn effects(world: &World, application: ApplicationId) -> Effects {
    let mut tx = world.read().await;
    let stored = applications::get(&mut tx, application).await.unwrap().unwrap();
    let subject = application.to_string();
    let events = niims_store::events::list_for_subject(&mut tx, &subject, 100).await.unwrap();
    Effects {
        state: stored.state.name().to_owned(),
        version: stored.version,
        people: people::count(&mut tx).await.unwrap(),
        numbers: numbers::count(&mut tx).await.unwrap(),
        gallery: gallery::count(&mut tx).await.unwrap(),
        disclosures: disclosures::count(&mut tx).await.unwrap(),
        leaves: log::staged_unsequenced(&mut tx, 1_000).await.unwrap().len(),
        messages: messages::list_recent(&mut tx, 100).await.unwrap().len(),
        events: events.len(),
        card_since: cards::by_application(&mut tx, application).await.unwrap().map(|c| c.since),
    }
}

async fn run_all_again(world: &World, application: ApplicationId) {
    for step in Step::ALL {
        let mut tx = world.write().await;
        jobs::enqueue(&mut tx, step.name(), *application.as_bytes(), world.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    world.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_run_again_after_the_end_changes_nothing() {
    for world in worlds().await {
        let (application, _) = world.carry(&Person::adult(0)).await;
        let before = effects(&world, application).await;
        assert_eq!((before.state.as_str(), before.numbers), ("numbered", 1));
        assert!(before.card_since.is_some());
        run_all_again(&world, application).await;
        assert_eq!(effects(&world, application).await, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_run_again_in_the_middle_of_a_case_changes_nothing() {
    for world in worlds().await {
        world.carry(&Person::adult(0)).await;
        let (application, _) = world.carry(&Person::adult(0).disguised(1)).await;
        let case = world.case_of(application).await;
        let before = effects(&world, application).await;
        run_all_again(&world, application).await;
        assert_eq!(effects(&world, application).await, before);
        assert_eq!(world.case_of(application).await, case);
    }
}

/// Two workers that hold the same job, as after a lease that ran out too early:
/// one of them does the work, and it is done once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_run_by_two_workers_at_once_counts_once() {
    for world in worlds().await {
        let application = world.submit(&Person::adult(0)).await;
        for step in Step::ALL {
            let mut tx = world.write().await;
            let subject = *application.as_bytes();
            let job = jobs::enqueue(&mut tx, step.name(), subject, world.now()).await.unwrap();
            tx.commit().await.unwrap();
            let run = |worker| world.register.run_step(worker, job, step, application);
            let (one, other) = tokio::join!(run("one"), run("other"));
            let overtaken = |ended: &Result<_, niims_register::steps::StepError>| match ended {
                Ok(_) => false,
                Err(error) => {
                    assert!(is_a_race(error), "{step:?}: {error}");
                    true
                }
            };
            assert!(!(overtaken(&one) && overtaken(&other)), "{step:?} was not run at all");
        }
        let end = effects(&world, application).await;
        assert_eq!((end.state.as_str(), end.people, end.numbers), ("numbered", 1, 1));
        assert_eq!((end.gallery, end.messages), (1, 1));
        assert!(end.card_since.is_some());
    }
}

fn is_a_race(error: &niims_register::steps::StepError) -> bool {
    use niims_register::steps::StepError;
    match error {
        StepError::Overtaken => true,
        StepError::Store(error) => {
            error.is_retryable() || *error == niims_store::StoreError::Duplicate
        }
        _ => false,
    }
}
