//! Looks at cards that kits made without a network, and the data of chips.

use niims_packet::seal_letter;
use niims_record::DisclosureId;
use niims_store::disclosures::{self, Outcome};
use niims_store::{cards, packets};
use niims_wire::card::{CardAct, CardLook, CardReader, PresentedCard};
use niims_wire::kit::{CARD_LOOK_LABEL, CardLooks};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::fixture::kit::Answer;
use crate::fixture::{CAPTURER, Kit, Person, World, worlds};

fn look(world: &World, n: u8, serial: Option<&str>, act: CardAct) -> CardLook {
    CardLook {
        id: DisclosureId::from_bytes([n; 16]),
        at: world.now(),
        officer: CAPTURER,
        serial: serial.map(str::to_owned),
        act,
        refused: None,
    }
}

fn sealed(world: &World, kit: &Kit, look: &CardLook) -> String {
    let text = serde_json::to_vec(look).unwrap();
    let mut rng = ChaCha20Rng::from_seed([0x5a; 32]);
    STANDARD
        .encode(seal_letter(CARD_LOOK_LABEL, &text, kit.key(), &world.centre, &mut rng).unwrap())
}

async fn send(world: &World, kit: &Kit, letters: Vec<String>) -> Answer {
    let body = serde_json::to_vec(&CardLooks { letters }).unwrap();
    kit.send(world, "POST", "/kit/v1/card-looks", &[], body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_becomes_one_line_that_its_person_sees() {
    for world in worlds().await {
        let (application, _) = world.carry(&Person::adult(0)).await;
        let (order, credential) = {
            let mut tx = world.read().await;
            let order = cards::by_application(&mut tx, application).await.unwrap().unwrap();
            let made = cards::artefact(&mut tx, order.id).await.unwrap().unwrap();
            (order.id, made.credential)
        };
        let issuers = [world.issuer.to_bytes()];
        let card = PresentedCard { text: &credential, chip: None };
        let read = niims_card::Reader.read(&card, &issuers, world.now()).unwrap();
        let serial = read.serial.unwrap();
        {
            let mut tx = world.read().await;
            let first = order.as_bytes()[..8].try_into().unwrap();
            let found = cards::by_beginning(&mut tx, first).await.unwrap();
            assert_eq!(found.map(|found| found.id), Some(order));
        }

        let before = disclosures::count(&mut world.read().await).await.unwrap();
        let kit = &world.kits[0];
        let refused = CardLook {
            refused: Some("card.expired".to_owned()),
            ..look(&world, 2, Some(&serial), CardAct::Read)
        };
        let looks = [
            look(&world, 1, Some(&serial), CardAct::FingerMatched),
            refused,
            look(&world, 3, Some("FFFF-FFFF-FFFF-FFFF"), CardAct::Read),
            look(&world, 4, None, CardAct::Read),
        ];
        let mut letters: Vec<_> = looks.iter().map(|one| sealed(&world, kit, one)).collect();
        // Another kit's letter, and no letter at all.
        letters.push(sealed(&world, &world.kits[1], &look(&world, 5, None, CardAct::Read)));
        letters.push("no letter".to_owned());
        for _ in 0..2 {
            let answer = send(&world, kit, letters.clone()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.body["kept"].as_array().unwrap().len(), 4);
            assert_eq!(answer.body["unreadable"], 2);
        }
        let mut tx = world.read().await;
        let after = disclosures::count(&mut tx).await.unwrap();
        assert_eq!(after - before, 4, "what comes twice is one line");
        let lines =
            disclosures::list_for_application(&mut tx, application, None, 50).await.unwrap();
        let own: Vec<_> = lines.iter().filter(|line| line.asker == "kit").collect();
        assert_eq!(own.len(), 2);
        let finger = own.iter().find(|line| line.id == looks[0].id).unwrap();
        assert_eq!(finger.attributes, ["card_finger_matched"]);
        assert_eq!((finger.purpose.as_str(), &finger.outcome), ("card_check", &Outcome::Answered));
        assert_eq!(finger.officer, CAPTURER.to_string());
        let denied = own.iter().find(|line| line.id == looks[1].id).unwrap();
        assert_eq!(denied.outcome, Outcome::Denied { code: "card.expired".to_owned() });
        assert_eq!(packets::count(&mut tx).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_out_of_bounds_is_refused_whole() {
    for world in worlds().await {
        let kit = &world.kits[0];
        let refuse = async |body: Vec<u8>| {
            let answer = kit.send(&world, "POST", "/kit/v1/card-looks", &[], body).await;
            assert_eq!(answer.code(), (422, "card_looks.malformed"));
        };
        refuse(b"{}".to_vec()).await;
        refuse(b"[[[[".to_vec()).await;
        let many = CardLooks { letters: vec![String::new(); 101] };
        refuse(serde_json::to_vec(&many).unwrap()).await;
        assert_eq!(disclosures::count(&mut world.read().await).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chip_holds_two_fingers_of_its_card_and_its_person_sees_that() {
    for world in worlds().await {
        let (application, _) = world.carry(&Person::adult(0)).await;
        let credential = {
            let mut tx = world.read().await;
            let order = cards::by_application(&mut tx, application).await.unwrap().unwrap();
            cards::artefact(&mut tx, order.id).await.unwrap().unwrap().credential
        };
        let made =
            world.register.chip_data(application, credential.clone(), world.now()).await.unwrap();
        assert!(made.len() < 2048, "{} bytes", made.len());
        let card = PresentedCard { text: &credential, chip: Some(&made) };
        let issuers = [world.issuer.to_bytes()];
        let read = niims_card::Reader.read(&card, &issuers, world.now()).unwrap();
        assert!((1..=2).contains(&read.fingers.len()));
        let mut tx = world.read().await;
        let lines =
            disclosures::list_for_application(&mut tx, application, None, 50).await.unwrap();
        let made: Vec<_> =
            lines.iter().filter(|line| line.attributes == ["card_fingers"]).collect();
        assert_eq!(made.len(), 1);
    }
}
