//! The Kenya pack: whole, without fault, and with the right counts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use niims_country::{CountryPack, FormKind, PackSource, ReasonKind, check};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../country/kenya")
}

#[test]
fn the_pack_is_without_fault() {
    let report = check(&folder());
    assert!(report.is_clean(), "{report}");
    assert!(report.to_string().ends_with("0 problems in the country pack"));
}

#[test]
fn the_binary_carries_the_same_pack() {
    let embedded = PackSource::embedded();
    let read = PackSource::folder(&folder()).unwrap();
    assert!(embedded.names().eq(read.names()));
    assert_eq!(embedded.digest(), read.digest());
    assert_eq!(CountryPack::embedded().unwrap().version(), read.digest());
}

#[test]
fn the_geography_has_its_counts_and_parents() {
    let pack = CountryPack::embedded().unwrap();
    let geography = pack.geography();
    let count = |level| geography.areas(level).count();
    assert_eq!(["county", "constituency", "ward", "sublocation"].map(count), [47, 290, 1450, 8500]);
    assert!(geography.areas("sublocation").all(|area| area.synthetic));
    assert!(geography.areas("ward").all(|area| !area.synthetic));
    let path: Vec<&str> = geography.path("X00001").iter().map(|area| area.code.as_str()).collect();
    assert_eq!(path, ["X00001", "0001", "C001", "001"]);
    assert_eq!(geography.within("X00001", "county").unwrap().name, "Mombasa");
    assert_eq!(geography.full_name("0001"), "Port Reitz, Changamwe, Mombasa");
    let mombasa: BTreeSet<&str> =
        geography.children("001").map(|area| area.code.as_str()).collect();
    assert_eq!(mombasa.len(), 6);
    assert!(geography.county("C001").is_none());
    assert!(geography.constituency("C001").is_some());
}

#[test]
fn every_field_has_law_and_texts_and_some_form() {
    let pack = CountryPack::embedded().unwrap();
    for field in pack.fields() {
        assert!(pack.basis(&field.basis).is_some(), "{}", field.id);
        assert!(!field.forms.is_empty(), "{}", field.id);
        for language in pack.languages() {
            assert!(pack.text(language, &format!("field.{}.label", field.id)).is_some());
        }
    }
    for kind in FormKind::ALL {
        assert!(pack.form(kind).sections.len() >= 8, "{}", kind.as_str());
    }
    let minor: Vec<&str> = pack
        .form(FormKind::Minor)
        .sections
        .iter()
        .flat_map(|(_, fields)| fields.iter().map(|field| field.id.as_str()))
        .collect();
    assert!(minor.contains(&"guardian_consent"));
    assert!(!minor.contains(&"employer"));
}

#[test]
fn the_purposes_name_their_agencies() {
    let pack = CountryPack::embedded().unwrap();
    for (code, agency) in [
        ("nhif.member_verification", "NHIF"),
        ("kra.pin_verification", "KRA"),
        ("nssf.member_verification", "NSSF"),
        ("nrb.identity_verification", "NRB"),
        ("ntsa.licence_verification", "NTSA"),
        ("dra.double_registration_check", "DRA"),
    ] {
        let purpose = pack.purpose(code).unwrap();
        assert_eq!(purpose.agency, agency);
        assert!(purpose.in_force(date(2026, 11, 22)));
        assert!(!purpose.in_force(date(2000, 1, 1)));
        assert!(pack.agency(agency).is_some());
    }
    assert!(pack.purpose("nhif.everything").is_none());
}

#[test]
fn each_verdict_has_reasons() {
    let pack = CountryPack::embedded().unwrap();
    for verdict in ["same_person", "different_people", "ask_recapture", "suspect_fraud"] {
        let reasons = pack
            .reasons()
            .filter(|reason| reason.kind == ReasonKind::Adjudication)
            .filter(|reason| reason.verdicts.iter().any(|name| name == verdict));
        assert!(reasons.count() > 0, "{verdict}");
    }
}

#[test]
fn only_fingerprint_and_face_are_on() {
    let pack = CountryPack::embedded().unwrap();
    let on: Vec<&str> = pack
        .settings()
        .modalities
        .iter()
        .filter(|modality| modality.on)
        .map(|modality| modality.id.as_str())
        .collect();
    assert_eq!(on, ["fingerprint", "face"]);
    assert!(pack.modality_on("face"));
    assert!(!pack.modality_on("dna"));
}

/// Requirement R055: what is published as collected equals the form.
#[test]
fn the_published_list_equals_the_form() {
    let pack = CountryPack::embedded().unwrap();
    let list = pack.collected();
    let published: Vec<&str> = list["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["id"].as_str().unwrap())
        .collect();
    let form: Vec<&str> = pack.fields().iter().map(|field| field.id.as_str()).collect();
    assert_eq!(published, form);
    assert_eq!(list["pack_version"], pack.version());
    assert!(published.len() > 100);
}

#[test]
fn names_holidays_and_clock_can_be_asked() {
    let pack = CountryPack::embedded().unwrap();
    assert!(pack.name_variants().len() > 100);
    assert!(pack.name_particles().iter().any(|particle| particle.particle == "arap"));
    assert!(pack.holiday(date(2026, 12, 12)).is_some());
    assert!(pack.holiday(date(2026, 11, 22)).is_none());
    assert_eq!(pack.centres().len(), 59);
    // 22:30 in London is the next day in Nairobi.
    let evening = "2026-03-09T22:30:00Z".parse().unwrap();
    assert_eq!(pack.today(evening), date(2026, 3, 10));
}

#[test]
fn the_notice_says_four_things_in_each_language() {
    let pack = CountryPack::embedded().unwrap();
    for notice in pack.notices() {
        for item in [&notice.what, &notice.how_much, &notice.why, &notice.shared_with] {
            for language in pack.languages() {
                assert!(item[language].len() > 20, "{} {language}", notice.id);
            }
        }
    }
}
