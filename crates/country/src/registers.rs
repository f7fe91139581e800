//! The small registers of a pack: agencies, service centres, holidays, countries.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::codes::{Code, CodeList, duplicate, read_list};
use crate::geography::Geography;
use crate::problem::{PackCode, Sink};
use crate::read::Table;
use crate::source::PackSource;

/// A public body that may ask under a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Such as `NHIF`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is about, in a word or two.
    pub sector: String,
}

/// An office where cards are collected and questions answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Centre {
    /// Such as `kibra`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Code of the area of the highest level that it lies in.
    pub county: String,
    /// The town.
    pub town: String,
}

/// A public holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Name per language.
    pub names: BTreeMap<String, String>,
    /// True when the day was reckoned and may still move.
    pub estimated: bool,
}

pub(crate) fn read_agencies(source: &PackSource, sink: &Sink) -> Vec<Agency> {
    let file = "agencies.csv";
    let Some(table) = Table::read(source, file, &["code", "name", "sector"], &[], sink) else {
        return Vec::new();
    };
    let mut lines = BTreeMap::new();
    table
        .rows
        .iter()
        .map(|row| {
            let code = table.filled(row, "code", sink).to_owned();
            duplicate(&mut lines, &code, file, row.line, sink);
            Agency {
                code,
                name: table.filled(row, "name", sink).to_owned(),
                sector: table.cell(row, "sector").to_owned(),
            }
        })
        .collect()
}

pub(crate) fn read_centres(source: &PackSource, geography: &Geography, sink: &Sink) -> Vec<Centre> {
    let file = "centres.csv";
    let Some(table) = Table::read(source, file, &["id", "name", "county", "town"], &[], sink)
    else {
        return Vec::new();
    };
    let mut lines = BTreeMap::new();
    table
        .rows
        .iter()
        .map(|row| {
            let id = table.filled(row, "id", sink).to_owned();
            duplicate(&mut lines, &id, file, row.line, sink);
            let county = table.filled(row, "county", sink).to_owned();
            if geography.area(&county).is_none_or(|area| area.level != 0) {
                sink.add(
                    file,
                    row.line,
                    PackCode::UnknownParent,
                    format!("{id:?} lies in {county:?}, which is no area of the highest level"),
                    "correct the code",
                );
            }
            Centre {
                id,
                name: table.filled(row, "name", sink).to_owned(),
                county,
                town: table.cell(row, "town").to_owned(),
            }
        })
        .collect()
}

pub(crate) fn read_holidays(
    source: &PackSource,
    languages: &[String],
    sink: &Sink,
) -> BTreeMap<Date, Holiday> {
    let file = "holidays.csv";
    let columns: Vec<String> =
        languages.iter().map(|language| format!("name_{language}")).collect();
    let mut needed = vec!["date", "estimated"];
    needed.extend(columns.iter().map(String::as_str));
    let Some(table) = Table::read(source, file, &needed, &[], sink) else {
        return BTreeMap::new();
    };
    let mut holidays = BTreeMap::new();
    for row in &table.rows {
        let Some(date) = parse_date(table.cell(row, "date"), file, row.line, sink) else {
            continue;
        };
        let names = languages
            .iter()
            .zip(&columns)
            .map(|(language, column)| {
                (language.clone(), table.filled(row, column, sink).to_owned())
            })
            .collect();
        holidays.insert(
            date,
            Holiday { date, names, estimated: table.cell(row, "estimated") == "yes" },
        );
    }
    holidays
}

/// Countries become the code list `countries`.
pub(crate) fn read_countries(
    source: &PackSource,
    languages: &[String],
    sink: &Sink,
) -> Option<CodeList> {
    read_list(source, "countries.csv", "countries", "code", languages, sink)
}

/// Centres become the code list `centres`; their names are the same in every language.
pub(crate) fn centre_list(centres: &[Centre], languages: &[String]) -> CodeList {
    let codes = centres
        .iter()
        .map(|centre| Code {
            code: centre.id.clone(),
            labels: languages
                .iter()
                .map(|language| (language.clone(), centre.name.clone()))
                .collect(),
            pattern: None,
        })
        .collect();
    CodeList::new("centres", codes)
}

/// Reads `YYYY-MM-DD` and nothing else.
pub(crate) fn parse_date(text: &str, file: &str, line: usize, sink: &Sink) -> Option<Date> {
    let date = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
    if date.is_none() {
        sink.add(file, line, PackCode::Date, format!("{text:?} is not a date"), "write YYYY-MM-DD");
    }
    date
}
