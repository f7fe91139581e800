//! Sex, places, telephone and identifiers.

use niims_record::person::Sex;

use crate::record::PlainIdentifier;
use crate::score::{Explanation, Field, Part, millinats};

/// Weights in nats: half of all strangers share the sex; one entry in a hundred
/// is wrong. Intersex people are few and often registered otherwise before, so
/// it weighs no more when it agrees and little when it differs: a sensitive fact
/// must not identify anyone.
const SEX_SAME: f64 = 0.7;
const SEX_DIFFERS: f64 = -3.5;
const SEX_DIFFERS_INTERSEX: f64 = -0.7;

/// Weights in nats by how many levels agree, widest first: county, constituency,
/// ward, sub-location. Source: 47 counties of unequal size act like about 25;
/// each level below divides by about six, but people name neighbouring places.
const BIRTH_LEVELS: [f64; 4] = [2.4, 3.4, 4.2, 4.6];
const BIRTH_DIFFERS: f64 = -1.5;

/// The same for residence, which changes, and which neighbours share.
const RESIDENCE_LEVELS: [f64; 4] = [1.0, 1.8, 2.4, 2.8];
const RESIDENCE_DIFFERS: f64 = -0.4;

/// What an agreeing residence still says once the place of birth agrees: most
/// people live where they, and their brothers and sisters, were born. Range 0
/// to 1; at 1 a brother scores a whole nat higher.
const AFTER_BIRTH_PLACE: f64 = 0.5;

/// Weights in nats. A household shares a phone, so it weighs less than its
/// rarity; numbers change often, so another one weighs little.
const PHONE_SAME: f64 = 4.0;
const PHONE_DIFFERS: f64 = -0.3;

/// Weights in nats. A document has one number: agreement is the strongest word
/// of all, short of proof, because documents are lent and mistyped.
const IDENTIFIER_SAME: f64 = 13.0;
const IDENTIFIER_CLOSE: f64 = 5.0;
const IDENTIFIER_DIFFERS: f64 = -2.0;

/// Shortest identifier for which one slip still counts as close.
const SLIP_FROM_LENGTH: usize = 6;

pub(super) fn compare_sex(a: Sex, b: Sex) -> Part {
    let (weight, explanation) = if a == b {
        (SEX_SAME, Explanation::SexSame)
    } else if a == Sex::Intersex || b == Sex::Intersex {
        (SEX_DIFFERS_INTERSEX, Explanation::SexDiffers)
    } else {
        (SEX_DIFFERS, Explanation::SexDiffers)
    };
    Part { field: Field::Sex, weight: millinats(weight), explanation }
}

pub(super) fn compare_birth_places(a: &[String], b: &[String]) -> Option<Part> {
    compare_places(Field::PlaceOfBirth, a, b, BIRTH_LEVELS, BIRTH_DIFFERS)
}

/// Compares residences, given what the places of birth said.
pub(super) fn compare_residences(a: &[String], b: &[String], birth: Option<&Part>) -> Option<Part> {
    let mut part = compare_places(Field::Residence, a, b, RESIDENCE_LEVELS, RESIDENCE_DIFFERS)?;
    let born_together = birth.is_some_and(|birth| birth.weight > 0);
    if born_together && part.weight > 0 {
        part.weight = (f64::from(part.weight) * AFTER_BIRTH_PLACE).round() as i32;
    }
    Some(part)
}

fn compare_places(
    field: Field,
    a: &[String],
    b: &[String],
    levels: [f64; 4],
    differs: f64,
) -> Option<Part> {
    let both = a.len().min(b.len());
    if both == 0 {
        return None;
    }
    let shared = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (weight, explanation) = if shared == 0 {
        (differs, Explanation::PlaceDiffers)
    } else {
        let weight = levels[shared.min(levels.len()) - 1];
        let whole = shared == both;
        (weight, if whole { Explanation::PlaceSame } else { Explanation::PlaceWithin })
    };
    Some(Part { field, weight: millinats(weight), explanation })
}

pub(super) fn compare_phones(a: Option<&str>, b: Option<&str>) -> Option<Part> {
    let (weight, explanation) = if a? == b? {
        (PHONE_SAME, Explanation::PhoneSame)
    } else {
        (PHONE_DIFFERS, Explanation::PhoneDiffers)
    };
    Some(Part { field: Field::Phone, weight: millinats(weight), explanation })
}

/// One part per kind that both records have: the best pair of that kind.
pub(super) fn compare_identifiers(
    a: &[PlainIdentifier],
    b: &[PlainIdentifier],
    parts: &mut Vec<Part>,
) {
    let mut kinds: Vec<&str> = a.iter().map(|identifier| identifier.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let of_kind = |all: &'_ [PlainIdentifier]| {
            all.iter().filter(|i| i.kind == kind).map(|i| i.value.clone()).collect::<Vec<_>>()
        };
        let (ours, theirs) = (of_kind(a), of_kind(b));
        let best = ours
            .iter()
            .flat_map(|x| theirs.iter().map(|y| compare_values(x, y)))
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        if let Some((weight, explanation)) = best {
            parts.push(Part { field: Field::Identifier, weight: millinats(weight), explanation });
        }
    }
}

fn compare_values(x: &str, y: &str) -> (f64, Explanation) {
    if x == y {
        return (IDENTIFIER_SAME, Explanation::IdentifierSame);
    }
    let long_enough = x.len().min(y.len()) >= SLIP_FROM_LENGTH;
    if long_enough && strsim::osa_distance(x, y) == 1 {
        return (IDENTIFIER_CLOSE, Explanation::IdentifierClose);
    }
    (IDENTIFIER_DIFFERS, Explanation::IdentifierDiffers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_agree_as_far_down_as_they_do() {
        let place = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let check = |a: &[&str], b: &[&str], want| {
            let part = compare_birth_places(&place(a), &place(b));
            assert_eq!(part.map(|p| p.explanation), want, "{a:?} {b:?}");
        };
        check(&["001", "c1", "w1"], &["001", "c1", "w1"], Some(Explanation::PlaceSame));
        check(&["001", "c1", "w1"], &["001"], Some(Explanation::PlaceSame));
        check(&["001", "c1"], &["001", "c2"], Some(Explanation::PlaceWithin));
        check(&["001"], &["002"], Some(Explanation::PlaceDiffers));
        check(&[], &["002"], None);
    }

    #[test]
    fn a_slip_in_an_identifier_is_close() {
        let check = |x, y, want| assert_eq!(compare_values(x, y).1, want, "{x} {y}");
        check("A1234567", "A1234567", Explanation::IdentifierSame);
        check("A1234567", "A1243567", Explanation::IdentifierClose);
        check("12345", "12346", Explanation::IdentifierDiffers);
    }
}
