//! Code lists: `codes/*.csv`, and the lists that other files of the pack give.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::problem::{PackCode, Sink};
use crate::read::Table;
use crate::source::PackSource;

/// List of why somebody could not be met again. No question uses it: officers in the field do.
pub const REVISIT_OUTCOMES: &str = "revisit_outcomes";

/// One code with its labels.
#[derive(Clone, Debug)]
pub struct Code {
    /// The code as stored.
    pub code: String,
    /// Label per language.
    pub labels: BTreeMap<String, String>,
    /// What a number of this kind looks like, for kinds of identifiers.
    pub pattern: Option<Regex>,
}

/// A closed list of codes in the order of the pack.
#[derive(Clone, Debug)]
pub struct CodeList {
    /// File name without ending, such as `sex`.
    pub id: String,
    codes: Vec<Code>,
    index: BTreeMap<String, usize>,
}

impl CodeList {
    /// The codes in the order of the pack.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// One code.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.index.get(code).and_then(|index| self.codes.get(*index))
    }

    /// The label of a code in a language.
    pub fn label(&self, code: &str, language: &str) -> Option<&str> {
        self.code(code)?.labels.get(language).map(String::as_str)
    }

    pub(crate) fn new(id: &str, codes: Vec<Code>) -> Self {
        let index =
            codes.iter().enumerate().map(|(index, code)| (code.code.clone(), index)).collect();
        Self { id: id.to_owned(), codes, index }
    }
}

pub(crate) fn read(
    source: &PackSource,
    languages: &[String],
    sink: &Sink,
) -> BTreeMap<String, CodeList> {
    let mut lists = BTreeMap::new();
    for (file, id) in source.inside("codes/", ".csv") {
        if let Some(list) = read_list(source, file, id, "code", languages, sink) {
            lists.insert(id.to_owned(), list);
        }
    }
    lists
}

/// Reads a table whose column `key` holds codes and whose `label_…` columns hold labels.
pub(crate) fn read_list(
    source: &PackSource,
    file: &str,
    id: &str,
    key: &str,
    languages: &[String],
    sink: &Sink,
) -> Option<CodeList> {
    let labels: Vec<String> =
        languages.iter().map(|language| format!("label_{language}")).collect();
    let mut needed = vec![key];
    needed.extend(labels.iter().map(String::as_str));
    let table = Table::read(source, file, &needed, &["pattern"], sink)?;
    let mut codes: Vec<Code> = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for row in &table.rows {
        let code = table.filled(row, key, sink).to_owned();
        duplicate(&mut lines, &code, file, row.line, sink);
        let labels = languages
            .iter()
            .zip(&labels)
            .map(|(language, column)| {
                let label = table.cell(row, column);
                if label.is_empty() {
                    missing_label(file, row.line, &code, language, sink);
                }
                (language.clone(), label.to_owned())
            })
            .collect();
        let pattern = table.cell(row, "pattern");
        codes.push(Code {
            code,
            labels,
            pattern: (!pattern.is_empty())
                .then(|| compile(pattern, file, row.line, sink))
                .flatten(),
        });
    }
    Some(CodeList::new(id, codes))
}

/// Reports an id that an earlier line has taken.
pub(crate) fn duplicate(
    lines: &mut BTreeMap<String, usize>,
    id: &str,
    file: &str,
    line: usize,
    sink: &Sink,
) {
    if let Some(first) = lines.get(id) {
        sink.add(
            file,
            line,
            PackCode::DuplicateId,
            format!("{id:?} stands already on line {first}"),
            "give each its own id",
        );
    } else {
        lines.insert(id.to_owned(), line);
    }
}

/// Compiles a pattern so that it has to match the whole answer.
pub(crate) fn compile(pattern: &str, file: &str, line: usize, sink: &Sink) -> Option<Regex> {
    match Regex::new(&format!("^(?:{pattern})$")) {
        Ok(regex) => Some(regex),
        Err(error) => {
            sink.add(
                file,
                line,
                PackCode::Pattern,
                format!("the pattern {pattern:?} is not a regular expression ({error})"),
                "correct it; the whole answer has to match",
            );
            None
        }
    }
}

fn missing_label(file: &str, line: usize, code: &str, language: &str, sink: &Sink) {
    sink.add(
        file,
        line,
        PackCode::MissingText,
        format!("the code {code:?} has no label in {language:?}"),
        "write the label",
    );
}
