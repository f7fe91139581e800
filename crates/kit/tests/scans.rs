//! Fingers and portrait by devices on the loopback address, from the pages to the sealed packet.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::browser::{Browser, HOST, PIN, Page, SECOND_PIN};
use common::statements::signed_by;
use common::{Centre, OFFICER, PACK, SUPERVISOR, now, options, picture, rng};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use niims_country::{Answers, FormKind};
use niims_device::maker::KeyKind;
use niims_device::vocabulary::{Certification, DeviceKind, Environment};
use niims_kit::Kit;
use niims_kit::devices::{DeviceStation, Patience};
use niims_kit::interview::{ConsentGiven, Interview, InterviewOf, NewDocument, next_question};
use niims_kit::pages::Station;
use niims_packet::{CaptureOutcome, CaptureStation, ConsentMode, Encounter, ExceptionOf};
use niims_sim::device::{Fault, RunningDevice, Setup, Subject, start};
use niims_wire::{Clock, Entropy};
use rand_chacha::rand_core::Rng;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A kit with a scanner and a camera, and an interview that stands at fingers and portrait.
struct Desk {
    folder: tempfile::TempDir,
    browser: Browser,
    scanner: Option<RunningDevice>,
    camera: Option<RunningDevice>,
    of: InterviewOf,
    at: String,
}

fn setup(kind: DeviceKind) -> Setup {
    Setup {
        kind,
        certification: Certification::L0,
        keys: KeyKind::Ed25519,
        environment: Environment::Developer,
        subject: Subject::synthetic([5; 32]),
        takes: Duration::from_millis(20),
        fault: Fault::None,
    }
}

fn desk(trusted: bool) -> Desk {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = Arc::new(AtomicI64::new(now().as_second()));
    let (time, draws) = (clock.clone(), AtomicU64::new(9_000));
    let told = Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap());
    let entropy = Entropy::new(move |bytes| {
        rng(draws.fetch_add(1, Ordering::SeqCst)).fill_bytes(bytes);
    });
    let run = |kind| {
        let device = start(setup(kind), None, told.clone(), &entropy);
        runtime.block_on(device).unwrap()
    };
    let (scanner, camera) = (run(DeviceKind::Finger), run(DeviceKind::Face));
    let ports = [scanner.port(), camera.port()];
    let patience = Patience {
        connect: Duration::from_millis(500),
        describe: Duration::from_secs(1),
        frame: Duration::from_secs(1),
    };
    let station =
        DeviceStation::default().on_ports(ports).with_patience(patience, Duration::from_secs(5));
    let mut list = scanner.trust();
    list.device_roots.extend(camera.trust().device_roots);
    list.device_makers.extend(camera.trust().device_makers);
    let note = Centre::new().log.sign(&list.text()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let begun = Mutex::new(None);
    let browser = Browser::on(runtime, clock, folder.path(), Station::Devices(station), |kit| {
        if trusted {
            kit.keep_device_trust(&note, now()).unwrap();
        }
        *begun.lock().unwrap() = Some(up_to_body(kit));
    });
    let of = begun.into_inner().unwrap().unwrap();
    let at = format!("/interviews/{}", of.interview);
    let mut desk = Desk { folder, browser, scanner: Some(scanner), camera: Some(camera), of, at };
    desk.browser.sign_in();
    assert_eq!(desk.post("body/open", "").to, format!("{}/body", desk.at));
    desk
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

fn up_to_body(kit: &mut Kit) -> InterviewOf {
    kit.sign_in(OFFICER, PIN, now()).unwrap();
    let mut rng = rng(40);
    let of = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng).unwrap();
    let born = json!({"date_of_birth": "1987-04-23", "date_of_birth_precision": "DAY"});
    kit.answer_age(of, &answers(born), now(), &mut rng).unwrap();
    kit.notice_read(of, "sw", now(), &mut rng).unwrap();
    let signed = ConsentGiven { mode: ConsentMode::Signature, witness: None };
    kit.give_consent(of, signed, now(), &mut rng).unwrap();
    let told: Answers = serde_json::from_str(include_str!("data/adult.json")).unwrap();
    while let Some(question) = {
        let interview = kit.interview(of).unwrap();
        next_question(&interview, &PACK, PACK.today(now())).map(|field| field.id.clone())
    } {
        let given = told.get(&question).cloned();
        let given =
            given.map_or_else(Answers::new, |value| answers(json!({question.clone(): value})));
        kit.answer(of, &[&question], &given, now(), &mut rng).unwrap();
    }
    let document = NewDocument {
        place: 0,
        sighted: true,
        number: "0000 0001".to_owned(),
        photograph: Some(picture(400, 260, 3)),
    };
    kit.show_document(of, document, now(), &mut rng).unwrap();
    of
}

impl Desk {
    fn get(&mut self, part: &str) -> Page {
        let path = format!("{}/{part}", self.at);
        self.browser.get(&path)
    }

    fn post(&mut self, part: &str, fields: &str) -> Page {
        let path = format!("{}/{part}", self.at);
        self.browser.post(&path, fields)
    }

    /// Captures; the page that follows.
    fn scan(&mut self, what: &str) -> Page {
        let page = self.post(&format!("body/scan/{what}"), "");
        if page.status == StatusCode::SEE_OTHER { self.get("body") } else { page }
    }

    fn fault(&self, fault: Fault) {
        self.scanner.as_ref().unwrap().set_fault(fault);
    }

    /// The interview as a copy of the disk holds it: what is left when the power goes now.
    fn on_disk(&self) -> Interview {
        let copy = copy(self.folder.path());
        let mut kit = Kit::open(copy.path(), options()).unwrap();
        kit.sign_in(OFFICER, PIN, now()).unwrap();
        kit.interview(self.of).unwrap()
    }
}

impl Desk {
    /// Scans until every finger that is not noted as missing is captured, and the portrait.
    fn scan_all(&mut self) {
        for _ in 0..9 {
            if self.on_disk().scans.unsettled().is_some() {
                let page = self.scan("fingers");
                assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            }
        }
        let page = self.scan("portrait");
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert_eq!(self.post("body", "").to, format!("{}/body", self.at));
    }

    /// Finishes the interview; what the centre reads in the packet, and its bytes.
    fn finish(&mut self) -> (Encounter, Vec<u8>) {
        self.get("check");
        let done = self.post("check", "confirmed=yes");
        assert_eq!(done.to, "/done", "{}", done.body);
        let copied = copy(self.folder.path());
        let kit = Kit::open(copied.path(), options()).unwrap();
        let (_, officer, _) = kit.officers().find(|(id, ..)| *id == OFFICER).unwrap();
        let mut files = std::fs::read_dir(self.folder.path().join("outbox")).unwrap();
        let bytes = std::fs::read(files.next().unwrap().unwrap().path()).unwrap();
        assert!(files.next().is_none());
        (Centre::new().open(&bytes, &kit.public_key(), &officer), bytes)
    }
}

fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["kit.sqlite", "kit.sqlite-wal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    let keys = copy.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    for entry in std::fs::read_dir(folder.join("keys")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), keys.join(entry.file_name())).unwrap();
    }
    copy
}

#[test]
fn slaps_thumbs_and_portrait_end_in_a_packet_and_each_is_on_disk_first() {
    let mut desk = desk(true);
    let page = desk.get("body");
    assert!(
        page.body.contains("Right hand: lay four fingers flat")
            && page.body.contains("/preview/right")
    );
    for (count, next) in
        [(4, "Left hand: lay"), (8, "Both thumbs: lay"), (10, "before a plain wall")]
    {
        // A typical finger may need another try.
        for _ in 0..3 {
            if desk.on_disk().scans.fingers.len() < count || !desk.get("body").body.contains(next) {
                let page = desk.scan("fingers");
                assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            }
        }
        let page = desk.get("body");
        assert!(page.body.contains(next), "{next}: {}", page.body);
        let scans = desk.on_disk().scans;
        assert_eq!(scans.fingers.len(), count);
        assert!(scans.fingers.iter().all(|one| !one.kept.is_empty() && one.used <= 3));
    }
    // Not before the portrait, unless somebody vouches.
    let page = desk.scan("portrait");
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(desk.on_disk().scans.portrait.is_some());
    assert_eq!(desk.post("body", "").to, format!("{}/body", desk.at));
    let page = desk.get("body");
    assert!(page.body.contains("Quality") && page.body.contains("/check"), "{}", page.body);
    let body = desk.on_disk().body.unwrap();
    assert!(body.is_usable() && body.portrait.is_some() && body.fingers.len() == 10);
    assert_eq!(desk.post("body/scan/fingers", "").status, StatusCode::SEE_OTHER, "it is over");
    let kept: Vec<_> = desk.on_disk().scans.fingers.iter().map(|one| one.kept.len()).collect();
    let (encounter, bytes) = desk.finish();
    println!("packet of ten prints by devices: {} bytes", bytes.len());
    assert!(bytes.len() < 700_000, "{} bytes", bytes.len());
    assert_eq!(encounter.station, CaptureStation::Devices);
    for (finger, kept) in encounter.fingers.iter().zip(kept) {
        let CaptureOutcome::Captured { quality, second, .. } = &finger.outcome else { panic!() };
        assert_eq!(second.is_some(), kept == 2, "finger {}", finger.position);
        assert!(second.as_ref().is_none_or(|second| second.quality <= *quality));
    }
    signed_by(&encounter, &desk.scanner.as_ref().unwrap().trust());
}

#[test]
fn a_device_that_is_slow_gone_or_lying_leaves_the_interview_whole() {
    let mut desk = desk(true);
    desk.scan("fingers");
    let before = desk.on_disk().scans;
    assert_eq!(before.fingers.len(), 4);
    for (fault, words) in [
        (Fault::HangsUp, "went away"),
        (Fault::CutAnswer, "went away"),
        (Fault::Silent, "did not answer in time"),
        (Fault::Busy, "is busy"),
        (Fault::NotReady, "is not ready"),
        (Fault::NothingSeen, "saw nothing"),
        (Fault::WrongSignature, "cannot be trusted"),
        (Fault::BrokenChain, "cannot be trusted"),
        (Fault::UnknownRoot, "not on the centre&#39;s list"),
        (Fault::ClockAhead, "clocks of device and laptop"),
        (Fault::Lossy, "cannot be used for registration"),
        (Fault::Garbage, "does not do what it should"),
    ] {
        desk.fault(fault);
        let page = desk.scan("fingers");
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault:?}: {}", page.body);
        assert!(page.body.contains(words), "{fault:?}: {}", page.body);
        assert_eq!(desk.on_disk().scans, before, "{fault:?}");
    }
    drop(desk.scanner.take());
    let page = desk.scan("fingers");
    assert!(page.body.contains("No fingerprint scanner answers"), "{}", page.body);
    let page = desk.browser.get(&format!("{}/body?lang=sw", desk.at));
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = desk.scan("fingers");
    assert!(page.body.contains("Hakuna kisomaji cha vidole"), "{}", page.body);
    assert_eq!(desk.on_disk().scans, before);
    // What is left: the fingers that could not be captured, for the scanner's failure.
    drop(desk.camera.take());
    assert!(desk.scan("portrait").body.contains("Hakuna kamera"));
}

#[test]
fn the_wrong_hand_one_finger_twice_and_the_officers_own_are_told_at_once() {
    let mut desk = desk(true);
    desk.scan("fingers");
    let before = desk.on_disk().scans;
    desk.fault(Fault::OtherHand);
    while desk.get("body").body.contains("Right hand: lay") {
        desk.fault(Fault::None);
        desk.scan("fingers");
        desk.fault(Fault::OtherHand);
    }
    let page = desk.scan("fingers");
    assert!(page.body.contains("This hand was captured before as the other hand"), "{}", page.body);
    let after = desk.on_disk().scans;
    assert!(after.fingers.len() <= 8 && after.chain != before.chain);
    assert!(after.fingers.iter().filter(|one| one.position > 5).all(|one| one.kept.is_empty()));
    desk.fault(Fault::SameFinger);
    let page = desk.scan("fingers");
    assert!(page.body.contains("captured before under another name"), "{}", page.body);
    // The officer lays down their own hand: the same synthetic one, known from now on.
    desk.fault(Fault::None);
    desk.browser.get("/own-fingers");
    assert_eq!(desk.browser.post("/own-fingers/left", "").to, "/own-fingers");
    assert!(desk.browser.get("/own-fingers").body.contains("of 4"));
    desk.get("body");
    let page = desk.scan("fingers");
    assert!(page.body.contains("finger of an officer of this kit"), "{}", page.body);
}

#[test]
fn missing_fingers_need_a_reason_a_photo_and_somebody_else() {
    let mut desk = desk(true);
    desk.get("body/missing");
    let fields = |reason: &str, officer: &str, pin: &str, more: &str| {
        format!("finger=2&finger=3&reason={reason}&officer={officer}&pin={pin}{more}")
    };
    let second = SUPERVISOR.to_string();
    let own = OFFICER.to_string();
    for (fields, words) in [
        (fields("BANDAGED", &second, SECOND_PIN, ""), "Take a photo first"),
        (fields("WORN", &second, SECOND_PIN, ""), "Try the scanner three times"),
        (fields("BANDAGED", &second, SECOND_PIN, "&permanent=yes"), "passes with time"),
        (fields("EQUIPMENT", &own, PIN, ""), "It must be another officer"),
        (fields("EQUIPMENT", &second, PIN, ""), "The PIN is wrong"),
        ("reason=WORN".to_owned(), "Choose at least one finger"),
    ] {
        let page = desk.post("body/missing", &fields);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(page.body.contains(words), "{words}: {}", page.body);
        assert!(desk.on_disk().scans.missing.is_empty(), "{words}");
    }
    let photo = desk.post("body/scan/exception_photo", "");
    assert_eq!(photo.to, format!("{}/body/missing", desk.at), "{}", photo.body);
    let page = desk.post("body/missing", &fields("BANDAGED", &second, SECOND_PIN, ""));
    assert_eq!(page.to, format!("{}/body", desk.at), "{}", page.body);
    let scans = desk.on_disk().scans;
    assert_eq!(scans.missing.len(), 2);
    assert_eq!(scans.missing[0].second, SUPERVISOR);
    // The scanner is asked for the two that are there.
    desk.scan("fingers");
    assert_eq!(desk.on_disk().scans.fingers.len(), 2);
    // Found after all.
    desk.get("body");
    desk.post("body/present/2", "");
    assert_eq!(desk.on_disk().scans.missing.len(), 1);
    // Nothing is taken over while a finger is open.
    let page = desk.post("body", "");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Another finger, for another reason. Photo and both notes reach the packet.
    desk.get("body/missing");
    let left = format!("finger=7&reason=HENNA&officer={second}&pin={SECOND_PIN}");
    assert_eq!(desk.post("body/missing", &left).to, format!("{}/body", desk.at));
    desk.scan_all();
    let (encounter, _) = desk.finish();
    let noted: Vec<_> = encounter.exceptions.iter().map(|one| (one.of, &*one.reason)).collect();
    let finger = ExceptionOf::Finger;
    assert_eq!(noted, [(finger(3), "BANDAGED"), (finger(7), "HENNA")]);
    assert!(encounter.exceptions.iter().all(|one| one.approved_by == SUPERVISOR));
    assert!(encounter.exception_photo.is_some());
    signed_by(&encounter, &desk.scanner.as_ref().unwrap().trust());
}

#[test]
fn a_kit_without_a_list_trusts_no_device_and_lists_do_not_go_back() {
    let mut desk = desk(false);
    let page = desk.scan("fingers");
    assert!(page.body.contains("no list of trusted devices"), "{}", page.body);
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let mut kit = common::new_kit(folder.path(), 7, &centre);
    let mut list = desk.scanner.as_ref().unwrap().trust();
    let mut keep = |version, key: &niims_audit::LogSigningKey, at| {
        list.version = version;
        let note = key.sign(&list.text()).unwrap();
        kit.keep_device_trust(&note, at).map_err(|error| error.code())
    };
    assert_eq!(keep(7, &centre.log, now()), Ok(7));
    assert_eq!(keep(6, &centre.log, now()), Err("device.trust.older"));
    let year = now() + SignedDuration::from_hours(24 * 366);
    assert_eq!(keep(8, &centre.log, year), Err("device.trust.expired"));
    let other = niims_audit::LogSigningKey::generate("log.test/niims", &mut rng(77)).unwrap();
    assert_eq!(keep(9, &other, now()), Err("device.trust.signature"));
    assert_eq!(kit.device_trust(now()).unwrap().unwrap().version, 7);
    assert_eq!(kit.device_trust(year).unwrap_err().code(), "device.trust.expired");
}

#[test]
fn the_preview_is_a_plain_picture_that_moves() {
    let desk = desk(true);
    let cookies: Vec<String> =
        desk.browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(format!("{}/preview/right", desk.at))
        .header(header::HOST, HOST)
        .header(header::COOKIE, cookies.join("; "))
        .body(Body::empty())
        .unwrap();
    let app = desk.browser.app.clone();
    desk.browser.runtime.block_on(async move {
        let answer = app.oneshot(request).await.unwrap();
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert_eq!(kind, "multipart/x-mixed-replace; boundary=niims-frame");
        let mut body = answer.into_body();
        let mut frames = Vec::new();
        while frames.len() < 2 {
            let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
            assert!(frame.starts_with(b"--niims-frame\r\nContent-Type: image/jpeg\r\n"));
            frames.push(frame);
        }
        assert_ne!(frames[0], frames[1]);
    });
}
