//! The life of one record, from packet to card, and who may see what of it.

use jiff::civil::date;
use niims_audit::{LeafKind, Receipt, VerifyOptions, verify_directory};
use niims_record::application::Application;
use niims_register::log::ReceiptStanding;
use niims_store::cards::{self, CardState};
use niims_store::disclosures::{self, Outcome};
use niims_wire::agency::{AgencyQuestions, MatchQuestion};
use niims_wire::kit::receipt_event;

use crate::fixture::{Person, World, encounter, worlds};

const PURPOSE: &str = "nhif.member_verification";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packet_becomes_a_number_a_card_and_answers_to_agencies() {
    for world in worlds().await {
        let person = Person::adult(0);
        let sealed = world.kits[0].seal(&world, encounter(&person));
        assert_eq!(world.receive(&sealed).await.unwrap().standing, "stored");
        world.drain().await;
        assert!(matches!(world.state(sealed.application).await, Application::Numbered { .. }));
        check_card(&world, &sealed).await;
        check_question(&world, &sealed).await;
        check_log(&world, &sealed).await;
    }
}

async fn check_card(world: &World, sealed: &crate::fixture::Sealed) {
    let mut tx = world.read().await;
    let order = cards::by_application(&mut tx, sealed.application).await.unwrap().unwrap();
    assert_eq!(order.state, CardState::Made);
    let card = cards::artefact(&mut tx, order.id).await.unwrap().unwrap();
    assert!(card.pdf.starts_with(b"%PDF"));
    drop(tx);
    let shown = niims_card::verify(&card.credential, &world.issuer, world.now()).unwrap();
    let number = world.number_of(sealed.application).await.unwrap();
    assert_eq!(shown.number, number.digits());
    assert_eq!(shown.name, "Quillimar Ostrend Zabrovik");
    assert_eq!(shown.day_of_birth, Some(date(1960, 1, 10)));
}

/// The answer is yes or no per attribute, and each question leaves one line.
async fn check_question(world: &World, sealed: &crate::fixture::Sealed) {
    let number = world.number_of(sealed.application).await.unwrap();
    let question = |name: &str, born| MatchQuestion {
        agency: "NHIF".into(),
        officer: "desk-7".into(),
        purpose: PURPOSE.into(),
        number,
        name: Some(name.into()),
        date_of_birth: Some(born),
        at: world.now(),
    };
    let right = question("Quillimar Zabrovik", date(1960, 1, 10));
    let answer = world.register.ask(right.clone()).await.unwrap();
    assert_eq!((answer.number, answer.name, answer.date_of_birth), (true, Some(true), Some(true)));
    let wrong = question("Somebody Else", date(1961, 1, 10));
    let answer = world.register.ask(wrong).await.unwrap();
    assert_eq!((answer.name, answer.date_of_birth), (Some(false), Some(false)));
    let purpose = "idle.curiosity".to_owned();
    let unknown = MatchQuestion { purpose, at: world.now(), ..right };
    let refused = world.register.ask(unknown).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (403, "exchange.purpose_unknown"));

    let mut tx = world.read().await;
    let lines = disclosures::list_for_application(&mut tx, sealed.application, None, 10);
    let lines = lines.await.unwrap();
    let outcomes: Vec<_> = lines.iter().map(|line| (&*line.purpose, &line.outcome)).collect();
    let denied = Outcome::Denied { code: "exchange.purpose_unknown".into() };
    let answered = Outcome::Answered;
    assert_eq!(outcomes, [("unknown", &denied), (PURPOSE, &answered), (PURPOSE, &answered)]);
    assert_eq!(lines[1].attributes, ["number", "name", "date_of_birth"]);
    assert_eq!((&*lines[1].asker, &*lines[1].officer), ("NHIF", "desk-7"));
}

/// The log verifies from its folder alone, holds each kind of act, and the receipt
/// proves this packet and no other.
async fn check_log(world: &World, sealed: &crate::fixture::Sealed) {
    assert_eq!(world.register.receipt(sealed.packet).await.unwrap(), ReceiptStanding::Pending);
    let size = world.register.publish_log().await.unwrap();
    let key = world.register.log_public_key();
    let folder = world.folder.path().join("log");
    let report = verify_directory(&folder, &key, &VerifyOptions::default()).unwrap();
    assert_eq!(report.size, size);
    let kinds = [
        (LeafKind::PacketReceived, 1),
        (LeafKind::NumberAssigned, 1),
        (LeafKind::Disclosure, 2),
        (LeafKind::Denial, 1),
    ];
    for (kind, count) in kinds {
        assert_eq!(report.kinds.get(&kind), Some(&count), "{kind:?}");
    }
    let ReceiptStanding::Ready(text) = world.register.receipt(sealed.packet).await.unwrap() else {
        panic!("the receipt is published");
    };
    let receipt = Receipt::parse(&text).unwrap();
    receipt.verify(&key).unwrap();
    let event = receipt_event(sealed.packet, &sealed.hash, sealed.bytes.len() as u64);
    assert_eq!(receipt.event, event.as_bytes());
    let forged = Receipt { event: event.replace('1', "2").into_bytes(), ..receipt };
    assert!(forged.verify(&key).is_err());
}
