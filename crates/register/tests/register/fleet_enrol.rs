//! A kit enrols by its code: once, with keys of its own, at the centre that made the code.

use jiff::SignedDuration;
use niims_kit::OfficerRole;
use niims_record::OfficerId;
use niims_record::fleet::{Alarm, EnrolmentCode, KitState};
use niims_store::events;
use niims_store::officers::{self, OfficerStatus};
use niims_wire::fleet::Fleet;

use crate::fixture::fleet::{
    LEADER, MANAGER, MEMBER, alarms, contact, door, door_that_loses, enrol, registered, staff,
};
use crate::fixture::worlds;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kit_enrols_once_with_its_own_keys() {
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
        assert!(!folder.path().join("b").join("enrolment").exists(), "spare keys are gone");
        let shown = world.register.kit(id, MANAGER).await.unwrap();
        assert!(matches!(shown.line.state, KitState::Active { until: Some(_) }));
        assert_eq!(shown.campaign.as_deref(), Some("2027-A"));
        assert_eq!(alarms(&world, id).await, []);

        // Another device with the same code gets nothing, and is told of.
        let second = enrol(&address, &folder.path().join("c"), &code, world.now(), 3).await;
        assert_eq!(second.unwrap_err().code(), "kit.code_refused");
        assert_eq!(alarms(&world, id).await, [Alarm::CodeUsedAgain]);
        // The folder of a kit is not made another.
        drop(kit);
        let again = enrol(&address, &folder.path().join("b"), &code, world.now(), 4).await;
        assert_eq!(again.unwrap_err().code(), "kit.already_set_up");
        let told =
            events::list_for_subject(&mut world.read().await, &id.to_string(), 10).await.unwrap();
        let acts: Vec<_> = told.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(acts, ["kit.registered", "kit.enrolled"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_given_again_to_the_same_keys() {
    for world in worlds().await {
        staff(&world).await;
        // As many as the kit tries before it gives up.
        let address = door_that_loses(&world, 6).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-1").await;
        let lost = enrol(&address, folder.path(), &code, world.now(), 1).await;
        assert_eq!(lost.unwrap_err().code(), "link.refused");
        let shown = world.register.kit(id, MANAGER).await.unwrap();
        assert!(matches!(shown.line.state, KitState::Active { .. }), "the centre has enrolled it");
        // The program began anew, with other random bytes.
        let kit = enrol(&address, folder.path(), &code, world.now(), 9).await.unwrap();
        assert_eq!((kit.id(), alarms(&world, id).await), (id, vec![]));
        let (_, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_up_that_was_cut_short_is_done_again_by_the_same_code() {
    for world in worlds().await {
        staff(&world).await;
        let address = door_that_loses(&world, 6).await;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (id, code) = registered(&world, "FLEET-1").await;
        let lost = enrol(&address, folder.path(), &code, world.now(), 1).await;
        assert_eq!(lost.unwrap_err().code(), "link.refused");
        // The power fails when keys and store are there, and the kit does not know who it is.
        std::fs::create_dir(at("keys")).unwrap();
        for name in ["kit.key", "store.key"] {
            std::fs::copy(at("enrolment").join(name), at("keys").join(name)).unwrap();
        }
        let text = std::fs::read_to_string(at("keys").join("store.key")).unwrap();
        let mut root = [0; 32];
        hex::decode_to_slice(text.trim(), &mut root).unwrap();
        let store = niims_store::kit::KitStore::open(&at("kit.sqlite"), &root).await.unwrap();
        store.close().await.unwrap();
        let path = folder.path().to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let pack = niims_country::CountryPack::embedded().unwrap();
            let options = niims_kit::KitOptions::new(std::sync::Arc::new(pack));
            niims_kit::Kit::open(&path, options).map(|kit| kit.id())
        });
        assert_eq!(opened.await.unwrap().unwrap_err().code(), "kit.not_set_up");
        let kit = enrol(&address, folder.path(), &code, world.now(), 9).await.unwrap();
        assert_eq!((kit.id(), alarms(&world, id).await), (id, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_ends_after_a_week_and_a_newer_one_takes_its_place() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, old) = registered(&world, "FLEET-1").await;
        world.pass(SignedDuration::from_hours(7 * 24));
        let refused = enrol(&address, folder.path(), &old, world.now(), 1).await;
        assert_eq!(refused.unwrap_err().code(), "kit.code_refused");
        let first = world.register.renew_code(id, MANAGER, world.now()).await.unwrap().code;
        let code = world.register.renew_code(id, MANAGER, world.now()).await.unwrap().code;
        let refused = enrol(&address, folder.path(), &first, world.now(), 1).await;
        assert_eq!(refused.unwrap_err().code(), "kit.code_refused");
        enrol(&address, folder.path(), &code, world.now(), 1).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_are_counted_and_the_centre_must_be_the_right_one() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (_, code) = registered(&world, "FLEET-1").await;
        for n in 0..20 {
            let guess = EnrolmentCode::new([n; 10], &[0; 32]);
            let refused = enrol(&address, folder.path(), &guess, world.now(), 1).await;
            assert_eq!(refused.unwrap_err().code(), "kit.code_refused", "guess {n}");
        }
        let refused = enrol(&address, folder.path(), &code, world.now(), 1).await;
        assert_eq!(refused.unwrap_err().code(), "kit.too_many_codes");
        world.pass(SignedDuration::from_mins(1));
        // The right secret with the mark of another centre: the kit does not believe this one.
        let secret: String = code.text().replace('-', "").chars().take(16).collect();
        let other = EnrolmentCode::read(&format!("{secret}000000000000")).unwrap();
        let refused = enrol(&address, folder.path(), &other, world.now(), 1).await;
        assert_eq!(refused.unwrap_err().code(), "kit.papers_key");
        enrol(&address, folder.path(), &code, world.now(), 1).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_who_left_is_missing_in_the_next_certificate() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (_, code) = registered(&world, "FLEET-1").await;
        let mut kit = enrol(&address, folder.path(), &code, world.now(), 2).await.unwrap();
        let gone: [OfficerId; 2] = [MEMBER, LEADER];
        for who in gone {
            let mut tx = world.write().await;
            officers::set_status(&mut tx, who, OfficerStatus::Suspended).await.unwrap();
            tx.commit().await.unwrap();
            let told;
            (kit, told) = contact(&address, kit, world.now()).await;
            assert_eq!(told, Ok(()));
            let now = world.now();
            let (back, may) = tokio::task::spawn_blocking(move || {
                let may = gone.map(|who| kit.may_begin(who, now).map_err(|error| error.code()));
                (kit, may)
            })
            .await
            .unwrap();
            kit = back;
            assert_eq!(may[0], Err("kit.officer_unknown"));
            let wanted = if who == LEADER { Err("kit.officer_unknown") } else { Ok(()) };
            assert_eq!(may[1], wanted, "nobody is left, and that is not everybody");
        }
    }
}
