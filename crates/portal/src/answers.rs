//! A record's answers, by section of the form, in words of the resident's language.

use niims_country::{CountryPack, Field, FieldType};
use niims_web::{Row, Words};
use serde_json::Value;

/// One section of the form with its answers.
pub(crate) struct Section {
    /// Its label.
    pub(crate) title: String,
    /// Its answers.
    pub(crate) rows: Vec<Row>,
}

/// Sorts answers (field id and plain value) into the sections of the form. What the
/// form does not know comes last, under the field's id, so that nothing held is hidden.
pub(crate) fn by_section(
    pack: &CountryPack,
    words: Words<'_>,
    answers: &[(String, String)],
) -> Vec<Section> {
    let language = words.language.code();
    let mut sections: Vec<(Option<&str>, Section)> = Vec::new();
    let mut places: Vec<(usize, &(String, String))> =
        answers.iter().map(|answer| (place(pack, &answer.0), answer)).collect();
    // A stable sort: repeated groups keep their order.
    places.sort_by_key(|(place, _)| *place);
    for (_, (id, value)) in places {
        let field = pack.field(&plain_id(id));
        let section = field.map(|field| field.section.as_str());
        let row = row(pack, words, id, field, value);
        match sections.last_mut() {
            Some((last, open)) if *last == section => open.rows.push(row),
            _ => {
                let title = section
                    .and_then(|id| pack.text_or_first(language, &format!("section.{id}.label")))
                    .unwrap_or(words.t("me.other_answers"))
                    .to_owned();
                sections.push((section, Section { title, rows: vec![row] }));
            }
        }
    }
    sections.into_iter().map(|(_, section)| section).collect()
}

/// Where a field stands in the form; after everything when it does not.
fn place(pack: &CountryPack, id: &str) -> usize {
    let id = plain_id(id);
    pack.fields().iter().position(|field| field.id == id).unwrap_or(usize::MAX)
}

/// The id without the places of list elements: `spouse.0.name` and `spouse[0].name`
/// are both `spouse.name`.
fn plain_id(id: &str) -> String {
    id.split(['.', '[', ']'])
        .filter(|part| !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(".")
}

fn row(pack: &CountryPack, words: Words<'_>, id: &str, field: Option<&Field>, value: &str) -> Row {
    let language = words.language.code();
    let key = match field {
        Some(field) => {
            let label = pack.label(language, &field.id);
            match field.parent.as_deref() {
                Some(parent) => format!("{}: {label}", pack.label(language, parent)),
                None => label.to_owned(),
            }
        }
        None => id.to_owned(),
    };
    let values = match field {
        Some(field) => plain(pack, words, field, &as_json(field, value)),
        None => vec![value.to_owned()],
    };
    Row { key, values }
}

/// A value is JSON where its type has parts or is no text; all others are texts.
fn as_json(field: &Field, value: &str) -> Value {
    let is_text = matches!(
        field.kind,
        FieldType::Text
            | FieldType::Name
            | FieldType::PartialDate
            | FieldType::Date
            | FieldType::Code { .. }
            | FieldType::Telephone
            | FieldType::Email
    );
    if is_text {
        return Value::from(value);
    }
    serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))
}

/// A value in words, one entry per line.
fn plain(pack: &CountryPack, words: Words<'_>, field: &Field, value: &Value) -> Vec<String> {
    let language = words.language.code();
    match (&field.kind, value) {
        (_, Value::Null) => vec![],
        (_, Value::Bool(answer)) => {
            let text = if *answer { words.t("me.yes") } else { words.t("me.no") };
            vec![text.to_owned()]
        }
        (FieldType::Code { list } | FieldType::Codes { list }, Value::String(code)) => {
            vec![code_label(pack, list, code, language)]
        }
        (FieldType::Codes { list }, Value::Array(codes)) => codes
            .iter()
            .filter_map(Value::as_str)
            .map(|code| code_label(pack, list, code, language))
            .collect(),
        (FieldType::Place { .. }, Value::Object(parts)) => {
            let part = |name: &str| parts.get(name).and_then(Value::as_str);
            let area = part("area").map(|code| area(pack, code));
            let others = [part("village"), part("house")].into_iter().flatten().map(str::to_owned);
            others.chain(area).collect()
        }
        (FieldType::Place { .. }, Value::String(code)) => vec![area(pack, code)],
        (FieldType::Consent { .. }, Value::Object(parts)) => {
            let given = parts.get("given").and_then(Value::as_bool).unwrap_or_default();
            let given =
                if given { words.t("me.consent.given") } else { words.t("me.consent.refused") };
            let at = parts.get("given_at").and_then(Value::as_str).map(str::to_owned);
            core::iter::once(given.to_owned()).chain(at).collect()
        }
        (FieldType::Group, Value::Object(_)) => inside(pack, words, field, value),
        (FieldType::List, Value::Array(elements)) => {
            elements.iter().map(|element| inside(pack, words, field, element).join("; ")).collect()
        }
        (_, Value::String(text)) => vec![text.clone()],
        (_, other) => vec![other.to_string()],
    }
}

/// The fields inside a group, each as `label: value`.
fn inside(pack: &CountryPack, words: Words<'_>, group: &Field, value: &Value) -> Vec<String> {
    pack.fields_inside(&group.id)
        .filter_map(|field| {
            let values = plain(pack, words, field, value.get(field.name())?);
            let label = pack.label(words.language.code(), &field.id);
            (!values.is_empty()).then(|| format!("{label}: {}", values.join(", ")))
        })
        .collect()
}

fn code_label(pack: &CountryPack, list: &str, code: &str, language: &str) -> String {
    pack.code_list(list).and_then(|list| list.label(code, language)).unwrap_or(code).to_owned()
}

/// An area with all areas around it: ward, constituency, county.
fn area(pack: &CountryPack, code: &str) -> String {
    let geography = pack.geography();
    let mut names = Vec::new();
    let mut next = geography.area(code);
    while let Some(area) = next
        && names.len() < geography.levels().len()
    {
        names.push(area.name.as_str());
        next = area.parent.as_deref().and_then(|parent| geography.area(parent));
    }
    if names.is_empty() { code.to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::plain_id;

    #[test]
    fn places_of_list_elements_are_no_part_of_a_field_id() {
        for (id, expected) in [
            ("surname", "surname"),
            ("spouse.0.name", "spouse.name"),
            ("spouse[12].name", "spouse.name"),
        ] {
            assert_eq!(plain_id(id), expected);
        }
    }
}
