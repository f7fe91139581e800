//! Each kind of fault of a form, planted in a copy of a pack, is reported with file and line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod planting;

use std::fs;

use niims_country::PackCode;
use planting::{check_all, copy, expect, fault, pack};

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
    ]);
}

#[test]
fn patterns_and_conditions() {
    let form = "form.toml";
    check_all(&[
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
    fs::write(folder.path().join("codes/colours.csv"), "code,label_en\nA,A\n").unwrap();
    expect(folder.path(), PackCode::UnknownFile, "codes/colours.csv:");
}
