//! Kits that are suspended, retired, lost or stolen, and what becomes of their packets.

use jiff::SignedDuration;
use niims_country::FormKind;
use niims_kit::Kit;
use niims_record::application::Application;
use niims_record::fleet::{
    Alarm, KitAct, KitState, PacketDecision, REFUSED_BY_PERSON, RevocationReason,
};
use niims_store::events;
use niims_wire::fleet::Fleet;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::desk::refusal;
use crate::fixture::fleet::{
    MANAGER, MEMBER, OTHER_MANAGER, act, alarms, assignment, contact, door, enrol, registered,
    staff,
};
use crate::fixture::{CAPTURER, Person, World, encounter, worlds};

/// Tries to begin with a resident on a kit.
async fn begin(mut kit: Kit, world: &World, seed: u8) -> (Kit, Result<(), String>) {
    let now = world.now();
    tokio::task::spawn_blocking(move || {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let begun = kit.begin_interview(MEMBER, FormKind::Adult, now, &mut rng);
        (kit, begun.map(|_| ()).map_err(|refused| refused.code().to_owned()))
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_kit_captures_nobody_and_a_revoked_one_that_speaks_is_told_of() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let (id, code) = registered(&world, "FLEET-2").await;
        let kit = enrol(&address, folder.path(), &code, world.now(), 4).await.unwrap();
        let (kit, begun) = begin(kit, &world, 1).await;
        assert_eq!(begun, Ok(()));
        act(&world, id, KitAct::Suspend).await.unwrap();
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Err("kit.suspended".into()));
        let (kit, begun) = begin(kit, &world, 2).await;
        assert_eq!(begun, Err("kit.suspended".into()));
        act(&world, id, KitAct::Resume).await.unwrap();
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!((told, alarms(&world, id).await), (Ok(()), vec![]));
        let (kit, begun) = begin(kit, &world, 3).await;
        assert_eq!(begun, Ok(()), "it works again");
        let stolen = KitAct::Revoke { why: RevocationReason::Stolen, since: world.now() };
        act(&world, id, stolen).await.unwrap();
        assert_eq!(refusal(act(&world, id, stolen).await), (409, "fleet.other_state".into()));
        let (kit, told) = contact(&address, kit, world.now()).await;
        assert_eq!(told, Err("kit.revoked".into()));
        assert_eq!(alarms(&world, id).await, [Alarm::RevokedSpoke]);
        let (_, begun) = begin(kit, &world, 4).await;
        assert_eq!(begun, Err("kit.revoked".into()));
    }
}

#[tokio::test]
async fn what_a_lost_kit_sent_meanwhile_waits_for_somebody_who_is_impartial() {
    for world in worlds().await {
        staff(&world).await;
        let kit = &world.kits[0];
        let mut tx = world.write().await;
        let to = niims_store::fleet::kits::assign(&mut tx, kit.id, MANAGER, "X00001", None);
        to.await.unwrap();
        tx.commit().await.unwrap();
        let sealed: Vec<_> =
            (1..=5).map(|n| kit.seal(&world, encounter(&Person::adult(n)))).collect();
        world.receive(&sealed[0]).await.unwrap();
        let lost_at = world.now();
        world.pass(SignedDuration::from_hours(1));
        // Two come in while nobody knows; one of them gets as far as a number.
        world.receive(&sealed[1]).await.unwrap();
        world.drain().await;
        world.receive(&sealed[2]).await.unwrap();
        world.receive(&sealed[3]).await.unwrap();
        let lost = KitAct::Revoke { why: RevocationReason::Lost, since: lost_at };
        act(&world, kit.id, lost).await.unwrap();
        world.run_due().await;
        assert_eq!(world.state(sealed[2].application).await, Application::Received);
        let standing = world.receive(&sealed[4]).await.unwrap();
        assert_eq!(standing.code.as_deref(), Some("kit.sealed_before_loss"));
        let shown = world.register.kit(kit.id, MANAGER).await.unwrap();
        assert_eq!((shown.set_aside, shown.numbered_aside, shown.places_filled), (4, 1, 5));

        let waiting = world.register.set_aside(kit.id, MANAGER).await.unwrap();
        let codes: Vec<_> = waiting.iter().map(|packet| packet.code.as_str()).collect();
        let after = "kit.came_after_loss";
        assert_eq!(codes, [after, after, after, "kit.sealed_before_loss"]);
        assert_eq!(waiting[0].application_state.as_deref(), Some("numbered"));
        let decide = |n: usize, decision, note, who| {
            let packets = [sealed[n].packet];
            let register = &world.register;
            let at = world.now();
            async move { register.decide_packets(kit.id, &packets, (decision, note), who, at).await }
        };
        let take = PacketDecision::Take;
        assert_eq!(refusal(decide(2, take, "Found.", CAPTURER).await).0, 403);
        assert_eq!(refusal(decide(2, take, "", OTHER_MANAGER).await), (422, "fleet.note".into()));
        let own = decide(2, take, "Found.", MANAGER).await;
        assert_eq!(refusal(own), (403, "fleet.own_kit".into()));
        for (n, decision) in [(2, take), (3, PacketDecision::Refuse), (4, take)] {
            let decided = decide(n, decision, "The officer was there.", OTHER_MANAGER).await;
            assert_eq!(decided.unwrap(), 1, "packet {n}");
        }
        assert_eq!(decide(2, take, "Again.", OTHER_MANAGER).await.unwrap(), 0);
        world.drain().await;
        for n in [2, 4] {
            let state = world.state(sealed[n].application).await;
            assert!(matches!(state, Application::Numbered { .. }), "packet {n}: {state:?}");
        }
        let refused = Application::Quarantined { code: REFUSED_BY_PERSON.into() };
        assert_eq!(world.state(sealed[3].application).await, refused);
        let waiting = world.register.set_aside(kit.id, MANAGER).await.unwrap();
        assert_eq!(waiting.len(), 1, "the numbered one");
        let subject = sealed[3].packet.to_string();
        let told = events::list_for_subject(&mut world.read().await, &subject, 5).await.unwrap();
        assert_eq!(told[0].action, "packet.decided");
    }
}

#[tokio::test]
async fn a_retired_kit_is_believed_until_it_was_handed_in() {
    for world in worlds().await {
        staff(&world).await;
        let kit = &world.kits[1];
        let sealed: Vec<_> =
            (1..=3).map(|n| kit.seal(&world, encounter(&Person::adult(n)))).collect();
        world.receive(&sealed[0]).await.unwrap();
        let retired = KitAct::Revoke { why: RevocationReason::Retired, since: world.now() };
        act(&world, kit.id, retired).await.unwrap();
        // What it sealed before comes by a stick.
        assert_eq!(world.receive(&sealed[1]).await.unwrap().standing, "stored");
        world.pass(SignedDuration::from_hours(1));
        let late = kit.seal_at(&world, encounter(&Person::adult(7)), world.now());
        let standing = world.receive(&late).await.unwrap();
        assert_eq!(standing.code.as_deref(), Some("kit.sealed_after_revocation"));
        assert_eq!(world.register.kit(kit.id, MANAGER).await.unwrap().set_aside, 1);
    }
}

#[tokio::test]
async fn an_operator_revokes_with_a_line_in_the_trail() {
    for world in worlds().await {
        staff(&world).await;
        let kit = &world.kits[2];
        let revoke =
            || world.register.revoke_kit_as_operator(kit.id, RevocationReason::Stolen, world.now());
        assert!(matches!(revoke().await.unwrap(), KitState::Revoked { .. }));
        assert!(revoke().await.is_err());
        let told = events::list_for_subject(&mut world.read().await, &kit.id.to_string(), 5)
            .await
            .unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].actor.as_str(), told[0].action.as_str()), ("operator", "kit.revoked"));
        let given = assignment("fleet.two", "X00001");
        let outcome = world.register.assign_kit(kit.id, given, MANAGER, world.now()).await;
        assert_eq!(refusal(outcome), (409, "fleet.other_state".into()));
    }
}
