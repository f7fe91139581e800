//! Checks one answer by its field's type and brings it into normal form.

use jiff::civil::Date;
use niims_record::name::{NameError, NamePart, NameRole};
use serde_json::{Map, Value};

use super::contact::{complete_telephone, normal_email};
use super::{Check, ProblemCode};
use crate::form::{Field, FieldType};

/// Earliest year of dates of documents; the oldest living people were born after 1900.
const EARLIEST_DOCUMENT_YEAR: i16 = 1900;

/// Null, an empty text, an empty array or an empty object: not answered.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.values().all(is_empty),
        _ => false,
    }
}

impl Check<'_> {
    /// The answer in normal form; `None` when it is empty or faulty. `beside` is the group around.
    pub(super) fn value(
        &mut self,
        field: &Field,
        path: &str,
        value: &Value,
        beside: Option<&Map<String, Value>>,
    ) -> Option<Value> {
        if is_empty(value) {
            return None;
        }
        match &field.kind {
            FieldType::Text => self.text(field, path, value, beside).map(Value::String),
            FieldType::Name => self.name(field, path, value).map(Value::String),
            FieldType::PartialDate => self.partial_date(path, value),
            FieldType::Date => self.date(field, path, value),
            FieldType::Code { list } => self.code(list, path, value),
            FieldType::Codes { list } => self.codes(field, list, path, value),
            FieldType::Group => self.group(field, path, value),
            FieldType::List => self.list(field, path, value),
            FieldType::Place { least_level } => self.place(least_level, path, value),
            FieldType::Telephone => self.telephone(path, value),
            FieldType::Email => self.email(path, value),
            FieldType::Boolean => {
                self.typed(path, value.is_boolean(), "true / false").then(|| value.clone())
            }
            FieldType::Decimal => self.number(field, path, value, false),
            FieldType::Integer => self.number(field, path, value, true),
            FieldType::Consent { notice } => self.consent(notice, path, value),
        }
    }

    pub(super) fn typed(&mut self, path: &str, fits: bool, expected: &str) -> bool {
        if !fits {
            self.limit(path, ProblemCode::WrongType, expected);
        }
        fits
    }

    /// A trimmed text without control characters, at most `longest` characters.
    pub(super) fn plain(&mut self, path: &str, value: &Value, longest: usize) -> Option<String> {
        self.typed(path, value.is_string(), "text").then_some(())?;
        let text = value.as_str()?.trim();
        if text.chars().count() > longest {
            self.limit(path, ProblemCode::TooLong, longest);
            return None;
        }
        if text.chars().any(char::is_control) {
            self.fault(path, ProblemCode::Character);
            return None;
        }
        Some(text.to_owned())
    }

    fn text(
        &mut self,
        field: &Field,
        path: &str,
        value: &Value,
        beside: Option<&Map<String, Value>>,
    ) -> Option<String> {
        let text = self.plain(path, value, field.limits.max_length)?;
        let pack = self.pack;
        let from_code = field.limits.pattern_from.as_deref().and_then(|name| {
            let parent = field.parent.as_deref()?;
            let FieldType::Code { list } = &pack.form.field(&format!("{parent}.{name}"))?.kind
            else {
                return None;
            };
            let code = beside?.get(name)?.as_str()?;
            pack.lists.get(list)?.code(code)?.pattern.as_ref()
        });
        for pattern in [field.limits.pattern.as_ref(), from_code].into_iter().flatten() {
            if !pattern.is_match(&text) {
                self.fault(path, ProblemCode::Pattern);
                return None;
            }
        }
        Some(text)
    }

    fn name(&mut self, field: &Field, path: &str, value: &Value) -> Option<String> {
        let text = self.plain(path, value, field.limits.max_length)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        for word in &words {
            let code = match NamePart::new(word, NameRole::Other) {
                Ok(_) => continue,
                Err(NameError::TooLong) => ProblemCode::TooLong,
                Err(_) => ProblemCode::Character,
            };
            if code == ProblemCode::TooLong {
                self.limit(path, code, niims_record::name::LONGEST_PART);
            } else {
                self.fault(path, code);
            }
            return None;
        }
        Some(words.join(" "))
    }

    fn partial_date(&mut self, path: &str, value: &Value) -> Option<Value> {
        let text = self.plain(path, value, 10)?;
        let Some(earliest) = parse_partial(&text) else {
            self.fault(path, ProblemCode::NotADate);
            return None;
        };
        self.in_time(path, earliest, niims_record::date::EARLIEST_YEAR, false)
            .then_some(Value::String(text))
    }

    fn date(&mut self, field: &Field, path: &str, value: &Value) -> Option<Value> {
        let text = self.plain(path, value, 10)?;
        let date = if text.len() == 10 { parse_partial(&text) } else { None };
        let Some(date) = date else {
            self.fault(path, ProblemCode::NotADate);
            return None;
        };
        self.in_time(path, date, EARLIEST_DOCUMENT_YEAR, field.limits.future)
            .then_some(Value::String(text))
    }

    fn in_time(&mut self, path: &str, date: Date, earliest: i16, future: bool) -> bool {
        if date > self.today && !future {
            self.fault(path, ProblemCode::DateInFuture);
            return false;
        }
        if date.year() < earliest {
            self.limit(path, ProblemCode::DateTooEarly, earliest);
            return false;
        }
        true
    }

    fn code(&mut self, list: &str, path: &str, value: &Value) -> Option<Value> {
        self.typed(path, value.is_string(), "code").then_some(())?;
        let code = value.as_str()?.trim();
        let known = self.pack.lists.get(list).is_some_and(|list| list.code(code).is_some());
        if !known {
            self.fault(path, ProblemCode::UnknownCode);
            return None;
        }
        Some(Value::String(code.to_owned()))
    }

    fn codes(&mut self, field: &Field, list: &str, path: &str, value: &Value) -> Option<Value> {
        let items = self.items(field, path, value)?;
        let mut codes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let inner = format!("{path}[{index}]");
            if let Some(code) = self.code(list, &inner, item) {
                if codes.contains(&code) {
                    self.fault(&inner, ProblemCode::Repeated);
                }
                codes.push(code);
            }
        }
        Some(Value::Array(codes))
    }

    fn items<'v>(&mut self, field: &Field, path: &str, value: &'v Value) -> Option<&'v [Value]> {
        self.typed(path, value.is_array(), "list").then_some(())?;
        let items = value.as_array()?;
        if items.len() > field.limits.max_items {
            self.limit(path, ProblemCode::TooMany, field.limits.max_items);
            return None;
        }
        Some(items)
    }

    fn list(&mut self, field: &Field, path: &str, value: &Value) -> Option<Value> {
        let items = self.items(field, path, value)?;
        let mut normal = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if let Some(item) = self.group(field, &format!("{path}[{index}]"), item) {
                normal.push(item);
            }
        }
        (!normal.is_empty()).then_some(Value::Array(normal))
    }

    fn group(&mut self, field: &Field, path: &str, value: &Value) -> Option<Value> {
        self.typed(path, value.is_object(), "group").then_some(())?;
        let object = value.as_object()?;
        let pack = self.pack;
        let mut normal = Map::new();
        for (name, value) in object {
            let inner_path = format!("{path}.{name}");
            match pack.form.field(&format!("{}.{name}", field.id)) {
                Some(inner) if inner.forms.contains(&self.kind) => {
                    if let Some(value) = self.value(inner, &inner_path, value, Some(object)) {
                        normal.insert(name.clone(), value);
                    }
                }
                Some(_) => self.fault(&inner_path, ProblemCode::NotThisForm),
                None => self.fault(&inner_path, ProblemCode::UnknownField),
            }
        }
        (!normal.is_empty()).then_some(Value::Object(normal))
    }

    /// `{area, village, house}`; any other key, coordinates above all, is refused.
    fn place(&mut self, least_level: &str, path: &str, value: &Value) -> Option<Value> {
        self.typed(path, value.is_object(), "place").then_some(())?;
        let pack = self.pack;
        let mut normal = Map::new();
        for (name, value) in value.as_object()? {
            let inner = format!("{path}.{name}");
            if !["area", "village", "house"].contains(&name.as_str()) {
                self.fault(&inner, ProblemCode::UnknownField);
            } else if !is_empty(value)
                && let Some(text) = self.plain(&inner, value, 120)
            {
                normal.insert(name.clone(), Value::String(text));
            }
        }
        let Some(code) = normal.get("area").and_then(Value::as_str) else {
            self.fault(&format!("{path}.area"), ProblemCode::Required);
            return None;
        };
        let Some(area) = pack.geography.area(code) else {
            self.fault(&format!("{path}.area"), ProblemCode::UnknownArea);
            return None;
        };
        if pack.geography.level(least_level).is_some_and(|least| area.level < least) {
            self.limit(&format!("{path}.area"), ProblemCode::AreaTooWide, least_level);
            return None;
        }
        Some(Value::Object(normal))
    }

    fn telephone(&mut self, path: &str, value: &Value) -> Option<Value> {
        let text = self.plain(path, value, 30)?;
        let number = complete_telephone(&text, &self.pack.settings.telephone);
        if number.is_none() {
            self.fault(path, ProblemCode::Telephone);
        }
        number.map(Value::String)
    }

    fn email(&mut self, path: &str, value: &Value) -> Option<Value> {
        let text = self.plain(path, value, 254)?;
        let address = normal_email(&text);
        if address.is_none() {
            self.fault(path, ProblemCode::Email);
        }
        address.map(Value::String)
    }

    /// A JSON number, or a text that is one, as pages send it.
    fn number(&mut self, field: &Field, path: &str, value: &Value, whole: bool) -> Option<Value> {
        let expected = if whole { "whole number" } else { "number" };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.len() <= 20 => text.trim().parse::<f64>().ok(),
            _ => None,
        };
        let number =
            number.filter(|number| number.is_finite() && (!whole || number.fract() == 0.0));
        let Some(number) = number else {
            self.limit(path, ProblemCode::WrongType, expected);
            return None;
        };
        if let Some(min) = field.limits.min.filter(|min| number < *min) {
            self.limit(path, ProblemCode::TooSmall, min);
            return None;
        }
        if let Some(max) = field.limits.max.filter(|max| number > *max) {
            self.limit(path, ProblemCode::TooGreat, max);
            return None;
        }
        Some(if whole { Value::from(number as i64) } else { Value::from(number) })
    }
}

/// The earliest day that `YYYY`, `YYYY-MM` or `YYYY-MM-DD` can mean.
pub(crate) fn parse_partial(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !digits || ![&[4][..], &[4, 2], &[4, 2, 2]].contains(&lengths.as_slice()) {
        return None;
    }
    let year = parts.first()?.parse().ok()?;
    let month = parts.get(1).map_or(Some(1), |part| part.parse().ok())?;
    let day = parts.get(2).map_or(Some(1), |part| part.parse().ok())?;
    Date::new(year, month, day).ok()
}
