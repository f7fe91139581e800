//! Every case is planted, and hides as it should.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;

fn scenario(people: usize, seed: u8) -> Result<Scenario, PlanError> {
    let setting = Setting { county: "019", today: date(2026, 11, 22) };
    let pack = CountryPack::embedded().unwrap();
    plan(people, setting, &Census::embedded().unwrap(), &pack, [seed; 32])
}

fn count(scenario: &Scenario, name: &str) -> usize {
    scenario.visits.iter().filter(|v| v.plant.is_some_and(|p| p.name() == name)).count()
}

#[test]
fn every_case_is_planted_once_and_most_people_are_innocent() {
    for (people, seed) in [(60, 1), (60, 2), (60, 3), (FEWEST_PEOPLE, 4), (500, 5)] {
        let scenario = scenario(people, seed).unwrap();
        assert_eq!(scenario.residents.len(), people);
        assert_eq!(scenario.visits.len(), people + DOUBLE_REGISTRATIONS);
        for (name, planted) in [
            ("double registration", 4),
            ("child under six", 1),
            ("minor without consent", 2),
            ("no usable prints", 2),
            ("tampered packet", 1),
            ("replay", 1),
        ] {
            assert_eq!(count(&scenario, name), planted, "{name}");
        }
        let fingers: BTreeSet<_> = scenario.residents.iter().map(|r| r.fingers).collect();
        assert_eq!(fingers.len(), people, "no two people share fingers");
        for (number, visit) in scenario.visits.iter().enumerate() {
            assert_eq!(visit.number, number);
            let resident = &scenario.residents[visit.resident];
            assert_eq!(visit.claimed.fingers, resident.fingers);
            let too_young = visit.plant == Some(Plant::ChildUnderSix);
            assert_eq!(resident.age < 6, too_young);
            let refused = visit.plant == Some(Plant::MinorWithoutConsent);
            assert_eq!(visit.guardian_consents, !refused);
        }
    }
}

#[test]
fn who_comes_again_hides_behind_other_words_at_another_kit() {
    let scenario = scenario(60, 1).unwrap();
    for visit in &scenario.visits {
        let Some(Plant::DoubleRegistration { of }) = visit.plant else { continue };
        let (first, second) = (&scenario.visits[of], visit);
        assert_eq!(first.resident, second.resident);
        assert_ne!(first.kit, second.kit);
        assert_ne!(first.impression, second.impression);
        let (first, second) = (&first.claimed, &second.claimed);
        let names = |r: &Resident| (r.given_name.clone(), r.other_name.clone(), r.surname.clone());
        assert_ne!(names(first), names(second));
        assert_ne!(first.date_of_birth, second.date_of_birth);
        assert_eq!(
            first.date_of_birth.range().unwrap().0.year(),
            second.date_of_birth.range().unwrap().0.year()
        );
        assert_ne!(first.telephone, second.telephone);
        assert_ne!(crate::form::paper(first), crate::form::paper(second));
    }
}

#[test]
fn too_few_people_are_told_so() {
    let error = scenario(FEWEST_PEOPLE - 1, 1).unwrap_err();
    assert_eq!(error.code(), "plan.too_few_people");
}
