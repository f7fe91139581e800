//! Each kind of fault of the other files of a pack is reported with file and line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod planting;

use std::fs;

use niims_country::{CountryPack, PackCode, Report, check};
use planting::{check_all, check_fault, copy, expect, fault, pack};

#[test]
fn unplanted_copies_are_clean() {
    for name in ["kenya", "littleland"] {
        let folder = tempfile::tempdir().unwrap();
        copy(&pack(name), folder.path());
        let report = check(folder.path());
        assert!(report.is_clean(), "{report}");
    }
}

#[test]
fn fees_and_settings() {
    check_all(&[
        fault("pack.toml", "amount = 0", "amount = 300", PackCode::Fee, "pack.toml:amount"),
        fault("pack.toml", "amount = 0", "amount = -0.5", PackCode::Fee, "pack.toml:amount"),
        fault(
            "pack.toml",
            "utc_offset = \"-01:00\"",
            "utc_offset = \"late\"",
            PackCode::WrongValue,
            "pack.toml:utc_offset",
        ),
        fault("pack.toml", "enrolment = 10\n", "", PackCode::MissingKey, "pack.toml:[ages]"),
        fault(
            "pack.toml",
            "enrolment = 10",
            "enrolment = \"ten\"",
            PackCode::WrongValue,
            "pack.toml:enrolment",
        ),
        fault(
            "pack.toml",
            "[\"CITIZEN\"]",
            "[\"ALIEN\"]",
            PackCode::UnknownReference,
            "pack.toml:",
        ),
        fault("pack.toml", "[\"en\"]", "[\"en\", \"fr\"]", PackCode::MissingFile, "texts/fr.toml:"),
    ]);
}

/// A missing file has no line to look up, so its fault stands on line 1.
#[test]
fn missing_and_unknown_files() {
    let folder = tempfile::tempdir().unwrap();
    copy(&pack("littleland"), folder.path());
    fs::remove_file(folder.path().join("agencies.csv")).unwrap();
    expect(folder.path(), PackCode::MissingFile, "agencies.csv:");
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    expect(folder.path(), PackCode::UnknownFile, "notes.txt:");
    fs::write(folder.path().join("form.toml"), [0x66, 0x0a, 0xff]).unwrap();
    let Err(problems) = CountryPack::load(folder.path()) else {
        panic!("bytes that are not UTF-8 were read");
    };
    let found = problems.0.iter().find(|problem| problem.file == "form.toml").unwrap();
    assert_eq!((found.code, found.line), (PackCode::Syntax, 2));
    let nowhere = CountryPack::load(&folder.path().join("nowhere")).unwrap_err();
    assert_eq!(nowhere.0[0].code, PackCode::UnreadableFile);
}

#[test]
fn texts() {
    let en = "texts/en.toml";
    check_all(&[
        fault(
            en,
            "[field.given]\nlabel = \"given\"\n",
            "[field.given]\n",
            PackCode::MissingText,
            "texts/en.toml:hint = \"Answer.\"\nerror = \"Answer again.\"\n\n[field.sex]",
        ),
        fault(
            en,
            "[field.given]",
            "[field.forename]",
            PackCode::UnusedText,
            "texts/en.toml:label = \"given\"",
        ),
        fault(en, "[field.given]", "[field.forename]", PackCode::MissingText, "texts/en.toml:"),
        fault(en, "required = ", "requires = ", PackCode::UnusedText, "texts/en.toml:requires"),
        fault(
            en,
            "[section.all]\nlabel = \"All\"",
            "[section.all]\nlabel = \"\"",
            PackCode::WrongValue,
            "texts/en.toml:label = \"\"",
        ),
        fault(
            "codes/sex.csv",
            "FEMALE,Female",
            "FEMALE,",
            PackCode::MissingText,
            "codes/sex.csv:FEMALE,",
        ),
        fault(
            "notices/all.toml",
            "[why]\nen = ",
            "[why]\nfr = ",
            PackCode::MissingText,
            "notices/all.toml:[why]",
        ),
        fault(
            "notices/all.toml",
            "[shared_with]",
            "[shared]",
            PackCode::UnknownKey,
            "notices/all.toml:[shared]",
        ),
    ]);
}

#[test]
fn geography_and_registers() {
    check_all(&[
        fault("towns.csv", "T2,Beta,R1", "T2,Beta,R9", PackCode::UnknownParent, "towns.csv:R9"),
        fault("towns.csv", "T2,Beta,R1", "T2,Beta,T1", PackCode::UnknownParent, "towns.csv:T2"),
        fault("towns.csv", "T2,Beta,R1\n", "", PackCode::WrongCount, "towns.csv:"),
        fault("towns.csv", "T2,Beta", "T1,Beta", PackCode::DuplicateId, "towns.csv:T1,Beta"),
        fault("towns.csv", "T2,Beta,R1", "T2,Beta", PackCode::Syntax, "towns.csv:T2"),
        fault("towns.csv", "T2,Beta", "T2,", PackCode::MissingKey, "towns.csv:T2"),
        fault("regions.csv", "code,name", "code,nam", PackCode::MissingKey, "regions.csv:"),
        fault("centres.csv", "R1", "T1", PackCode::UnknownParent, "centres.csv:north"),
        fault("holidays.csv", "2026-01-01", "1.1.2026", PackCode::Date, "holidays.csv:1.1.2026"),
        fault("codes/papers.csv", "[0-9]{4}", "[0-9", PackCode::Pattern, "codes/papers.csv:CARD"),
        fault(
            "names/variants.csv",
            "equivalent",
            "same",
            PackCode::WrongValue,
            "names/variants.csv:same",
        ),
        fault(
            "names/particles.csv",
            "of,of,drop",
            "of,of,eat",
            PackCode::WrongValue,
            "names/particles.csv:eat",
        ),
    ]);
}

#[test]
fn law() {
    let purposes = "law/purposes.toml";
    check_all(&[
        fault(purposes, "\"TAX\"", "\"TAXI\"", PackCode::UnknownAgency, "law/purposes.toml:TAXI"),
        fault(
            purposes,
            "register.act",
            "no.act",
            PackCode::UnknownBasis,
            "law/purposes.toml:no.act",
        ),
        fault(
            purposes,
            "[\"number\"]",
            "[\"number\", \"address\"]",
            PackCode::UnknownAttribute,
            "law/purposes.toml:address",
        ),
        fault(
            purposes,
            "[\"number\"]",
            "[]",
            PackCode::MissingKey,
            "law/purposes.toml:[[purpose]]",
        ),
        fault(purposes, "2020-01-01", "2020-13-01", PackCode::Date, "law/purposes.toml:2020-13-01"),
        fault(purposes, "2030-12-31", "soon", PackCode::Date, "law/purposes.toml:soon"),
        fault(
            purposes,
            "[purpose.text]\nen",
            "[purpose.text]\nfr",
            PackCode::MissingText,
            "law/purposes.toml:[purpose.text]",
        ),
        fault("law/bases.toml", "2000-01-01", "2000", PackCode::Date, "law/bases.toml:\"2000\""),
        fault(
            "law/reasons.toml",
            "different_people",
            "other_people",
            PackCode::UnknownReference,
            "law/reasons.toml:other_people",
        ),
        fault(
            "law/reasons.toml",
            "register.act",
            "no.act",
            PackCode::UnknownBasis,
            "law/reasons.toml:no.act",
        ),
    ]);
}

/// The same in the pack of a real country, where lines and counts are large.
#[test]
fn faults_in_the_kenya_pack() {
    for fault in &[
        fault(
            "geography/sublocations.csv",
            "X08000,Kanyasa 5",
            "X07999,Kanyasa 5",
            PackCode::DuplicateId,
            "geography/sublocations.csv:X07999,Kanyasa 5",
        ),
        fault(
            "geography/sublocations.csv",
            ",yes",
            ",no",
            PackCode::WrongValue,
            "geography/sublocations.csv:,no",
        ),
        fault(
            "texts/sw.toml",
            "[field.surname]\nlabel",
            "[field.surname]\nlebo",
            PackCode::UnusedText,
            "texts/sw.toml:lebo",
        ),
    ] {
        check_fault(&pack("kenya"), fault);
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let folder = tempfile::tempdir().unwrap();
    copy(&pack("littleland"), folder.path());
    for (file, old, new) in [
        ("pack.toml", "amount = 0", "amount = 5"),
        ("form.toml", "id = \"phone\"", "id = \"gps\""),
        ("towns.csv", "T2,Beta,R1", "T2,Beta,R9"),
        ("law/purposes.toml", "\"TAX\"", "\"TAXI\""),
    ] {
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(old, new, 1)).unwrap();
    }
    let Report::Faulty(problems) = check(folder.path()) else {
        panic!("the faults were not seen");
    };
    for code in
        [PackCode::Fee, PackCode::Prohibited, PackCode::UnknownParent, PackCode::UnknownAgency]
    {
        assert!(problems.0.iter().any(|problem| problem.code == code), "{code}\n{problems}");
    }
    let shown = problems.to_string();
    assert!(shown.contains("pack.toml:22: pack.fee: "), "{shown}");
    assert!(shown.ends_with(&format!("{} problems in the country pack", problems.0.len())));
}
