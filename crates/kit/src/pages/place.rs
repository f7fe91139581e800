//! A place is found by typing a few letters of it, without a script: the page comes back with
//! what fits. What is typed is posted, never part of an address.

use niims_country::{Area, CountryPack, Field as PackField};
use niims_web::{Choice, Field, FormFields, Question, Radios, TextInput};

use super::guest::Officer;

/// Places that are offered at most: more than these fill a screen, and another letter is
/// quicker than reading on.
const MOST_OFFERED: usize = 12;
/// Letters without which nothing is looked for.
const LEAST_LETTERS: usize = 2;

/// The areas whose name begins with, or else holds, what was typed; lowest level first where
/// the question asks for it. None above `least_level`, none that is made up.
pub(super) fn search<'p>(pack: &'p CountryPack, typed: &str, least_level: &str) -> Vec<&'p Area> {
    let wanted = plain(typed);
    if wanted.chars().count() < LEAST_LETTERS {
        return Vec::new();
    }
    let geography = pack.geography();
    let least = geography.level(least_level).unwrap_or_default();
    let mut found: Vec<(bool, usize, &Area)> = geography
        .levels()
        .iter()
        .skip(least)
        .flat_map(|level| geography.areas(&level.id))
        .filter(|area| !area.synthetic)
        .filter_map(|area| {
            let name = plain(&area.name);
            let place = name.find(&wanted)?;
            Some((place > 0, area.level, area))
        })
        .collect();
    found.sort_by(|one, other| (one.0, one.1, &one.2.name).cmp(&(other.0, other.1, &other.2.name)));
    found.into_iter().map(|(_, _, area)| area).take(MOST_OFFERED).collect()
}

/// The fields of a question for a place: what to look for, what was found, and the two lines
/// that no list of areas knows.
pub(super) fn fields(
    officer: &Officer,
    form: &FormFields<'_>,
    field: &PackField,
    least_level: &str,
) -> Vec<Field> {
    let w = officer.words();
    let pack = &officer.pack;
    let Some(Field::Place(place)) = form.alone(field) else { return Vec::new() };
    let chosen = chosen(form, &field.id);
    let typed = form.posted.text("find");
    let mut offered = search(pack, typed, least_level);
    if let Some(area) = pack.geography().area(&chosen)
        && !offered.iter().any(|one| one.code == area.code)
    {
        offered.insert(0, area);
    }
    let error = place
        .question
        .error
        .clone()
        .or_else(|| place.county.question.error.clone())
        .or_else(|| place.areas.as_ref().and_then(|areas| areas.question.error.clone()));
    let is_searched = !typed.is_empty() && offered.is_empty();
    let hint = if is_searched { w.t("place.none") } else { w.t("place.hint") };
    let find = TextInput {
        question: Question {
            hint: Some(hint.to_owned()),
            is_heading: true,
            ..Question::new("find", place.question.label.as_str())
        },
        value: typed.to_owned(),
        max_length: 80,
        width: 30,
        ..TextInput::default()
    };
    let mut fields = vec![Field::Text(TextInput {
        question: find.question.clone().error(error.filter(|_| offered.is_empty())),
        ..find
    })];
    if !offered.is_empty() {
        let area = format!("{}.area", field.id);
        let choices = offered
            .into_iter()
            .map(|one| Choice {
                is_chosen: one.code == chosen,
                ..Choice::new(&one.code, pack.geography().full_name(&one.code))
            })
            .collect();
        let question = Question::new(area, w.t("place.which"))
            .error(form.problems.first().map(|p| pack.describe(p, officer.language())));
        fields.push(Field::Radios(Radios { question, choices, ..Radios::default() }));
    }
    fields.push(Field::Text(place.village));
    fields.push(Field::Text(place.house));
    fields
}

/// The code of the area that was chosen: posted by this page, or of the answer that stands.
fn chosen(form: &FormFields<'_>, id: &str) -> String {
    let pack = form.pack;
    let text = form.posted.text(&format!("{id}.area"));
    if pack.geography().area(text).is_some() {
        return text.to_owned();
    }
    let answers = niims_web::posted_answers(pack, pack.field(id), form.posted);
    let area = answers.get(id).and_then(|place| place.get("area"));
    area.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// A name without what people leave out: case, spaces, marks.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_letters_find_a_place() {
        let pack = CountryPack::embedded().unwrap();
        let check = |typed: &str, level: &str, expected: &[&str]| {
            let found: Vec<&str> =
                search(&pack, typed, level).iter().map(|area| area.code.as_str()).collect();
            assert!(
                expected.iter().all(|code| found.contains(code)) && found.len() <= MOST_OFFERED,
                "{typed} {level}: {found:?}"
            );
            assert_eq!(expected.is_empty(), found.is_empty(), "{typed}");
        };
        check("port re", "ward", &["0001"]);
        check("PORT-reitz", "county", &["0001"]);
        check("momba", "county", &["001"]);
        check("momba", "ward", &[]);
        check("p", "county", &[]);
        check("no such place", "county", &[]);
        check("<script>", "county", &[]);
    }
}
