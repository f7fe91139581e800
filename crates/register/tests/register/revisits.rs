//! Residents who are to be met again: told to the kit that can find them, and settled by the
//! encounter that answers, whatever a kit says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use niims_kit::Kit as RealKit;
use niims_packet::{Encounter, ReplyKey, seal_letter};
use niims_record::adjudication::Verdict;
use niims_record::application::Application;
use niims_record::fleet::{Alarm, KitAct, KitState, RevocationReason};
use niims_record::revisit::RevisitAsk;
use niims_record::{ApplicationId, OfficerId, RevisitId};
use niims_store::fleet::alarms as raised;
use niims_store::fleet::kits as fleet;
use niims_store::{disclosures, events, revisits};
use niims_wire::desk::FollowUp;
use niims_wire::revisit::{
    NOT_DONE_LABEL, REVISITS_LABEL, REVISITS_VERSION, RevisitList, RevisitNotDone, RevisitsAsked,
    RevisitsGiven,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::fixture::desk::refusal;
use crate::fixture::kit::Answer;
use crate::fixture::people::encounter;
use crate::fixture::{ADJUDICATORS, AUDITOR, CAPTURER, Kit, Person, SUPERVISOR, World, worlds};

const PAIR: [OfficerId; 2] = [ADJUDICATORS[0], ADJUDICATORS[1]];

/// Asks as a kit does; what it reads of the answer.
async fn asks(world: &World, kit: &Kit, not_done: Vec<String>) -> (RevisitsGiven, RevisitList) {
    let mut rng = ChaCha20Rng::from_seed([0x31; 32]);
    let key = ReplyKey::generate(&mut rng);
    let answer = ask(world, kit, &hex::encode(key.public_bytes()), not_done).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let given: RevisitsGiven = serde_json::from_value(answer.body).unwrap();
    let sealed = STANDARD.decode(&given.sealed).unwrap();
    let list = key.open(REVISITS_LABEL, kit.id, &sealed).unwrap();
    let list: RevisitList = serde_json::from_slice(&list).unwrap();
    assert!(list.is_bounded());
    (given, list)
}

async fn ask(world: &World, kit: &Kit, key: &str, not_done: Vec<String>) -> Answer {
    let asked = RevisitsAsked { version: REVISITS_VERSION, key: key.to_owned(), not_done };
    post(world, kit, serde_json::to_vec(&asked).unwrap()).await
}

async fn post(world: &World, kit: &Kit, body: Vec<u8>) -> Answer {
    let path = format!("/kit/v1/revisits/{}", hex::encode(Sha256::digest(&body)));
    kit.send(world, "POST", &path, &[], body).await
}

/// Answers that do not hold: sex is missing.
fn faulty(n: u8) -> Person {
    let mut person = Person::adult(n);
    person.answer("sex", Value::Null);
    person.answer("current_residence", json!({"area": "X00001", "village": "Kwa Mfano"}));
    person
}

async fn captured(world: &World, kit: &Kit, encounter: Encounter) -> ApplicationId {
    let sealed = kit.seal(world, encounter);
    assert_eq!(world.receive(&sealed).await.unwrap().standing, "stored");
    world.drain().await;
    sealed.application
}

fn answering(person: &Person, revisit: RevisitId) -> Encounter {
    Encounter { revisit: Some(revisit), ..encounter(person) }
}

async fn set_place(world: &World, kit: &Kit, place: &str) {
    let mut tx = world.write().await;
    fleet::assign(&mut tx, kit.id, CAPTURER, place, None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn lines(world: &World, application: ApplicationId) -> Vec<String> {
    let mut tx = world.read().await;
    let lines = disclosures::list_for_application(&mut tx, application, None, 50).await.unwrap();
    let told = lines.into_iter().filter(|line| line.purpose == "revisit");
    told.map(|line| format!("{} {}", line.officer, line.attributes.join(" "))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_goes_to_the_kit_of_the_place_and_is_settled_by_its_answer() {
    for world in worlds().await {
        let [first, second, away] = [&world.kits[0], &world.kits[1], &world.kits[2]];
        set_place(&world, away, "X00002").await;
        let application = captured(&world, away, encounter(&faulty(0))).await;
        assert_eq!(world.state(application).await.name(), "correction_asked");

        // Two kits work where the person lives; the one that captured works elsewhere now.
        for kit in [first, second, first] {
            let (_, list) = asks(&world, kit, Vec::new()).await;
            assert_eq!(list.revisits.len(), 1);
            let told = &list.revisits[0];
            assert_eq!(
                (told.name.as_str(), told.village.as_deref()),
                ("Quillimar Ostrend Zabrovik", Some("Kwa Mfano"))
            );
            assert_eq!((told.form_kind.as_str(), told.area.as_deref()), ("adult", Some("X00001")));
            assert_eq!(told.application_number, "SYN-0-0");
            let RevisitAsk::Correction { round: 1, faults } = &told.ask else { panic!("{told:?}") };
            assert!(faults.iter().any(|fault| fault.field == "sex"), "{faults:?}");
            let all = serde_json::to_string(&list).unwrap();
            assert!(!all.contains("1960") && !all.contains("0733"), "no more than it takes: {all}");
        }
        assert!(asks(&world, away, Vec::new()).await.1.revisits.is_empty());
        let told = lines(&world, application).await;
        assert_eq!(told.len(), 2, "one line for each kit: {told:?}");
        assert!(told.iter().all(|line| line.ends_with("name current_residence")), "{told:?}");

        let id = asks(&world, first, Vec::new()).await.1.revisits[0].id;
        let again = captured(&world, first, answering(&Person::adult(0).again(1), id)).await;
        assert_eq!(world.state(application).await, Application::Replaced { by: again });
        assert_eq!(world.state(again).await.name(), "numbered");
        for kit in [first, second] {
            assert!(asks(&world, kit, Vec::new()).await.1.revisits.is_empty());
        }
        // The second kit met the person as well, and did not know.
        let late = captured(&world, second, answering(&Person::adult(0).again(2), id)).await;
        assert_eq!(world.state(late).await.name(), "in_adjudication", "the ordinary way");
        assert_eq!(why(&world, late).await, "revisit.settled");
        assert_eq!(alarms(&world, second).await, []);
        assert_eq!(world.numbers_given().await, 1);
    }
}

async fn why(world: &World, application: ApplicationId) -> String {
    let mut tx = world.read().await;
    let told = events::list_for_subject(&mut tx, &application.to_string(), 50).await.unwrap();
    let found = told.iter().find(|event| event.action == "revisit.not_the_answer");
    found.map_or("taken", |event| event.details["code"].as_str().unwrap()).to_owned()
}

async fn alarms(world: &World, kit: &Kit) -> Vec<Alarm> {
    let open = raised::open(&mut world.read().await, Some(kit.id), 50).await.unwrap();
    open.into_iter().map(|alarm| alarm.kind).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patched_kit_settles_nothing_that_is_not_its_own() {
    for world in worlds().await {
        let [home, strange, _, _] = &world.kits[..] else { panic!("four kits") };
        set_place(&world, strange, "X00002").await;
        let application = captured(&world, home, encounter(&faulty(1))).await;
        let id = asks(&world, home, Vec::new()).await.1.revisits[0].id;

        // It was never told of this one.
        let person = Person::adult(1).again(1);
        let stolen = captured(&world, strange, answering(&person, id)).await;
        assert_eq!(why(&world, stolen).await, "revisit.not_this_kits");
        assert_eq!(alarms(&world, strange).await, [Alarm::StrangeAnswer]);
        assert_eq!(world.state(application).await.name(), "correction_asked");
        // There is no such request.
        let none = RevisitId::from_bytes([0xEE; 16]);
        let made_up = captured(&world, home, answering(&Person::adult(2), none)).await;
        assert_eq!(why(&world, made_up).await, "revisit.not_this_kits");
        // Somebody else under a request that was told.
        let other = captured(&world, home, answering(&Person::adult(3), id)).await;
        assert_eq!(why(&world, other).await, "revisit.other_person");
        let mut younger = Person::adult(1).again(3);
        younger.answer("date_of_birth", json!("1990-01-02"));
        let younger = captured(&world, home, answering(&younger, id)).await;
        assert_eq!(why(&world, younger).await, "revisit.other_person");
        assert_eq!(world.state(application).await.name(), "correction_asked");
        assert_eq!(asks(&world, home, Vec::new()).await.1.revisits.len(), 1);

        // Wrong again: the newer request takes the place of the older.
        let still = captured(&world, home, answering(&faulty(1).again(4), id)).await;
        assert_eq!(world.state(application).await, Application::Replaced { by: still });
        let list = asks(&world, home, Vec::new()).await.1;
        assert_eq!((list.revisits.len(), list.revisits[0].ask.round()), (1, 2));
        assert_ne!(list.revisits[0].id, id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_somebody_could_not_be_met_is_shown_at_the_desk_and_nobody_is_sent_again() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let application = captured(&world, kit, encounter(&faulty(4))).await;
        let id = asks(&world, kit, Vec::new()).await.1.revisits[0].id;
        let letter = |reason: &str, by: &Kit, revisit| {
            let told = RevisitNotDone {
                revisit,
                officer: CAPTURER,
                reason: reason.to_owned(),
                at: world.now(),
            };
            let text = serde_json::to_vec(&told).unwrap();
            let mut rng = ChaCha20Rng::from_seed([0x32; 32]);
            let sealed = seal_letter(NOT_DONE_LABEL, &text, by.key(), &world.centre, &mut rng);
            STANDARD.encode(sealed.unwrap())
        };
        // A reason that the country does not know, another kit's letter, no letter at all, and a
        // request of which this kit was never told.
        let other = RevisitId::from_bytes([0xEE; 16]);
        let bad = vec![
            letter("BORED", kit, id),
            letter("DECEASED", &world.kits[1], id),
            "no letter".to_owned(),
            letter("DECEASED", kit, other),
        ];
        let (given, list) = asks(&world, kit, bad).await;
        assert_eq!((given.kept, given.unreadable, list.revisits.len()), (vec![id, other], 2, 1));
        for _ in 0..2 {
            let (given, list) = asks(&world, kit, vec![letter("MOVED_AWAY", kit, id)]).await;
            assert_eq!((given.kept, list.revisits.len()), (vec![id], 0));
        }
        for kit in &world.kits {
            assert!(asks(&world, kit, Vec::new()).await.1.revisits.is_empty());
        }
        let shown = world.register.not_met(10, SUPERVISOR).await.unwrap();
        assert_eq!(shown.len(), 1);
        let shown = &shown[0];
        assert_eq!((shown.reason.as_str(), shown.asked.as_str()), ("MOVED_AWAY", "correction"));
        assert_eq!(shown.application_number, "SYN-4-0");
        assert_eq!(refusal(world.register.not_met(10, AUDITOR).await).0, 403);
        // Nothing is held against the person: the state is as before, and who comes is taken in.
        assert_eq!(world.state(application).await.name(), "correction_asked");
        let again = captured(&world, kit, answering(&Person::adult(4).again(1), id)).await;
        assert_eq!(world.state(application).await, Application::Replaced { by: again });
        assert_eq!(world.state(again).await.name(), "numbered");
        assert!(world.register.not_met(10, SUPERVISOR).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kit_that_is_stopped_or_was_lost_is_told_nobody() {
    for world in worlds().await {
        let [home, stopped, lost, ended] = &world.kits[..] else { panic!("four kits") };
        let application = captured(&world, home, encounter(&faulty(5))).await;
        let mut tx = world.write().await;
        let at = world.now();
        let hand_in_until = Some(at + jiff::SignedDuration::from_hours(9));
        let states = [
            (stopped, KitState::Suspended { since: at, until: None }),
            (lost, KitState::Revoked { since: at, why: RevocationReason::Lost, hand_in_until }),
            (ended, KitState::Active { until: Some(at) }),
        ];
        for (kit, state) in states {
            fleet::set_state(&mut tx, kit.id, &state, at).await.unwrap();
        }
        tx.commit().await.unwrap();
        let key = hex::encode([5; 32]);
        assert_eq!(ask(&world, stopped, &key, Vec::new()).await.code(), (403, "kit.suspended"));
        // It may hand in what it holds, and is told nobody.
        for kit in [lost, ended] {
            assert!(asks(&world, kit, Vec::new()).await.1.revisits.is_empty());
        }
        assert_eq!(ask(&world, &Kit::unknown(77), &key, Vec::new()).await.code().0, 401);
        assert_eq!(lines(&world, application).await, Vec::<String>::new());
        assert_eq!(asks(&world, home, Vec::new()).await.1.revisits.len(), 1);
        let malformed = (422, "revisits.malformed");
        assert_eq!(ask(&world, home, "no key", Vec::new()).await.code(), malformed);
        assert_eq!(ask(&world, home, &key, vec![String::new(); 51]).await.code(), malformed);
        assert_eq!(post(&world, home, b"[[[[".to_vec()).await.code(), malformed);
        let newer = json!({"version": 2, "key": key, "not_done": []}).to_string();
        assert_eq!(post(&world, home, newer.into_bytes()).await.code(), malformed);
        // Another body than the one that was signed.
        let path = format!("/kit/v1/revisits/{}", hex::encode([0; 32]));
        let answer = kit_send(&world, home, &path).await;
        assert_eq!(answer.code(), malformed);
        let mut tx = world.read().await;
        let open = revisits::open_of(&mut tx, application).await.unwrap().unwrap();
        assert!(open.settled_at.is_none());
    }
}

async fn kit_send(world: &World, kit: &Kit, path: &str) -> Answer {
    let asked =
        RevisitsAsked { version: REVISITS_VERSION, key: hex::encode([5; 32]), not_done: vec![] };
    kit.send(world, "POST", path, &[], serde_json::to_vec(&asked).unwrap()).await
}

mod on_a_real_line;
