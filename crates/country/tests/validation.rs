//! Answers against the Kenya form: what passes, what is refused and how, and what is told of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use niims_country::{
    Answers, CountryPack, Eligibility, FieldType, FormKind, ProblemCode, SensitivityClass,
};
use niims_record::date::DateOfBirth;
use niims_record::name::NameRole::{Family, Given, Other, Particle};
use niims_record::name::{NamePart, NameRole};
use niims_record::person::RelationKind::{Father, Mother, Spouse};
use niims_record::person::{RelationKind, ResidenceClass, Sex};
use serde_json::{Value, json};

const TODAY: Date = date(2026, 11, 22);

static PACK: LazyLock<CountryPack> = LazyLock::new(|| CountryPack::embedded().unwrap());

fn answers(kind: FormKind) -> Answers {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/answers")
        .join(format!("{}.json", kind.as_str()));
    Answers::from_json(&std::fs::read(path).unwrap()).unwrap()
}

/// The answers of a form with some changed; `null` takes an answer away.
fn changed(kind: FormKind, changes: &Value) -> Answers {
    let mut answers = answers(kind);
    for (field, value) in changes.as_object().unwrap() {
        answers.set(field, value.clone());
    }
    answers
}

/// Changes the adult's answers and expects exactly these problems, as `field code`.
fn check(kind: FormKind, changes: &Value, expected: &[&str]) {
    let found = match PACK.validate(&changed(kind, changes), kind, TODAY) {
        Ok(_) => Vec::new(),
        Err(problems) => {
            problems.iter().map(|problem| format!("{} {}", problem.field, problem.code())).collect()
        }
    };
    assert_eq!(found, expected, "{changes}");
}

fn adult(changes: &Value, expected: &[&str]) {
    check(FormKind::Adult, changes, expected);
}

#[test]
fn the_four_forms_pass() {
    for kind in FormKind::ALL {
        let valid = PACK.validate(&answers(kind), kind, TODAY).unwrap();
        assert_eq!(valid.kind(), kind);
        assert_eq!(valid.pack_version(), PACK.version());
        assert!(valid.person().is_ok(), "{}", kind.as_str());
    }
}

#[test]
fn unknown_fields_and_codes_are_refused() {
    adult(&json!({"favourite_colour": "red"}), &["favourite_colour form.unknown_field"]);
    adult(&json!({"Rose Sample's tribe": "x"}), &["? form.unknown_field"]);
    adult(&json!({"identifiers.number": "1"}), &["identifiers.number form.unknown_field"]);
    adult(&json!({"sex": "OTHER"}), &["sex form.unknown_code"]);
    adult(&json!({"marital_status": "COMPLICATED"}), &["marital_status form.unknown_code"]);
    adult(
        &json!({"father": {"first_name": "Test", "blood": "A"}}),
        &["father.blood form.unknown_field"],
    );
    adult(
        &json!({"identifiers": [{"kind": "LIBRARY-CARD", "number": "1"}]}),
        &["identifiers[0].kind form.unknown_code"],
    );
    adult(
        &json!({"farming_activities": ["CROP", "CROP"]}),
        &["farming_activities[1] form.repeated"],
    );
    adult(
        &json!({"farming_activities": ["CROP", "MINING"]}),
        &["farming_activities[1] form.unknown_code"],
    );
    adult(&json!({"school_name": "Test school"}), &["school_name form.not_this_form"]);
    check(FormKind::Minor, &json!({"employer": "Test"}), &["employer form.not_this_form"]);
    check(FormKind::Minor, &json!({"employer": ""}), &[]);
}

#[test]
fn required_answers() {
    adult(&json!({"first_name": null}), &["first_name form.required"]);
    adult(&json!({"first_name": "   "}), &["first_name form.required"]);
    adult(&json!({"surname": null}), &[]);
    adult(&json!({"citizenship_mode": null}), &["citizenship_mode form.required"]);
    adult(&json!({"birth_place": null}), &["birth_place form.required"]);
    adult(&json!({"birth_place": null, "birth_country": "TZ"}), &[]);
    adult(&json!({"residency_category": "DUAL_CITIZEN"}), &["nationalities form.required"]);
    adult(&json!({"residency_category": "DUAL_CITIZEN", "nationalities": ["GB"]}), &[]);
    adult(
        &json!({"residency_category": "DUAL_CITIZEN", "nationalities": []}),
        &["nationalities form.required"],
    );
    adult(
        &json!({"identifiers": null}),
        &["identifiers form.required", "no_document_reason form.required"],
    );
    adult(
        &json!({"identifiers": null, "no_document_reason": "NEVER_ISSUED"}),
        &["introducers form.required"],
    );
    adult(&json!({"mobile_phone_ownership": null}), &["mobile_phone_ownership form.required"]);
    adult(&json!({"mobile_phone_ownership": null, "mobile_phone": null}), &[]);
    adult(&json!({"spouses": [{"surname": "Sample"}]}), &["spouses[0].first_name form.required"]);
    adult(&json!({"consent": null}), &["consent form.required"]);
    check(FormKind::Minor, &json!({"guardian_consent": null}), &["guardian_consent form.required"]);
    check(FormKind::Minor, &json!({"guardian": null}), &["guardian form.required"]);
    check(
        FormKind::Minor,
        &json!({"guardian": {"first_name": "Test", "relationship": "LEGAL_GUARDIAN"}}),
        &["guardian.court_order form.required"],
    );
    let young =
        json!({"date_of_birth": "2012", "date_of_birth_precision": "YEAR", "consent": null});
    check(
        FormKind::Foreigner,
        &young,
        &["guardian form.required", "guardian_consent form.required"],
    );
}

#[test]
fn types_and_limits() {
    adult(&json!({"first_name": 7}), &["first_name form.wrong_type"]);
    adult(&json!({"first_name": "a".repeat(61)}), &["first_name form.too_long"]);
    adult(&json!({"first_name": "R2D2"}), &["first_name form.character"]);
    adult(&json!({"first_name": "Ng'ang'a-Ôdé"}), &[]);
    adult(&json!({"occupation": "a\u{0}b"}), &["occupation form.character"]);
    adult(&json!({"sex": ["FEMALE"]}), &["sex form.wrong_type"]);
    adult(&json!({"albinism": "no"}), &["albinism form.wrong_type"]);
    adult(&json!({"father": []}), &[]);
    adult(&json!({"father": ["x"]}), &["father form.wrong_type"]);
    adult(&json!({"identifiers": {"kind": "PASSPORT"}}), &["identifiers form.wrong_type"]);
    adult(
        &json!({"identifiers": [{"kind": "NATIONAL-ID", "number": "12AB"}]}),
        &["identifiers[0].number form.pattern"],
    );
    adult(
        &json!({"service_numbers": [{"kind": "KRA-PIN", "number": "P000000001Z"}]}),
        &["service_numbers[0].number form.pattern"],
    );
    adult(
        &json!({"livestock": [{"kind": "GOAT", "count": 10001}]}),
        &["livestock[0].count form.too_great"],
    );
    adult(
        &json!({"livestock": [{"kind": "GOAT", "count": -1}]}),
        &["livestock[0].count form.too_small"],
    );
    adult(
        &json!({"livestock": [{"kind": "GOAT", "count": 1.5}]}),
        &["livestock[0].count form.wrong_type"],
    );
    adult(&json!({"livestock": [{"kind": "GOAT", "count": "12"}]}), &[]);
    adult(
        &json!({"crops": [{"crop": "TEA", "area_acres": "NaN"}]}),
        &["crops[0].area_acres form.wrong_type"],
    );
    let many: Vec<Value> =
        (0..9).map(|_| json!({"kind": "PASSPORT", "number": "ZZ0000001"})).collect();
    adult(&json!({"identifiers": many}), &["identifiers form.too_many"]);
    adult(
        &json!({"postal_address": {"box": "1", "code": "1"}}),
        &["postal_address.code form.pattern"],
    );
}

#[test]
fn places_have_areas_and_no_coordinates() {
    adult(
        &json!({"current_residence": {"area": "X99999"}}),
        &["current_residence.area form.unknown_area"],
    );
    adult(
        &json!({"current_residence": {"area": "001"}}),
        &["current_residence.area form.area_too_wide"],
    );
    adult(
        &json!({"current_residence": {"village": "Test"}}),
        &["current_residence.area form.required"],
    );
    adult(
        &json!({"current_residence": {"area": "0001", "latitude": "-1.28"}}),
        &["current_residence.latitude form.unknown_field"],
    );
    adult(&json!({"current_residence": "0001"}), &["current_residence form.wrong_type"]);
}

#[test]
fn telephones_and_addresses_are_completed() {
    let normal = |field: &str, given: &str| {
        let answers = changed(FormKind::Adult, &json!({field: given}));
        let valid = PACK.validate(&answers, FormKind::Adult, TODAY).ok()?;
        valid.answers().text(field).map(str::to_owned)
    };
    for given in
        ["0700 000 001", "0700-000-001", "+254700000001", "254 700 000001", "00254700000001"]
    {
        assert_eq!(normal("mobile_phone", given).as_deref(), Some("+254700000001"), "{given}");
    }
    for given in ["12", "0700 000 00x", "+0700000001", "+25470000000100000", "0712"] {
        assert_eq!(normal("mobile_phone", given), None, "{given}");
    }
    assert_eq!(normal("email", " a.b@Example.ORG ").as_deref(), Some("a.b@example.org"));
    for given in ["a", "a@b", "a@@b.org", ".a@b.org", "a@-b.org", "a b@c.org", "@b.org"] {
        assert_eq!(normal("email", given), None, "{given}");
    }
}

#[test]
fn dates() {
    let born = |text: &str, precision: &str| json!({"date_of_birth": text, "date_of_birth_precision": precision});
    adult(&born("1987-02-30", "DAY"), &["date_of_birth form.not_a_date"]);
    adult(&born("23/04/1987", "DAY"), &["date_of_birth form.not_a_date"]);
    adult(&born("1987-4-23", "DAY"), &["date_of_birth form.not_a_date"]);
    adult(&born("+987", "YEAR"), &["date_of_birth form.not_a_date"]);
    adult(&born("2026-11-23", "DAY"), &["date_of_birth form.date_in_future"]);
    adult(&born("1700", "YEAR"), &["date_of_birth form.date_too_early"]);
    adult(&born("1987", "DAY"), &["date_of_birth form.precision_mismatch"]);
    adult(&born("1987-04-23", "YEAR"), &["date_of_birth form.precision_mismatch"]);
    adult(&born("1987-04-23", "CONVENTIONAL_1_JAN"), &["date_of_birth form.precision_mismatch"]);
    adult(&born("1987-01-01", "CONVENTIONAL_1_JAN"), &[]);
    adult(&born("1987", "ESTIMATED"), &["date_of_birth_margin form.required"]);
    adult(
        &json!({"identifiers": [{"kind": "PASSPORT", "number": "ZZ0000001", "issued": "2027-01-01"}]}),
        &["identifiers[0].issued form.date_in_future"],
    );
    adult(
        &json!({"identifiers": [{"kind": "PASSPORT", "number": "ZZ0000001", "expires": "2033-01-01"}]}),
        &[],
    );
}

#[test]
fn consent_is_given_to_the_notice_in_force() {
    let consent = |key: &str, value: Value| {
        let mut consent = answers(FormKind::Adult).get("consent").unwrap().clone();
        consent[key] = value;
        json!({ "consent": consent })
    };
    adult(&consent("given", json!(false)), &["consent form.consent_not_given"]);
    adult(&consent("given", json!("true")), &["consent form.consent_not_given"]);
    adult(&consent("notice_version", json!("0")), &["consent.notice_version form.notice_outdated"]);
    adult(&consent("language", json!("xx")), &["consent.language form.unknown_code"]);
    adult(&consent("mode", json!("PRESUMED")), &["consent.mode form.unknown_code"]);
    adult(&consent("mode", json!(null)), &["consent.mode form.required"]);
    adult(&consent("given_at", json!("yesterday")), &["consent.given_at form.not_a_date"]);
    adult(
        &consent("given_at", json!("2026-11-23T06:00:00Z")),
        &["consent.given_at form.date_in_future"],
    );
    adult(&consent("given_to", json!("x")), &["consent.given_to form.unknown_field"]);
}

#[test]
fn forms_fit_age_and_standing() {
    let born = |text: &str| json!({"date_of_birth": text, "date_of_birth_precision": "DAY"});
    adult(&born("2008-11-22"), &[]);
    adult(&born("2008-11-23"), &["date_of_birth form.not_of_full_age"]);
    check(FormKind::Minor, &born("2008-11-22"), &["date_of_birth form.not_a_minor"]);
    check(FormKind::Minor, &born("2020-11-22"), &[]);
    check(FormKind::Minor, &born("2020-11-23"), &["date_of_birth form.too_young"]);
    adult(
        &json!({"residency_category": "REFUGEE", "citizenship_mode": null}),
        &["residency_category form.not_this_form"],
    );
}

/// Five years and 364 days are refused, six years are accepted, in Nairobi's calendar.
#[test]
fn age_at_law_to_the_day() {
    let check = |born: DateOfBirth, today: Date, expected: Eligibility| {
        assert_eq!(PACK.eligibility(&born, today), expected, "{today}");
    };
    let born = DateOfBirth::Day { date: date(2020, 3, 10) };
    check(born, date(2026, 3, 9), Eligibility::TooYoung { from: date(2026, 3, 10) });
    check(born, date(2026, 3, 10), Eligibility::Minor);
    check(born, date(2038, 3, 9), Eligibility::Minor);
    check(born, date(2038, 3, 10), Eligibility::Adult);
    let leap = DateOfBirth::Day { date: date(2020, 2, 29) };
    check(leap, date(2026, 2, 28), Eligibility::TooYoung { from: date(2026, 3, 1) });
    check(leap, date(2026, 3, 1), Eligibility::Minor);
    // In doubt nobody who may be six is turned away, nobody who may be a child goes alone.
    let year = DateOfBirth::Year { year: 2020 };
    check(year, date(2025, 12, 31), Eligibility::TooYoung { from: date(2026, 1, 1) });
    check(year, date(2026, 1, 1), Eligibility::Minor);
    check(DateOfBirth::Year { year: 2008 }, date(2026, 12, 30), Eligibility::Minor);
    check(DateOfBirth::Year { year: 2008 }, date(2026, 12, 31), Eligibility::Adult);
    check(DateOfBirth::Unknown, TODAY, Eligibility::Undetermined);
    assert_eq!(PACK.age_on(&year, date(2026, 1, 1)), Some(6));
}

#[test]
fn a_resident_may_leave_to_the_officer_what_is_the_officers() {
    let mut answers = answers(FormKind::Adult);
    answers.remove("consent");
    answers.remove("date_of_birth_evidence");
    assert!(PACK.validate_beforehand(&answers, FormKind::Adult, TODAY).is_ok());
    let problems = PACK.validate(&answers, FormKind::Adult, TODAY).unwrap_err();
    assert_eq!(problems.len(), 2);
    answers.remove("first_name");
    assert!(PACK.validate_beforehand(&answers, FormKind::Adult, TODAY).is_err());
}

#[test]
fn the_person_behind_the_answers() {
    let valid = PACK.validate(&answers(FormKind::Adult), FormKind::Adult, TODAY).unwrap();
    let person = valid.person().unwrap();
    assert_eq!(person.name.full(), "Test arap Synthetic Sample");
    let roles: Vec<NameRole> = person.name.parts().iter().map(NamePart::role).collect();
    assert_eq!(roles, [Given, Particle, Other, Family]);
    assert_eq!(person.sex, Sex::Female);
    assert_eq!(person.date_of_birth, DateOfBirth::Day { date: date(1987, 4, 23) });
    assert!(matches!(person.residence_class, ResidenceClass::Citizen));
    assert_eq!(person.place_of_birth.as_deref(), Some("0001"));
    assert_eq!(person.residence.area.as_deref(), Some("X00001"));
    assert_eq!(person.residence.house.as_deref(), Some("Plot 1"));
    assert_eq!(person.mobile_phone.as_deref(), Some("+254700000001"));
    assert_eq!(person.preferred_language.as_deref(), Some("sw"));
    let identifiers: Vec<(&str, bool)> = person
        .identifiers
        .iter()
        .map(|identifier| (identifier.kind.as_str(), identifier.original_sighted))
        .collect();
    assert_eq!(identifiers, [("NATIONAL-ID", true), ("KRA-PIN", false)]);
    let relations: Vec<RelationKind> = person.relations.iter().map(|one| one.kind).collect();
    assert_eq!(relations, [Father, Mother, Spouse]);

    let refugee = PACK.validate(&answers(FormKind::Refugee), FormKind::Refugee, TODAY).unwrap();
    let person = refugee.person().unwrap();
    assert_eq!(person.date_of_birth, DateOfBirth::Estimated { year: 1975, margin: 4 });
    assert!(
        matches!(person.residence_class, ResidenceClass::Refugee { nationalities } if nationalities.len() == 1)
    );
    let minor = PACK.validate(&answers(FormKind::Minor), FormKind::Minor, TODAY).unwrap();
    assert_eq!(minor.eligibility(), Eligibility::Minor);
    assert_eq!(minor.person().unwrap().date_of_birth, DateOfBirth::Month { year: 2016, month: 2 });
}

#[test]
fn classes_hold_every_answer_once() {
    let valid = PACK.validate(&answers(FormKind::Adult), FormKind::Adult, TODAY).unwrap();
    let classes = valid.by_class();
    assert!(classes[&SensitivityClass::Sensitive].get("difficulty_seeing").is_some());
    assert!(classes[&SensitivityClass::Personal].get("identifiers").is_some());
    assert!(classes[&SensitivityClass::Functional].get("service_numbers").is_some());
    assert!(classes[&SensitivityClass::None].get("preferred_language").is_some());
    let count: usize = classes.values().map(Answers::len).sum();
    assert_eq!(count, valid.answers().len());
    let together = Answers::merge(classes.into_values());
    assert_eq!(&together, valid.answers());
    assert_eq!(PACK.view(&together).person().unwrap(), valid.person().unwrap());
    // The normal form passes again and is its own normal form.
    let again = PACK.validate(&together, FormKind::Adult, TODAY).unwrap();
    assert_eq!(again.answers(), &together);
}

/// No fault, description or `Debug` repeats an answer, whatever stands in whichever field.
#[test]
fn no_fault_repeats_an_answer() {
    let marker = "Zqxj7741";
    let junk = [
        json!(marker),
        json!({ marker: marker }),
        json!([marker, { marker: marker }]),
        json!({"area": marker, "kind": marker, "number": marker, "given": marker, "mode": marker}),
        json!([{"kind": marker, "number": marker, "first_name": marker, "count": marker}]),
        json!(marker.repeat(400)),
        json!(7741),
        json!([[[[]]], {}, null]),
    ];
    let mut faults = 0;
    for field in PACK.fields().iter().filter(|field| field.parent.is_none()) {
        for value in &junk {
            let answers = changed(FormKind::Adult, &json!({ field.id.clone(): value }));
            assert!(!format!("{answers:?}").contains(marker));
            match PACK.validate(&answers, FormKind::Adult, TODAY) {
                Ok(valid) => assert!(!format!("{valid:?}").contains(marker)),
                Err(problems) => {
                    faults += problems.len();
                    for problem in &problems {
                        let told = format!(
                            "{problem} {problem:?} {} {} {}",
                            PACK.describe(problem, "en"),
                            PACK.describe(problem, "sw"),
                            serde_json::to_string(problem).unwrap()
                        );
                        assert!(!told.contains("Zqxj") && !told.contains("7741"), "{told}");
                    }
                }
            }
        }
    }
    assert!(faults > 200, "{faults}");
}

#[test]
fn faults_are_told_in_plain_words() {
    let long = changed(FormKind::Adult, &json!({"first_name": "a".repeat(61)}));
    let problem = PACK.validate(&long, FormKind::Adult, TODAY).unwrap_err().remove(0);
    assert_eq!(
        PACK.describe(&problem, "en"),
        "First name: This answer is longer than 60 characters. Write the first name as on the document, with letters only."
    );
    assert!(PACK.describe(&problem, "sw").starts_with("Jina la kwanza: "));
    let inner = changed(FormKind::Adult, &json!({"current_residence": {"area": "X99999"}}));
    let problem = PACK.validate(&inner, FormKind::Adult, TODAY).unwrap_err().remove(0);
    assert!(
        PACK.describe(&problem, "en").starts_with("Where you live now: There is no such area.")
    );
    for code in ProblemCode::ALL {
        for language in PACK.languages() {
            assert!(PACK.text(language, &code.text_key()).is_some(), "{}", code.as_str());
        }
    }
}

#[test]
fn answers_are_bounded_before_they_are_read() {
    let check = |bytes: &[u8], code: &str| {
        assert_eq!(Answers::from_json(bytes).unwrap_err().code(), code);
    };
    check(&vec![b' '; niims_country::LARGEST_ANSWERS + 1], "answers.too_large");
    check(b"[]", "answers.not_json");
    check(b"{\"a\": ", "answers.not_json");
    check("[".repeat(10_000).as_bytes(), "answers.not_json");
}

#[test]
fn every_code_of_every_list_is_accepted_where_it_is_asked() {
    for field in PACK.fields().iter().filter(|field| field.parent.is_none() && field.role.is_none())
    {
        let FieldType::Code { list } = &field.kind else { continue };
        for code in PACK.code_list(list).unwrap().codes() {
            let kind = *field.forms.iter().next().unwrap();
            let answers = changed(kind, &json!({ field.id.clone(): code.code }));
            let problems = PACK.validate(&answers, kind, TODAY).err().unwrap_or_default();
            assert!(
                problems.iter().all(|problem| problem.field != field.id),
                "{} {}",
                field.id,
                code.code
            );
        }
    }
}
