//! Names: which part of one stands for which part of the other, in any order.

use niims_record::person::Sex;

use crate::knowledge::NameKnowledge;
use crate::record::{LinkageRecord, NameToken};
use crate::score::{Explanation, Field, Part, millinats};

/// Given names and surnames are two lists of which a person of three names draws
/// one and a half times each, so a name of summed share s stands in about 1.5 s
/// of all records. Unit: draws per list. Source: three names are the rule here.
const DRAWS_PER_LIST: f64 = 1.5;

/// How often one person's name comes back letter for letter, as a known variant,
/// or nearly the same. Shares of 1. Source: spelling clusters cover 18 % of the
/// listed bearers; the rest is the usual clerical share. Effect: moving
/// `VARIANT_M` between 0.05 and 0.2 shifts variant pairs by 1.4 nats.
const SAME_M: f64 = 0.80;
const VARIANT_M: f64 = 0.10;
const CLOSE_M: f64 = 0.05;

/// Of strangers whose names fall into one cluster, the share that write them
/// differently. Source: two draws from the listed clusters by weight agree on
/// the form about half of the time.
const VARIANT_U: f64 = 0.5;

/// How often a stranger's record holds a name that is close but not the same:
/// three draws at 0.09 %, measured over 200,000 random pairs for Jaro–Winkler at
/// [`CLOSE_SIMILARITY`] after normalisation.
const CLOSE_U: f64 = 0.0027;

/// Least Jaro–Winkler similarity of two normalised spellings that counts as
/// close. Range 0 to 1. Source: at 0.92 none of 24 opposite-sex pairs such as
/// Otieno and Atieno passes; at 0.90 one in six does.
const CLOSE_SIMILARITY: f64 = 0.92;

/// Weight of an initial that fits, in nats: one letter in about fifteen.
const INITIAL_WEIGHT: f64 = 1.0;

/// Weight, in nats, of a name that differs although the other record has room
/// for it, and the same between two women: many take or drop a husband's name.
const DIFFERS_WEIGHT: f64 = -2.0;
const DIFFERS_BETWEEN_WOMEN_WEIGHT: f64 = -1.2;

/// Weight, in nats, of each further name that only one record has: baptismal
/// names and grandfathers' names come and go.
const EXTRA_WEIGHT: f64 = -0.3;

/// Bounds, in nats, of what one parent's name may add: children of one mother
/// share it and are different people.
const PARENT_MOST: f64 = 4.0;
const PARENT_LEAST: f64 = -2.0;

/// Adds one part per aligned, differing and extra name.
pub(super) fn compare_names(
    a: &LinkageRecord,
    b: &LinkageRecord,
    knowledge: &NameKnowledge,
    parts: &mut Vec<Part>,
) {
    if a.name.is_empty() || b.name.is_empty() {
        return;
    }
    let differs = if a.sex == Sex::Female && b.sex == Sex::Female {
        DIFFERS_BETWEEN_WOMEN_WEIGHT
    } else {
        DIFFERS_WEIGHT
    };
    let aligned = align(&a.name, &b.name, knowledge);
    let room = a.name.len().min(b.name.len());
    let extra = a.name.len().max(b.name.len()) - room;
    let part = |weight: f64, explanation| Part {
        field: Field::Name,
        weight: millinats(weight),
        explanation,
    };
    parts.extend(aligned.iter().map(|found| part(found.weight, found.explanation)));
    let missing = room - aligned.len();
    parts.extend((0..missing).map(|_| part(differs, Explanation::NameDiffers)));
    parts.extend((0..extra).map(|_| part(EXTRA_WEIGHT, Explanation::NameExtra)));
}

/// One part for a parent's whole name, where both records give it.
pub(super) fn compare_parents(
    field: Field,
    a: &[NameToken],
    b: &[NameToken],
    knowledge: &NameKnowledge,
) -> Option<Part> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let aligned = align(a, b, knowledge);
    let room = a.len().min(b.len());
    let agreement: f64 = aligned.iter().map(|found| found.weight).sum();
    let difference = DIFFERS_WEIGHT * (room - aligned.len()) as f64;
    let weight = (agreement + difference).clamp(PARENT_LEAST, PARENT_MOST);
    let explanation =
        if weight > 0.0 { Explanation::ParentSame } else { Explanation::ParentDiffers };
    Some(Part { field, weight: millinats(weight), explanation })
}

struct Aligned {
    weight: f64,
    explanation: Explanation,
}

/// Pairs each name with at most one of the other record, heaviest pairs first.
/// Ties break by the names themselves and not by position, so neither the order
/// of names nor that of records matters.
fn align(a: &[NameToken], b: &[NameToken], knowledge: &NameKnowledge) -> Vec<Aligned> {
    let mut pairs: Vec<(i32, &str, &str, usize, usize, Aligned)> = Vec::new();
    for (at_a, one) in a.iter().enumerate() {
        for (at_b, other) in b.iter().enumerate() {
            if let Some(found) = compare_tokens(one, other, knowledge) {
                let (low, high) = ordered(&one.folded, &other.folded);
                pairs.push((-millinats(found.weight), low, high, at_a, at_b, found));
            }
        }
    }
    pairs.sort_by(|x, y| (x.0, x.1, x.2, x.3, x.4).cmp(&(y.0, y.1, y.2, y.3, y.4)));
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut aligned = Vec::new();
    for (_, _, _, at_a, at_b, found) in pairs {
        if !used_a[at_a] && !used_b[at_b] {
            used_a[at_a] = true;
            used_b[at_b] = true;
            aligned.push(found);
        }
    }
    aligned
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a <= b { (a, b) } else { (b, a) }
}

/// How two single names relate; `None` when they do not.
fn compare_tokens(a: &NameToken, b: &NameToken, knowledge: &NameKnowledge) -> Option<Aligned> {
    let share = f64::from(a.share_per_million.max(b.share_per_million)) / 1e6;
    let common = (share * DRAWS_PER_LIST).min(1.0);
    let found = |m: f64, u: f64, explanation| {
        let weight = (m / u).ln();
        // Agreement never speaks for two people, however common the name.
        Some(Aligned { weight: weight.max(0.0), explanation })
    };
    if a.folded == b.folded {
        return found(SAME_M, common, Explanation::NameSame);
    }
    if is_initial(a, b) || is_initial(b, a) {
        return Some(Aligned { weight: INITIAL_WEIGHT, explanation: Explanation::NameInitial });
    }
    if knowledge.known_distinct(&a.folded, &b.folded) {
        return None;
    }
    if a.cluster == b.cluster || a.spelling == b.spelling {
        return found(VARIANT_M, common * VARIANT_U, Explanation::NameVariant);
    }
    let close = strsim::jaro_winkler(&a.spelling, &b.spelling) >= CLOSE_SIMILARITY
        || knowledge.weakly_related(&a.folded, &b.folded);
    if close { found(CLOSE_M, CLOSE_U.max(common * CLOSE_M), Explanation::NameClose) } else { None }
}

/// One is a single letter and the first of the other.
fn is_initial(short: &NameToken, long: &NameToken) -> bool {
    short.folded.chars().nth(1).is_none()
        && long.folded.chars().nth(1).is_some()
        && short.folded.chars().next() == long.folded.chars().next()
}
