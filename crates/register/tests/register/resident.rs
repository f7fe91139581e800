//! Residents: the code on their telephone, their own record, who looked.

use jiff::SignedDuration;
use niims_record::ApplicationId;
use niims_record::adjudication::Verdict;
use niims_store::messages;
use niims_wire::disclosure::DisclosureOutcome;
use niims_wire::resident::{ResidentDesk, ResidentHandle, SessionToken};

use crate::fixture::{ADJUDICATORS, Person, World, worlds};
use niims_wire::desk::AdjudicationDesk;

/// The newest code sent to an application's telephone, from the outbox.
async fn code_of(world: &World, application: ApplicationId) -> Option<String> {
    let recent = messages::list_recent(&mut world.read().await, 100).await.unwrap();
    let newest =
        recent.into_iter().find(|m| m.application == application && m.kind == "one_time_code")?;
    let digits: Vec<char> =
        newest.body.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
    Some(digits.into_iter().collect())
}

async fn codes_sent(world: &World) -> usize {
    let recent = messages::list_recent(&mut world.read().await, 100).await.unwrap();
    recent.iter().filter(|m| m.kind == "one_time_code").count()
}

fn slip(person: &Person) -> ResidentHandle {
    ResidentHandle::ApplicationNumber(person.slip.clone())
}

async fn sign_in(world: &World, who: &ResidentHandle, application: ApplicationId) -> SessionToken {
    world.register.send_code(who, world.now()).await.unwrap();
    let code = code_of(world, application).await.unwrap();
    world.register.sign_in(who, &code, world.now()).await.unwrap()
}

async fn refused(world: &World, who: &ResidentHandle, code: &str) -> String {
    world.register.sign_in(who, code, world.now()).await.err().unwrap().code
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resident_sees_their_own_record_and_who_looked() {
    for world in worlds().await {
        let person = Person::adult(0);
        let (application, _) = world.carry(&person).await;
        let session = sign_in(&world, &slip(&person), application).await;
        let record = world.register.own_record(&session, world.now()).await.unwrap();
        assert_eq!(record.application_number, person.slip);
        assert_eq!(record.state, "numbered");
        assert_eq!(record.number, world.number_of(application).await);
        assert_eq!(record.card.as_deref(), Some("made"));
        assert!(record.answers.contains(&("surname".into(), "Zabrovik".into())));
        // The resident's own look is a line, and there is no other.
        let lines: Vec<_> = record.disclosures.iter().map(|line| &*line.by).collect();
        assert_eq!(lines, ["resident"]);
        assert_eq!(record.disclosures[0].outcome, DisclosureOutcome::Answered);

        let number = ResidentHandle::Number(record.number.unwrap());
        let other = sign_in(&world, &number, application).await;
        world.register.sign_out(&session).await.unwrap();
        let gone = world.register.own_record(&session, world.now()).await.err().unwrap();
        assert_eq!((gone.status, &*gone.code), (401, "portal.signed_out"));
        world.pass(SignedDuration::from_mins(21));
        let late = world.register.own_record(&other, world.now()).await.err().unwrap();
        assert_eq!(late.code, "portal.signed_out");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_dies_of_time_of_wrong_tries_of_use_and_of_a_newer_one() {
    for world in worlds().await {
        let person = Person::adult(0);
        let (application, _) = world.carry(&person).await;
        let who = slip(&person);
        assert_eq!(refused(&world, &who, "000000").await, "portal.code_wrong");
        let send = async || {
            world.register.send_code(&who, world.now()).await.unwrap();
            code_of(&world, application).await.unwrap()
        };
        let first = send().await;
        let second = send().await;
        if first != second {
            assert_eq!(refused(&world, &who, &first).await, "portal.code_wrong");
        }
        world.pass(SignedDuration::from_mins(11));
        assert_eq!(refused(&world, &who, &second).await, "portal.code_expired");

        let third = send().await;
        let wrong = if third == "123456" { "654321" } else { "123456" };
        for _ in 0..5 {
            assert_eq!(refused(&world, &who, wrong).await, "portal.code_wrong");
        }
        assert_eq!(refused(&world, &who, &third).await, "portal.code_wrong");

        let fourth = send().await;
        world.register.sign_in(&who, &format!(" {fourth} "), world.now()).await.unwrap();
        assert_eq!(refused(&world, &who, &fourth).await, "portal.code_wrong");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_sent_five_times_an_hour_and_never_to_strangers() {
    for world in worlds().await {
        let person = Person::adult(0);
        world.carry(&person).await;
        for _ in 0..9 {
            world.register.send_code(&slip(&person), world.now()).await.unwrap();
        }
        assert_eq!(codes_sent(&world).await, 5);
        let stranger = ResidentHandle::ApplicationNumber("SYN-NOBODY".into());
        world.register.send_code(&stranger, world.now()).await.unwrap();
        assert_eq!(codes_sent(&world).await, 5);
        assert_eq!(refused(&world, &stranger, "123456").await, "portal.code_wrong");
        world.pass(SignedDuration::from_mins(61));
        world.register.send_code(&slip(&person), world.now()).await.unwrap();
        assert_eq!(codes_sent(&world).await, 6);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_linked_application_shows_the_number_of_the_person_it_belongs_to() {
    for world in worlds().await {
        let first = Person::adult(0);
        let (known, _) = world.carry(&first).await;
        let again = first.disguised(1);
        let (application, _) = world.carry(&again).await;
        let case = world.case_of(application).await;
        world.register.evidence(case.id, ADJUDICATORS[0], world.now()).await.unwrap();
        world.decide(case.id, Verdict::SamePerson { candidate: known }).await;
        let session = sign_in(&world, &slip(&again), application).await;
        let record = world.register.own_record(&session, world.now()).await.unwrap();
        assert_eq!(record.state, "linked");
        assert!(record.number.is_some());
        assert_eq!(record.number, world.number_of(known).await);
        let purposes: Vec<_> = record.disclosures.iter().map(|line| &*line.purpose).collect();
        assert_eq!(purposes, ["own_record", "adjudication"]);
    }
}
