//! Answers against the Kenya form: what passes, and what is refused with which code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod filling;

use filling::{PACK, TODAY, answers, changed};
use niims_country::FormKind;
use serde_json::{Value, json};

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
        &["child_assent form.required", "guardian form.required", "guardian_consent form.required"],
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
