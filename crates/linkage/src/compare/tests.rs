//! What a comparison says about pairs of records, as data.

use jiff::civil::date;
use niims_record::date::DateOfBirth;
use niims_record::name::PersonName;
use niims_record::person::{
    Address, Identifier, PersonDetails, Relation, RelationKind, ResidenceClass, Sex,
};
use proptest::prelude::*;

use super::compare;
use crate::block::blocking_terms;
use crate::knowledge::{NameKnowledge, VariantRelation};
use crate::record::LinkageRecord;
use crate::score::{Explanation, Zone};

fn knowledge() -> NameKnowledge {
    NameKnowledge::new()
        .with_variants([
            ("Muhammad", "Mohamed", VariantRelation::Equivalent),
            ("Muhammad", "Muhumed", VariantRelation::Equivalent),
            ("Wangechi", "Wangechi", VariantRelation::Equivalent),
            ("Wangechi", "Wangeci", VariantRelation::Equivalent),
            ("Kiplagat", "Kiplagat", VariantRelation::Distinct),
            ("Kiplagat", "Kiplangat", VariantRelation::Distinct),
        ])
        .with_particles(["wa", "M'", "arap", "ole-", "bin"])
        .with_frequencies([
            ("John", 0.0106),
            ("Peter", 0.009),
            ("Mary", 0.009),
            ("Mohamed", 0.0108),
            ("Otieno", 0.0119),
            ("Mwangi", 0.0104),
            ("Kiplagat", 0.002),
            ("Kiplangat", 0.001),
            ("Wangechi", 0.001),
        ])
}

#[derive(Clone)]
struct Person(PersonDetails);

/// A man born on 17 April 1990 in county 001, ward w1, living there.
fn man(name: &str) -> Person {
    Person(PersonDetails {
        name: PersonName::from_line(name).unwrap(),
        sex: Sex::Male,
        date_of_birth: DateOfBirth::Day { date: date(1990, 4, 17) },
        residence_class: ResidenceClass::Citizen,
        place_of_birth: Some("w1".into()),
        residence: Address { area: Some("w1".into()), ..Address::default() },
        identifiers: vec![],
        relations: vec![],
        mobile_phone: Some("+254700000001".into()),
        preferred_language: None,
    })
}

impl Person {
    fn with(mut self, change: impl FnOnce(&mut PersonDetails)) -> Self {
        change(&mut self.0);
        self
    }
    fn woman(self) -> Self {
        self.with(|d| d.sex = Sex::Female)
    }
    fn born(self, y: i16, m: i8, d: i8) -> Self {
        self.with(|p| p.date_of_birth = DateOfBirth::Day { date: date(y, m, d) })
    }
    fn phone(self, phone: &str) -> Self {
        self.with(|d| d.mobile_phone = Some(phone.into()))
    }
    fn place(self, code: &str) -> Self {
        self.with(|d| {
            d.place_of_birth = Some(code.into());
            d.residence.area = Some(code.into());
        })
    }
    fn identity_card(self, value: &str) -> Self {
        self.with(|d| {
            d.identifiers.push(Identifier {
                kind: "national_id".into(),
                value: value.into(),
                original_sighted: true,
            });
        })
    }
    fn mother(self, name: &str) -> Self {
        self.with(|d| {
            d.relations.push(Relation {
                kind: RelationKind::Mother,
                name: Some(PersonName::from_line(name).unwrap()),
                identifier: None,
                person: None,
            });
        })
    }
    fn record(&self) -> LinkageRecord {
        LinkageRecord::from_details(&self.0, &knowledge()).with_area_parents(|code| match code {
            "w1" | "w2" => Some("c1".into()),
            "c1" => Some("001".into()),
            "w9" => Some("009".into()),
            _ => None,
        })
    }
}

/// The two score in this zone, both ways, and a pair worth showing is also found.
#[track_caller]
fn check(a: &Person, b: &Person, expected: Zone) {
    let (a, b) = (a.record(), b.record());
    let score = compare(&a, &b, &knowledge());
    assert_eq!(compare(&b, &a, &knowledge()), score);
    assert_eq!(score.zone(), expected, "{score:?}");
    if expected > Zone::Unlikely {
        let theirs = blocking_terms(&b);
        assert!(blocking_terms(&a).iter().any(|term| theirs.contains(term)), "found by no term");
    }
}

#[test]
fn the_same_person_registered_twice() {
    let first = man("Peter Otieno Omaloki");
    check(&first, &first, Zone::Likely);
    check(&first, &man("Omaloki Peter Otieno"), Zone::Likely);
    check(&first, &man("Omaloki Otieno").born(1990, 1, 1).phone("+254711111111"), Zone::Likely);
    check(&first, &man("Peter Otieno Omalloki").born(1990, 1, 1), Zone::Likely);
    check(&first, &man("Otieno Peter Omaloki").born(1991, 1, 1).place("w2"), Zone::Likely);
    check(&man("John Mwangi").born(1990, 4, 7), &man("Mwangi John").born(1990, 7, 4), Zone::Likely);
    check(&man("Mohamed Abdi Nur"), &man("Noor Muhumed Abdi").phone("+254711111111"), Zone::Likely);
    check(
        &man("Mary Wangechi Njoki").woman(),
        &man("Wangeci Mary").woman().born(1990, 1, 1).phone("+254711111111"),
        Zone::Possible,
    );
    check(
        &man("John Mwangi").identity_card("12345678"),
        &man("Someone Else").born(1970, 5, 5).identity_card("1234 5678").place("w9"),
        Zone::Possible,
    );
    check(
        &man("John Mwangi").identity_card("12345678"),
        &man("John Other").born(1990, 1, 1).identity_card("1234-5678").place("w9"),
        Zone::Likely,
    );
}

#[test]
fn different_people_who_look_alike() {
    let brother = man("Peter Otieno Ouma").mother("Mary Atieno");
    check(&man("John Mwangi"), &man("Omaloki Tukana").place("w9"), Zone::Unlikely);
    check(&man("John Mwangi"), &man("John Mwangi").born(1971, 8, 2).place("w9"), Zone::Unlikely);
    check(
        &brother,
        &man("John Otieno Ouma").mother("Mary Atieno").born(1993, 9, 30).phone("+254722222222"),
        Zone::Unlikely,
    );
    // Otieno and Atieno: one letter carries the sex.
    check(
        &man("Mary Atieno").woman().phone("+254722222222").born(1988, 3, 4),
        &man("Otieno Mbele").born(1988, 9, 20),
        Zone::Unlikely,
    );
}

#[test]
fn names_that_only_look_alike_do_not_agree() {
    let score = compare(&man("Kiplagat").record(), &man("Kiplangat").record(), &knowledge());
    assert!(score.parts.iter().any(|part| part.explanation == Explanation::NameDiffers));
    let close = compare(&man("Kiptanui").record(), &man("Kiptanuy").record(), &knowledge());
    assert!(close.parts.iter().any(|part| part.explanation == Explanation::NameVariant));
}

#[test]
fn a_rare_name_says_more_than_a_common_one() {
    let weight = |name: &str| {
        let record = man(name).record();
        compare(&record, &record, &knowledge()).total
    };
    assert!(weight("Lemayian") > weight("Mwangi") + 3_000);
}

#[test]
fn particles_neither_help_nor_hurt() {
    let bare = man("Daniel Toroitich").record();
    for name in ["Daniel arap Toroitich", "daniel Arap-Toroitich", "Toroitich M'Daniel"] {
        let score = compare(&bare, &man(name).record(), &knowledge());
        assert_eq!(score, compare(&bare, &bare, &knowledge()), "{name}");
    }
    // A name of particles only is still a name.
    assert_eq!(man("Bin").record().name.len(), 1);
}

#[test]
fn a_record_survives_storage_and_shows_nothing() {
    let record = man("Peter Otieno").identity_card("12345678").record();
    let stored = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<LinkageRecord>(&stored).unwrap(), record);
    let shown = format!("{record:?}{:?}{:?}", record.name, record.identifiers);
    assert!(!shown.to_lowercase().contains("otieno") && !shown.contains("1234"), "{shown}");
}

#[test]
fn the_worst_record_has_few_terms() {
    let mut worst = man(&"a-b-c-d-e-f ".repeat(12)).mother("x y").with(|d| {
        d.date_of_birth = DateOfBirth::Estimated { year: i16::MAX, margin: u8::MAX };
    });
    for number in 0..200 {
        worst = worst.identity_card(&format!("{number:08}"));
    }
    assert!(blocking_terms(&worst.record()).len() <= 75);
}

type Compare = fn(&LinkageRecord, &LinkageRecord) -> i32;

/// Swapping the records or turning a name round changes nothing.
fn order_free(comparison: Compare, a: &[String], b: &[String]) -> bool {
    let turned: Vec<String> = b.iter().rev().cloned().collect();
    let record = |words: &[String]| man(&words.join(" ")).record();
    let (one, other, other_turned) = (record(a), record(b), record(&turned));
    let total = comparison(&one, &other);
    total == comparison(&other, &one) && total == comparison(&one, &other_turned)
}

fn ours(a: &LinkageRecord, b: &LinkageRecord) -> i32 {
    compare(a, b, &knowledge()).total
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn the_order_of_names_and_records_does_not_matter(
        a in prop::collection::vec("[MOKamotieng]{1,6}", 1..5),
        b in prop::collection::vec("[MOKamotieng]{1,6}", 1..5),
    ) {
        prop_assert!(order_free(ours, &a, &b));
    }
}

#[test]
fn the_property_catches_a_comparison_by_position() {
    /// The planted fault: sees each name only against its own place, and the
    /// first record's names only against the second's.
    fn by_position(a: &LinkageRecord, b: &LinkageRecord) -> i32 {
        let lengths = a.name.iter().filter(|token| token.folded < b.name[0].folded).count();
        ours(a, b) + lengths as i32
    }
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert!(order_free(ours, &words("Amo Kito"), &words("Oma Tiko")));
    assert!(!order_free(by_position, &words("Amo Kito"), &words("Oma Tiko")));
}
