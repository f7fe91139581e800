//! What is made of answers: age at law, the person, classes of sensitivity, words for faults.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod filling;

use filling::{PACK, TODAY, answers, changed};
use jiff::civil::{Date, date};
use niims_country::{Answers, Eligibility, FieldType, FormKind, ProblemCode, SensitivityClass};
use niims_record::date::DateOfBirth;
use niims_record::name::NameRole::{Family, Given, Other, Particle};
use niims_record::name::{NamePart, NameRole};
use niims_record::person::RelationKind::{Father, Mother, Spouse};
use niims_record::person::{RelationKind, ResidenceClass, Sex};
use serde_json::json;

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
