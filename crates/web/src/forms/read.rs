//! From a posted form to answers, as the pack checks them.

use niims_country::{Answers, CountryPack, Field, FieldType};
use serde_json::{Map, Value};

use super::place;
use super::posted::Posted;

/// The answers to these fields of the pack. What cannot be an answer (letters for a
/// number, a day without a month) is passed on as it was written, so that the pack
/// says what is wrong with it. Nothing else of the post is read.
pub fn posted_answers<'f>(
    pack: &CountryPack,
    fields: impl IntoIterator<Item = &'f Field>,
    posted: &Posted,
) -> Answers {
    let mut answers = Answers::new();
    for field in fields {
        if let Some(value) = value(pack, field, &field.id, posted) {
            answers.set(&field.id, value);
        }
    }
    answers
}

fn value(pack: &CountryPack, field: &Field, name: &str, posted: &Posted) -> Option<Value> {
    let text = || Some(posted.text(name)).filter(|text| !text.is_empty());
    match &field.kind {
        FieldType::Text
        | FieldType::Name
        | FieldType::Code { .. }
        | FieldType::Telephone
        | FieldType::Email => text().map(Value::from),
        FieldType::PartialDate | FieldType::Date => date(name, posted).map(Value::from),
        FieldType::Codes { .. } => {
            let codes: Vec<Value> = posted
                .all(name)
                .iter()
                .filter(|code| !code.is_empty())
                .map(|code| Value::from(code.as_str()))
                .collect();
            (!codes.is_empty()).then_some(Value::Array(codes))
        }
        FieldType::Boolean => text().map(|text| match text {
            "yes" => Value::Bool(true),
            "no" => Value::Bool(false),
            other => Value::from(other),
        }),
        FieldType::Integer => {
            text().map(|text| text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from))
        }
        FieldType::Decimal => text().map(|text| {
            let number = text.replace(',', ".").parse::<f64>().ok().filter(|n| n.is_finite());
            number.map_or_else(|| Value::from(text), Value::from)
        }),
        FieldType::Place { least_level } => area(pack, least_level, name, posted),
        FieldType::Group => inside(pack, field, name, posted).map(Value::Object),
        FieldType::List => {
            let elements: Vec<Value> = posted
                .elements(name)
                .into_iter()
                .filter_map(|index| inside(pack, field, &format!("{name}[{index}]"), posted))
                .map(Value::Object)
                .collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        FieldType::Consent { .. } => None,
    }
}

fn inside(
    pack: &CountryPack,
    group: &Field,
    name: &str,
    posted: &Posted,
) -> Option<Map<String, Value>> {
    let parts: Map<String, Value> = pack
        .fields_inside(&group.id)
        .filter_map(|field| {
            let inner = format!("{name}.{}", field.name());
            Some((field.name().to_owned(), value(pack, field, &inner, posted)?))
        })
        .collect();
    (!parts.is_empty()).then_some(parts)
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; anything else is put together as it was written,
/// which no calendar takes.
fn date(name: &str, posted: &Posted) -> Option<String> {
    let part = |part: &str| posted.text(&format!("{name}.{part}")).to_owned();
    let (year, month, day) = (part("year"), part("month"), part("day"));
    let two = |text: String| if text.len() == 1 { format!("0{text}") } else { text };
    match (year.is_empty(), month.is_empty(), day.is_empty()) {
        (true, true, true) => None,
        (false, true, true) => Some(year),
        (false, false, true) => Some(format!("{year}-{}", two(month))),
        _ => Some(format!("{year}-{}-{}", two(month), two(day))),
    }
}

/// `{area, village, house}`. The county alone is an area; one that was typed and is
/// not found stays as typed.
fn area(pack: &CountryPack, least_level: &str, name: &str, posted: &Posted) -> Option<Value> {
    let part = |part: &str| posted.text(&format!("{name}.{part}"));
    let (county, typed) = (part("county"), part("area"));
    let area = if typed.is_empty() {
        county
    } else {
        place::find(pack, county, typed, least_level).map_or(typed, |area| area.code.as_str())
    };
    let parts = [("area", area), ("village", part("village")), ("house", part("house"))];
    let parts: Map<String, Value> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), Value::from(text)))
        .collect();
    (!parts.is_empty()).then_some(Value::Object(parts))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Value {
        let pack = CountryPack::embedded().unwrap();
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let fields = pack.fields().iter().filter(|field| field.parent.is_none());
        serde_json::to_value(posted_answers(&pack, fields, &Posted::new(pairs))).unwrap()
    }

    #[test]
    fn each_type_is_read_from_what_its_component_posts() {
        let check = |pairs: &[(&str, &str)], expected: Value| assert_eq!(read(pairs), expected);
        check(&[("surname", "  Mfano "), ("no_such", "x")], json!({"surname": "Mfano"}));
        check(
            &[("date_of_birth.year", "1990"), ("date_of_birth.month", "3")],
            json!({"date_of_birth": "1990-03"}),
        );
        check(&[("date_of_birth.day", "3")], json!({"date_of_birth": "--03"}));
        check(
            &[("nationalities", "KE"), ("nationalities", "UG"), ("nationalities", "")],
            json!({"nationalities": ["KE", "UG"]}),
        );
        check(&[("albinism", "no")], json!({"albinism": false}));
        check(&[("date_of_birth_margin", "two")], json!({"date_of_birth_margin": "two"}));
        check(
            &[("current_residence.county", "001"), ("current_residence.area", "port reitz")],
            json!({"current_residence": {"area": "0001"}}),
        );
        check(
            &[("current_residence.county", "001"), ("current_residence.area", "Nowhere")],
            json!({"current_residence": {"area": "Nowhere"}}),
        );
        check(&[("father.surname", "Mfano")], json!({"father": {"surname": "Mfano"}}));
        // The empty group between is no answer.
        check(
            &[
                ("spouses[0].surname", "Wa Kwanza"),
                ("spouses[1].surname", ""),
                ("spouses[2].surname", "Wa Tatu"),
            ],
            json!({"spouses": [{"surname": "Wa Kwanza"}, {"surname": "Wa Tatu"}]}),
        );
    }

    #[test]
    fn answers_come_back_from_the_form_that_shows_them() {
        let pack = CountryPack::embedded().unwrap();
        let given = json!({
            "surname": "Mfano", "date_of_birth": "1990-03-04", "albinism": true,
            "nationalities": ["KE", "UG"], "date_of_birth_margin": 2,
            "current_residence": {"area": "0001", "village": "Mtaa"},
            "father": {"surname": "Mfano"},
            "spouses": [{"surname": "Wa Kwanza"}, {"first_name": "Wa Pili"}],
        });
        let answers: Answers = serde_json::from_value(given.clone()).unwrap();
        let posted = Posted::of_answers(&pack, &answers);
        let back =
            posted_answers(&pack, pack.fields().iter().filter(|f| f.parent.is_none()), &posted);
        assert_eq!(serde_json::to_value(back).unwrap(), given);
    }
}
