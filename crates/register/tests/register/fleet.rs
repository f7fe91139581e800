//! The fleet: what managers do, what kits tell, and which alarms follow.

use jiff::SignedDuration;
use niims_record::fleet::{Alarm, KitAct, KitState};
use niims_record::{KitId, OfficerId};
use niims_store::events;
use niims_wire::fleet::{Assignment, Fleet, NewKit};
use niims_wire::kit::TIME_HEADER;

use crate::fixture::desk::refusal;
use crate::fixture::fleet::{
    MANAGER, act, alarms, assignment, contact, door, enrol, new_kit, registered, staff,
};
use crate::fixture::{CAPTURER, Person, encounter, worlds};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kit_tells_how_it_does_and_alarms_follow() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-1").await;
        let kit = enrol(&address, folder.path(), &code, world.now(), 2).await.unwrap();
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Ok(()));
        let shown = world.register.kit(id, MANAGER).await.unwrap();
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

#[tokio::test]
async fn gaps_and_forks_in_a_chain_raise_alarms() {
    for world in worlds().await {
        staff(&world).await;
        let kit = &world.kits[0];
        let sealed: Vec<_> =
            (1..=3).map(|n| kit.seal(&world, encounter(&Person::adult(n)))).collect();
        assert_eq!(world.receive(&sealed[0]).await.unwrap().standing, "stored");
        world.pass(SignedDuration::from_hours(25));
        assert_eq!(alarms(&world, kit.id).await, []);
        // The second is missing.
        assert_eq!(world.receive(&sealed[2]).await.unwrap().standing, "stored");
        assert_eq!(alarms(&world, kit.id).await, [], "it may be on its way");
        world.pass(SignedDuration::from_hours(25));
        assert_eq!(alarms(&world, kit.id).await, [Alarm::Gap]);
        assert_eq!(world.receive(&sealed[1]).await.unwrap().standing, "stored");
        assert_eq!(alarms(&world, kit.id).await, []);
        kit.forget_last(1, sealed[0].hash);
        let forked = kit.seal(&world, encounter(&Person::adult(5)));
        assert_eq!(world.receive(&forked).await.unwrap().standing, "quarantined");
        assert_eq!(alarms(&world, kit.id).await, [Alarm::Fork]);
        let shown = world.register.kit(kit.id, MANAGER).await.unwrap();
        assert_eq!((shown.places_filled, shown.last_place, shown.set_aside), (3, 3, 0));
    }
}

#[tokio::test]
async fn every_answer_at_the_door_tells_the_time_of_the_centre() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let sealed = kit.seal(&world, encounter(&Person::adult(1)));
        for answer in [kit.create(&world, &sealed).await, kit.receipt(&world, &sealed).await] {
            let told = answer.headers[TIME_HEADER].to_str().unwrap().parse::<i64>().unwrap();
            assert!((told - world.now().as_second()).abs() <= 1, "{:?}", answer.status);
        }
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
        let given = |to: Assignment| NewKit { assignment: to, ..good.clone() };
        let campaign =
            |code: &str| Assignment { campaign: code.into(), ..assignment("fleet.one", "X00001") };
        let bad = [
            (NewKit { serial: "a b".into(), ..good.clone() }, "fleet.serial"),
            (NewKit { serial: "x".repeat(65), ..good.clone() }, "fleet.serial"),
            (given(assignment("fleet.one", "nowhere")), "fleet.place"),
            (given(assignment("nobody.here", "X00001")), "fleet.custodian"),
            (given(campaign("a b")), "fleet.campaign"),
            (given(campaign(&"x".repeat(33))), "fleet.campaign"),
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
        let lines = world.register.kits("", MANAGER).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.kit == id).count(), 1);
        assert_eq!(refusal(world.register.kits("", CAPTURER).await).0, 403);
        let unknown = KitId::from_bytes([200; 16]);
        let none = world.register.kit(unknown, MANAGER).await;
        assert_eq!(refusal(none), (404, "fleet.no_such_kit".into()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custodian_place_and_term_change_with_a_trace_and_reach_the_kit() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-4").await;
        let kit = enrol(&address, folder.path(), &code, world.now(), 5).await.unwrap();
        assert_eq!(kit.sublocation(), "X00001");
        let give = |to, who| world.register.assign_kit(id, to, who, world.now());
        let to = || assignment("fleet.two", "X00002");
        assert_eq!(refusal(give(to(), CAPTURER).await).0, 403);
        let nowhere = give(assignment("fleet.two", "nowhere"), MANAGER).await;
        assert_eq!(refusal(nowhere), (422, "fleet.place".into()));
        give(to(), MANAGER).await.unwrap();
        let shown = world.register.kit(id, MANAGER).await.unwrap();
        assert_eq!(shown.custodian, Some(crate::fixture::fleet::OTHER_MANAGER));
        assert_eq!(shown.line.place.as_deref(), Some("X00002"));
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!((told, kit.sublocation()), (Ok(()), "X00002"));

        world.pass(SignedDuration::from_hours(24 * 366));
        let (kit, may) = may_work(kit, world.now()).await;
        assert_eq!(may, Err("kit.expired"));
        act(&world, id, KitAct::Renew).await.unwrap();
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Ok(()));
        let (_, may) = may_work(kit, world.now()).await;
        assert_eq!(may, Ok(()));
        let shown = world.register.kit(id, MANAGER).await.unwrap();
        assert!(matches!(shown.line.state, KitState::Active { until: Some(_) }));
        let told =
            events::list_for_subject(&mut world.read().await, &id.to_string(), 10).await.unwrap();
        let acts: Vec<_> = told.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(acts, ["kit.registered", "kit.enrolled", "kit.assigned", "kit.renewed"]);
        assert!(told[2].details.to_string().contains("X00001"), "{:?}", told[2].details);
    }
}

async fn may_work(
    mut kit: niims_kit::Kit,
    now: jiff::Timestamp,
) -> (niims_kit::Kit, Result<(), &'static str>) {
    tokio::task::spawn_blocking(move || {
        let may = kit.may_work(now).map_err(|error| error.code());
        (kit, may)
    })
    .await
    .unwrap()
}
