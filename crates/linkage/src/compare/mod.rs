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

use crate::knowledge::NameKnowledge;
use crate::record::LinkageRecord;
use crate::score::{Field, LinkageScore, Part};

/// Compares two records. The order of the records, and of the names in each,
/// does not matter. Missing answers weigh nothing.
pub fn compare(a: &LinkageRecord, b: &LinkageRecord, knowledge: &NameKnowledge) -> LinkageScore {
    let mut parts: Vec<Part> = Vec::new();
    names::compare_names(a, b, knowledge, &mut parts);
    parts.extend(date::compare_dates(a.date_of_birth, b.date_of_birth));
    parts.push(facts::compare_sex(a.sex, b.sex));
    parts.extend(facts::compare_birth_places(&a.birth_areas, &b.birth_areas));
    parts.extend(facts::compare_residences(&a.residence_areas, &b.residence_areas));
    parts.extend(facts::compare_phones(a.phone.as_deref(), b.phone.as_deref()));
    facts::compare_identifiers(&a.identifiers, &b.identifiers, &mut parts);
    parts.extend(names::compare_parents(Field::Mother, &a.mother, &b.mother, knowledge));
    parts.extend(names::compare_parents(Field::Father, &a.father, &b.father, knowledge));
    LinkageScore::of(parts)
}
