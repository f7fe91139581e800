//! Interviews as the kit decides them: PINs, the order of the law, and what is on disk.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use common::{Centre, OFFICER, PACK, SUPERVISOR, later, new_kit, now, options, picture, rng};
use jiff::Timestamp;
use niims_country::{Answers, ApprovalCause, FormKind};
use niims_kit::interview::{
    ConsentGiven, GuardianKnown, GuardianSeen, InterviewOf, NewDocument, NoStation, Stage,
    Vouching, asked, next_question, reached,
};
use niims_kit::{EnrolRefused, Kit};
use niims_packet::ConsentMode;
use serde_json::{Value, json};

const PIN: &str = "482913";
const SECOND_PIN: &str = "730164";

fn with_pins(folder: &std::path::Path, centre: &Centre) -> Kit {
    let mut kit = new_kit(folder, 7, centre);
    kit.set_pin(OFFICER, "Desk one", PIN, &mut rng(1)).unwrap();
    kit.set_pin(SUPERVISOR, "Supervisor", SECOND_PIN, &mut rng(2)).unwrap();
    drop(kit);
    let mut kit = Kit::open(folder, options()).unwrap();
    kit.sign_in(OFFICER, PIN, now()).unwrap();
    kit
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

fn born(date: &str, precision: &str) -> Answers {
    answers(json!({"date_of_birth": date, "date_of_birth_precision": precision}))
}

fn signed() -> ConsentGiven {
    ConsentGiven { mode: ConsentMode::Signature, witness: None }
}

fn code<T>(result: Result<T, EnrolRefused>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(refused) => refused.code(),
    }
}

fn stage(kit: &mut Kit, of: InterviewOf) -> Stage {
    reached(&kit.interview(of).unwrap(), &PACK, PACK.today(now()))
}

/// Answers every question of the form out of the file, one at a time; those that the file
/// does not answer are passed over.
fn answer_all(kit: &mut Kit, of: InterviewOf, file: &str, at: Timestamp) -> usize {
    let told: Answers = serde_json::from_str(file).unwrap();
    let mut steps = 0;
    while let Some(question) = {
        let interview = kit.interview(of).unwrap();
        next_question(&interview, &PACK, PACK.today(at)).map(|field| field.id.clone())
    } {
        steps += 1;
        assert!(steps < 100, "{question} comes again and again");
        let given = told.get(&question).cloned();
        let given: Answers =
            given.map_or_else(Answers::new, |value| answers(json!({question.clone(): value})));
        let result = kit.answer(of, &[&question], &given, at, &mut rng(steps as u64));
        result.unwrap_or_else(|refused| panic!("{question}: {refused}"));
    }
    steps
}

fn no_fingers() -> Vec<Value> {
    let list = PACK.code_list("fingers").unwrap();
    list.codes().iter().map(|f| json!({"finger": f.code, "reason": "WORN"})).collect()
}

#[test]
fn a_pin_opens_the_key_and_wrong_ones_cost_time() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let mut kit = new_kit(folder.path(), 7, &centre);
    let file = folder.path().join("keys").join(format!("officer_{OFFICER}.key"));
    assert!(file.exists());
    assert_eq!(
        kit.set_pin(OFFICER, "Desk one", "123456", &mut rng(1)).unwrap_err().code(),
        "kit.pin_rule"
    );
    kit.set_pin(OFFICER, "Desk one", PIN, &mut rng(1)).unwrap();
    assert!(!file.exists(), "the key is no file any more");
    drop(kit);
    let mut kit = Kit::open(folder.path(), options()).unwrap();
    // The supervisor has a file still, so only the officer is locked.
    assert_eq!(
        code(kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng(2))),
        "kit.officer_locked"
    );
    for wrong in 1..5 {
        assert_eq!(
            kit.sign_in(OFFICER, "999998", now()).unwrap_err().code(),
            "kit.pin_wrong",
            "{wrong}"
        );
    }
    assert_eq!(kit.sign_in(OFFICER, "999998", now()).unwrap_err().code(), "kit.pin_locked");
    // Also the right one, and after a restart.
    drop(kit);
    let mut kit = Kit::open(folder.path(), options()).unwrap();
    assert_eq!(kit.sign_in(OFFICER, PIN, later(30)).unwrap_err().code(), "kit.pin_locked");
    kit.sign_in(OFFICER, PIN, later(61)).unwrap();
    assert_eq!(kit.officer_cards().unwrap()[0].failures, 0);
    // A supervisor lifts a lock, an officer does not.
    for _ in 0..5 {
        let _ = kit.sign_in(OFFICER, "999998", later(62));
    }
    assert_eq!(kit.lift_lock(OFFICER, OFFICER).unwrap_err().code(), "kit.not_supervisor");
    kit.lift_lock(OFFICER, SUPERVISOR).unwrap();
    kit.sign_in(OFFICER, PIN, later(62)).unwrap();
    kit.sign_out(OFFICER).unwrap();
    assert_eq!(
        code(kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng(2))),
        "kit.officer_locked"
    );
}

#[test]
fn no_part_opens_before_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    let mut kit = with_pins(folder.path(), &Centre::new());
    let of = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng(3)).unwrap();
    let mut rng = rng(4);
    assert_eq!(stage(&mut kit, of), Stage::Age);
    assert_eq!(code(kit.notice_read(of, "sw", now(), &mut rng)), "interview.not_yet");
    assert_eq!(code(kit.give_consent(of, signed(), now(), &mut rng)), "interview.not_yet");
    let surname = answers(json!({"surname": "Sample"}));
    assert_eq!(code(kit.answer(of, &["surname"], &surname, now(), &mut rng)), "interview.not_yet");
    assert_eq!(code(kit.open_body(of, &mut NoStation, now(), &mut rng)), "interview.not_yet");
    assert_eq!(code(kit.finish_interview(of, now(), &mut rng)), "interview.not_yet");
    kit.answer_age(of, &born("1987-04-23", "DAY"), now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Notice);
    kit.notice_read(of, "sw", now(), &mut rng).unwrap();
    assert_eq!(code(kit.answer(of, &["surname"], &surname, now(), &mut rng)), "interview.not_yet");
    let mark = ConsentGiven { mode: ConsentMode::Mark, witness: None };
    assert_eq!(code(kit.give_consent(of, mark, now(), &mut rng)), "law.witness_missing");
    let spoken = ConsentGiven { mode: ConsentMode::Spoken, witness: Some("chief".to_owned()) };
    kit.give_consent(of, spoken, now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Questions);
    kit.answer(of, &["surname"], &surname, now(), &mut rng).unwrap();
    // Who turns out to be a minor goes back to the guardian, whatever was answered since.
    kit.change_form(of, FormKind::Minor, now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Age);
    kit.answer_age(of, &born("2015-04-23", "DAY"), now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Notice);
}

#[test]
fn five_years_and_364_days_is_too_early_and_six_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut kit = with_pins(folder.path(), &Centre::new());
    // The test's day is 22 November 2026.
    let mut check = |date: &str, expected: &str| {
        let of = kit.begin_interview(OFFICER, FormKind::Minor, now(), &mut rng(5)).unwrap();
        assert_eq!(
            code(kit.answer_age(of, &born(date, "DAY"), now(), &mut rng(6))),
            expected,
            "{date}"
        );
        let is_there = kit.interviews().unwrap().iter().any(|row| row.interview == of.interview);
        assert_eq!(is_there, expected != "law.under_six", "{date}");
        kit.withdraw_interview(of).unwrap();
    };
    check("2020-11-23", "law.under_six");
    check("2020-11-22", "done");
    check("2008-11-23", "done");
    check("2008-11-22", "form.not_a_minor");
    check("2026-13-01", "form.not_a_date");
}

#[test]
fn another_officer_cannot_open_an_interview_and_a_no_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut kit = with_pins(folder.path(), &Centre::new());
    let of = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng(7)).unwrap();
    kit.answer_age(of, &born("1987-04-23", "DAY"), now(), &mut rng(8)).unwrap();
    kit.sign_in(SUPERVISOR, SECOND_PIN, now()).unwrap();
    let theirs = InterviewOf { officer: SUPERVISOR, ..of };
    assert_eq!(code(kit.interview(theirs)), "kit.store_not_there");
    kit.withdraw_interview(theirs).unwrap();
    assert!(kit.interview(of).is_ok(), "nobody else takes it back");
    // Switching and a crash lose nothing.
    kit.sign_out(OFFICER).unwrap();
    assert_eq!(code(kit.interview(of)), "kit.officer_locked");
    drop(kit);
    let mut kit = Kit::open(folder.path(), options()).unwrap();
    kit.sign_in(OFFICER, PIN, now()).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Notice);
    kit.decline(of).unwrap();
    assert!(kit.interviews().unwrap().is_empty());
    assert!(kit.close_day(PACK.today(now()), SUPERVISOR, now()).is_err(), "locked");
    kit.sign_in(SUPERVISOR, SECOND_PIN, now()).unwrap();
    let report = kit.close_day(PACK.today(now()), SUPERVISOR, now()).unwrap();
    assert!(report.refused.is_empty() && report.completed.is_empty());
    let bytes = std::fs::read(folder.path().join("kit.sqlite")).unwrap();
    assert!(!bytes.windows(10).any(|window| window == b"1987-04-23"));
}

#[test]
fn an_adult_is_taken_in_sealed_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let mut kit = with_pins(folder.path(), &centre);
    let of = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng(9)).unwrap();
    let mut rng = rng(10);
    kit.answer_age(of, &born("1987-04-23", "DAY"), now(), &mut rng).unwrap();
    kit.notice_read(of, "sw", now(), &mut rng).unwrap();
    kit.give_consent(of, signed(), now(), &mut rng).unwrap();
    let steps = answer_all(&mut kit, of, include_str!("data/adult.json"), now());
    let interview = kit.interview(of).unwrap();
    assert_eq!(steps, asked(&interview, &PACK, PACK.today(now())).len());
    assert_eq!(stage(&mut kit, of), Stage::Documents);
    let document = |number: &str, photograph| NewDocument {
        place: 0,
        sighted: true,
        number: number.to_owned(),
        photograph,
    };
    let wrong = kit.show_document(of, document("00000002", None), now(), &mut rng);
    assert_eq!(code(wrong), "capture.document_number_differs");
    let broken = document("0000 0001", Some(b"no picture".to_vec()));
    assert_eq!(code(kit.show_document(of, broken, now(), &mut rng)), "image.format");
    let photograph = Some(picture(400, 260, 3));
    kit.show_document(of, document("0000 0001", photograph), now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Body);
    let early = kit.take_body(of, &mut NoStation, no_fingers(), now(), &mut rng);
    assert_eq!(code(early), "interview.not_yet");
    kit.open_body(of, &mut NoStation, now(), &mut rng).unwrap();
    let none = kit.take_body(of, &mut NoStation, vec![], now(), &mut rng);
    assert_eq!(code(none), "capture.finger_unaccounted");
    kit.take_body(of, &mut NoStation, no_fingers(), now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Body, "a second officer has to look");
    assert_eq!(code(kit.finish_interview(of, now(), &mut rng)), "interview.not_yet");
    let vouching =
        |officer, pin: &str| Vouching { officer, pin: pin.to_owned(), reason: "WORN".to_owned() };
    let own = kit.vouch_for(of, &vouching(OFFICER, PIN), now(), &mut rng);
    assert_eq!(code(own), "capture.exception_same_officer");
    let wrong = kit.vouch_for(of, &vouching(SUPERVISOR, PIN), now(), &mut rng);
    assert_eq!(code(wrong), "kit.pin_wrong");
    kit.vouch_for(of, &vouching(SUPERVISOR, SECOND_PIN), now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Check);
    let finished = kit.finish_interview(of, later(60), &mut rng).unwrap();
    assert!(finished.is_sealed);
    assert!(kit.interviews().unwrap().is_empty());
    assert_eq!(common::open_all(&mut kit, folder.path(), &centre), [finished.application_number]);
    let counts = kit.counts_of_day(now()).unwrap();
    assert_eq!((counts.len(), counts[0].completed), (1, 1));
}

#[test]
fn a_minor_needs_a_guardian_who_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new();
    let mut kit = with_pins(folder.path(), &centre);
    let of = kit.begin_interview(OFFICER, FormKind::Minor, now(), &mut rng(11)).unwrap();
    let mut rng = rng(12);
    kit.answer_age(of, &born("2016-02", "MONTH"), now(), &mut rng).unwrap();
    kit.notice_read(of, "en", now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Guardian);
    assert_eq!(code(kit.give_consent(of, signed(), now(), &mut rng)), "interview.not_yet");
    let mother = json!({"first_name": "Example", "relationship": "GRANDPARENT"});
    let nameless = answers(json!({"guardian": {"relationship": "MOTHER"}}));
    let seen = |known, introduced_by: &str| GuardianSeen {
        known,
        introduced_by: introduced_by.to_owned(),
    };
    let known = &seen(GuardianKnown::Introduced, "CHIEF");
    assert_eq!(code(kit.answer_guardian(of, &nameless, known, now(), &mut rng)), "form.required");
    let guardian = answers(json!({"guardian": mother}));
    let nobody = &seen(GuardianKnown::Introduced, "PASSER_BY");
    assert_eq!(
        code(kit.answer_guardian(of, &guardian, nobody, now(), &mut rng)),
        "law.guardian_introducer_missing"
    );
    let document = &seen(GuardianKnown::DocumentSeen, "");
    assert_eq!(
        code(kit.answer_guardian(of, &guardian, document, now(), &mut rng)),
        "law.guardian_number_missing"
    );
    assert_eq!(stage(&mut kit, of), Stage::Guardian);
    kit.answer_guardian(of, &guardian, known, now(), &mut rng).unwrap();
    kit.give_consent(of, signed(), now(), &mut rng).unwrap();
    assert_eq!(kit.interview(of).unwrap().consents[0].by, "grandparent");
    // Another guardian has not consented.
    let other = answers(json!({"guardian": {"first_name": "Other", "relationship": "MOTHER"}}));
    kit.answer_guardian(of, &other, known, now(), &mut rng).unwrap();
    assert_eq!(stage(&mut kit, of), Stage::Consent);
    kit.give_consent(of, signed(), now(), &mut rng).unwrap();
    answer_all(&mut kit, of, include_str!("data/minor.json"), now());
    assert_eq!(stage(&mut kit, of), Stage::Documents);
}

#[test]
fn without_papers_introducers_are_asked_for_and_nobody_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut kit = with_pins(folder.path(), &Centre::new());
    let of = kit.begin_interview(OFFICER, FormKind::Adult, now(), &mut rng(13)).unwrap();
    let mut rng = rng(14);
    kit.answer_age(of, &born("1960", "ESTIMATED"), now(), &mut rng).unwrap_err();
    let estimated = json!({"date_of_birth": "1960", "date_of_birth_precision": "ESTIMATED", "date_of_birth_margin": 5});
    kit.answer_age(of, &answers(estimated), now(), &mut rng).unwrap();
    kit.notice_read(of, "sw", now(), &mut rng).unwrap();
    kit.give_consent(of, signed(), now(), &mut rng).unwrap();
    let mut told: Value = serde_json::from_str(include_str!("data/adult.json")).unwrap();
    let told = told.as_object_mut().unwrap();
    told.remove("identifiers");
    told.remove("surname");
    told.insert("no_document_reason".to_owned(), json!("NEVER_ISSUED"));
    told.insert("introducers".to_owned(), json!([{"name": "Sample Elder", "position": "ELDER"}]));
    answer_all(&mut kit, of, &Value::Object(told.clone()).to_string(), now());
    let interview = kit.interview(of).unwrap();
    assert!(
        interview.answers.get("introducers").is_some()
            && interview.answers.get("identifiers").is_none()
    );
    assert_eq!(stage(&mut kit, of), Stage::Body, "no document is left to be shown");
    let vouching =
        Vouching { officer: SUPERVISOR, pin: SECOND_PIN.to_owned(), reason: "WORN".to_owned() };
    kit.open_body(of, &mut NoStation, now(), &mut rng).unwrap();
    kit.take_body(of, &mut NoStation, no_fingers(), now(), &mut rng).unwrap();
    kit.vouch_for(of, &vouching, now(), &mut rng).unwrap();
    assert_eq!(kit.approval_needed(of, now()).unwrap(), [ApprovalCause::WithoutDocuments]);
    assert_eq!(code(kit.finish_interview(of, later(60), &mut rng)), "capture.approval_needed");
    let approve = |officer, pin: &str, kit: &mut Kit| {
        code(kit.approve(of, officer, pin, later(30), &mut common::rng(15)))
    };
    assert_eq!(approve(OFFICER, PIN, &mut kit), "capture.approval_same_officer");
    assert_eq!(approve(SUPERVISOR, PIN, &mut kit), "kit.pin_wrong");
    assert_eq!(approve(SUPERVISOR, SECOND_PIN, &mut kit), "done");
    assert!(kit.approval_needed(of, later(31)).unwrap().is_empty());
    // What is changed afterwards nobody has approved.
    let other = answers(json!({"occupation": "Potter"}));
    kit.answer(of, &["occupation"], &other, later(40), &mut rng).unwrap();
    assert_eq!(code(kit.finish_interview(of, later(60), &mut rng)), "capture.approval_needed");
    assert_eq!(approve(SUPERVISOR, SECOND_PIN, &mut kit), "done");
    assert_eq!(code(kit.finish_interview(of, later(60), &mut rng)), "done");
}

#[test]
fn a_revoked_kit_and_one_past_its_term_take_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut kit = with_pins(folder.path(), &Centre::new());
    kit.set_valid_until(later(100)).unwrap();
    let of = kit.begin_interview(OFFICER, FormKind::Adult, later(100), &mut rng(15)).unwrap();
    assert_eq!(
        code(kit.begin_interview(OFFICER, FormKind::Adult, later(101), &mut rng(16))),
        "kit.expired"
    );
    let age = born("1987-04-23", "DAY");
    assert_eq!(code(kit.answer_age(of, &age, later(101), &mut rng(17))), "kit.expired");
    kit.set_valid_until(later(1000)).unwrap();
    kit.revoke(later(101)).unwrap();
    assert_eq!(code(kit.answer_age(of, &age, later(102), &mut rng(17))), "kit.revoked");
}
