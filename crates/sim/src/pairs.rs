//! Pairs of captures whose answer is known: to measure those who decide.

use niims_country::CountryPack;
use niims_record::date::DateOfBirth;
use niims_record::desk::PlantedKind;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::census::Census;
use crate::chance;
use crate::plants::disguised;
use crate::village::{self, Resident, Setting};

/// Ages of the people in pairs, completed years: adults, whose hands neither grow nor wear.
const AGES: core::ops::RangeInclusive<i64> = 20..=55;

/// Two captures.
#[derive(Debug, Clone)]
pub struct Pair {
    /// What they are: the answer follows.
    pub kind: PlantedKind,
    /// Who applies.
    pub applicant: Resident,
    /// Who is in the register.
    pub candidate: Resident,
    /// Impression of the applicant's fingers; the candidate's is 0.
    pub impression: u32,
}

/// So many pairs, kind after kind. The same seed makes the same pairs.
pub fn pairs(
    count: usize,
    setting: Setting<'_>,
    census: &Census,
    pack: &CountryPack,
    seed: [u8; 32],
) -> Vec<Pair> {
    let mut rng = ChaCha8Rng::from_seed(seed);
    let kinds = PlantedKind::ALL.into_iter().cycle().take(count).enumerate();
    kinds.map(|(number, kind)| pair(number, kind, setting, census, pack, &mut rng)).collect()
}

fn pair(
    number: usize,
    kind: PlantedKind,
    setting: Setting<'_>,
    census: &Census,
    pack: &CountryPack,
    rng: &mut ChaCha8Rng,
) -> Pair {
    let age = usize::try_from(chance::between(*AGES.start(), *AGES.end(), rng)).unwrap_or(30);
    let female = chance::permille(500, rng);
    let candidate = village::resident(number, age, female, setting, census, rng);
    let applicant = match kind {
        PlantedKind::Mate => candidate.clone(),
        PlantedKind::DisguisedMate => disguised(&candidate, number, census, pack, rng),
        // Born on one day to one mother, with other hands.
        PlantedKind::Twins => Resident {
            given_name: census.given_name(female, rng),
            fingers: drawn(rng),
            identity_card: candidate.identity_card.as_ref().map(|_| chance::digits(8, rng)),
            birth_certificate: candidate.birth_certificate.as_ref().map(|_| chance::digits(9, rng)),
            ..candidate.clone()
        },
        PlantedKind::Siblings => {
            let other = village::resident(number, age + 2, female, setting, census, rng);
            Resident { surname: candidate.surname.clone(), ..other }
        }
        // Somebody else with the same name and year of birth, as happens by chance.
        PlantedKind::LookAlike => {
            let other = village::resident(number + 1, age, female, setting, census, rng);
            Resident {
                surname: candidate.surname.clone(),
                given_name: candidate.given_name.clone(),
                date_of_birth: conventional(candidate.date_of_birth),
                ..other
            }
        }
    };
    Pair { kind, applicant, candidate, impression: 1 }
}

fn conventional(one: DateOfBirth) -> DateOfBirth {
    match one {
        DateOfBirth::Day { date } => DateOfBirth::ConventionalFirstOfJanuary { year: date.year() },
        other => other,
    }
}

fn drawn(rng: &mut ChaCha8Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    seed
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn one_person_has_one_hand_and_two_have_two() {
        let pack = CountryPack::embedded().unwrap();
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let made = pairs(10, setting, &Census::embedded().unwrap(), &pack, [7; 32]);
        assert_eq!(made.len(), 10);
        for pair in &made {
            let one_hand = pair.applicant.fingers == pair.candidate.fingers;
            assert_eq!(one_hand, pair.kind.one_person(), "{:?}", pair.kind);
        }
        let twins = made.iter().find(|pair| pair.kind == PlantedKind::Twins).unwrap();
        assert_eq!(twins.applicant.date_of_birth, twins.candidate.date_of_birth);
    }
}
