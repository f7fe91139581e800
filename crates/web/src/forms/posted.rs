//! What a form posted: names and texts, bounded, with empty groups taken out.

use std::collections::BTreeMap;

use niims_country::{Answers, CountryPack, Field, FieldType};
use serde_json::{Map, Value};

/// Most names that one form may post: a full Kenyan form has about 200.
const MOST_PAIRS: usize = 2_000;

/// Most elements of a list that are looked at; packs allow fewer.
pub(super) const MOST_ELEMENTS: usize = 50;

/// The names and texts of a form. A name may stand several times.
#[derive(Clone, Default)]
pub struct Posted {
    pairs: BTreeMap<String, Vec<String>>,
}

impl Posted {
    /// Takes what a form posted, such as the pairs of `axum::Form<Vec<(String, String)>>`.
    /// What goes past the bounds is left out: no form of ours posts as much.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut posted = Self::default();
        for (name, text) in pairs.into_iter().take(MOST_PAIRS) {
            posted.pairs.entry(name).or_default().push(text);
        }
        posted
    }

    /// What a form would have posted to give these answers.
    pub fn of_answers(pack: &CountryPack, answers: &Answers) -> Self {
        let mut posted = Self::default();
        for (id, value) in answers.iter() {
            if let Some(field) = pack.field(id) {
                posted.add(pack, field, id, value);
            }
        }
        posted
    }

    /// With this text under this name as well.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.put(name, text);
        self
    }

    /// The text under this name, without space around it; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).first().map_or("", |text| text.trim())
    }

    /// Every text under this name.
    pub fn all(&self, name: &str) -> &[String] {
        self.pairs.get(name).map_or(&[], Vec::as_slice)
    }

    /// The list to which another element is to be offered, by the button `more`.
    pub fn wants_more(&self, list: &str) -> bool {
        self.text("more") == list
    }

    /// Whether anything is written under this name or inside it.
    pub(super) fn has(&self, name: &str) -> bool {
        let inside = |key: &str| {
            key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.pairs
            .range(name.to_owned()..)
            .take_while(|(key, _)| key.starts_with(name))
            .any(|(key, texts)| inside(key) && texts.iter().any(|text| !text.trim().is_empty()))
    }

    /// The elements of a list in which something is written, in order.
    pub(super) fn elements(&self, list: &str) -> Vec<usize> {
        (0..MOST_ELEMENTS).filter(|index| self.has(&format!("{list}[{index}]"))).collect()
    }

    fn put(&mut self, name: &str, text: impl Into<String>) {
        self.pairs.entry(name.to_owned()).or_default().push(text.into());
    }

    fn add(&mut self, pack: &CountryPack, field: &Field, name: &str, value: &Value) {
        match (&field.kind, value) {
            (FieldType::Codes { .. }, Value::Array(codes)) => {
                codes.iter().filter_map(Value::as_str).for_each(|code| self.put(name, code));
            }
            (FieldType::Date | FieldType::PartialDate, Value::String(text)) => {
                for (part, text) in ["year", "month", "day"].into_iter().zip(text.split('-')) {
                    self.put(&format!("{name}.{part}"), text);
                }
            }
            (FieldType::Place { .. }, Value::Object(parts)) => self.add_place(pack, name, parts),
            (FieldType::Group, Value::Object(parts)) => self.add_inside(pack, field, name, parts),
            (FieldType::List, Value::Array(elements)) => {
                for (index, parts) in elements.iter().enumerate().take(MOST_ELEMENTS) {
                    if let Value::Object(parts) = parts {
                        self.add_inside(pack, field, &format!("{name}[{index}]"), parts);
                    }
                }
            }
            (FieldType::Boolean, Value::Bool(answer)) => {
                self.put(name, if *answer { "yes" } else { "no" });
            }
            (_, Value::String(text)) => self.put(name, text),
            (_, Value::Number(number)) => self.put(name, number.to_string()),
            _ => {}
        }
    }

    fn add_inside(
        &mut self,
        pack: &CountryPack,
        group: &Field,
        name: &str,
        parts: &Map<String, Value>,
    ) {
        for field in pack.fields_inside(&group.id) {
            if let Some(value) = parts.get(field.name()) {
                self.add(pack, field, &format!("{name}.{}", field.name()), value);
            }
        }
    }

    fn add_place(&mut self, pack: &CountryPack, name: &str, parts: &Map<String, Value>) {
        for (part, value) in parts {
            let Some(text) = value.as_str() else { continue };
            if part != "area" {
                self.put(&format!("{name}.{part}"), text);
                continue;
            }
            let path = pack.geography().path(text);
            if let Some(highest) = path.last() {
                self.put(&format!("{name}.county"), &highest.code);
            }
            if path.len() != 1 {
                let shown = path.first().map_or(text, |area| &area.name);
                self.put(&format!("{name}.area"), shown);
            }
        }
    }
}

impl core::fmt::Debug for Posted {
    /// Without names and texts: both may be personal.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Posted({})", self.pairs.len())
    }
}
