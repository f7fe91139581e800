//! A synthetic village: households of people with names, dates, telephones and
//! documents, drawn after the census. Nobody in it exists.

use jiff::ToSpan;
use jiff::civil::Date;
use niims_record::date::DateOfBirth;
use niims_record::person::Sex;
use rand_core::Rng;

use crate::census::Census;
use crate::chance;

/// Youngest age that may be registered; children below stay at home.
const YOUNGEST: usize = 6;
/// Of a thousand adults over 40, how many bear a conventional 1 January on their
/// papers. Whipple indices of 124 to 204 by county (census 2019) mean that a
/// quarter and more of stated ages are heaped.
const CONVENTIONAL_PERMILLE: u64 = 250;
/// Of a thousand adults, how many hold a national identity card. Near 90 % of
/// adults were on the national register when the exercise began.
const IDENTITY_CARD_PERMILLE: u64 = 900;

/// A synthetic person who comes to register.
#[derive(Clone)]
pub struct Resident {
    /// Which household, from zero.
    pub household: usize,
    /// First name.
    pub given_name: String,
    /// Other name, if borne.
    pub other_name: Option<String>,
    /// Surname.
    pub surname: String,
    /// Sex.
    pub sex: Sex,
    /// Date of birth as the papers or the person say.
    pub date_of_birth: DateOfBirth,
    /// Age in completed years, as certain as the date.
    pub age: usize,
    /// Mobile telephone in E.164 form.
    pub telephone: Option<String>,
    /// Number of the national identity card.
    pub identity_card: Option<String>,
    /// Number of the birth certificate, for those without a card.
    pub birth_certificate: Option<String>,
    /// The head of the household, who comes along with a minor.
    pub guardian: Option<Guardian>,
    /// Seed of the ten fingers.
    pub fingers: [u8; 32],
}

impl core::fmt::Debug for Resident {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Resident(household {}, age {})", self.household, self.age)
    }
}

/// The mother or father who comes along with a minor.
#[derive(Clone)]
pub struct Guardian {
    /// First name.
    pub given_name: String,
    /// Surname.
    pub surname: String,
    /// Mother or father.
    pub sex: Sex,
}

impl core::fmt::Debug for Guardian {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Guardian")
    }
}

/// Where and when a village is.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Code of the county, for household sizes and telephones.
    pub county: &'a str,
    /// The day of registration.
    pub today: Date,
}

/// Settles households until `people` residents aged six and over live there.
pub fn settle(
    people: usize,
    setting: Setting<'_>,
    census: &Census,
    rng: &mut impl Rng,
) -> Vec<Resident> {
    let mut residents = Vec::with_capacity(people);
    let mut household = 0;
    while residents.len() < people {
        let size = census.household_size(setting.county, rng);
        for resident in settle_household(household, size, setting, census, rng) {
            if resident.age >= YOUNGEST && residents.len() < people {
                residents.push(resident);
            }
        }
        household += 1;
    }
    residents
}

/// One household: a head, often a spouse, then children and others.
fn settle_household(
    household: usize,
    size: usize,
    setting: Setting<'_>,
    census: &Census,
    rng: &mut impl Rng,
) -> Vec<Resident> {
    let surname = census.surname(rng);
    let telephone = telephone(rng);
    let (head_age, head_female) = census.age_and_sex(20, 85, rng);
    let mut members: Vec<Resident> = Vec::with_capacity(size);
    for place in 0..size {
        let (age, female) = match place {
            0 => (head_age, head_female),
            1 if chance::permille(700, rng) => {
                let apart = chance::between(-8, 8, rng);
                ((head_age as i64 + apart).max(18) as usize, !head_female)
            }
            _ => census.age_and_sex(0, head_age.saturating_sub(16), rng),
        };
        let own = census.has_telephone(setting.county, rng) && age >= 14;
        let telephone = if own { self::telephone(rng) } else { telephone.clone() };
        let mut member = resident(household, age, female, setting, census, rng);
        member.surname.clone_from(&surname);
        member.telephone = Some(telephone);
        if age < 18 {
            member.guardian = members.first().map(|head| Guardian {
                given_name: head.given_name.clone(),
                surname: head.surname.clone(),
                sex: head.sex,
            });
        }
        members.push(member);
    }
    members
}

/// A person of this age and sex with a surname of their own.
pub fn resident(
    household: usize,
    age: usize,
    female: bool,
    setting: Setting<'_>,
    census: &Census,
    rng: &mut impl Rng,
) -> Resident {
    let mut fingers = [0; 32];
    rng.fill_bytes(&mut fingers);
    let adult = age >= 18;
    let carded = adult && chance::permille(IDENTITY_CARD_PERMILLE, rng);
    Resident {
        household,
        given_name: census.given_name(female, rng),
        other_name: chance::permille(600, rng).then(|| census.surname(rng)),
        surname: census.surname(rng),
        sex: if female { Sex::Female } else { Sex::Male },
        date_of_birth: date_of_birth(age, setting.today, rng),
        age,
        telephone: None,
        identity_card: carded.then(|| chance::digits(8, rng)),
        birth_certificate: (!carded).then(|| chance::digits(9, rng)),
        guardian: None,
        fingers,
    }
}

/// A date of birth that makes somebody exactly this age today.
pub(crate) fn date_of_birth(age: usize, today: Date, rng: &mut impl Rng) -> DateOfBirth {
    let latest = today.checked_sub((age as i64).years()).unwrap_or(today);
    let date = latest.checked_sub(chance::between(0, 364, rng).days()).unwrap_or(latest);
    if age > 40 && chance::permille(CONVENTIONAL_PERMILLE, rng) {
        return DateOfBirth::ConventionalFirstOfJanuary { year: date.year() };
    }
    DateOfBirth::Day { date }
}

/// A number in the form of a Kenyan mobile number, +254 7 and eight digits.
pub(crate) fn telephone(rng: &mut impl Rng) -> String {
    format!("+2547{}", chance::digits(8, rng))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_village_has_the_people_asked_for_in_households() {
        let census = Census::embedded().unwrap();
        let setting = Setting { county: "019", today: date(2026, 11, 22) };
        let village = settle(200, setting, &census, &mut ChaCha8Rng::from_seed([5; 32]));
        assert_eq!(village.len(), 200);
        let households: BTreeSet<usize> = village.iter().map(|r| r.household).collect();
        assert!((30..150).contains(&households.len()), "{} households", households.len());
        for resident in &village {
            assert!(resident.age >= YOUNGEST);
            assert!(resident.identity_card.is_some() != resident.birth_certificate.is_some());
            if let Some(age) = resident.date_of_birth.possible_age_on(setting.today) {
                assert!(age as usize >= resident.age && age as usize <= resident.age + 2);
            }
            assert!(resident.age >= 18 || resident.guardian.is_some());
        }
        let again = settle(200, setting, &census, &mut ChaCha8Rng::from_seed([5; 32]));
        assert_eq!(again[7].surname, village[7].surname, "the same seed gives the same village");
    }
}
