//! A country is data: another one loads, and a field is added without touching a program.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod planting;

use std::fs;
use std::path::Path;

use jiff::civil::date;
use niims_country::{Answers, CountryPack, Eligibility, FormKind};
use niims_record::date::DateOfBirth;
use planting::{copy, pack};
use serde_json::json;

#[test]
fn a_second_country_is_another_folder() {
    let pack =
        CountryPack::load(&pack("littleland")).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(pack.settings().code, "ZZ");
    assert_eq!(pack.geography().full_name("T3"), "Gamma, South");
    assert!(pack.notice("all").unwrap().accepts("1"));
    let consent = json!({
        "given": true, "notice_version": "1", "language": "en", "mode": "WRITTEN",
        "given_at": "2026-11-21T10:00:00Z",
    });
    let answers = Answers::from_iter([
        ("family".to_owned(), json!("Sample")),
        ("given".to_owned(), json!("Test")),
        ("sex".to_owned(), json!("MALE")),
        ("born".to_owned(), json!("1990")),
        ("born_precision".to_owned(), json!("YEAR")),
        ("standing".to_owned(), json!("CITIZEN")),
        ("home".to_owned(), json!({"area": "T4"})),
        ("phone".to_owned(), json!("0555 1234")),
        ("papers".to_owned(), json!([{"kind": "CARD", "number": "0001"}])),
        ("agreed".to_owned(), consent),
    ]);
    let today = date(2026, 11, 22);
    let valid = pack.validate(&answers, FormKind::Adult, today).unwrap();
    let person = valid.person().unwrap();
    assert_eq!(person.name.full(), "Test Sample");
    assert_eq!(person.mobile_phone.as_deref(), Some("+9995551234"));
    // Its own ages: enrolment from ten, full age at 21.
    let born = |year| DateOfBirth::Day { date: date(year, 11, 22) };
    assert_eq!(pack.eligibility(&born(2005), today), Eligibility::Adult);
    assert_eq!(pack.eligibility(&born(2006), today), Eligibility::Minor);
    assert!(matches!(pack.eligibility(&born(2017), today), Eligibility::TooYoung { .. }));
    // A date that nobody knows is asked for again, as an estimate.
    let mut unknown = answers.clone();
    unknown.remove("born");
    unknown.set("born_precision", "UNKNOWN");
    let problems = pack.validate(&unknown, FormKind::Adult, today).unwrap_err();
    assert_eq!(problems[0].to_string(), "born: form.age_unknown");
}

#[test]
fn a_field_is_added_by_data_alone() {
    let folder = tempfile::tempdir().unwrap();
    copy(&pack("kenya"), folder.path());
    let append = |file: &str, text: &str| {
        let path = folder.path().join(file);
        let old = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{old}{text}")).unwrap();
    };
    append(
        "form.toml",
        "\n[[field]]\nid = \"library_card\"\nsection = \"contact\"\ntype = \"text\"\nmax_length = 6\n\
         pattern = '[0-9]+'\nsensitivity = \"functional\"\nbasis = \"niims.r2\"\n",
    );
    append(
        "texts/en.toml",
        "\n[field.library_card]\nlabel = \"Library card\"\nhint = \"Voluntary.\"\nerror = \"Write digits.\"\n",
    );
    append(
        "texts/sw.toml",
        "\n[field.library_card]\nlabel = \"Kadi ya maktaba\"\nhint = \"Hiari.\"\nerror = \"Andika tarakimu.\"\n",
    );
    let old = CountryPack::embedded().unwrap();
    let new = CountryPack::load(folder.path()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_ne!(old.version(), new.version());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/answers/adult.json");
    let mut answers = Answers::from_json(&fs::read(path).unwrap()).unwrap();
    answers.set("library_card", "123456");
    let today = date(2026, 11, 22);
    assert!(old.validate(&answers, FormKind::Adult, today).is_err());
    let valid = new.validate(&answers, FormKind::Adult, today).unwrap();
    assert_eq!(valid.answers().text("library_card"), Some("123456"));
    answers.set("library_card", "12345a");
    let problems = new.validate(&answers, FormKind::Adult, today).unwrap_err();
    assert_eq!(
        new.describe(&problems[0], "sw"),
        "Kadi ya maktaba: Jibu hili halina muundo unaotakiwa. Andika tarakimu."
    );
    let shown = new.collected().to_string();
    assert!(shown.contains("library_card") && shown.contains("Kadi ya maktaba"));
}
