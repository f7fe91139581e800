//! Every gate of an enrolment: its code, its words, and that nothing is kept behind it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{
    Capture, Centre, OFFICER, SUPERVISOR, later, new_kit, now, options, picture, rng, setup,
};
use niims_kit::{EnrolRefused, Kit, KitError, KitKeys};
use niims_record::OfficerId;
use serde_json::{Value, json};

/// A kit and a way to make captures that differ from a good one in one thing.
struct Desk {
    folder: tempfile::TempDir,
    kit: Kit,
    captures: u32,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kit = new_kit(&folder.path().join("kit"), 1, &Centre::new());
        Self { folder, kit, captures: 0 }
    }

    fn next(&mut self) -> (std::path::PathBuf, String) {
        self.captures += 1;
        let folder = self.folder.path().join(format!("capture{}", self.captures));
        (folder, format!("NUMBER-{}", self.captures))
    }

    fn check(&mut self, mut capture: Capture, change: impl FnOnce(&mut Capture), expected: &str) {
        change(&mut capture);
        let before = self.kit.draft_counts().unwrap();
        let Err(refused) = capture.enrol(&mut self.kit) else {
            panic!("{expected}: enrolled");
        };
        assert_eq!(refused.code(), expected, "{refused}");
        let words = refused.to_string();
        for private in ["Sample", "Test village", "00000001", "700 000 001"] {
            assert!(!words.contains(private), "{words}");
        }
        assert_eq!(self.kit.draft_counts().unwrap(), before, "{expected}");
    }

    fn adult(&mut self, change: impl FnOnce(&mut Capture), expected: &str) {
        let (folder, number) = self.next();
        self.check(Capture::adult(folder, &number), change, expected);
    }

    fn minor(&mut self, change: impl FnOnce(&mut Capture), expected: &str) {
        let (folder, number) = self.next();
        self.check(Capture::minor(folder, &number), change, expected);
    }
}

#[test]
fn good_captures_pass() {
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    let report = Capture::adult(folder, &number).enrol(&mut desk.kit).unwrap();
    assert_eq!(report.application_number, number);
    assert_eq!((report.fingers.len(), report.documents), (10, 1));
    let quality = report.fingers[1].quality.unwrap();
    assert!(quality > 20, "{quality}");
    assert_eq!(report.fingers[0].reason.as_deref(), Some("BANDAGED"));
    assert!(!format!("{report:?}").contains(&number));
    let (folder, number) = desk.next();
    Capture::minor(folder, &number).enrol(&mut desk.kit).unwrap();
    assert_eq!(desk.kit.draft_counts().unwrap().complete, 2);
}

#[test]
fn a_number_is_drawn_for_whoever_has_none() {
    let mut desk = Desk::new();
    let (folder, _) = desk.next();
    let mut capture = Capture::adult(folder, "");
    capture.form.as_object_mut().unwrap().remove("application_number");
    let drawn = capture.enrol(&mut desk.kit).unwrap().application_number;
    assert_eq!((drawn.len(), drawn.matches('-').count()), (14, 2));
}

#[test]
fn the_law_is_kept() {
    let mut desk = Desk::new();
    desk.minor(
        |c| {
            c.answer("date_of_birth", json!("2020-11-23"));
            c.answer("date_of_birth_precision", json!("DAY"));
        },
        "law.under_six",
    );
    desk.minor(|c| c.without_answer("guardian_consent"), "law.guardian_consent_missing");
    desk.minor(
        |c| {
            c.answer(
                "guardian_consent",
                json!({"given": true, "notice_version": "1",
            "language": "en", "mode": "WRITTEN", "given_at": "2026-11-22T07:41:00Z"}),
            );
        },
        "law.consent_after_capture",
    );
    for guardian in [
        json!(null),
        json!({"relation": "FATHER", "by": OFFICER.to_string(), "at": "2026-11-22T06:29:00Z",
            "known": {"introduced": {"position": "CHIEF"}}}),
        json!({"relation": "MOTHER", "by": OFFICER.to_string(), "at": "2026-11-22T06:29:00Z",
            "known": {"document_seen": {"number": "not the one of the answers"}}}),
        json!({"relation": "MOTHER", "by": OFFICER.to_string(), "at": "2026-11-22T06:31:00Z",
            "known": {"introduced": {"position": "CHIEF"}}}),
    ] {
        desk.minor(|c| c.form["guardian"] = guardian, "law.guardian_unidentified");
    }
    desk.adult(|c| c.without_answer("consent"), "law.consent_missing");
    desk.adult(|c| c.answer("gps", json!("here")), "law.prohibited_data");
    desk.adult(
        |c| c.answer("current_residence", json!({"area": "X00001", "latitude": "1"})),
        "law.prohibited_data",
    );
    desk.adult(|c| c.put("dna.csv", b"x"), "law.prohibited_data");
    desk.adult(|c| c.put("documents/gps_1.png", &picture(300, 300, 1)), "law.prohibited_data");
    desk.adult(|c| c.put("iris.png", &picture(300, 300, 1)), "law.modality_off");
}

#[test]
fn a_child_of_six_today_is_welcome() {
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    let mut capture = Capture::minor(folder, &number);
    capture.answer("date_of_birth", json!("2020-11-22"));
    capture.answer("date_of_birth_precision", json!("DAY"));
    capture.enrol(&mut desk.kit).unwrap();
}

#[test]
fn consents_may_stand_beside_the_answers() {
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    let mut capture = Capture::minor(folder, &number);
    capture.without_answer("guardian_consent");
    capture.form["consents"] = json!([{"kind": "guardian", "by": "mother", "mode": "mark",
        "language": "sw", "notice_version": "1", "given_at": "2026-11-22T07:00:00Z",
        "witness": "chief"}]);
    capture.enrol(&mut desk.kit).unwrap();
}

#[test]
fn the_form_is_checked_by_the_pack() {
    let mut desk = Desk::new();
    desk.adult(|c| c.answer("sex", json!("OTHER")), "form.unknown_code");
    desk.adult(|c| c.answer("shoe_size", json!(43)), "form.unknown_field");
    desk.adult(|c| c.without_answer("first_name"), "form.required");
    desk.adult(|c| c.form["form_kind"] = json!("guest"), "form.kind_unknown");
    desk.adult(|c| c.form["surprise"] = json!(1), "folder.json");
}

#[test]
fn the_capture_is_complete() {
    let mut desk = Desk::new();
    desk.adult(|c| c.take("portrait.png"), "capture.portrait_missing");
    desk.adult(|c| c.form["portrait_taken_live"] = json!(false), "capture.portrait_not_live");
    desk.adult(|c| c.form["captured_at"] = json!("2026-11-22T09:00:00Z"), "capture.time_order");
    desk.adult(|c| c.form["confirmed_at"] = json!(null), "capture.not_confirmed");
    desk.adult(|c| c.form["confirmed_at"] = json!("2026-11-22T07:51:00Z"), "capture.time_order");
    desk.adult(|c| c.form["answers"]["consent"]["mode"] = json!("ORAL"), "law.witness_missing");
    desk.adult(
        |c| c.form["capture_opened_at"] = json!("2026-11-22T07:55:00Z"),
        "capture.time_order",
    );
    desk.adult(|c| c.take("fingers/right_index.png"), "capture.finger_unaccounted");
    desk.adult(
        |c| c.fingers["missing"]["right_index"] = json!({"reason": "HENNA"}),
        "capture.finger_contradicted",
    );
    desk.adult(
        |c| c.fingers["missing"]["left_thumb"]["reason"] = json!("BORED"),
        "capture.finger_reason_unknown",
    );
    desk.adult(|c| c.fingers["dpi"] = json!(72), "capture.finger_resolution");
    desk.adult(|c| c.take("documents/national_id_1.png"), "capture.document_not_evidenced");
    desk.adult(
        |c| c.put("documents/library_card_1.png", &picture(300, 300, 1)),
        "capture.document_kind_unknown",
    );
    let stranger = OfficerId::from_bytes([9; 16]).to_string();
    desk.adult(
        |c| c.form["sightings"] = json!([{"kind": "NATIONAL-ID", "attested_by": stranger}]),
        "capture.officer_unknown",
    );
    let exception = |by: OfficerId| {
        json!([{"of": "fingers", "reason": "WORN", "approved_by": by.to_string(),
                "approved_at": "2026-11-22T07:45:00Z"}])
    };
    desk.adult(|c| c.form["exceptions"] = exception(OFFICER), "capture.exception_same_officer");
    let heavy = picture(1900, 2000, 8);
    desk.adult(
        |c| (1..8).for_each(|n| c.put(&format!("documents/national_id_{n}.png"), &heavy)),
        "capture.too_large",
    );
}

#[test]
fn nobody_is_refused_for_fingers() {
    let mut desk = Desk::new();
    let blank = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let white = image::GrayImage::from_pixel(320, 400, image::Luma([255]));
        white.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    desk.adult(|c| c.put("fingers/right_index.png", &blank), "capture.exception_needed");
    let (folder, number) = desk.next();
    let mut capture = Capture::adult(folder, &number);
    capture.put("fingers/right_index.png", &blank);
    capture.form["exceptions"] = json!([{"of": "fingers", "reason": "WORN",
        "approved_by": SUPERVISOR.to_string(), "approved_at": "2026-11-22T07:45:00Z"}]);
    let report = capture.enrol(&mut desk.kit).unwrap();
    assert!(report.exception);
    assert_eq!(report.fingers[1].reason.as_deref(), Some(niims_kit::UNREADABLE));
}

#[test]
fn an_attestation_stands_for_a_scan() {
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    let mut capture = Capture::adult(folder, &number);
    capture.take("documents/national_id_1.png");
    capture.form["sightings"] =
        json!([{"kind": "NATIONAL-ID", "attested_by": OFFICER.to_string()}]);
    assert_eq!(capture.enrol(&mut desk.kit).unwrap().documents, 0);
}

#[test]
fn pictures_and_folders_are_bounded() {
    let mut desk = Desk::new();
    let good = picture(300, 400, 1);
    let mut bomb = good.clone();
    bomb[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    desk.adult(|c| c.put("portrait.png", &bomb), "image.too_many_pixels");
    desk.adult(|c| c.put("fingers/right_index.png", &bomb), "image.too_many_pixels");
    desk.adult(|c| c.put("portrait.png", &picture(100, 100, 1)), "image.too_few_pixels");
    desk.adult(|c| c.put("portrait.png", b"GIF89a"), "image.format");
    desk.adult(|c| c.put("fingers/right_index.png", &good[..900]), "image.damaged");
    desk.adult(|c| c.put("portrait.png", &vec![0; 5 << 20]), "folder.too_large");
    desk.adult(|c| c.put("notes.txt", b"x"), "folder.unknown_file");
    desk.adult(|c| c.put("fingers/sixth.png", b"x"), "folder.unknown_file");
    desk.adult(|c| c.put("portrait.jpg", &good), "folder.twice");
    desk.adult(
        |c| (0..80).for_each(|n| c.put(&format!("documents/n_{n}.png"), b"x")),
        "folder.too_many_files",
    );
    desk.adult(
        |c| {
            c.take("portrait.png");
            std::os::unix::fs::symlink("/etc/hostname", c.folder.join("portrait.png")).unwrap();
        },
        "folder.unknown_file",
    );
    let nowhere = desk.folder.path().join("nowhere");
    let refused = desk.kit.enrol_from_folder(&nowhere, OFFICER, now(), &mut rng(1)).unwrap_err();
    assert_eq!(refused.code(), "folder.unreadable");
}

#[test]
fn coordinates_in_a_portrait_do_not_reach_the_packet() {
    let centre = Centre::new();
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    let capture = Capture::adult(folder, &number);
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(300, 400).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let mark = b"Exif\0\0 GPS 1.2921S 36.8219E";
    let length = (mark.len() as u16 + 2).to_be_bytes();
    let tagged = [&jpeg[..2], &[0xff, 0xe1], &length, mark, &jpeg[2..]].concat();
    capture.take("portrait.png");
    capture.put("portrait.jpg", &tagged);
    capture.enrol(&mut desk.kit).unwrap();
    desk.kit.seal_pending(now(), &mut rng(1)).unwrap();
    let packet = desk.kit.packets().unwrap().remove(0).sealed.packet;
    let file = desk.folder.path().join(format!("kit/outbox/{packet}.packet"));
    let (_, officer, _) = desk.kit.officers().find(|(id, ..)| *id == OFFICER).unwrap();
    let encounter = centre.open(&std::fs::read(file).unwrap(), &desk.kit.public_key(), &officer);
    let portrait = encounter.portrait.unwrap();
    assert_eq!(portrait.media_type, "image/jpeg");
    assert!(!portrait.bytes.windows(3).any(|window| window == b"GPS"));
    assert_eq!(portrait.bytes.len(), jpeg.len());
}

#[test]
fn the_kit_itself_must_be_fit() {
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    let capture = Capture::adult(folder, &number);
    capture.write();
    let at = |kit: &mut Kit, officer, time: &str| {
        let refused = kit
            .enrol_from_folder(&capture.folder, officer, time.parse().unwrap(), &mut rng(1))
            .unwrap_err();
        refused.code().to_owned()
    };
    let good = "2026-11-22T08:00:00Z";
    assert_eq!(at(&mut desk.kit, OFFICER, "2026-11-22T06:00:00Z"), "kit.clock_back");
    assert_eq!(at(&mut desk.kit, OFFICER, "2037-11-22T08:00:00Z"), "kit.clock_implausible");
    assert_eq!(at(&mut desk.kit, OFFICER, "2016-11-22T08:00:00Z"), "kit.clock_implausible");
    assert_eq!(at(&mut desk.kit, OfficerId::from_bytes([9; 16]), good), "kit.officer_unknown");
    capture.enrol(&mut desk.kit).unwrap();
    assert_eq!(at(&mut desk.kit, OFFICER, good), "kit.application_already_captured");
    desk.kit.revoke(now()).unwrap();
    assert_eq!(at(&mut desk.kit, OFFICER, good), "kit.revoked");
    let sealed = desk.kit.seal_pending(now(), &mut rng(1)).unwrap_err();
    assert_eq!(sealed.code(), "kit.revoked");
}

#[test]
fn capture_does_not_begin_without_room() {
    let mut desk = Desk::new();
    let kit_folder = desk.folder.path().join("kit");
    drop(desk.kit);
    let mut needy = options();
    needy.capture_needs_bytes = u64::MAX;
    desk.kit = Kit::open(&kit_folder, needy).unwrap();
    desk.adult(|_| {}, "kit.disk_full");
}

#[test]
fn a_resident_who_declines_leaves_no_record() {
    let mut desk = Desk::new();
    let store = desk.folder.path().join("kit");
    let dump = |folder: &Path| {
        let mut files: Vec<_> = ["kit.sqlite", "kit.sqlite-wal"]
            .map(|name| std::fs::read(folder.join(name)).unwrap_or_default())
            .to_vec();
        files
            .push(std::fs::read_dir(folder.join("outbox")).unwrap().count().to_be_bytes().to_vec());
        files
    };
    let before = dump(&store);
    let cases: [fn(&mut Capture); 2] = [
        |c| c.form["declined"] = json!(true),
        |c| c.form["answers"]["consent"]["given"] = json!(false),
    ];
    for change in cases {
        let (folder, number) = desk.next();
        let mut capture = Capture::adult(folder, &number);
        change(&mut capture);
        let refused = capture.enrol(&mut desk.kit).unwrap_err();
        assert!(matches!(refused, EnrolRefused::Declined));
        assert!(dump(&store) == before, "something was written");
    }
    // The comparison must be able to fail: any other refusal is counted.
    desk.adult(|c| c.without_answer("consent"), "law.consent_missing");
    assert!(dump(&store) != before);
}

#[test]
fn the_day_is_closed_by_a_supervisor_with_its_counts() {
    let mut desk = Desk::new();
    let (folder, number) = desk.next();
    Capture::adult(folder, &number).enrol(&mut desk.kit).unwrap();
    let (folder, number) = desk.next();
    Capture::minor(folder, &number).enrol(&mut desk.kit).unwrap();
    desk.kit.seal_pending(now(), &mut rng(3)).unwrap();
    desk.adult(|c| c.without_answer("consent"), "law.consent_missing");
    desk.adult(|c| c.without_answer("consent"), "law.consent_missing");
    let day = options().pack.today(now());
    let refused = desk.kit.close_day(day, OFFICER, now()).unwrap_err();
    assert_eq!(refused.code(), "kit.not_supervisor");
    let report = desk.kit.close_day(day, SUPERVISOR, later(60)).unwrap();
    let completed: Vec<_> =
        report.completed.iter().map(|c| (c.officer, c.form_kind.as_str(), c.count)).collect();
    assert_eq!(completed, [(OFFICER, "adult", 1), (OFFICER, "minor", 1)]);
    let refused: Vec<_> = report.refused.iter().map(|r| (r.code.as_str(), r.count)).collect();
    assert_eq!(refused, [("law.consent_missing", 2)]);
    assert_eq!((report.waiting_to_seal, report.sealed), (0, 2));
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["sealed"], 2);
    let kept = desk.kit.day_reports(day).unwrap();
    assert_eq!(kept, [report]);
}

#[test]
fn a_kit_is_set_up_once_and_opened_by_one_program() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let code = |result: Result<Kit, KitError>| result.err().map(|error| error.code());
    assert_eq!(code(Kit::open(folder.path(), options())), Some("kit.not_set_up"));
    let kit = new_kit(folder.path(), 1, &centre);
    assert_eq!(code(Kit::open(folder.path(), options())), Some("kit.in_use"));
    drop(kit);
    let (setup, keys) = setup(1, &centre);
    let again = Kit::create(folder.path(), &setup, &keys, options(), now());
    assert_eq!(code(again), Some("kit.already_set_up"));

    let key = folder.path().join("keys/kit.key");
    let mode = |mode| {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o644);
    assert_eq!(code(Kit::open(folder.path(), options())), Some("kit.key_permissions"));
    mode(0o600);
    let officer = folder.path().join(format!("keys/officer_{OFFICER}.key"));
    std::fs::write(&officer, "00".repeat(32)).unwrap();
    assert_eq!(code(Kit::open(folder.path(), options())), Some("kit.key"));
    std::fs::remove_file(&officer).unwrap();
    assert_eq!(code(Kit::open(folder.path(), options())), Some("kit.key"));

    let lacking = KitKeys { officers: std::collections::BTreeMap::new(), ..keys };
    let other = tempfile::tempdir().unwrap();
    let refused = Kit::create(other.path(), &setup, &lacking, options(), now());
    assert_eq!(code(refused), Some("kit.key"));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xedb8_8320 & (c & 1).wrapping_neg()))
    })
}
