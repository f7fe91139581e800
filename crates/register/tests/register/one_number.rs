//! One number per person, under every interleaving.

use std::sync::Arc;

use jiff::SignedDuration;
use niims_record::adjudication::Verdict;
use niims_record::application::Application;
use niims_store::{applications, cases, jobs, packets};
use niims_wire::desk::DeskWatch;
use serde_json::json;

use crate::fixture::{ADJUDICATORS, Person, SUPERVISOR, Sealed, World, encounter, worlds};

/// Submissions of the one person.
const SUBMISSIONS: u8 = 16;
/// Workers at once.
const WORKERS: u8 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_submissions_of_one_person_from_four_kits_give_one_number() {
    for world in worlds().await {
        let world = Arc::new(world);
        let packets = seal_all(&world);
        let mut arriving = tokio::task::JoinSet::new();
        for sealed in packets.clone() {
            let world = Arc::clone(&world);
            arriving.spawn(async move { deliver(&world, &sealed).await });
        }
        while let Some(standing) = arriving.join_next().await {
            assert_eq!(standing.unwrap(), "stored");
        }
        settle_everything(&world).await;
        assert_eq!(world.numbers_given().await, 1);
        let mut ends = Vec::new();
        for sealed in &packets {
            ends.push(world.state(sealed.application).await);
        }
        let count = |name: &str| ends.iter().filter(|state| state.name() == name).count();
        assert_eq!((count("numbered"), count("linked")), (1, usize::from(SUBMISSIONS) - 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_packet_sent_sixteen_times_at_once_is_one_application() {
    for world in worlds().await {
        let world = Arc::new(world);
        let sealed = world.kits[0].seal(&world, encounter(&Person::adult(0)));
        let mut arriving = tokio::task::JoinSet::new();
        for _ in 0..SUBMISSIONS {
            let (world, sealed) = (Arc::clone(&world), sealed.clone());
            arriving.spawn(async move { deliver(&world, &sealed).await });
        }
        while let Some(standing) = arriving.join_next().await {
            assert_eq!(standing.unwrap(), "stored");
        }
        let mut tx = world.read().await;
        assert_eq!(packets::count(&mut tx).await.unwrap(), 1);
        let states = applications::count_by_state(&mut tx).await.unwrap();
        assert_eq!(states, [("received".to_owned(), 1)]);
        let queue = jobs::counts(&mut tx, world.now()).await.unwrap();
        assert_eq!(queue.waiting, 1);
    }
}

/// Sixteen captures of one hand on four kits, each under another name.
fn seal_all(world: &World) -> Vec<Sealed> {
    (0..SUBMISSIONS)
        .map(|visit| {
            let mut person = Person::adult(0).again(visit);
            person.answer("first_name", json!(format!("Alias{}", letters(visit))));
            person.answer("surname", json!(format!("Feigned{}", letters(visit * 7 + 3))));
            world.kits[usize::from(visit) % 4].seal(world, encounter(&person))
        })
        .collect()
}

fn letters(n: u8) -> String {
    let letter = |at: u16| char::from(b'a' + (at % 26) as u8);
    let n = u16::from(n);
    [letter(n), letter(n / 26 + 4), letter(n * 5)].iter().collect()
}

/// Delivers as a kit does: again while the centre says that it is busy.
async fn deliver(world: &World, sealed: &Sealed) -> String {
    for _ in 0..50 {
        match world.receive(sealed).await {
            Ok(standing) => return standing.standing,
            Err(problem) => assert_eq!(problem.status, 503, "{problem}"),
        }
    }
    panic!("the centre stays busy");
}

/// Workers work, two officers decide, until nothing is left to do.
async fn settle_everything(world: &Arc<World>) {
    for _ in 0..60 {
        let mut workers = tokio::task::JoinSet::new();
        for n in 0..WORKERS {
            let register = Arc::clone(&world.register);
            workers.spawn(async move {
                let name = format!("worker-{n}");
                // A conflict with another worker is not the end of the work.
                let mut busy = 0;
                while busy < 50 {
                    match register.work_once(&name).await {
                        Ok(true) => {}
                        Ok(false) => return,
                        Err(error) => {
                            assert!(error.is_retryable(), "{error}");
                            busy += 1;
                        }
                    }
                }
            });
        }
        while let Some(ended) = workers.join_next().await {
            ended.unwrap();
        }
        let decided = decide_open_cases(world).await + close_inquiries(world).await;
        let mut tx = world.read().await;
        let parked = jobs::list_parked(&mut tx, 10).await.unwrap();
        assert!(parked.is_empty(), "{parked:?}");
        let queue = jobs::counts(&mut tx, world.now()).await.unwrap();
        if decided == 0 && queue == jobs::JobCounts::default() {
            return;
        }
        world.pass(SignedDuration::from_secs(6));
    }
    panic!("the work does not end");
}

/// One hand sixteen times is a jump of hits, and its source waits: a supervisor looks and lets
/// it go on.
async fn close_inquiries(world: &World) -> usize {
    let open = world.register.inquiries(true, 100, SUPERVISOR).await.unwrap();
    for inquiry in &open {
        let (id, why) = (inquiry.inquiry, "one person, as the test wants");
        world.register.close_inquiry(id, why, SUPERVISOR, world.now()).await.unwrap();
    }
    open.len()
}

/// Two officers say of each open case that the applicant is the best candidate.
async fn decide_open_cases(world: &World) -> usize {
    let open = cases::list_open(&mut world.read().await, 100).await.unwrap();
    for case in &open {
        let candidate = case.candidates.first().unwrap().application;
        for officer in &ADJUDICATORS[..2] {
            let verdict = Verdict::SamePerson { candidate };
            world.opine(case.id, *officer, verdict).await.unwrap();
        }
        assert!(matches!(world.state(case.application).await, Application::Linked { .. }));
    }
    open.len()
}
