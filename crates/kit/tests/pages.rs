//! The pages from outside: what the browser of the laptop sends, and what it gets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::browser::{Browser, PIN, SECOND_PIN};
use common::{Capture, OFFICER, SUPERVISOR, later, now, options, picture};
use niims_kit::Kit;
use niims_kit::interview::{BodyCapture, FolderStation, NoStation};
use niims_kit::pages::Station;
use tower::ServiceExt as _;

fn browser() -> (tempfile::TempDir, Browser) {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::new(folder.path(), Station::Beside(Box::new(NoStation)), |_| ());
    (folder, browser)
}

#[test]
fn pages_are_for_the_officer_who_signed_in_on_this_laptop() {
    let (_folder, mut browser) = browser();
    let strange =
        Request::get("/").header(header::HOST, "evil.example:8046").body(Body::empty()).unwrap();
    let app = browser.app.clone();
    let answer = browser.runtime.block_on(app.oneshot(strange)).unwrap();
    assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST);
    for path in ["/home", "/begin", "/day", "/day/report", "/done", "/slip/a6"] {
        assert_eq!(browser.get(path).to, "/", "{path}");
    }
    let wrong = browser.get("/");
    assert!(wrong.body.contains("Desk one") && wrong.body.contains("free of charge"));
    let wrong = browser.post("/", &format!("officer={OFFICER}&pin=999998"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("The PIN is wrong") && !wrong.body.contains("999998"));
    browser.sign_in();
    let home = browser.get("/home");
    assert!(home.body.contains("Desk one is at the kit"));
    // A form of another visit, and one without a token, do nothing.
    let token = core::mem::replace(&mut browser.token, "no".to_owned());
    assert_eq!(browser.post("/begin", "form=adult").status, StatusCode::FORBIDDEN);
    browser.token = token;
    // After ten minutes the seat is empty.
    browser.wait(9);
    assert_eq!(browser.get("/home").status, StatusCode::OK);
    browser.wait(11);
    assert_eq!(browser.get("/home").to, "/");
    assert_eq!(browser.post("/begin", "form=adult").to, "/");
}

#[test]
fn another_pin_takes_the_seat_and_finds_only_its_own() {
    let (_folder, mut browser) = browser();
    browser.sign_in();
    let at = browser.consented();
    let page = browser.get(&format!("{at}/questions/first_name"));
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(browser.post(&format!("{at}/questions/first_name"), "first_name=Mfano").to, at);
    browser.get("/");
    assert_eq!(browser.post("/", &format!("officer={SUPERVISOR}&pin={SECOND_PIN}")).to, "/home");
    assert!(!browser.get("/home").body.contains("Mfano"));
    for part in ["", "/age", "/questions/first_name", "/check"] {
        let page = browser.get(&format!("{at}{part}"));
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{part}");
        assert!(!page.body.contains("Mfano"));
    }
    browser.post(&format!("{at}/decline"), "");
    browser.post(&format!("{at}/withdraw"), "");
    browser.sign_in();
    assert!(browser.get("/home").body.contains("Mfano"), "nothing was lost");
    let page = browser.get(&format!("{at}/questions/first_name"));
    let (_, title) = page.body.split_once("<title>").unwrap();
    let (title, rest) = title.split_once("</title>").unwrap();
    assert!(!title.contains("Mfano") && rest.contains("value=\"Mfano\""));
}

#[test]
fn no_address_skips_a_part() {
    let (_folder, mut browser) = browser();
    browser.sign_in();
    let at = browser.post("/begin", "form=adult").to;
    for part in [
        "notice",
        "guardian",
        "consent",
        "questions/surname",
        "parts/personal",
        "documents",
        "body",
        "vouch",
        "check",
    ] {
        assert_eq!(browser.get(&format!("{at}/{part}")).to, format!("{at}/age"), "{part}");
    }
    for (part, fields) in [
        ("notice", "language=en"),
        ("consent", "mode=signature"),
        ("questions/surname", "surname=Mfano"),
        ("body/open", ""),
        ("body", ""),
        ("check", "confirmed=yes"),
    ] {
        let page = browser.post(&format!("{at}/{part}"), fields);
        assert!(
            page.status == StatusCode::SEE_OTHER && page.to.starts_with(&at),
            "{part} {}",
            page.body
        );
        assert_eq!(browser.get(&at).to, format!("{at}/age"), "{part}");
    }
    // There is no way to send a portrait or a finger.
    browser.get("/home");
    for part in ["portrait", "body/portrait", "documents/9"] {
        let page =
            browser.upload(&format!("{at}/{part}"), &[("shown", "seen")], &picture(300, 400, 1));
        assert!([StatusCode::NOT_FOUND, StatusCode::SEE_OTHER].contains(&page.status), "{part}");
    }
}

#[test]
fn bad_answers_are_told_beside_the_question_and_good_ones_are_saved() {
    let (folder, mut browser) = browser();
    browser.sign_in();
    let at = browser.consented();
    browser.get(&format!("{at}/questions/mobile_phone"));
    let page = browser.post(&format!("{at}/questions/mobile_phone"), "mobile_phone=12");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("href=\"#mobile_phone\"") && page.body.contains("value=\"12\""));
    let page = browser.post(&format!("{at}/questions/first_name"), "first_name=%3Cb%3E");
    assert!(page.body.contains("&#60;b&#62;") && !page.body.contains("value=\"<b>"));
    // A place by letters, without a county; a choice saves it.
    let place = format!("{at}/questions/current_residence");
    let page = browser.post(&place, "find=port+re");
    assert!(page.body.contains("value=\"0001\"") && page.body.contains("Port Reitz"));
    assert_eq!(browser.post(&place, "find=port+re&current_residence.area=0001").to, at);
    assert!(browser.get(&place).body.contains("value=\"0001\" checked"));
    // What a page called saved is there after the power went.
    assert_eq!(browser.post(&format!("{at}/questions/surname"), "surname=Mfano").to, at);
    let copy = tempfile::tempdir().unwrap();
    for name in ["kit.sqlite", "kit.sqlite-wal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let keys = copy.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    for entry in std::fs::read_dir(folder.path().join("keys")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), keys.join(entry.file_name())).unwrap();
    }
    let mut kit = Kit::open(copy.path(), options()).unwrap();
    kit.sign_in(OFFICER, PIN, now()).unwrap();
    let id = at.rsplit('/').next().unwrap().parse().unwrap();
    let of = niims_kit::interview::InterviewOf { interview: id, officer: OFFICER };
    let interview = kit.interview(of).unwrap();
    assert_eq!(interview.answers.text("surname"), Some("Mfano"));
    assert!(interview.answers.get("first_name").is_none());
}

#[test]
fn pages_speak_both_languages_and_say_that_it_is_free() {
    let (_folder, mut browser) = browser();
    browser.sign_in();
    let at = browser.consented();
    for path in [
        "/home",
        "/begin",
        "/day",
        "/day/report",
        &at,
        &format!("{at}/questions/surname"),
        &format!("{at}/parts/personal"),
    ] {
        let mut page = browser.get(path);
        if page.status == StatusCode::SEE_OTHER {
            page = browser.get(&page.to);
        }
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("free of charge"), "{path}");
    }
    assert_eq!(browser.get(&format!("{at}/notice?lang=sw")).to, format!("{at}/notice"));
    let page = browser.get(&format!("{at}/notice"));
    assert!(page.body.contains("Soma hii kwa sauti") && page.body.contains("bila malipo"));
    assert!(page.body.contains("<html class=\"govuk-template\" lang=\"sw\">"));
}

#[test]
fn a_kit_that_may_not_work_says_why() {
    let check = |prepare: fn(&mut Kit), words: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut browser =
            Browser::new(folder.path(), Station::Beside(Box::new(NoStation)), prepare);
        assert!(browser.get("/").body.contains(words), "{words}");
        browser.sign_in();
        let page = browser.post("/begin", "form=adult");
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains(words));
        assert_eq!(browser.get("/day").status, StatusCode::OK, "the day can still be ended");
    };
    check(|kit| kit.revoke(later(-60)).unwrap(), "This kit was revoked");
    check(|kit| kit.set_valid_until(later(-1)).unwrap(), "The term of this kit is over");
}

#[test]
fn a_station_is_opened_empty_and_emptied_once_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut station = FolderStation::new(folder.path().to_owned());
    let capture = Capture::adult(folder.path().to_owned(), "1");
    capture.write();
    assert_eq!(station.open().unwrap_err().code(), "capture.station_not_empty");
    std::fs::remove_file(folder.path().join("documents/national_id_1.png")).unwrap();
    let answers = niims_country::Answers::new();
    let body = station.take(&answers, &common::PACK).unwrap();
    assert_eq!(body.fingers.len(), 10);
    assert!(body.portrait.is_some());
    let captured = |finger: &&niims_packet::FingerCapture| {
        matches!(finger.outcome, niims_packet::CaptureOutcome::Captured { .. })
    };
    assert_eq!(body.fingers.iter().filter(captured).count(), 1);
    station.forget().unwrap();
    station.open().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
