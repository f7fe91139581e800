//! Values to search a dump of the register for: none may stand there in the clear.

use std::collections::BTreeSet;

use crate::plants::Scenario;
use crate::village::Resident;

/// Shortest name that is searched for, letters. Shorter ones occur in other words by chance.
const SHORTEST_NAME: usize = 5;

/// Every name of five letters or more, telephone and document number of the residents and of
/// what they claim to be, each once, in order. Telephones are given complete and without the
/// plus sign.
pub fn canaries(scenario: &Scenario) -> Vec<String> {
    let claimed = scenario.visits.iter().map(|visit| &visit.claimed);
    let all = scenario.residents.iter().chain(claimed).flat_map(values);
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

fn values(resident: &Resident) -> Vec<String> {
    let guardian = resident.guardian.iter().flat_map(|g| [&g.given_name, &g.surname]);
    let names = [&resident.given_name, &resident.surname]
        .into_iter()
        .chain(&resident.other_name)
        .chain(guardian)
        .filter(|name| name.chars().count() >= SHORTEST_NAME)
        .cloned();
    let numbers = resident.identity_card.iter().chain(&resident.birth_certificate).cloned();
    let telephones = resident
        .telephone
        .iter()
        .flat_map(|number| [number.clone(), number.trim_start_matches('+').to_owned()]);
    names.chain(numbers).chain(telephones).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use niims_country::CountryPack;

    use super::*;
    use crate::census::Census;
    use crate::plants::plan;
    use crate::village::Setting;

    #[test]
    fn a_large_village_plants_a_thousand_values_and_no_short_name() {
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let pack = CountryPack::embedded().unwrap();
        let census = Census::embedded().unwrap();
        let scenario = plan(500, setting, &census, &pack, [3; 32]).unwrap();
        let canaries = canaries(&scenario);
        assert!(canaries.len() >= 1000, "{} values", canaries.len());
        assert!(canaries.iter().all(|value| value.chars().count() >= SHORTEST_NAME));
        let last = &scenario.visits.last().unwrap().claimed;
        assert!(canaries.contains(last.telephone.as_ref().unwrap()));
        assert!(canaries.contains(last.birth_certificate.as_ref().unwrap()));
    }
}
