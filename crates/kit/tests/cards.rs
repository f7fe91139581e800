//! Cards checked in the field: the pages, the finger by a device, and what stays on the disk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::browser::{Browser, Page};
use common::{Centre, now, rng};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use niims_card::face::{CardFace, CardProfile};
use niims_card::{IssuerKey, chip, sign};
use niims_device::maker::KeyKind;
use niims_device::vocabulary::{Certification, DeviceKind, Environment};
use niims_fingerprint::template::record::card;
use niims_fingerprint::{FingerPosition, extract};
use niims_kit::Kit;
use niims_kit::cards::CardTrust;
use niims_kit::devices::{DeviceStation, Patience};
use niims_kit::pages::Station;
use niims_record::person::Sex;
use niims_sim::device::{Fault, RunningDevice, Setup, Subject, start};
use niims_wire::card::ChipFinger;
use niims_wire::{Clock, Entropy};
use rand_chacha::rand_core::Rng;

const SERIAL: &str = "ABAB-0102-0304-05FF";
const NAME: &str = "Synthetic Cardholder";
const HOLDER: [u8; 32] = [5; 32];

fn issuer() -> IssuerKey {
    IssuerKey::from_bytes(&[3; 32])
}

fn credential(serial: &str, name: &str, born: i16, key: &IssuerKey) -> String {
    let face = CardFace {
        number: "572439086111".parse().unwrap(),
        name: name.to_owned(),
        sex: Sex::Female,
        date_of_birth: born.to_string(),
        day_of_birth: Some(date(born, 1, 2)),
        residence_class: "Citizen".to_owned(),
        portrait: None,
        issued_on: date(2026, 11, 1),
        valid_until: date(2036, 11, 1),
        card_serial: serial.to_owned(),
    };
    sign(&face, &CardProfile::kenya("https://issuer.example", "Any centre", true), key).unwrap()
}

/// The holder's right index finger, captured on another day, as the chip has it.
fn chip_of(text: &str) -> Vec<u8> {
    let print = Subject::synthetic(HOLDER).print(FingerPosition::RightIndex, 900, false);
    let (picture, dpi) = print.unwrap();
    let minutiae = card::write(&extract(&picture, dpi).unwrap().template, 60);
    chip::write(text, &[ChipFinger { position: 2, quality: 70, minutiae }], &issuer()).unwrap()
}

fn trust(revoked: &[&str]) -> String {
    let list = CardTrust {
        version: 1,
        issued: now() - SignedDuration::from_hours(1),
        expires: now() + SignedDuration::from_hours(24 * 30),
        issuers: vec![issuer().public().to_bytes()],
        revoked: revoked.iter().map(|serial| (*serial).to_owned()).collect::<BTreeSet<_>>(),
    };
    Centre::new().log.sign(&list.text()).unwrap()
}

struct Desk {
    folder: tempfile::TempDir,
    browser: Browser,
    scanner: RunningDevice,
}

fn desk(prepare: impl FnOnce(&mut Kit)) -> Desk {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = Arc::new(AtomicI64::new(now().as_second()));
    let (time, draws) = (clock.clone(), AtomicU64::new(9_000));
    let told = Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap());
    let entropy = Entropy::new(move |bytes| {
        rng(draws.fetch_add(1, Ordering::SeqCst)).fill_bytes(bytes);
    });
    let device = Setup {
        kind: DeviceKind::Finger,
        certification: Certification::L0,
        keys: KeyKind::Ed25519,
        environment: Environment::Developer,
        subject: Subject::synthetic(HOLDER),
        takes: Duration::from_millis(20),
        fault: Fault::None,
    };
    let scanner = runtime.block_on(start(device, None, told, &entropy)).unwrap();
    let patience = Patience {
        connect: Duration::from_millis(500),
        describe: Duration::from_secs(1),
        frame: Duration::from_secs(1),
    };
    let station = DeviceStation::default()
        .on_ports([scanner.port()])
        .with_patience(patience, Duration::from_secs(5));
    let note = Centre::new().log.sign(&scanner.trust().text()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut browser =
        Browser::on(runtime, clock, folder.path(), Station::Devices(station), |kit| {
            kit.keep_device_trust(&note, now()).unwrap();
            prepare(kit);
        });
    browser.sign_in();
    Desk { folder, browser, scanner }
}

fn believing(revoked: &'static [&'static str]) -> Desk {
    desk(|kit| {
        assert_eq!(kit.keep_card_trust(&trust(revoked), now()).unwrap(), 1);
    })
}

impl Desk {
    /// Shows a card: the page that follows.
    fn show(&mut self, text: &str, chip: &[u8]) -> Page {
        self.browser.get("/card");
        let page = self.send(text, chip);
        if page.to.is_empty() { page } else { self.browser.get(&page.to) }
    }

    fn send(&mut self, text: &str, chip: &[u8]) -> Page {
        let mut body = Vec::new();
        for (name, text) in [("csrf", self.browser.token.as_str()), ("text", text)] {
            let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), text.as_bytes(), b"\r\n"].concat());
        }
        body.extend(
            b"--x\r\nContent-Disposition: form-data; name=\"chip\"; filename=\"c\"\r\n\r\n",
        );
        body.extend([chip, b"\r\n--x--\r\n"].concat());
        let request =
            Request::post("/card").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.browser.send(request, Body::from(body))
    }

    fn finger(&mut self, fields: &str) -> Page {
        let page = self.browser.post("/card/finger", fields);
        if page.to.is_empty() { page } else { self.browser.get(&page.to) }
    }

    /// Looks that wait for the centre, by a copy of the disk.
    fn looks(&self) -> u64 {
        let copy = copy(self.folder.path());
        Kit::open(copy.path(), common::options()).unwrap().looks_waiting().unwrap()
    }
}

fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["kit.sqlite", "kit.sqlite-wal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    let keys = copy.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    std::fs::create_dir(copy.path().join("outbox")).unwrap();
    for entry in std::fs::read_dir(folder.join("keys")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), keys.join(entry.file_name())).unwrap();
    }
    copy
}

#[test]
fn a_card_is_read_and_with_consent_its_finger_compared() {
    let mut desk = believing(&[]);
    let text = credential(SERIAL, NAME, 1990, &issuer());
    let page = desk.show(&text, b"");
    assert!(page.body.contains("The card is genuine and counts today"), "{}", page.body);
    assert!(page.body.contains(NAME) && page.body.contains("572439086111"));
    assert!(page.body.contains("1 November 2036"), "its last day: {}", page.body);
    assert!(page.body.contains("The chip was not read") && !page.body.contains("/card/finger"));
    assert_eq!(desk.looks(), 1, "on the disk before it is shown");

    let chip = chip_of(&text);
    let page = desk.show("", &chip);
    assert!(page.body.contains("The holder agrees"), "{}", page.body);
    let page = desk.finger("finger=2");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Ask first."), "{}", page.body);
    let page = desk.finger("consent=yes");
    assert!(page.body.contains("Choose a finger."), "{}", page.body);
    assert!(desk.finger("consent=yes&finger=3").body.contains("Choose a finger."));
    assert_eq!(desk.looks(), 2, "nothing was compared");
    let page = desk.finger("consent=yes&finger=2");
    assert!(page.body.contains("The finger is the card&#39;s"), "{}", page.body);
    assert!(!page.body.contains("/card/finger"), "it is over");
    assert_eq!(desk.looks(), 3);

    // Another finger on the glass, three times.
    desk.show(&text, &chip);
    desk.scanner.set_fault(Fault::OtherHand);
    for _ in 0..3 {
        let page = desk.finger("consent=yes&finger=2");
        assert!(page.body.contains("The finger does not match"), "{}", page.body);
        assert!(page.body.contains("proves nothing against the person"));
    }
    let page = desk.browser.get("/card/shown");
    assert!(page.body.contains("tried three times"), "{}", page.body);
    assert_eq!(desk.browser.post("/card/finger", "consent=yes&finger=2").to, "/card/shown");
    assert_eq!(desk.looks(), 7);
    // A device that fails is told, and no try counts.
    desk.show(&text, &chip);
    desk.scanner.set_fault(Fault::Busy);
    let page = desk.finger("consent=yes&finger=2");
    assert!(page.body.contains("is busy"), "{}", page.body);
    assert_eq!(desk.looks(), 8);
}

#[test]
fn nothing_of_the_card_stays() {
    let mut desk = believing(&[]);
    let text = credential(SERIAL, NAME, 1990, &issuer());
    desk.show(&text, &chip_of(&text));
    desk.finger("consent=yes&finger=2");
    for name in ["kit.sqlite", "kit.sqlite-wal"] {
        let bytes = std::fs::read(desk.folder.path().join(name)).unwrap();
        for planted in [SERIAL, NAME, "572439086111", &text[..40]] {
            let found = bytes.windows(planted.len()).any(|part| part == planted.as_bytes());
            assert!(!found, "{name} holds {planted}");
        }
    }
    // Put away by the officer, by the time, by another card, by leaving.
    assert_eq!(desk.browser.post("/card/end", "").to, "/card");
    assert_eq!(desk.browser.get("/card/shown").to, "/card");
    desk.show(&text, b"");
    desk.browser.wait(6);
    assert_eq!(desk.browser.get("/card/shown").to, "/card");
    desk.show(&text, b"");
    desk.browser.get("/card");
    assert_eq!(desk.browser.get("/card/shown").to, "/card");
}

#[test]
fn every_card_that_does_not_count_is_told_why() {
    let mut desk = believing(&["FFFF-0000-0000-0001"]);
    let stranger = IssuerKey::from_bytes(&[9; 32]);
    let good = credential(SERIAL, NAME, 1990, &issuer());
    let other = credential("ABAB-0102-0304-0600", NAME, 1991, &issuer());
    let check = |desk: &mut Desk, text: &str, chip: &[u8], words: &str, looks: u64| {
        let before = desk.looks();
        let page = desk.show(text, chip);
        assert!(page.body.contains(words), "{words}: {}", page.body);
        assert!(!page.body.contains(NAME), "{words}: nothing of the card is shown");
        assert_eq!(desk.looks() - before, looks, "{words}");
    };
    check(&mut desk, "https://example.org/", b"", "This does not read as a card", 0);
    check(&mut desk, &good[..good.len() - 3], b"", "This does not read as a card", 0);
    check(&mut desk, &"A".repeat(5_000), b"", "This does not read as a card", 0);
    check(&mut desk, &good, b"no chip", "This does not read as a card", 0);
    check(&mut desk, &credential(SERIAL, NAME, 1990, &stranger), b"", "from another issuer", 1);
    check(&mut desk, &good, &chip_of(&other), "do not belong together", 1);
    let revoked = credential("FFFF-0000-0000-0001", NAME, 1990, &issuer());
    check(&mut desk, &revoked, b"", "This card was taken back", 1);
    let page = desk.show("", b"");
    assert!(page.body.contains("Scan the code, paste its text"), "{}", page.body);
    let page = desk.browser.get("/card?lang=sw");
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    check(&mut desk, &revoked, b"", "Kadi hii imebatilishwa", 1);
}

#[test]
fn a_child_needs_its_guardian_and_a_kit_its_list() {
    let mut desk = believing(&[]);
    let text = credential(SERIAL, NAME, 2015, &issuer());
    let page = desk.show(&text, &chip_of(&text));
    assert!(page.body.contains("the parent or guardian agrees"), "{}", page.body);

    let mut without = self::desk(|_| {});
    let page = without.show(&text, b"");
    assert!(page.body.contains("card.trust.none"), "{}", page.body);
    assert!(!page.body.contains(NAME));
    let mut late = believing(&[]);
    late.browser.wait(60 * 24 * 31);
    late.browser.sign_in();
    let page = late.show(&text, b"");
    assert!(page.body.contains("card.trust.expired"), "{}", page.body);
    // A list of somebody else, and an older one, are not taken.
    desk_refuses_lists();
}

fn desk_refuses_lists() {
    let note = trust(&[]);
    desk(|kit| {
        kit.keep_card_trust(&note, now()).unwrap();
        let forged = note.replace("version 1", "version 2");
        let refused = kit.keep_card_trust(&forged, now()).unwrap_err();
        assert_eq!(refused.code(), "card.trust.signature");
        let old = note.replace("version 1\n", "version 0\n");
        let old = old.split("\n\n").next().unwrap().to_owned() + "\n";
        let old = Centre::new().log.sign(&old).unwrap();
        assert_eq!(kit.keep_card_trust(&old, now()).unwrap_err().code(), "card.trust.older");
    });
}
