//! A CSV table with a header, each row knowing its line.

use crate::problem::{PackCode, Sink};
use crate::source::PackSource;

/// One data row.
pub(crate) struct Row {
    /// Line in the file, counted from 1.
    pub line: usize,
    cells: Vec<String>,
}

/// A table read whole.
pub(crate) struct Table {
    pub file: String,
    header: Vec<String>,
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads `file`, which must have the `needed` columns and may have the `optional` ones.
    /// Further columns are reported, so that nothing unexpected slips into a pack.
    pub(crate) fn read(
        source: &PackSource,
        file: &str,
        needed: &[&str],
        optional: &[&str],
        sink: &Sink,
    ) -> Option<Self> {
        let text = source.text(file, sink)?;
        let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(str::to_owned).collect(),
            Err(error) => {
                report_syntax(file, &error, sink);
                return None;
            }
        };
        let mut whole = true;
        for column in needed {
            if !header.iter().any(|name| name == column) {
                whole = false;
                sink.add(
                    file,
                    1,
                    PackCode::MissingKey,
                    format!("the column {column:?} is missing"),
                    "add it to the header and to each row",
                );
            }
        }
        for name in &header {
            if !needed.contains(&name.as_str()) && !optional.contains(&name.as_str()) {
                report_column(file, name, &[needed, optional].concat(), sink);
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => rows.push(Row {
                    line: record.position().map_or(1, |position| position.line() as usize),
                    cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
                }),
                Err(error) => {
                    report_syntax(file, &error, sink);
                    return None;
                }
            }
        }
        whole.then_some(Self { file: file.to_owned(), header, rows })
    }

    /// A cell; empty when the table has no such column.
    pub(crate) fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.header
            .iter()
            .position(|name| name == column)
            .and_then(|index| row.cells.get(index))
            .map_or("", String::as_str)
    }

    /// A cell that may not be empty; reports it when it is.
    pub(crate) fn filled<'a>(&self, row: &'a Row, column: &str, sink: &Sink) -> &'a str {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            sink.add(
                &self.file,
                row.line,
                PackCode::MissingKey,
                format!("the cell under {column:?} is empty"),
                "fill it",
            );
        }
        cell
    }
}

fn report_column(file: &str, name: &str, allowed: &[&str], sink: &Sink) {
    let (code, message) = match crate::lint::prohibited(name) {
        Some(reason) => (PackCode::Prohibited, format!("the column {name:?}: {reason}")),
        None => (PackCode::UnknownKey, format!("the column {name:?} means nothing here")),
    };
    let remedy = format!("take it away; allowed are {}", allowed.join(", "));
    sink.add(file, 1, code, message, remedy);
}

fn report_syntax(file: &str, error: &::csv::Error, sink: &Sink) {
    let line = error.position().map_or(1, |position| position.line() as usize);
    sink.add(
        file,
        line,
        PackCode::Syntax,
        "this row has another number of cells than the header, or an open quotation mark",
        "give each row as many cells as the header",
    );
}
