//! What of a person's details can be compared: a name as tokens, a date with
//! precision, places as lineages, numbers as plain characters.

use core::fmt;

use niims_record::date::DateOfBirth;
use niims_record::name::{NameRole, PersonName};
use niims_record::person::{PersonDetails, RelationKind, Sex};
use serde::{Deserialize, Serialize};

use crate::fold::{MOST_TOKENS, tokens};
use crate::knowledge::NameKnowledge;
use crate::sound::{sound, spelling};

/// Deepest lineage of an area: country, region, county, sub-county, division,
/// location, sub-location and one to spare. Ends a lineage that runs in a circle.
const DEEPEST_LINEAGE: usize = 8;

/// One part of a name, ready for comparison.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NameToken {
    /// Lower case, no accents, no apostrophes.
    pub folded: String,
    /// The cluster of equivalent forms, or the folded form.
    pub cluster: String,
    /// The form with habits of writing undone.
    pub spelling: String,
    /// The coarse sound, for finding candidates.
    pub sound: String,
    /// Share of people who bear a name of this cluster, in millionths, at least 1.
    pub share_per_million: u32,
}

impl NameToken {
    fn new(folded: String, knowledge: &NameKnowledge) -> Self {
        let cluster = knowledge.cluster_of(&folded).to_owned();
        let share = knowledge.share_of(&cluster);
        Self {
            spelling: spelling(&folded),
            sound: sound(&cluster),
            share_per_million: ((share * 1e6).round() as u32).max(1),
            cluster,
            folded,
        }
    }
}

/// A number that another body gave, as plain upper-case letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlainIdentifier {
    /// Code of the kind.
    pub kind: String,
    /// The value without spaces and punctuation.
    pub value: String,
}

/// The comparable part of one registration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkageRecord {
    /// The name without particles, sorted, so that order never matters.
    pub name: Vec<NameToken>,
    /// Date of birth with its precision.
    pub date_of_birth: DateOfBirth,
    /// Sex.
    pub sex: Sex,
    /// Area of birth, from the widest to the narrowest code; empty if unknown.
    pub birth_areas: Vec<String>,
    /// Area of residence, likewise.
    pub residence_areas: Vec<String>,
    /// Telephone number, digits only.
    pub phone: Option<String>,
    /// Numbers from other bodies, sorted.
    pub identifiers: Vec<PlainIdentifier>,
    /// The mother's name, sorted; empty if not given.
    pub mother: Vec<NameToken>,
    /// The father's name, sorted; empty if not given.
    pub father: Vec<NameToken>,
}

impl LinkageRecord {
    /// Draws what can be compared from the details of a person. Areas hold only
    /// the code stated until [`Self::with_area_parents`] completes them.
    pub fn from_details(details: &PersonDetails, knowledge: &NameKnowledge) -> Self {
        let parent = |kind: RelationKind| {
            let relation = details.relations.iter().find(|r| r.kind == kind);
            let name = relation.and_then(|r| r.name.as_ref());
            name.map(|name| name_tokens(name, knowledge)).unwrap_or_default()
        };
        Self {
            name: name_tokens(&details.name, knowledge),
            date_of_birth: details.date_of_birth,
            sex: details.sex,
            birth_areas: details.place_of_birth.iter().cloned().collect(),
            residence_areas: details.residence.area.iter().cloned().collect(),
            phone: details.mobile_phone.as_deref().map(digits).filter(|d| !d.is_empty()),
            identifiers: plain_identifiers(details),
            mother: parent(RelationKind::Mother),
            father: parent(RelationKind::Father),
        }
    }

    /// Completes both areas to lineages, widest first, by asking for the parent
    /// of each code. Two places are then compared by how far down they agree.
    #[must_use]
    pub fn with_area_parents(mut self, parent_of: impl Fn(&str) -> Option<String>) -> Self {
        for areas in [&mut self.birth_areas, &mut self.residence_areas] {
            let Some(narrowest) = areas.last().cloned() else { continue };
            let mut lineage = vec![narrowest];
            while let Some(parent) = lineage.last().and_then(|code| parent_of(code)) {
                lineage.push(parent);
                if lineage.len() == DEEPEST_LINEAGE {
                    break;
                }
            }
            lineage.reverse();
            *areas = lineage;
        }
        self
    }
}

/// The words of a name as they are compared, in their order. Two names of one family share the
/// `cluster` of a word.
pub fn name_words(text: &str, knowledge: &NameKnowledge) -> Vec<NameToken> {
    crate::fold::tokens(text).map(|folded| NameToken::new(folded, knowledge)).collect()
}

/// The comparable tokens of a name, sorted. Particles fall away, unless nothing
/// else would remain.
pub(crate) fn name_tokens(name: &PersonName, knowledge: &NameKnowledge) -> Vec<NameToken> {
    let take = |with_particles: bool| {
        let mut taken: Vec<NameToken> = name
            .parts()
            .iter()
            .filter(|part| with_particles || part.role() != NameRole::Particle)
            .flat_map(|part| part.text().split_whitespace())
            .flat_map(|word| tokens(knowledge.without_joined_particle(word)).collect::<Vec<_>>())
            .filter(|token| with_particles || !knowledge.is_particle(token))
            .take(MOST_TOKENS)
            .map(|token| NameToken::new(token, knowledge))
            .collect();
        taken.sort();
        taken
    };
    let names = take(false);
    if names.is_empty() { take(true) } else { names }
}

fn plain_identifiers(details: &PersonDetails) -> Vec<PlainIdentifier> {
    let mut plain: Vec<PlainIdentifier> = details
        .identifiers
        .iter()
        .map(|identifier| PlainIdentifier {
            kind: identifier.kind.clone(),
            value: identifier
                .value
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_uppercase)
                .collect(),
        })
        .filter(|identifier| !identifier.value.is_empty())
        .collect();
    plain.sort();
    plain.dedup();
    plain
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
redacted!(NameToken, PlainIdentifier, LinkageRecord);
