//! Bad input at intake and validation: each has its code, and none has half an effect.

use jiff::SignedDuration;
use niims_packet::{CentreSecretKey, Encounter};
use niims_record::PacketId;
use niims_record::application::{Application, CaseReason};
use niims_register::log::ReceiptStanding;
use niims_store::{applications, kits, packets};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::json;

use crate::fixture::people::{all_ten, captured};
use crate::fixture::{Person, Sealed, World, encounter, worlds};

/// Under which id bytes are filed that their kit did not sign.
fn evidence_id(sealed: &Sealed) -> PacketId {
    PacketId::from_bytes(sealed.hash[..16].try_into().unwrap())
}

async fn applications_in(world: &World) -> u64 {
    let states = applications::count_by_state(&mut world.read().await).await.unwrap();
    states.iter().map(|(_, count)| count).sum()
}

/// Bytes altered on the way are kept as evidence, get no receipt, make no
/// application, and do not shut out the genuine packet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_no_kit_signed_are_evidence_and_nothing_else() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let good = kit.seal(&world, encounter(&Person::adult(0)));
        let middle = good.bytes.len() / 2;
        let stranger = Sealed { kit: world.kits[1].id, ..good.clone() };
        let altered = [
            (good.altered(|bytes| bytes.truncate(bytes.len() - 100)), "packet.truncated"),
            (good.altered(|bytes| bytes[middle] ^= 1), "packet.kit_signature"),
            (good.altered(|bytes| *bytes = vec![0xA0; 64]), "packet.malformed"),
            (stranger, "packet.kit_signature"),
        ];
        for (bad, code) in altered {
            for _ in 0..2 {
                let standing = world.receive(&bad).await.unwrap();
                assert_eq!(standing.standing, "refused");
                assert_eq!(standing.code.as_deref(), Some(code));
                assert_eq!(standing.packet, bad.packet);
            }
            let kept = packets::get(&mut world.read().await, evidence_id(&bad)).await.unwrap();
            assert_eq!(kept.unwrap().quarantine.as_deref(), Some(code));
        }
        assert_eq!(packets::count(&mut world.read().await).await.unwrap(), 4);
        assert_eq!(applications_in(&world).await, 0);
        world.register.publish_log().await.unwrap();
        assert_eq!(world.register.receipt(good.packet).await.unwrap(), ReceiptStanding::Unknown);
        assert_eq!(world.receive(&good).await.unwrap().standing, "stored");
        world.drain().await;
        assert_eq!(world.state(good.application).await.name(), "numbered");
    }
}

/// A genuine packet that is set aside is receipted: the centre has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn genuine_packets_that_are_set_aside_get_a_receipt_and_no_number() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let first = kit.seal(&world, encounter(&Person::adult(0)));
        world.receive(&first).await.unwrap();
        let again = kit.seal_as(first.application, &world.centre, encounter(&Person::adult(1)));
        let standing = world.receive(&again).await.unwrap();
        let code = "intake.application_already_received";
        assert_eq!((&*standing.standing, standing.code.as_deref()), ("quarantined", Some(code)));

        let elsewhere = CentreSecretKey::generate(&mut ChaCha20Rng::from_seed([8; 32]));
        let mut sent = vec![again];
        let ids = [101, 102, 103].map(|n| niims_record::ApplicationId::from_bytes([n; 16]));
        let late = SignedDuration::from_hours(24 * 3_653);
        let cases: [(&str, _, Encounter); 3] = [
            ("packet.wrong_recipient", elsewhere.public_key(), encounter(&Person::adult(1))),
            ("intake.clock_ahead", world.centre.clone(), moved(late)),
            ("intake.clock_behind", world.centre.clone(), moved(-late)),
        ];
        for ((code, centre, encounter), id) in cases.into_iter().zip(ids) {
            let sealed = kit.seal_as(id, &centre, encounter);
            assert_eq!(world.receive(&sealed).await.unwrap().standing, "stored");
            world.drain().await;
            assert_eq!(world.state(id).await, Application::Quarantined { code: code.into() });
            let standing = world.register.packet_standing(sealed.packet, kit.id).await.unwrap();
            assert_eq!(standing.unwrap().code.as_deref(), Some(code));
            sent.push(sealed);
        }
        world.register.publish_log().await.unwrap();
        for sealed in &sent {
            let receipt = world.register.receipt(sealed.packet).await.unwrap();
            assert!(matches!(receipt, ReceiptStanding::Ready(_)));
        }
        assert_eq!(world.numbers_given().await, 1);
    }
}

/// A capture at another time, its consents as well.
fn moved(by: SignedDuration) -> Encounter {
    let mut encounter = encounter(&Person::adult(1));
    encounter.captured_at += by;
    encounter.capture_opened_at += by;
    encounter.confirmed_at = Some(encounter.captured_at);
    for consent in &mut encounter.consents {
        consent.given_at += by;
    }
    encounter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packets_of_one_kit_may_come_in_any_order_and_forks_are_set_aside() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let chain: Vec<Sealed> =
            (0..5).map(|n| kit.seal(&world, encounter(&Person::adult(n)))).collect();
        for at in [2, 0, 4, 3, 1] {
            assert_eq!(world.receive(&chain[at]).await.unwrap().standing, "stored", "{at}");
        }
        let known = kits::get(&mut world.read().await, kit.id).await.unwrap().unwrap();
        assert_eq!((known.last_sequence, known.last_hash), (5, chain[4].hash));

        kit.forget_last(2, chain[1].hash);
        let replayed = kit.seal(&world, encounter(&Person::adult(5)));
        kit.forget_last(5, [9; 32]);
        let forked = kit.seal(&world, encounter(&Person::adult(6)));
        // Two that leave a gap, of which the one before names another past.
        kit.forget_last(7, [8; 32]);
        let eighth = kit.seal(&world, encounter(&Person::adult(7)));
        assert_eq!(world.receive(&eighth).await.unwrap().standing, "stored");
        kit.forget_last(6, [7; 32]);
        let seventh = kit.seal(&world, encounter(&Person::adult(6)));
        for (bad, code) in
            [(replayed, "chain.replay"), (forked, "chain.fork"), (seventh, "chain.fork")]
        {
            let standing = world.receive(&bad).await.unwrap();
            assert_eq!(
                (&*standing.standing, standing.code.as_deref()),
                ("quarantined", Some(code))
            );
        }
        assert_eq!(applications_in(&world).await, 6);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_law_and_the_form_have_their_codes() {
    for world in worlds().await {
        let refused = |code: &str| Application::Refused { code: code.into() };
        let mut infant = Person::minor(0);
        infant.answer("date_of_birth", json!("2021-03-01"));
        infant.answer("date_of_birth_precision", json!("DAY"));
        assert_eq!(world.carry(&infant).await.1, refused("law.under_six"));

        let mut alone = Person::minor(1);
        alone.consents.clear();
        assert_eq!(world.carry(&alone).await.1, refused("law.guardian_consent_missing"));
        let mut late = Person::minor(2);
        late.consents[0].given_at = "2026-11-22T07:41:00Z".parse().unwrap();
        assert_eq!(world.carry(&late).await.1, refused("law.consent_after_capture"));
        // A kit that leaves the identification out, or identifies somebody else.
        let mut strange = Person::minor(7);
        strange.answer("guardian", json!({"first_name": "Other", "relationship": "FATHER"}));
        assert_eq!(world.carry(&strange).await.1, refused("law.guardian_unidentified"));
        let mut silent = Person::adult(3);
        silent.consents.clear();
        assert_eq!(world.carry(&silent).await.1, refused("law.consent_missing"));

        let mut odd = Person::adult(4);
        odd.answer("sex", json!("SEA"));
        let (application, state) = world.carry(&odd).await;
        let Application::CorrectionAsked { problems } = state else { panic!("{state:?}") };
        assert_eq!(problems.len(), 1);
        assert!(problems[0].ends_with(":sex"), "{problems:?}");
        assert!(!problems[0].contains("SEA"), "a fault repeats an answer");
        let stored = applications::get(&mut world.read().await, application).await.unwrap();
        let packet = stored.unwrap().packet;
        let kit = world.kits[0].id;
        let standing = world.register.packet_standing(packet, kit).await.unwrap().unwrap();
        assert_eq!(standing.standing, "correction_asked");
        assert_eq!(standing.code.as_deref(), Some(&*problems[0]));
        assert_eq!(world.numbers_given().await, 0);
    }
}

/// A few bytes that state a picture of a thousand million pixels.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_bomb_is_not_searched_and_goes_to_people() {
    for world in worlds().await {
        let mut bomb = crate::fixture::people::blank();
        // IHDR's width and height.
        bomb[16..24].copy_from_slice(&[0, 0, 0x7F, 0xFF, 0, 0, 0x7F, 0xFF]);
        let mut encounter = encounter(&Person::adult(0));
        encounter.fingers = all_ten(vec![
            captured(2, bomb),
            captured(3, b"\x89PNG\r\n\x1a\n".to_vec()),
            captured(4, vec![0; 64]),
        ]);
        let sealed = world.kits[0].seal(&world, encounter);
        world.receive(&sealed).await.unwrap();
        world.drain().await;
        let case = world.case_of(sealed.application).await;
        assert_eq!(case.reason, CaseReason::NoUsableFingerprints);
        assert_eq!(world.numbers_given().await, 0);
    }
}
