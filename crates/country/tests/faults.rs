//! Each kind of fault, planted in a copy of a pack, is reported with its file and line.

use std::fs;
use std::path::{Path, PathBuf};

use niims_country::{CountryPack, PackCode, Report, check};

/// One fault: in `file`, `old` becomes `new`; then `code` must be reported on the line of `at`.
struct Fault<'a> {
    file: &'a str,
    old: &'a str,
    new: &'a str,
    code: PackCode,
    /// A text on the line expected, in the file expected (`file:text`); an empty text is line 1.
    at: &'a str,
}

const fn fault<'a>(
    file: &'a str,
    old: &'a str,
    new: &'a str,
    code: PackCode,
    at: &'a str,
) -> Fault<'a> {
    Fault { file, old, new, code, at }
}

fn pack(name: &str) -> PathBuf {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    match name {
        "kenya" => base.join("../../country/kenya"),
        other => base.join("tests/data").join(other),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn check_fault(from: &Path, fault: &Fault<'_>) {
    let folder = tempfile::tempdir().unwrap();
    copy(from, folder.path());
    let path = folder.path().join(fault.file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(fault.old), "{:?} is not in {}", fault.old, fault.file);
    let text = if fault.old.is_empty() {
        format!("{text}{}", fault.new)
    } else {
        text.replacen(fault.old, fault.new, 1)
    };
    fs::write(&path, text).unwrap();
    expect(folder.path(), fault.code, fault.at);
}

/// Expects a fault in the file before the first `:` of `at`, on the line of the text after it.
fn expect(folder: &Path, code: PackCode, at: &str) {
    let (file, marker) = at.split_once(':').unwrap();
    let line = if marker.is_empty() {
        1
    } else {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let position = text.find(marker).unwrap_or_else(|| panic!("{marker:?} is not in {file}"));
        1 + text[..position].matches('\n').count()
    };
    let Report::Faulty(problems) = check(folder) else {
        panic!("{code} in {file} was not seen");
    };
    assert!(
        problems
            .0
            .iter()
            .any(|problem| problem.code == code && problem.file == file && problem.line == line),
        "{code} in {file}:{line} was expected, found:\n{problems}"
    );
    for problem in &problems.0 {
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty() && problem.line > 0);
    }
}

fn check_all(faults: &[Fault<'_>]) {
    for fault in faults {
        check_fault(&pack("littleland"), fault);
    }
}

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
fn references_and_types_of_fields() {
    let form = "form.toml";
    let phone = "id = \"phone\"";
    check_all(&[
        fault(
            form,
            "\"sex\"\nreq",
            "\"gender\"\nreq",
            PackCode::UnknownCodeList,
            "form.toml:id = \"sex\"",
        ),
        fault(
            form,
            phone,
            "id = \"home\"",
            PackCode::DuplicateId,
            "form.toml:id = \"home\"\nsection = \"all\"\ntype = \"telephone\"",
        ),
        fault(
            form,
            "basis = \"register.act\"\n",
            "",
            PackCode::NoLegalBasis,
            "form.toml:id = \"family\"",
        ),
        fault(
            form,
            "register.act",
            "other.act",
            PackCode::UnknownBasis,
            "form.toml:id = \"family\"",
        ),
        fault(
            form,
            "\"telephone\"",
            "\"telefone\"",
            PackCode::WrongValue,
            "form.toml:\"telefone\"",
        ),
        fault(form, phone, "id = \"Phone\"", PackCode::WrongValue, "form.toml:\"Phone\""),
        fault(form, phone, "id = \"phone\"\nspare = 1", PackCode::UnknownKey, "form.toml:spare"),
        fault(
            form,
            "least_level = \"town\"",
            "least_level = \"hut\"",
            PackCode::UnknownReference,
            "form.toml:id = \"home\"",
        ),
        fault(
            form,
            "notice = \"all\"",
            "notice = \"some\"",
            PackCode::UnknownReference,
            "form.toml:id = \"agreed\"",
        ),
        fault(
            form,
            "pattern_from = \"kind\"",
            "pattern_from = \"none\"",
            PackCode::UnknownReference,
            "form.toml:id = \"papers.number\"",
        ),
        fault(
            form,
            "pattern_from = \"kind\"",
            "pattern = '[0-9'",
            PackCode::Pattern,
            "form.toml:'[0-9'",
        ),
        fault(
            form,
            "{ minor = false }",
            "{ field = \"none\", answered = true }",
            PackCode::UnknownReference,
            "form.toml:id = \"agreed\"",
        ),
        fault(
            form,
            "{ minor = false }",
            "{ field = \"sex\", is = [\"OTHER\"] }",
            PackCode::UnknownReference,
            "form.toml:id = \"agreed\"",
        ),
        fault(
            form,
            "id = \"papers.kind\"",
            "id = \"letters.kind\"",
            PackCode::UnknownReference,
            "form.toml:\"letters.kind\"",
        ),
        fault(form, "\"none\"", "\"little\"", PackCode::WrongValue, "form.toml:\"little\""),
        fault(form, "", "[[field]\n", PackCode::Syntax, "form.toml:[[field]\n"),
    ]);
}

#[test]
fn roles() {
    let form = "form.toml";
    check_all(&[
        fault(
            form,
            "role = \"given_names\"",
            "role = \"surname\"",
            PackCode::RoleTwice,
            "form.toml:id = \"given\"",
        ),
        fault(
            form,
            "role = \"given_names\"",
            "role = \"surname\"",
            PackCode::RoleMissing,
            "form.toml:",
        ),
        fault(form, "role = \"given_names\"\n", "", PackCode::RoleMissing, "form.toml:"),
        fault(form, "role = \"identifier_kind\"\n", "", PackCode::RoleMissing, "form.toml:"),
        fault(
            form,
            "role = \"given_names\"",
            "role = \"forename\"",
            PackCode::UnknownReference,
            "form.toml:\"forename\"",
        ),
        fault(
            form,
            "role = \"mobile_phone\"",
            "role = \"email\"",
            PackCode::RoleType,
            "form.toml:id = \"phone\"",
        ),
        fault(
            "codes/sex.csv",
            "MALE,Male",
            "M,Male",
            PackCode::UnknownReference,
            "form.toml:id = \"sex\"",
        ),
    ]);
}

/// DNA, coordinates, iris, voice, ethnicity, religion: by id, type, column, list, modality, file.
#[test]
fn what_the_law_forbids() {
    let form = "form.toml";
    let phone = "id = \"phone\"";
    check_all(&[
        fault(form, phone, "id = \"dna_sample\"", PackCode::Prohibited, "form.toml:dna_sample"),
        fault(form, phone, "id = \"home_gps\"", PackCode::Prohibited, "form.toml:home_gps"),
        fault(form, phone, "id = \"longitude\"", PackCode::Prohibited, "form.toml:longitude"),
        fault(form, phone, "id = \"iris_left\"", PackCode::Prohibited, "form.toml:iris_left"),
        fault(form, phone, "id = \"voice\"", PackCode::Prohibited, "form.toml:voice"),
        fault(form, phone, "id = \"ethnic_group\"", PackCode::Prohibited, "form.toml:ethnic_group"),
        fault(form, phone, "id = \"religion\"", PackCode::Prohibited, "form.toml:religion"),
        fault(form, "\"telephone\"", "\"iris\"", PackCode::Prohibited, "form.toml:\"iris\""),
        fault(
            "pack.toml",
            "on = false",
            "on = true",
            PackCode::Prohibited,
            "pack.toml:on = true\n\n[[level]]",
        ),
        fault(
            "towns.csv",
            "code,name,parent",
            "code,name,parent,lat",
            PackCode::Prohibited,
            "towns.csv:",
        ),
        fault(
            "pack.toml",
            "id = \"iris\"\non = false",
            "id = \"iris\"\non = true",
            PackCode::NoLegalBasis,
            "pack.toml:on = true\n\n[[level]]",
        ),
    ]);
    let folder = tempfile::tempdir().unwrap();
    copy(&pack("littleland"), folder.path());
    fs::write(folder.path().join("codes/tribe.csv"), "code,label_en\nA,A\n").unwrap();
    expect(folder.path(), PackCode::Prohibited, "codes/tribe.csv:");
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
    for fault in [
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
    ]
    .iter()
    {
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
