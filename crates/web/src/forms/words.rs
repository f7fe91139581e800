//! Answers in words of the reader's language, by section of the form.

use jiff::Timestamp;
use jiff::civil::Date;
use niims_country::{Answers, CountryPack, Field, FieldType};
use serde_json::Value;

use crate::components::Row;
use crate::when::{date, date_time};
use crate::words::Words;

/// One section of the form with its answers.
#[derive(Debug, Clone)]
pub struct SectionRows {
    /// Its label.
    pub title: String,
    /// Its answers.
    pub rows: Vec<Row>,
}

/// Puts answers into words.
#[derive(Clone, Copy)]
pub struct AnswerWords<'a> {
    /// Labels, code lists, areas.
    pub pack: &'a CountryPack,
    /// The shell's texts, which also say the language.
    pub shell: Words<'a>,
}

impl AnswerWords<'_> {
    /// "Check your answers": the outer fields of a form, answered or not, by section;
    /// `change` gives the address where a field's answer is changed.
    pub fn to_check<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f Field>,
        answers: &Answers,
        change: impl Fn(&Field) -> Option<String>,
    ) -> Vec<SectionRows> {
        let mut sections: Vec<(&str, SectionRows)> = Vec::new();
        for field in fields {
            let row = Row {
                key: self.pack.label(self.language(), &field.id).to_owned(),
                values: answers.get(&field.id).map_or_else(Vec::new, |v| self.plain(field, v)),
                change: change(field),
            };
            match sections.last_mut() {
                Some((last, open)) if *last == field.section => open.rows.push(row),
                _ => {
                    let title = self.title(Some(&field.section));
                    sections.push((&field.section, SectionRows { title, rows: vec![row] }));
                }
            }
        }
        sections.into_iter().map(|(_, section)| section).collect()
    }

    /// Sorts answers (field id and plain value) into the sections of the form. What the
    /// form does not know comes last, under the field's id, so that nothing held is hidden.
    pub fn by_section(&self, answers: &[(String, String)]) -> Vec<SectionRows> {
        let mut sections: Vec<(Option<&str>, SectionRows)> = Vec::new();
        let mut places: Vec<(usize, &(String, String))> =
            answers.iter().map(|answer| (self.place(&answer.0), answer)).collect();
        // A stable sort: repeated groups keep their order.
        places.sort_by_key(|(place, _)| *place);
        for (_, (id, value)) in places {
            let field = self.pack.field(&plain_id(id));
            let section = field.map(|field| field.section.as_str());
            let row = self.row(id, field, value);
            match sections.last_mut() {
                Some((last, open)) if *last == section => open.rows.push(row),
                _ => {
                    let title = self.title(section);
                    sections.push((section, SectionRows { title, rows: vec![row] }));
                }
            }
        }
        sections.into_iter().map(|(_, section)| section).collect()
    }

    /// Where a field stands in the form; after everything when it does not.
    fn place(&self, id: &str) -> usize {
        let id = plain_id(id);
        self.pack.fields().iter().position(|field| field.id == id).unwrap_or(usize::MAX)
    }

    fn title(&self, section: Option<&str>) -> String {
        section
            .and_then(|id| self.pack.text_or_first(self.language(), &format!("section.{id}.label")))
            .unwrap_or(self.shell.t("shell.other_answers"))
            .to_owned()
    }

    fn row(&self, id: &str, field: Option<&Field>, value: &str) -> Row {
        let Some(field) = field else {
            return Row { key: id.to_owned(), values: vec![value.to_owned()], ..Row::default() };
        };
        let label = self.pack.label(self.language(), &field.id);
        let key = match field.parent.as_deref() {
            Some(parent) => format!("{}: {label}", self.pack.label(self.language(), parent)),
            None => label.to_owned(),
        };
        Row { key, values: self.plain(field, &as_json(field, value)), ..Row::default() }
    }

    /// A value in words, one entry per line.
    fn plain(&self, field: &Field, value: &Value) -> Vec<String> {
        match (&field.kind, value) {
            (_, Value::Null) => vec![],
            (_, Value::Bool(answer)) => vec![self.yes_or_no(*answer)],
            (FieldType::Code { list }, Value::String(code)) => vec![self.code(list, code)],
            (FieldType::Codes { list }, Value::String(codes)) => {
                codes.split("; ").map(|code| self.code(list, code)).collect()
            }
            (FieldType::Codes { list }, Value::Array(codes)) => {
                codes.iter().filter_map(Value::as_str).map(|code| self.code(list, code)).collect()
            }
            (FieldType::Date | FieldType::PartialDate, Value::String(text)) => {
                vec![self.day(text)]
            }
            (FieldType::Place { .. }, Value::Object(parts)) => {
                let part = |name: &str| parts.get(name).and_then(Value::as_str);
                self.place_in_words(
                    [part("village"), part("house"), part("area")].into_iter().flatten(),
                )
            }
            (FieldType::Place { .. }, Value::String(parts)) => {
                self.place_in_words(parts.split(", "))
            }
            (FieldType::Consent { .. }, Value::Object(parts)) => self.consent(parts),
            (FieldType::Group, Value::Object(_)) => self.inside(field, value),
            (FieldType::List, Value::Array(elements)) => {
                elements.iter().map(|element| self.inside(field, element).join("; ")).collect()
            }
            (_, Value::String(text)) => vec![text.clone()],
            (_, other) => vec![other.to_string()],
        }
    }

    /// The fields inside a group, each as `label: value`.
    fn inside(&self, group: &Field, value: &Value) -> Vec<String> {
        self.pack
            .fields_inside(&group.id)
            .filter_map(|field| {
                let values = self.plain(field, value.get(field.name())?);
                let label = self.pack.label(self.language(), &field.id);
                (!values.is_empty()).then(|| format!("{label}: {}", values.join(", ")))
            })
            .collect()
    }

    fn yes_or_no(&self, answer: bool) -> String {
        if answer { self.shell.t("shell.yes") } else { self.shell.t("shell.no") }.to_owned()
    }

    fn consent(&self, parts: &serde_json::Map<String, Value>) -> Vec<String> {
        let given = parts.get("given").and_then(Value::as_bool).unwrap_or_default();
        let given = if given {
            self.shell.t("shell.consent.given")
        } else {
            self.shell.t("shell.consent.refused")
        };
        let at = parts.get("given_at").and_then(Value::as_str).map(|at| self.moment(at));
        core::iter::once(given.to_owned()).chain(at).collect()
    }

    fn code(&self, list: &str, code: &str) -> String {
        let list = self.pack.code_list(list);
        list.and_then(|list| list.label(code, self.language())).unwrap_or(code).to_owned()
    }

    /// Free texts first, then the areas, each with all areas around it.
    fn place_in_words<'p>(&self, parts: impl Iterator<Item = &'p str>) -> Vec<String> {
        let (areas, texts): (Vec<&str>, Vec<&str>) =
            parts.partition(|part| self.pack.geography().area(part).is_some());
        let areas = areas.into_iter().map(|code| self.area(code));
        texts.into_iter().map(str::to_owned).chain(areas).collect()
    }

    /// An area with all areas around it: ward, constituency, county.
    fn area(&self, code: &str) -> String {
        let geography = self.pack.geography();
        let mut names = Vec::new();
        let mut next = geography.area(code);
        while let Some(area) = next
            && names.len() < geography.levels().len()
        {
            names.push(area.name.as_str());
            next = area.parent.as_deref().and_then(|parent| geography.area(parent));
        }
        names.join(", ")
    }

    /// A full date in words; a year or a month alone stays as it is.
    fn day(&self, text: &str) -> String {
        // A `PartialDate` of ten characters is a whole date.
        let whole = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
        whole.map_or_else(|| text.to_owned(), |day| date(self.shell, day))
    }

    fn moment(&self, text: &str) -> String {
        let offset = self.pack.settings().utc_offset;
        let at = text.parse::<Timestamp>();
        at.map_or_else(|_| text.to_owned(), |at| date_time(self.shell, at, offset))
    }

    const fn language(&self) -> &'static str {
        self.shell.language.code()
    }
}

impl core::fmt::Debug for AnswerWords<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("AnswerWords(…)")
    }
}

/// The id without the places of list elements: `spouse.0.name` and `spouse[0].name`
/// are both `spouse.name`.
fn plain_id(id: &str) -> String {
    id.split(['.', '[', ']'])
        .filter(|part| !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(".")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

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

    #[test]
    fn every_type_of_answer_is_put_into_words() {
        let pack = CountryPack::embedded().unwrap();
        let texts = crate::shell::texts();
        let reader = AnswerWords { pack: &pack, shell: Words::new(&texts, Language::English) };
        let ward = pack.geography().areas("ward").next().unwrap();
        let around = reader.area(&ward.code);
        assert_eq!(around.split(", ").count(), 3);
        let first = |wanted: fn(&FieldType) -> bool| {
            pack.fields().iter().find(|field| wanted(&field.kind)).unwrap()
        };
        let place = first(|kind| matches!(kind, FieldType::Place { .. }));
        let codes = first(|kind| matches!(kind, FieldType::Codes { .. }));
        let FieldType::Codes { list } = &codes.kind else { unreachable!() };
        let of_list = pack.code_list(list).unwrap().codes();
        let (one, two) = (&of_list[0], &of_list[1]);
        let labels = [one.labels["en"].as_str(), two.labels["en"].as_str()];
        let cases: [(&Field, String, Vec<&str>); 8] = [
            (
                place,
                format!(r#"{{"area":"{}","village":"Mfano"}}"#, ward.code),
                vec!["Mfano", &around],
            ),
            (place, format!("{}, Mfano", ward.code), vec!["Mfano", &around]),
            (codes, format!(r#"["{}","{}"]"#, one.code, two.code), labels.to_vec()),
            (codes, format!("{}; {}", one.code, two.code), labels.to_vec()),
            (
                first(|kind| matches!(kind, FieldType::PartialDate)),
                "1990-03-04".to_owned(),
                vec!["4 March 1990"],
            ),
            (first(|kind| matches!(kind, FieldType::PartialDate)), "1990".to_owned(), vec!["1990"]),
            (first(|kind| matches!(kind, FieldType::Boolean)), "false".to_owned(), vec!["No"]),
            (
                first(|kind| matches!(kind, FieldType::Consent { .. })),
                r#"{"given":true,"given_at":"2027-03-04T21:05:00Z"}"#.to_owned(),
                vec!["Consent given", "5 March 2027, 00:05"],
            ),
        ];
        for (field, value, expected) in &cases {
            assert_eq!(reader.plain(field, &as_json(field, value)), *expected, "{}", field.id);
        }
    }
}
