//! How much likelier is it that two records describe one person than two?
//!
//! Each field adds the logarithm of a ratio (Fellegi and Sunter, "A Theory for
//! Record Linkage", JASA 64, 1969): how often it looks like this between two
//! registrations of one person (m), over how often between two strangers (u).
//! Names weigh by how common they are: agreement on a rare one says more.
//!
//! The sum takes fields as independent. They are not quite: names follow
//! language and place. The thresholds are therefore measured on a population in
//! which they follow one another (`tests/population.rs`), not derived.

mod date;
mod facts;
mod names;
#[cfg(test)]
mod tests;

use crate::knowledge::NameKnowledge;
use crate::record::LinkageRecord;
use crate::score::{Explanation, Field, LinkageScore, Part, millinats};

/// Compares two records. The order of the records, and of the names in each,
/// does not matter. Missing answers weigh nothing.
pub fn compare(a: &LinkageRecord, b: &LinkageRecord, knowledge: &NameKnowledge) -> LinkageScore {
    let mut parts: Vec<Part> = Vec::new();
    names::compare_names(a, b, knowledge, &mut parts);
    parts.extend(date::compare_dates(a.date_of_birth, b.date_of_birth));
    parts.push(facts::compare_sex(a.sex, b.sex));
    let birth = facts::compare_birth_places(&a.birth_areas, &b.birth_areas);
    let residence =
        facts::compare_residences(&a.residence_areas, &b.residence_areas, birth.as_ref());
    parts.extend(birth.into_iter().chain(residence));
    parts.extend(facts::compare_phones(a.phone.as_deref(), b.phone.as_deref()));
    facts::compare_identifiers(&a.identifiers, &b.identifiers, &mut parts);
    parts.extend(names::compare_parents(Field::Mother, &a.mother, &b.mother, knowledge));
    parts.extend(names::compare_parents(Field::Father, &a.father, &b.father, knowledge));
    parts.extend(household_counts_once(&parts));
    LinkageScore::of(parts)
}

/// Most that places, telephone and parents may say together, in nats. They agree
/// between brothers and sisters as they do within one person, so past "one
/// household" they prove nothing. Range 4 to 18. Measured on the population of
/// `tests/population.rs`: the bound lowers members of one household above
/// [`crate::score::POSSIBLE_MILLINATS`] from 0.57 to 0.03 per record and loses no
/// second registration.
const HOUSEHOLD_MOST: f64 = 6.0;

/// The part that takes back what a household says too often.
fn household_counts_once(parts: &[Part]) -> Option<Part> {
    let shared: i32 = parts
        .iter()
        .filter(|part| {
            matches!(
                part.field,
                Field::PlaceOfBirth
                    | Field::Residence
                    | Field::Phone
                    | Field::Mother
                    | Field::Father
            )
        })
        .map(|part| part.weight)
        .sum();
    let excess = shared - millinats(HOUSEHOLD_MOST);
    (excess > 0).then_some(Part {
        field: Field::Household,
        weight: -excess,
        explanation: Explanation::HouseholdShared,
    })
}
