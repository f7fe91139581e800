//! Whoever comes again is worth showing to people by words alone, and strangers seldom are.

#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is missing")]

use niims_country::CountryPack;
use niims_linkage::{LinkageRecord, NameKnowledge, VariantRelation, blocking_terms, compare};
use niims_sim::census::Census;
use niims_sim::form::{Sitting, answers};
use niims_sim::plants::{Plant, Scenario, Visit, plan};
use niims_sim::village::Setting;

const COUNTY: &str = "019";
const VILLAGES: u8 = 6;

fn knowledge(pack: &CountryPack) -> NameKnowledge {
    NameKnowledge::new().with_variants(pack.name_variants().iter().map(|entry| {
        let relation = match entry.relation {
            niims_country::VariantRelation::Equivalent => VariantRelation::Equivalent,
            niims_country::VariantRelation::Weak => VariantRelation::Weak,
            niims_country::VariantRelation::Distinct => VariantRelation::Distinct,
        };
        (entry.name.as_str(), entry.variant.as_str(), relation)
    }))
}

/// The record that linkage keeps of a visit; none for a child that is sent home.
fn record(visit: &Visit, pack: &CountryPack, names: &NameKnowledge) -> Option<LinkageRecord> {
    let consented_at = "2026-11-22T08:00:00Z".parse().unwrap();
    let sitting = Sitting { county: COUNTY, consented_at, guardian_consents: true };
    let (kind, answers) = answers(&visit.claimed, pack, &sitting);
    let valid = pack.validate(&answers, kind, pack.today(consented_at)).ok()?;
    let person = valid.person().unwrap();
    let parent = |code: &str| pack.geography().area(code)?.parent.clone();
    Some(LinkageRecord::from_details(&person, names).with_area_parents(parent))
}

/// Found through a shared term, and scored high enough.
fn shown(one: &LinkageRecord, other: &LinkageRecord, names: &NameKnowledge) -> bool {
    let terms = blocking_terms(one);
    blocking_terms(other).iter().any(|term| terms.contains(term))
        && compare(one, other, names).is_candidate()
}

fn count(scenario: &Scenario, pack: &CountryPack, names: &NameKnowledge) -> (usize, usize) {
    let records: Vec<_> = scenario.visits.iter().map(|visit| record(visit, pack, names)).collect();
    let (mut doubles, mut strangers) = (0, 0);
    for (number, visit) in scenario.visits.iter().enumerate() {
        for earlier in &scenario.visits[..number] {
            let pair = (&records[number], &records[earlier.number]);
            let (Some(one), Some(other)) = pair else { continue };
            if shown(one, other, names) {
                let same = visit.plant == Some(Plant::DoubleRegistration { of: earlier.number });
                *(if same { &mut doubles } else { &mut strangers }) += 1;
            }
        }
    }
    (doubles, strangers)
}

#[test]
fn disguised_people_are_found_by_their_words() {
    let pack = CountryPack::embedded().unwrap();
    let names = knowledge(&pack);
    let census = Census::embedded().unwrap();
    let setting = Setting { county: COUNTY, today: "2026-11-22".parse().unwrap() };
    let (mut doubles, mut strangers) = (0, 0);
    for seed in 0..VILLAGES {
        let scenario = plan(60, setting, &census, &pack, [seed; 32]).unwrap();
        let found = count(&scenario, &pack, &names);
        println!("village {seed}: {} of 4 doubles, {} strangers", found.0, found.1);
        doubles += found.0;
        strangers += found.1;
    }
    assert_eq!(doubles, usize::from(VILLAGES) * 4);
    assert!(strangers <= usize::from(VILLAGES), "{strangers} pairs of strangers");
}
