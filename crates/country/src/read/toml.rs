//! TOML tables whose every value knows its line.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use crate::problem::{PackCode, Sink};
use crate::source::PackSource;

/// A value and the line on which it stands.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub value: T,
    pub line: usize,
}

/// One table of a document, with what is needed to report a fault in it.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub file: &'a str,
    pub line: usize,
    pub sink: &'a Sink,
    line_starts: &'a [usize],
    table: &'a DeTable<'a>,
}

/// Parses `file` and hands its root table to `read`; reports every syntax fault.
pub(crate) fn document<T>(
    source: &PackSource,
    file: &str,
    sink: &Sink,
    read: impl FnOnce(Item<'_>) -> T,
) -> Option<T> {
    let text = source.text(file, sink)?;
    let line_starts = line_starts(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = error.span().map_or(1, |span| line_of(&line_starts, &span));
        sink.add(
            file,
            line,
            PackCode::Syntax,
            format!("this is not TOML ({})", error.message().replace('\n', " ")),
            "correct the line",
        );
    }
    if !errors.is_empty() {
        return None;
    }
    Some(read(Item { file, line: 1, sink, line_starts: &line_starts, table: root.get_ref() }))
}

impl<'a> Item<'a> {
    /// Reports a fault on `line` of this file.
    pub(crate) fn fault(
        &self,
        line: usize,
        code: PackCode,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.sink.add(self.file, line, code, message, remedy);
    }

    /// Reports keys that are not in `allowed`.
    pub(crate) fn only(&self, allowed: &[&str]) {
        for key in self.table.keys() {
            if !allowed.contains(&key.get_ref().as_ref()) {
                self.fault(
                    line_of(self.line_starts, &key.span()),
                    PackCode::UnknownKey,
                    format!("the key {:?} means nothing here", key.get_ref()),
                    format!("take it away; allowed are {}", allowed.join(", ")),
                );
            }
        }
    }

    /// Every key with its line, in the order of the keys.
    pub(crate) fn keys(&self) -> Vec<At<String>> {
        self.table
            .keys()
            .map(|key| At {
                value: key.get_ref().to_string(),
                line: line_of(self.line_starts, &key.span()),
            })
            .collect()
    }

    pub(crate) fn text(&self, key: &str) -> Option<At<String>> {
        let found = self.optional_text(key);
        if found.is_none() && self.table.get(key).is_none() {
            self.missing(key);
        }
        found
    }

    pub(crate) fn optional_text(&self, key: &str) -> Option<At<String>> {
        self.typed(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn boolean(&self, key: &str) -> Option<At<bool>> {
        self.typed(key, "true or false", DeValue::as_bool)
    }

    pub(crate) fn integer(&self, key: &str) -> Option<At<i64>> {
        self.typed(key, "a whole number", |value| {
            let integer = value.as_integer()?;
            i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
        })
    }

    pub(crate) fn needed_integer(&self, key: &str) -> Option<At<i64>> {
        let found = self.integer(key);
        if found.is_none() && self.table.get(key).is_none() {
            self.missing(key);
        }
        found
    }

    pub(crate) fn decimal(&self, key: &str) -> Option<At<f64>> {
        self.typed(key, "a number", |value| match value {
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            DeValue::Integer(number) => number.as_str().replace('_', "").parse().ok(),
            _ => None,
        })
    }

    /// A list of texts, each with its line; empty when the key is not there.
    pub(crate) fn texts(&self, key: &str) -> Vec<At<String>> {
        let line_starts = self.line_starts;
        self.typed(key, "a list of texts", |value| {
            value
                .as_array()?
                .iter()
                .map(|element| {
                    Some(At {
                        value: element.get_ref().as_str()?.to_owned(),
                        line: line_of(line_starts, &element.span()),
                    })
                })
                .collect::<Option<Vec<_>>>()
        })
        .map(|at| at.value)
        .unwrap_or_default()
    }

    pub(crate) fn table(&self, key: &str) -> Option<Item<'a>> {
        let value = self.table.get(key)?;
        self.item(value, key)
    }

    /// The tables under `[[key]]`, in the order of the file.
    pub(crate) fn items(&self, key: &str) -> Vec<Item<'a>> {
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        if let DeValue::Array(array) = value.get_ref() {
            array.iter().filter_map(|element| self.item(element, key)).collect()
        } else {
            self.wrong(value, key, "a list of tables");
            Vec::new()
        }
    }

    /// True when the value under `key` is a table.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_table())
    }

    fn item(&self, value: &'a Spanned<DeValue<'a>>, key: &str) -> Option<Item<'a>> {
        if let DeValue::Table(table) = value.get_ref() {
            Some(Item { line: line_of(self.line_starts, &value.span()), table, ..*self })
        } else {
            self.wrong(value, key, "a table");
            None
        }
    }

    fn typed<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&DeValue<'a>) -> Option<T>,
    ) -> Option<At<T>> {
        let value = self.table.get(key)?;
        if let Some(read) = read(value.get_ref()) {
            Some(At { value: read, line: line_of(self.line_starts, &value.span()) })
        } else {
            self.wrong(value, key, expected);
            None
        }
    }

    fn wrong(&self, value: &Spanned<DeValue<'a>>, key: &str, expected: &str) {
        self.fault(
            line_of(self.line_starts, &value.span()),
            PackCode::WrongValue,
            format!("{key:?} is not {expected}"),
            format!("write {expected}"),
        );
    }

    fn missing(&self, key: &str) {
        self.fault(
            self.line,
            PackCode::MissingKey,
            format!("the key {key:?} is missing"),
            "add it",
        );
    }
}

/// The byte at which each line after the first begins.
fn line_starts(text: &str) -> Vec<usize> {
    text.bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'\n')
        .map(|(index, _)| index + 1)
        .collect()
}

fn line_of(line_starts: &[usize], span: &Range<usize>) -> usize {
    1 + line_starts.partition_point(|start| *start <= span.start)
}
