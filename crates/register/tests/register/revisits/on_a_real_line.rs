//! The whole way over HTTP, with a kit as officers have it: no usable prints, the desk asks for a
//! recapture, the kit is told, the person is captured again, and the list is empty.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use niims_country::{Answers, CountryPack, FormKind};
use niims_kit::interview::{
    Body, BodyCapture, ConsentGiven, InterviewOf, NewDocument, NoStation, Vouching, next_question,
};
use niims_kit::{EnrolRefused, KitOptions, RevisitOutcome};
use niims_packet::{ConsentMode, Image};
use niims_record::KitId;
use niims_store::applications;

use super::*;
use crate::fixture::fleet::{LEADER, MEMBER, act, at_kit, contact, door, enrol, registered, staff};
use crate::fixture::people::{all_ten, captured as finger, print};

const ADULT: &str = include_str!("../../../../kit/tests/data/adult.json");
const PIN: &str = "482913";
const SECOND_PIN: &str = "730164";

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn options() -> KitOptions {
    let pack = Arc::new(CountryPack::embedded().unwrap());
    KitOptions { pack, capture_needs_bytes: 0 }
}

/// A scanner that takes two fingers, and a camera.
struct Hands;

impl BodyCapture for Hands {
    fn open(&mut self) -> Result<(), EnrolRefused> {
        Ok(())
    }

    fn take(&mut self, _: &Answers, _: &CountryPack) -> Result<Body, EnrolRefused> {
        let fingers = [2, 3, 7].map(|code| finger(code, print(6, 1, code)));
        let portrait = Image { media_type: "image/png".into(), bytes: grey(300, 400) };
        Ok(Body { fingers: all_ten(fingers.into()), portrait: Some(portrait) })
    }

    fn forget(&mut self) -> Result<(), EnrolRefused> {
        Ok(())
    }
}

fn grey(width: u32, height: u32) -> Vec<u8> {
    let pixels = vec![128; (width * height) as usize];
    let image = niims_fingerprint::GrayImage::new(width, height, pixels).unwrap();
    niims_fingerprint::encode_png(&image)
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

/// All but fingers and photo, out of the file.
fn talked_through(kit: &mut RealKit, of: InterviewOf, now: Timestamp) {
    let pack = CountryPack::embedded().unwrap();
    let mut rng = rng(9);
    let born = answers(json!({"date_of_birth": "1987-04-23", "date_of_birth_precision": "DAY"}));
    kit.answer_age(of, &born, now, &mut rng).unwrap();
    kit.notice_read(of, "sw", now, &mut rng).unwrap();
    let signed = ConsentGiven { mode: ConsentMode::Signature, witness: None };
    kit.give_consent(of, signed, now, &mut rng).unwrap();
    let told: Answers = serde_json::from_str(ADULT).unwrap();
    while let Some(question) = {
        let interview = kit.interview(of).unwrap();
        next_question(&interview, &pack, pack.today(now)).map(|field| field.id.clone())
    } {
        let given = told.get(&question).cloned();
        let given = given.map_or_else(Answers::new, |value| answers(json!({ &question: value })));
        kit.answer(of, &[&question], &given, now, &mut rng).unwrap();
    }
    let document = NewDocument {
        place: 0,
        sighted: true,
        number: "00000001".to_owned(),
        photograph: Some(grey(400, 260)),
    };
    kit.show_document(of, document, now, &mut rng).unwrap();
}

fn without_prints(kit: &mut RealKit, now: Timestamp) {
    let of = kit.begin_interview(MEMBER, FormKind::Adult, now, &mut rng(3)).unwrap();
    talked_through(kit, of, now);
    let mut rng = rng(4);
    kit.open_body(of, &mut NoStation, now, &mut rng).unwrap();
    let pack = CountryPack::embedded().unwrap();
    let list = pack.code_list("fingers").unwrap();
    let none = list.codes().iter().map(|f| json!({"finger": f.code, "reason": "WORN"}));
    kit.take_body(of, &mut NoStation, none.collect(), now, &mut rng).unwrap();
    let vouching =
        Vouching { officer: LEADER, pin: SECOND_PIN.to_owned(), reason: "WORN".to_owned() };
    kit.vouch_for(of, &vouching, now, &mut rng).unwrap();
    assert!(kit.finish_interview(of, now, &mut rng).unwrap().is_sealed);
}

fn with_prints(kit: &mut RealKit, id: RevisitId, now: Timestamp) {
    let of = kit.begin_revisit(MEMBER, id, now, &mut rng(5)).unwrap();
    assert_eq!(kit.begin_revisit(MEMBER, id, now, &mut rng(5)).unwrap(), of, "it goes on");
    talked_through(kit, of, now);
    let mut rng = rng(6);
    kit.open_body(of, &mut Hands, now, &mut rng).unwrap();
    kit.take_body(of, &mut Hands, Vec::new(), now, &mut rng).unwrap();
    assert!(kit.finish_interview(of, now, &mut rng).unwrap().is_sealed);
}

/// A kit of the fleet whose two officers have their PINs, one of them signed in.
async fn kit_of_the_fleet(world: &World, address: &str, folder: &Path) -> RealKit {
    let (_, code) = registered(world, "FLEET-1").await;
    let kit = enrol(address, folder, &code, world.now(), 2).await.unwrap();
    let (mut kit, told) = contact(address, kit, world.now()).await;
    told.unwrap();
    let (folder, now) = (folder.to_owned(), world.now());
    at_kit(address, now, move |_| {
        kit.set_pin(MEMBER, "Desk two", PIN, &mut rng(1)).unwrap();
        kit.set_pin(LEADER, "Desk lead", SECOND_PIN, &mut rng(2)).unwrap();
        drop(kit);
        opened(&folder, now)
    })
    .await
}

fn opened(folder: &Path, now: Timestamp) -> RealKit {
    let mut kit = RealKit::open(folder, options()).unwrap();
    kit.sign_in(MEMBER, PIN, now).unwrap();
    kit
}

/// Sends what is sealed, and asks whom to meet.
async fn at_the_line(world: &World, address: &str, mut kit: RealKit) -> RealKit {
    let now = world.now();
    at_kit(address, now, move |link| {
        kit.upload_pending(link).unwrap();
        kit.contact(link, "test-1").unwrap();
        kit.fetch_revisits(link, &mut rng(7)).unwrap();
        kit
    })
    .await
}

fn in_clear(folder: &Path, wanted: &[u8]) -> bool {
    let mut left: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(wanted.len()).any(|window| window == wanted) {
                return true;
            }
        }
    }
    false
}

/// The one request in the list, of which nothing stands in clear on the disk.
fn the_one_told(kit: &mut RealKit, path: &Path) -> RevisitId {
    let held = kit.revisits().unwrap().unwrap();
    assert_eq!((held.revisits.len(), held.open()), (1, 1));
    let told = &held.revisits[0].revisit;
    assert_eq!(told.name, "Test arap Synthetic Sample");
    assert_eq!(told.village.as_deref(), Some("Test village"));
    let RevisitAsk::Recapture { round: 1, advice } = &told.ask else { panic!("{told:?}") };
    assert_eq!(advice.len(), 1);
    for clear in [b"arap Synthetic".as_slice(), b"Test village"] {
        assert!(!in_clear(path, clear), "nothing of it stands in clear on the disk");
    }
    told.id
}

/// A kit that is suspended forgets the list.
async fn forgotten_once_suspended(world: &World, address: &str, id: KitId, mut kit: RealKit) {
    act(world, id, KitAct::Suspend).await.unwrap();
    at_kit(address, world.now(), move |link| {
        let refused = kit.fetch_revisits(link, &mut rng(8)).unwrap_err();
        assert_eq!(refused.code(), "kit.suspended");
        assert!(kit.revisits().unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_poor_prints_to_an_empty_list() {
    for world in worlds().await {
        staff(&world).await;
        let address = door(&world).await;
        let folder = tempfile::tempdir().unwrap();
        let mut kit = kit_of_the_fleet(&world, &address, folder.path()).await;
        let now = world.now();
        kit = at_kit(&address, now, move |_| {
            without_prints(&mut kit, now);
            assert!(kit.revisits().unwrap().is_none());
            kit
        })
        .await;
        kit = at_the_line(&world, &address, kit).await;
        world.drain().await;
        let mut tx = world.read().await;
        let waiting =
            applications::list_by_state(&mut tx, "in_adjudication", None, 9).await.unwrap();
        drop(tx);
        let application = waiting[0].id;
        let case = world.case_of(application).await.id;
        world.settle(case, PAIR, Verdict::AskRecapture).await;

        kit = at_the_line(&world, &address, kit).await;
        let (path, now) = (folder.path().to_owned(), world.now());
        kit = at_kit(&address, now, move |_| {
            // As after `kill -9`: the list is there when the kit is opened again.
            drop(kit);
            let mut kit = opened(&path, now);
            let id = the_one_told(&mut kit, &path);
            with_prints(&mut kit, id, now);
            let held = kit.revisits().unwrap().unwrap();
            assert_eq!(held.revisits[0].done.unwrap().outcome, RevisitOutcome::Captured);
            assert_eq!(held.open(), 0);
            kit
        })
        .await;
        kit = at_the_line(&world, &address, kit).await;
        world.drain().await;
        let Application::Replaced { by } = world.state(application).await else {
            panic!("{:?}", world.state(application).await)
        };
        assert_eq!(world.state(by).await.name(), "numbered");
        assert_eq!(lines(&world, application).await.len(), 1);
        kit = at_the_line(&world, &address, kit).await;
        let id = kit.id();
        let kit = at_kit(&address, world.now(), move |_| {
            assert!(kit.revisits().unwrap().unwrap().revisits.is_empty());
            kit
        })
        .await;
        forgotten_once_suspended(&world, &address, id, kit).await;
    }
}
