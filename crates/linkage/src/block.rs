//! Under which terms a record is filed, so that its likeness is found again.
//!
//! A search looks at records that share at least one term. Each kind of term
//! survives some change that people make, so the kinds are redundant on purpose:
//!
//! | column | term | survives |
//! |---|---|---|
//! | `name_pair` | two name clusters | order, known spellings, any date, any phone |
//! | `sound_year` | sound of a rare name, year of birth ± 1 | unknown spellings, other names changed, 1 January |
//! | `name_birth` | name cluster, year, day and month in no order | one name left, day and month swapped |
//! | `identifier` | kind and value | everything else changed |
//! | `phone` | digits | everything else changed |
//! | `parent_child` | a parent's rarest name with one's own | any date, other names changed |
//!
//! The store keeps a keyed hash of each term, never the term.

use std::collections::BTreeSet;

use niims_record::date::DateOfBirth;

use crate::record::{LinkageRecord, NameToken};

/// The kinds of term, for a store that prepares one index for all.
pub const COLUMNS: [&str; 6] =
    ["name_pair", "sound_year", "name_birth", "identifier", "phone", "parent_child"];

/// Names, rarest first, from which terms are made. Range 2 to 12; each more adds
/// that many pairs and finds only people with very long names.
const NAMES_IN_TERMS: usize = 5;

/// Rare names whose sound is filed with the year. One more name adds three terms
/// and finds people of whom two names are unrecognisable.
const SOUNDS_IN_TERMS: usize = 3;

/// Years either way filed for an exact date. Two records meet when their years
/// lie within twice this.
const YEARS_EITHER_WAY: i16 = 1;

/// Most years either way filed for an estimated date.
const MOST_YEARS_EITHER_WAY: i16 = 5;

/// All terms of a record: column and value, sorted, each once. At most 75.
pub fn blocking_terms(record: &LinkageRecord) -> Vec<(&'static str, String)> {
    let names = rarest_first(&record.name);
    let mut terms = BTreeSet::new();
    name_pairs(&names, &mut terms);
    sounds_and_years(&names, record.date_of_birth, &mut terms);
    names_and_birth(&names, record.date_of_birth, &mut terms);
    for identifier in record.identifiers.iter().take(MOST_IDENTIFIERS) {
        terms.insert(("identifier", format!("{}|{}", identifier.kind, identifier.value)));
    }
    if let Some(phone) = &record.phone {
        terms.insert(("phone", phone.clone()));
    }
    for parent in [&record.mother, &record.father] {
        if let (Some(own), Some(theirs)) = (names.first(), rarest_first(parent).first()) {
            terms.insert(("parent_child", format!("{}|{}", own.cluster, theirs.cluster)));
        }
    }
    terms.into_iter().collect()
}

/// Most identifiers filed. A form asks for fewer; a hostile record may hold more.
const MOST_IDENTIFIERS: usize = 12;

type Terms = BTreeSet<(&'static str, String)>;

fn rarest_first(tokens: &[NameToken]) -> Vec<&NameToken> {
    let mut names: Vec<&NameToken> = tokens.iter().collect();
    names.sort_by(|a, b| (a.share_per_million, &a.cluster).cmp(&(b.share_per_million, &b.cluster)));
    names.dedup_by(|a, b| a.cluster == b.cluster);
    names.truncate(NAMES_IN_TERMS);
    names
}

fn name_pairs(names: &[&NameToken], terms: &mut Terms) {
    for (at, one) in names.iter().enumerate() {
        for other in &names[at + 1..] {
            let (first, second) = if one.cluster <= other.cluster {
                (&one.cluster, &other.cluster)
            } else {
                (&other.cluster, &one.cluster)
            };
            terms.insert(("name_pair", format!("{first}|{second}")));
        }
    }
}

fn sounds_and_years(names: &[&NameToken], born: DateOfBirth, terms: &mut Terms) {
    let Some(year) = born.year() else { return };
    let either_way = match born {
        DateOfBirth::Estimated { margin, .. } => {
            i16::from(margin).clamp(YEARS_EITHER_WAY, MOST_YEARS_EITHER_WAY)
        }
        _ => YEARS_EITHER_WAY,
    };
    for name in names.iter().take(SOUNDS_IN_TERMS) {
        for offset in -either_way..=either_way {
            terms.insert(("sound_year", format!("{}|{}", name.sound, year.saturating_add(offset))));
        }
    }
}

fn names_and_birth(names: &[&NameToken], born: DateOfBirth, terms: &mut Terms) {
    let DateOfBirth::Day { date } = born else { return };
    let (low, high) = (date.month().min(date.day()), date.month().max(date.day()));
    for name in names {
        terms.insert((
            "name_birth",
            format!("{}|{:04}|{low:02}|{high:02}", name.cluster, date.year()),
        ));
    }
}
