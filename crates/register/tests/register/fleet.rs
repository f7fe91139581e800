//! The fleet: from the code to the certificate, and what stops a kit.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::middleware::map_response;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use niims_country::CountryPack;
use niims_kit::{Kit, KitOptions, Link, OfficerRole, PapersError};
use niims_record::fleet::{Alarm, EnrolmentCode, KitAct, KitState, RevocationReason};
use niims_record::staff::{Role, UserName};
use niims_record::{KitId, OfficerId};
use niims_register::http::kit_router;
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::staff::accounts;
use niims_wire::Problem;
use niims_wire::fleet::{Fleet, NewKit};
use niims_wire::kit::TIME_HEADER;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::desk::refusal;
use crate::fixture::{CAPTURER, Person, World, encounter, worlds};

const MANAGER: OfficerId = OfficerId::from_bytes([71; 16]);
const LEADER: OfficerId = OfficerId::from_bytes([72; 16]);
const MEMBER: OfficerId = OfficerId::from_bytes([73; 16]);

async fn staff(world: &World) {
    let mut tx = world.write().await;
    let people = [
        (MANAGER, "fleet.one", vec![Role::FleetManager]),
        (LEADER, "desk.lead", vec![Role::RegistrationOfficer, Role::Supervisor]),
        (MEMBER, "desk.two", vec![Role::RegistrationOfficer]),
    ];
    for (id, name, roles) in people {
        let roles = roles.into_iter().map(|role| role.name().to_owned()).collect();
        let officer = Officer { id, signing_key: [9; 32], roles, status: OfficerStatus::Active };
        officers::insert(&mut tx, &officer).await.unwrap();
        let name = UserName::read(name).unwrap();
        accounts::insert(&mut tx, id, &name, "Synthetic Colleague", world.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn new_kit(serial: &str) -> NewKit {
    NewKit {
        serial: serial.into(),
        place: "X00001".into(),
        custodian: "fleet.one".into(),
        officers: vec!["desk.two".into(), "desk.lead".into()],
    }
}

async fn registered(world: &World, serial: &str) -> (KitId, EnrolmentCode) {
    world.register.register_kit(new_kit(serial), MANAGER, world.now()).await.unwrap()
}

/// The address of the kits' door, served for the length of the test.
async fn door(world: &World) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // The time of this world, where the listener would tell that of the machine.
    let time = HeaderValue::from(world.now().as_second());
    let tell = map_response(move |mut response: Response| {
        response.headers_mut().insert(TIME_HEADER, time.clone());
        core::future::ready(response)
    });
    let router = kit_router(Arc::clone(&world.register)).layer(tell);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Runs something on a kit's own thread, with a way to the centre and this clock.
async fn at_kit<T: Send + 'static>(
    address: &str,
    now: Timestamp,
    work: impl FnOnce(&mut Link<'_>) -> T + Send + 'static,
) -> T {
    let base_url = address.to_owned();
    tokio::task::spawn_blocking(move || {
        let (clock, mut sleep) = (|| now, |_: Duration| {});
        work(&mut Link { base_url, clock: &clock, sleep: &mut sleep })
    })
    .await
    .unwrap()
}

async fn enrol(
    address: &str,
    folder: &Path,
    code: &EnrolmentCode,
    now: Timestamp,
    seed: u8,
) -> Result<Kit, PapersError> {
    let (folder, code) = (folder.to_owned(), code.clone());
    at_kit(address, now, move |link| {
        let options = KitOptions::new(Arc::new(CountryPack::embedded().unwrap()));
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        Kit::enrol_by_code(&folder, &code, link, options, &mut rng)
    })
    .await
}

async fn contact(address: &str, mut kit: Kit, now: Timestamp) -> (Kit, Result<(), String>) {
    at_kit(address, now, move |link| {
        let told = kit.contact(link, "test-1").map_err(|error| error.code().to_owned());
        (kit, told)
    })
    .await
}

async fn alarms(world: &World, kit: KitId) -> Vec<Alarm> {
    let alarms = world.register.alarms(MANAGER, world.now()).await.unwrap();
    alarms.into_iter().filter(|alarm| alarm.kit == kit).map(|alarm| alarm.kind).collect()
}

async fn act(world: &World, kit: KitId, act: KitAct) -> Result<(), Problem> {
    world.register.act(kit, act, MANAGER, world.now()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kit_enrols_once_and_tells_how_it_does() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-1").await;
        let wrong = EnrolmentCode::new([0; 10], &[0; 32]);
        let refused = enrol(&address, &folder.path().join("a"), &wrong, world.now(), 1).await;
        assert_eq!(refused.unwrap_err().code(), "kit.code_refused");

        let kit = enrol(&address, &folder.path().join("b"), &code, world.now(), 2).await.unwrap();
        assert_eq!((kit.id(), kit.serial()), (id, "FLEET-1"));
        let mut team: Vec<_> = kit.officers().map(|(who, _, role)| (who, role)).collect();
        team.sort_by_key(|(who, _)| *who);
        let wanted = [(LEADER, OfficerRole::Supervisor), (MEMBER, OfficerRole::Registration)];
        assert_eq!(team, wanted);
        // Another kit with the same code gets nothing.
        let second = enrol(&address, &folder.path().join("c"), &code, world.now(), 3).await;
        assert_eq!(second.unwrap_err().code(), "kit.code_refused");

        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Ok(()));
        let shown = world.register.kit(id, MANAGER).await.unwrap();
        assert!(matches!(shown.line.state, KitState::Active { until: Some(_) }));
        let (report, _) = shown.contact.unwrap();
        assert_eq!((report.software.as_str(), report.chain_place), ("test-1", 0));
        assert_eq!(alarms(&world, id).await, []);

        // A clock that is moved is seen, though the request is signed with the centre's time.
        let ahead = world.now() + SignedDuration::from_hours(3);
        let (kit, told) = contact(&address, kit, ahead).await;
        assert_eq!(told, Ok(()));
        assert_eq!(alarms(&world, id).await, [Alarm::ClockJump]);
        drop(kit);
        world.pass(SignedDuration::from_hours(24 * 16));
        assert_eq!(alarms(&world, id).await, [Alarm::ClockJump, Alarm::Silence]);
        let open = world.register.alarms(MANAGER, world.now()).await.unwrap();
        let event = open.iter().find_map(|alarm| alarm.event.clone()).unwrap();
        let settle = |note| world.register.settle_alarm(event.alarm, note, MANAGER, world.now());
        assert_eq!(refusal(settle("").await), (422, "fleet.note".into()));
        settle("The battery of the clock was empty.").await.unwrap();
        assert_eq!(refusal(settle("Again.").await), (404, "fleet.no_such_alarm".into()));
        assert_eq!(alarms(&world, id).await, [Alarm::Silence]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_kit_is_not_heard_and_a_revoked_one_that_speaks_is_told_of() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-2").await;
        let kit = enrol(&address, folder.path(), &code, world.now(), 4).await.unwrap();
        act(&world, id, KitAct::Suspend).await.unwrap();
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Err("kit.suspended".into()));
        act(&world, id, KitAct::Resume).await.unwrap();
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!((told, alarms(&world, id).await), (Ok(()), vec![]));
        let stolen = KitAct::Revoke { why: RevocationReason::Stolen, since: world.now() };
        act(&world, id, stolen).await.unwrap();
        assert_eq!(refusal(act(&world, id, stolen).await), (409, "fleet.other_state".into()));
        let (mut kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Err("kit.revoked".into()));
        assert_eq!(alarms(&world, id).await, [Alarm::RevokedSpoke]);
        let now = world.now();
        // The kit itself refuses to work from now on.
        let works = tokio::task::spawn_blocking(move || kit.may_work(now).map_err(|e| e.code()));
        assert_eq!(works.await.unwrap(), Err("kit.revoked"));
    }
}

#[tokio::test]
async fn packets_of_a_stolen_kit_are_kept_aside_and_forks_raise_an_alarm() {
    for world in worlds().await {
        staff(&world).await;
        let kit = &world.kits[0];
        let sealed: Vec<_> =
            (1..=4).map(|n| kit.seal(&world, encounter(&Person::adult(n)))).collect();
        assert_eq!(world.receive(&sealed[0]).await.unwrap().standing, "stored");
        world.pass(SignedDuration::from_hours(25));
        assert_eq!(alarms(&world, kit.id).await, []);
        // The second is missing.
        assert_eq!(world.receive(&sealed[2]).await.unwrap().standing, "stored");
        world.pass(SignedDuration::from_hours(25));
        assert_eq!(alarms(&world, kit.id).await, [Alarm::Gap]);
        assert_eq!(world.receive(&sealed[1]).await.unwrap().standing, "stored");
        assert_eq!(alarms(&world, kit.id).await, []);
        kit.forget_last(1, sealed[0].hash);
        let forked = kit.seal(&world, encounter(&Person::adult(5)));
        assert_eq!(world.receive(&forked).await.unwrap().standing, "quarantined");
        assert_eq!(alarms(&world, kit.id).await, [Alarm::Fork]);

        let stolen = KitAct::Revoke { why: RevocationReason::Stolen, since: world.now() };
        act(&world, kit.id, stolen).await.unwrap();
        let standing = world.receive(&sealed[3]).await.unwrap();
        assert_eq!(standing.code.as_deref(), Some("kit.sealed_before_loss"));
        let shown = world.register.kit(kit.id, MANAGER).await.unwrap();
        assert_eq!((shown.after_revocation, shown.places_filled), (1, 4));
    }
}

#[tokio::test]
async fn only_managers_register_kits_and_only_sound_ones() {
    for world in worlds().await {
        staff(&world).await;
        let check = async |new: NewKit, who: OfficerId, status: u16, code: &str| {
            let outcome = world.register.register_kit(new, who, world.now()).await;
            assert_eq!(refusal(outcome), (status, code.to_owned()));
        };
        let good = new_kit("FLEET-3");
        check(good.clone(), CAPTURER, 403, "desk.role_missing").await;
        let bad = [
            (NewKit { serial: "a b".into(), ..good.clone() }, "fleet.serial"),
            (NewKit { place: "nowhere".into(), ..good.clone() }, "fleet.place"),
            (NewKit { custodian: "nobody.here".into(), ..good.clone() }, "fleet.custodian"),
            (NewKit { officers: vec![], ..good.clone() }, "fleet.officers"),
            (NewKit { officers: vec!["desk.two".into()], ..good.clone() }, "fleet.officers"),
            (NewKit { officers: vec!["fleet.one".into()], ..good.clone() }, "fleet.officers"),
            (NewKit { officers: vec!["desk.lead".into(); 2], ..good.clone() }, "fleet.officers"),
        ];
        for (new, code) in bad {
            check(new, MANAGER, 422, code).await;
        }
        let (id, _) = registered(&world, "FLEET-3").await;
        check(good, MANAGER, 409, "fleet.serial_known").await;
        let first = world.register.renew_code(id, MANAGER, world.now()).await.unwrap();
        assert_ne!(first, world.register.renew_code(id, MANAGER, world.now()).await.unwrap());
        let lines = world.register.kits("", MANAGER).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.kit == id).count(), 1);
    }
}
