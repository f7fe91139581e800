//! Codes of a form, from the camera or a photograph to the sealed packet.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::browser::{Browser, HOST, PIN, SECOND_PIN};
use common::{Centre, OFFICER, PACK, SUPERVISOR, new_kit, now, rng};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use niims_country::{Answers, FormKind};
use niims_device::maker::KeyKind;
use niims_device::vocabulary::{Certification, DeviceKind, Environment};
use niims_kit::devices::{DeviceStation, Patience};
use niims_kit::interview::{
    ConsentGiven, InterviewOf, NewDocument, NoStation, Stage, Vouching, next_question, reached,
    unconfirmed,
};
use niims_kit::pages::Station;
use niims_kit::{EnrolRefused, Kit};
use niims_packet::ConsentMode;
use niims_paper::{QUIET_ZONE, QrMatrix};
use niims_prefill::{Filled, FormNumber, Part, Prefill};
use niims_sim::device::{Fault, RunningDevice, Setup, Subject, start};
use niims_wire::{Clock, Entropy};
use rand_chacha::rand_core::Rng;
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

fn told() -> Value {
    serde_json::from_str(include_str!("data/adult.json")).unwrap()
}

fn codes(kind: FormKind, filled: Filled) -> Vec<String> {
    Prefill { kind, filled }.parts(&PACK).unwrap().iter().map(Part::text).collect()
}

fn adult(value: Value) -> Vec<String> {
    codes(FormKind::Adult, Filled::Answers(answers(value)))
}

fn number() -> FormNumber {
    FormNumber::of_random(&[7; 12])
}

/// Codes beside each other, as on a page.
fn page(texts: &[String]) -> Vec<u8> {
    let codes: Vec<QrMatrix> = texts.iter().map(|text| QrMatrix::of(text).unwrap()).collect();
    let side = codes.iter().map(|code| code.size() + 2 * QUIET_ZONE).max().unwrap();
    let picture =
        image::GrayImage::from_fn((side * codes.len() * 5) as u32, (side * 5) as u32, |x, y| {
            let (x, y) = (x as usize / 5, y as usize / 5);
            let dark = x % side >= QUIET_ZONE
                && y >= QUIET_ZONE
                && codes[x / side].is_dark(x % side - QUIET_ZONE, y - QUIET_ZONE);
            image::Luma([if dark { 20 } else { 240 }])
        });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn code<T>(result: Result<T, EnrolRefused>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(refused) => refused.code(),
    }
}

/// An interview of an adult whose consent is given.
fn consented(kit: &mut Kit) -> InterviewOf {
    let mut rng = rng(3);
    let of = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng).unwrap();
    let born = json!({"date_of_birth": "1987-04-23", "date_of_birth_precision": "DAY"});
    kit.answer_age(of, &answers(born), now(), &mut rng).unwrap();
    kit.notice_read(of, "sw", now(), &mut rng).unwrap();
    let signed = ConsentGiven { mode: ConsentMode::Signature, witness: None };
    kit.give_consent(of, signed, now(), &mut rng).unwrap();
    of
}

fn with_pins(folder: &std::path::Path, centre: &Centre) -> Kit {
    let mut kit = new_kit(folder, 7, centre);
    kit.set_pin(OFFICER, "Desk one", PIN, &mut rng(1)).unwrap();
    kit.set_pin(SUPERVISOR, "Supervisor", SECOND_PIN, &mut rng(2)).unwrap();
    kit.sign_in(OFFICER, PIN, now()).unwrap();
    kit
}

/// Answers what the codes left open.
fn answer_rest(kit: &mut Kit, of: InterviewOf) -> Vec<String> {
    let told = answers(told());
    let mut put = Vec::new();
    while let Some(question) = {
        let interview = kit.interview(of).unwrap();
        next_question(&interview, &PACK, PACK.today(now())).map(|field| field.id.clone())
    } {
        let given = told.get(&question).cloned();
        let given =
            given.map_or_else(Answers::new, |value| answers(json!({question.clone(): value})));
        kit.answer(of, &[&question], &given, now(), &mut rng(put.len() as u64)).unwrap();
        put.push(question);
        assert!(put.len() < 100, "{put:?}");
    }
    put
}

/// Shows the document, and lets a colleague vouch for what the station cannot capture.
fn document_and_body(kit: &mut Kit, of: InterviewOf) {
    let mut rng = rng(11);
    let document = NewDocument {
        place: 0,
        sighted: true,
        number: "00000001".to_owned(),
        photograph: Some(common::picture(400, 260, 3)),
    };
    kit.show_document(of, document, now(), &mut rng).unwrap();
    kit.open_body(of, &mut NoStation, now(), &mut rng).unwrap();
    let list = PACK.code_list("fingers").unwrap();
    let worn = list.codes().iter().map(|f| json!({"finger": f.code, "reason": "WORN"})).collect();
    kit.take_body(of, &mut NoStation, worn, now(), &mut rng).unwrap();
    let vouching =
        Vouching { officer: SUPERVISOR, pin: SECOND_PIN.to_owned(), reason: "WORN".to_owned() };
    kit.vouch_for(of, &vouching, now(), &mut rng).unwrap();
}

#[test]
fn answers_of_codes_are_taken_over_marked_and_confirmed_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let mut kit = with_pins(folder.path(), &centre);
    let of = consented(&mut kit);
    let mut rng = rng(10);
    kit.answer(of, &["first_name"], &answers(json!({"first_name": "Typed"})), now(), &mut rng)
        .unwrap();
    let mut given = told();
    given["first_name"] = json!("Printed");
    given["date_of_birth"] = json!("1988-04-23");
    given["mobile_phone"] = json!("12");
    given["occupation"] = json!("Potter");
    let texts = adult(given);
    let paper = codes(FormKind::Adult, Filled::Paper(number()));
    kit.prefill(of, &paper, now(), &mut rng).unwrap();
    // One code after the other, as they are held up.
    for text in &texts {
        kit.prefill(of, core::slice::from_ref(text), now(), &mut rng).unwrap();
    }
    let interview = kit.interview(of).unwrap();
    let taken = interview.prefill.told.clone().unwrap();
    assert_eq!(
        (taken.faulty, taken.differ, taken.kept),
        (
            vec!["mobile_phone".to_owned()],
            vec!["date_of_birth".to_owned()],
            vec!["first_name".to_owned()],
        )
    );
    assert_eq!(interview.answers.text("first_name"), Some("Typed"));
    assert_eq!(interview.answers.text("date_of_birth"), Some("1987-04-23"));
    assert_eq!(interview.answers.text("occupation"), Some("Potter"));
    assert!(interview.answers.get("mobile_phone").is_none());
    assert!(interview.answers.get("date_of_birth_evidence").is_none(), "the officer says that");
    assert_eq!(interview.consents.len(), 1);
    let sighted = &interview.answers.get("identifiers").unwrap()[0];
    assert!(sighted.get("original_sighted").is_none(), "{sighted}");
    assert!(interview.documents.is_empty() && interview.body.is_none());

    let put = answer_rest(&mut kit, of);
    assert!(put.contains(&"mobile_phone".to_owned()) && !put.contains(&"surname".to_owned()));
    assert!(put.contains(&"date_of_birth_evidence".to_owned()));
    assert!(put.len() < 10, "only what is missing is asked: {put:?}");
    // What is saved on its own page is typed.
    kit.answer(of, &["occupation"], &answers(json!({"occupation": "Potter"})), now(), &mut rng)
        .unwrap();
    document_and_body(&mut kit, of);
    let interview = kit.interview(of).unwrap();
    assert_eq!(reached(&interview, &PACK, PACK.today(now())), Stage::Check);
    let open = unconfirmed(&interview);
    assert!(open.contains(&"surname".to_owned()) && !open.contains(&"occupation".to_owned()));
    assert_eq!(code(kit.finish_interview(of, now(), &mut rng)), "prefill.unconfirmed");
    kit.confirm_prefilled(of, &open[1..], now(), &mut rng).unwrap();
    assert_eq!(code(kit.finish_interview(of, now(), &mut rng)), "prefill.unconfirmed");
    kit.confirm_prefilled(of, &open[..1], now(), &mut rng).unwrap();
    let finished = kit.finish_interview(of, now(), &mut rng).unwrap();
    assert_eq!(common::open_all(&mut kit, folder.path(), &centre), [finished.application_number]);
}

#[test]
fn no_code_comes_before_consent_and_bad_ones_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut kit = with_pins(folder.path(), &Centre::new());
    let mut rng = rng(20);
    let early = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng).unwrap();
    let good = adult(told());
    assert_eq!(code(kit.prefill(early, &good, now(), &mut rng)), "interview.not_yet");
    let of = consented(&mut kit);
    let before = serde_json::to_value(kit.interview(of).unwrap()).unwrap();
    let minor = codes(FormKind::Minor, Filled::Answers(answers(json!({"surname": "Sample"}))));
    let mut check = |texts: &[String], expected: &str| {
        assert_eq!(code(kit.prefill(of, texts, now(), &mut rng)), expected);
        assert_eq!(serde_json::to_value(kit.interview(of).unwrap()).unwrap(), before);
    };
    check(&[], "prefill.foreign");
    check(&["https://pay.example/1".to_owned()], "prefill.foreign");
    check(&[good[0].replacen("NIIMS1", "NIIMS9", 1)], "prefill.other_version");
    check(&[format!("NIIMS1:{}", "A".repeat(4_000))], "prefill.too_long");
    check(&[good[0].replacen(['A', 'B'], "C", 1)], "prefill.damaged");
    check(&minor, "prefill.other_form");
    // Another code beside ours is passed over; a part of another form is told.
    let beside = ["https://pay.example/1".to_owned(), good[0].clone()];
    kit.prefill(of, &beside, now(), &mut rng).unwrap();
    assert_eq!(code(kit.prefill(of, &minor, now(), &mut rng)), "prefill.other_set");
    kit.prefill_anew(of, now(), &mut rng).unwrap();
    assert_eq!(code(kit.prefill(of, &minor, now(), &mut rng)), "prefill.other_form");
    kit.prefill(of, &good, now(), &mut rng).unwrap();
}

#[test]
fn the_number_of_a_paper_form_is_noted_and_a_photograph_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new(folder.path(), Station::Beside(Box::new(NoStation)), |_| ());
    browser.sign_in();
    let at = browser.consented();
    let shown = browser.get(&format!("{at}/prefill"));
    assert!(shown.body.contains("Photograph of the code") && !shown.body.contains("prefill/scan"));
    let photo = format!("{at}/prefill/photo");
    let wrong = browser.upload(&photo, &[], &common::picture(400, 260, 3));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("No code was seen"));
    let wrong = browser.upload(&photo, &[], b"no picture");
    assert!(wrong.body.contains("neither PNG nor JPEG"));
    let wrong = browser.upload(&photo, &[], &page(&["https://pay.example".to_owned()]));
    assert!(wrong.body.contains("not the code of a registration form"));
    let paper = codes(FormKind::Adult, Filled::Paper(number()));
    assert_eq!(browser.upload(&photo, &[], &page(&paper)).to, format!("{at}/prefill"));
    assert!(browser.get(&format!("{at}/prefill")).body.contains(&number().shown()));
    let whole = adult(told());
    assert_eq!(browser.upload(&photo, &[], &page(&whole)).to, format!("{at}/prefill"));
    let page = browser.get(&format!("{at}/prefill"));
    assert!(page.body.contains("Answers taken over"), "{}", page.body);
    let surname = browser.get(&format!("{at}/questions/surname"));
    assert!(surname.body.contains("This answer came from the code of a form"));
    // A code of one visit is no form of another, and nobody else's interview.
    let token = core::mem::replace(&mut browser.token, "no".to_owned());
    assert_eq!(browser.upload(&photo, &[], b"x").status, StatusCode::FORBIDDEN);
    browser.token = token;
}

#[test]
fn a_form_that_was_read_for_somebody_else_is_told_and_another_kind_leads_to_its_interview() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new(folder.path(), Station::Beside(Box::new(NoStation)), |_| ());
    browser.sign_in();
    let read = |browser: &mut Browser, at: &str, texts: &[String]| {
        let answer = browser.upload(&format!("{at}/prefill/photo"), &[], &page(texts));
        let address = format!("{at}/prefill");
        if answer.to == address { browser.get(&address) } else { answer }
    };
    let told_twice = "This form was read on this kit before";
    let (paper, home) = (codes(FormKind::Adult, Filled::Paper(number())), adult(told()));
    let first = browser.consented();
    for form in [&paper, &home, &paper] {
        let page = read(&mut browser, &first, form);
        assert!(!page.body.contains(told_twice), "one interview may read its form again");
    }
    let second = browser.consented();
    for form in [&paper, &home] {
        let page = read(&mut browser, &second, form);
        assert!(page.body.contains(told_twice), "{}", page.body);
        assert!(page.body.contains("22 November 2026"), "{}", page.body);
    }
    let mut other = told();
    other["surname"] = json!("Tovexani");
    let page = read(&mut browser, &second, &adult(other));
    assert!(!page.body.contains(told_twice), "{}", page.body);
    // An interview that is taken back leaves the form free.
    browser.post(&format!("{first}/withdraw"), "");
    browser.post(&format!("{second}/withdraw"), "");
    let third = browser.consented();
    assert!(!read(&mut browser, &third, &paper).body.contains(told_twice));
    // The form of a child in the interview of an adult.
    let minor = codes(FormKind::Minor, Filled::Paper(number()));
    browser.post(&format!("{third}/prefill/anew"), "");
    let page = read(&mut browser, &third, &minor);
    assert!(page.body.contains("/begin?form=minor"), "{}", page.body);
    let chosen = |body: &str| {
        let radio = body.split("<input").find(|one| one.contains("checked")).map(str::to_owned);
        radio.filter(|one| one.contains("radio"))
    };
    let page = browser.get("/begin?form=minor");
    assert!(chosen(&page.body).is_some_and(|one| one.contains("\"minor\"")), "{}", page.body);
    for nothing in ["/begin", "/begin?form=nobody", "/begin?form=%ff", "/begin?other=1&form"] {
        let page = browser.get(nothing);
        assert_eq!((page.status, chosen(&page.body)), (StatusCode::OK, None), "{nothing}");
    }
}

/// A kit with a camera.
fn camera_desk() -> (tempfile::TempDir, Browser, RunningDevice) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = Arc::new(AtomicI64::new(now().as_second()));
    let time = clock.clone();
    let told = Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap());
    let entropy = Entropy::new(|bytes| rng(77).fill_bytes(bytes));
    let setup = Setup {
        kind: DeviceKind::Face,
        certification: Certification::L0,
        keys: KeyKind::Ed25519,
        environment: Environment::Developer,
        subject: Subject::synthetic([5; 32]),
        takes: Duration::from_millis(20),
        fault: Fault::None,
    };
    let camera = runtime.block_on(start(setup, None, told, &entropy)).unwrap();
    let patience = Patience {
        connect: Duration::from_millis(500),
        describe: Duration::from_secs(2),
        frame: Duration::from_secs(1),
    };
    let station = DeviceStation::default()
        .on_ports([camera.port()])
        .with_patience(patience, Duration::from_secs(5));
    let note = Centre::new().log.sign(&camera.trust().text()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::on(runtime, clock, folder.path(), Station::Devices(station), |kit| {
        kit.keep_device_trust(&note, now()).unwrap();
    });
    (folder, browser, camera)
}

#[test]
fn the_camera_of_the_kit_reads_the_codes() {
    let (_folder, mut browser, camera) = camera_desk();
    browser.sign_in();
    let at = browser.consented();
    assert!(browser.get(&format!("{at}/prefill")).body.contains("/prefill/preview"));
    // The preview of the page runs on, and ends when the camera is needed.
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(format!("{at}/prefill/preview"))
        .header(header::HOST, HOST)
        .header(header::COOKIE, cookies.join("; "))
        .body(Body::empty())
        .unwrap();
    let app = browser.app.clone();
    let preview = browser.runtime.block_on(app.oneshot(request)).unwrap();
    assert_eq!(preview.status(), StatusCode::OK);
    let preview = browser.runtime.spawn(preview.into_body().collect());
    let texts = adult(told());
    let scan = format!("{at}/prefill/scan");
    camera.hold_up(Some(&page(&texts[..1]))).unwrap();
    if texts.len() > 1 {
        assert_eq!(browser.post(&scan, "").to, format!("{at}/prefill"));
        let shown = browser.get(&format!("{at}/prefill"));
        assert!(shown.body.contains("Still to be read"), "{}", shown.body);
        for text in &texts[1..] {
            camera.hold_up(Some(&page(core::slice::from_ref(text)))).unwrap();
            assert_eq!(browser.post(&scan, "").to, format!("{at}/prefill"));
        }
    }
    let shown = browser.get(&format!("{at}/prefill"));
    assert!(shown.body.contains("Answers taken over"), "{}", shown.body);
    let bytes = browser.runtime.block_on(preview).unwrap().unwrap().to_bytes();
    assert!(bytes.ends_with(b"--niims-frame--\r\n"), "the preview ended well");
    camera.set_fault(Fault::PreviewStops);
    camera.hold_up(None).unwrap();
    let page = browser.post(&scan, "");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stopped = ["went away in the middle", "did not answer in time"];
    assert!(stopped.iter().any(|words| page.body.contains(words)), "{}", page.body);
    drop(camera);
    // The kit may have found it anew before: then it sees first that it went away.
    let first = browser.post(&scan, "");
    assert_eq!(first.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.post(&scan, "");
    assert!(page.body.contains("No camera answers"), "{}", page.body);
}
