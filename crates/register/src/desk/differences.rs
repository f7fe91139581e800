//! In what two records differ, field by field, and what kind of difference it is.

use niims_country::{Answers, CountryPack};
use niims_linkage::{NameKnowledge, NameToken, name_words};
use niims_wire::desk::{DifferenceKind, DifferenceShown};

use super::plain_answers;

/// The fields in which two records differ, in the order of the form.
pub(super) fn differences(
    pack: &CountryPack,
    names: &NameKnowledge,
    applicant: &Answers,
    candidate: &Answers,
) -> Vec<DifferenceShown> {
    let (left, right) = (plain_answers(pack, applicant), plain_answers(pack, candidate));
    let of = |side: &[(String, String)], field: &str| {
        let found = side.iter().find(|(known, _)| known == field);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let mut found = Vec::new();
    for field in pack.fields().iter().filter(|field| field.parent.is_none()) {
        let (a, b) = (of(&left, &field.id), of(&right, &field.id));
        if a == b {
            continue;
        }
        let moved = |text: &str, side: &[(String, String)]| {
            side.iter().any(|(other, value)| *other != field.id && same_words(text, value, names))
        };
        let name = field.role.is_some_and(is_name);
        let mut kind = classify(&a, &b, name, names);
        if name && kind == DifferenceKind::Differs && moved(&a, &right) && moved(&b, &left) {
            kind = DifferenceKind::SwappedFields;
        }
        found.push(DifferenceShown { field: field.id.clone(), applicant: a, candidate: b, kind });
    }
    found
}

const fn is_name(role: niims_country::Role) -> bool {
    use niims_country::Role;
    matches!(role, Role::Surname | Role::GivenNames | Role::OtherNames | Role::Aliases)
}

/// What kind of difference two answers show. Both are never equal.
fn classify(a: &str, b: &str, name: bool, names: &NameKnowledge) -> DifferenceKind {
    if a.is_empty() || b.is_empty() {
        return DifferenceKind::OnlyOneSide;
    }
    if plain(a) == plain(b) {
        return DifferenceKind::WritingOnly;
    }
    if let (Ok(first), Ok(second)) =
        (a.parse::<jiff::civil::Date>(), b.parse::<jiff::civil::Date>())
    {
        return of_dates(first, second);
    }
    if name { of_names(a, b, names) } else { of_texts(a, b) }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn of_dates(a: jiff::civil::Date, b: jiff::civil::Date) -> DifferenceKind {
    let parts = |date: jiff::civil::Date| {
        (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    };
    let (x, y) = (parts(a), parts(b));
    let first_of_january = |(_, month, day): (i32, i32, i32)| month == 1 && day == 1;
    if x.0 == y.0 && x.1 == y.2 && x.2 == y.1 {
        return DifferenceKind::DayAndMonthSwapped;
    }
    if x.0 == y.0 && (first_of_january(x) || first_of_january(y)) {
        return DifferenceKind::ConventionalFirstOfJanuary;
    }
    let same = u8::from(x.0 == y.0) + u8::from(x.1 == y.1) + u8::from(x.2 == y.2);
    if same == 2 { DifferenceKind::OneDatePartDiffers } else { DifferenceKind::Differs }
}

fn of_names(a: &str, b: &str, names: &NameKnowledge) -> DifferenceKind {
    let (x, y) = (name_words(a, names), name_words(b, names));
    let sorted = |words: &[NameToken], by: fn(&NameToken) -> &str| {
        let mut keys: Vec<String> = words.iter().map(|word| by(word).to_owned()).collect();
        keys.sort();
        keys
    };
    let alike = |by: fn(&NameToken) -> &str| sorted(&x, by) == sorted(&y, by);
    if alike(|word| &word.folded) {
        return DifferenceKind::SwappedOrder;
    }
    if alike(|word| &word.cluster) || alike(|word| &word.spelling) {
        return DifferenceKind::SpellingVariant;
    }
    let short = |one: &NameToken, other: &NameToken| {
        one.folded.len() < other.folded.len() && other.folded.starts_with(&one.folded)
    };
    let fits = |(one, other): (&NameToken, &NameToken)| {
        one.cluster == other.cluster || short(one, other) || short(other, one)
    };
    if x.len() == y.len() && x.iter().zip(&y).all(fits) {
        return DifferenceKind::ShortForm;
    }
    DifferenceKind::Differs
}

fn of_texts(a: &str, b: &str) -> DifferenceKind {
    let words = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(plain).collect();
        words.sort();
        words
    };
    if words(a) == words(b) { DifferenceKind::SwappedOrder } else { DifferenceKind::Differs }
}

fn same_words(a: &str, b: &str, names: &NameKnowledge) -> bool {
    let clusters = |text: &str| {
        let mut words: Vec<String> =
            name_words(text, names).into_iter().map(|word| word.cluster).collect();
        words.sort();
        words
    };
    !a.is_empty() && clusters(a) == clusters(b)
}

#[cfg(test)]
mod tests {
    use niims_linkage::VariantRelation;

    use super::*;

    #[test]
    fn kinds_of_difference() {
        let names = NameKnowledge::new().with_variants([(
            "wanjiku",
            "wanjiko",
            VariantRelation::Equivalent,
        )]);
        let check = |a, b, name, want| {
            assert_eq!(classify(a, b, name, &names), want, "{a} {b}");
            assert_eq!(classify(b, a, name, &names), want, "{b} {a}");
        };
        check("", "x", true, DifferenceKind::OnlyOneSide);
        check("Ann", "ANN", true, DifferenceKind::WritingOnly);
        check("Tov Brim", "Brim Tov", true, DifferenceKind::SwappedOrder);
        check("Wanjiku", "Wanjiko", true, DifferenceKind::SpellingVariant);
        check("T", "Tov", true, DifferenceKind::ShortForm);
        check("Tov", "Brim", true, DifferenceKind::Differs);
        check("1980-03-04", "1980-04-03", false, DifferenceKind::DayAndMonthSwapped);
        check("1980-01-01", "1980-04-03", false, DifferenceKind::ConventionalFirstOfJanuary);
        check("1980-03-04", "1981-03-04", false, DifferenceKind::OneDatePartDiffers);
        check("1980-03-04", "1991-07-09", false, DifferenceKind::Differs);
        check("HOUSE 4 B", "house b 4", false, DifferenceKind::SwappedOrder);
        check("0733", "0722", false, DifferenceKind::Differs);
    }

    #[test]
    fn names_in_each_others_fields_are_said_to_be_swapped() {
        let pack = CountryPack::embedded().unwrap();
        let names = NameKnowledge::new();
        let record = |surname: &str, first: &str| {
            let mut answers = Answers::new();
            answers.set("surname", surname);
            answers.set("first_name", first);
            answers
        };
        let found = differences(&pack, &names, &record("Tov", "Brim"), &record("Brim", "Tov"));
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|d| d.kind == DifferenceKind::SwappedFields));
        assert_eq!(differences(&pack, &names, &record("A", "B"), &record("A", "B")), []);
    }
}
