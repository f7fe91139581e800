//! `/staff/desk/reports`: what the desk did, by county, kit, officer, quality and age; as
//! charts with their figures, and as CSV.

use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use jiff::SignedDuration;
use niims_record::desk::{Figure, Rate};
use niims_record::staff::Action;
use niims_web::{BarChart, Cell, Column, Link, NavigationItem, Series, Table, Words};
use niims_wire::desk::{OutcomeRow, ParityRow, QueueAgeRow, ReportBy, ReportPeriod};
use serde::Deserialize;

use super::list::{List, show};
use super::names::Names;
use super::said;
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const PATH: &str = "/staff/desk/reports";
/// Days that a report covers.
const DAYS: i64 = 90;
/// Groups drawn; all stand in the table.
const MOST_DRAWN: usize = 12;

/// What a report can be broken down by, with its name in addresses and its text.
const BY: [(ReportBy, &str, &str); 7] = [
    (ReportBy::All, "all", "reports.by.all"),
    (ReportBy::County, "county", "reports.by.county"),
    (ReportBy::Kit, "kit", "reports.by.kit"),
    (ReportBy::Officer, "officer", "reports.by.officer"),
    (ReportBy::QualityDecile, "quality", "reports.by.quality"),
    (ReportBy::AgeBand, "age", "reports.by.age"),
    (ReportBy::Sex, "sex", "reports.by.sex"),
];

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new().listed(PATH, Action::ReadDeskReports, "reports", page).get(
        "/staff/desk/reports.csv",
        Action::ReadDeskReports,
        csv,
    )
}

/// What the address may say.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    by: String,
}

/// The last so many days.
pub(super) fn period(colleague: &Colleague) -> ReportPeriod {
    let until = colleague.now();
    ReportPeriod { from: until - SignedDuration::from_hours(24 * DAYS), until }
}

fn chosen(asked: &Asked) -> (ReportBy, &'static str, &'static str) {
    BY.into_iter().find(|(_, name, _)| *name == asked.by).unwrap_or(BY[0])
}

async fn page(colleague: Colleague, Query(asked): Query<Asked>) -> Response {
    let (by, name, _) = chosen(&asked);
    let (desk, officer, period) = (colleague.desk(), colleague.officer(), period(&colleague));
    let groups = matches!(by, ReportBy::Sex | ReportBy::AgeBand);
    let found = async {
        let outcomes = desk.outcomes(period, by, officer).await?;
        let ages = desk.queue_age(officer, colleague.now()).await?;
        let parity = if groups { desk.parity(period, by, officer).await? } else { Vec::new() };
        Ok((outcomes, ages, parity))
    };
    let (mut outcomes, ages, parity) = match found.await {
        Ok(found) => found,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    if by == ReportBy::Officer {
        name_officers(&colleague, &mut outcomes).await;
    }
    let w = colleague.words();
    let address = |name: &str| format!("{PATH}?by={name}");
    let tabs = BY.map(|(_, name, key)| Link {
        text: w.find(key).unwrap_or_default().to_owned(),
        address: address(name),
    });
    let mut pictures = vec![outcome_chart(&colleague, by, &outcomes).picture()];
    if by == ReportBy::All {
        pictures.push(age_chart(w, &ages).picture());
    }
    let mut tables = vec![time_table(&colleague, by, &outcomes)];
    if groups {
        tables.push(parity_table(&colleague, by, &parity));
    }
    let list = List {
        text: w.fill_one("reports.text", "days", DAYS),
        tabs: NavigationItem::all(tabs.to_vec(), &address(name)),
        pictures,
        tables,
        links: vec![(format!("{PATH}.csv?by={name}"), w.t("reports.csv").to_owned())],
        ..List::default()
    };
    show(&colleague, w.t("reports.title"), PATH, list)
}

/// Names in place of ids, for those who may know them.
async fn name_officers(colleague: &Colleague, rows: &mut [OutcomeRow]) {
    let ids = rows.iter().filter_map(|row| row.group.parse().ok());
    let names = Names::of(colleague, ids.collect::<Vec<_>>()).await;
    for row in rows {
        if let Ok(id) = row.group.parse() {
            row.group = names.get(id);
        }
    }
}

/// The name of a group, where its code has one.
fn group(colleague: &Colleague, by: ReportBy, code: &str) -> String {
    let w = colleague.words();
    let pack = &colleague.accounts().pack;
    match (by, code) {
        (_, "") => w.t("reports.unknown").to_owned(),
        (ReportBy::All, _) => w.t("reports.by.all").to_owned(),
        (ReportBy::County, code) => pack.geography().full_name(code),
        (ReportBy::Sex, code) => {
            let list = pack.code_list("sex");
            list.and_then(|list| list.label(code, w.language.code())).unwrap_or(code).to_owned()
        }
        (_, code) => code.to_owned(),
    }
}

/// The name of a group for a chart, which draws nothing where figures are too small to show.
fn label(colleague: &Colleague, by: ReportBy, row: &OutcomeRow) -> String {
    let name = group(colleague, by, &row.group);
    let all = [row.confirmed, row.false_hits, row.cannot_tell, row.fraud, row.open];
    if all.iter().all(|figure| figure.count().is_some()) {
        return name;
    }
    format!("{name} ({})", colleague.words().t("reports.not_all_shown"))
}

fn outcome_chart(colleague: &Colleague, by: ReportBy, rows: &[OutcomeRow]) -> BarChart {
    let w = colleague.words();
    let drawn = &rows[..rows.len().min(MOST_DRAWN)];
    let series = |name: &str, of: fn(&OutcomeRow) -> Figure| Series {
        name: name.to_owned(),
        values: drawn.iter().map(|row| of(row).count().map(|count| count as f64)).collect(),
    };
    BarChart {
        id: "outcomes".to_owned(),
        title: w.t("reports.outcomes").to_owned(),
        axis: w.t("reports.group").to_owned(),
        labels: drawn.iter().map(|row| label(colleague, by, row)).collect(),
        series: vec![
            series(said::verdict(w, "same_person"), |row| row.confirmed),
            series(said::verdict(w, "different_people"), |row| row.false_hits),
            series(w.t("reports.cannot_tell"), |row| row.cannot_tell),
            series(w.t("reports.fraud"), |row| row.fraud),
            series(w.t("reports.open"), |row| row.open),
        ],
    }
}

fn age_chart(w: Words<'_>, rows: &[QueueAgeRow]) -> BarChart {
    let mut hours: Vec<u32> = rows.iter().map(|row| row.from_hours).collect();
    hours.sort_unstable();
    hours.dedup();
    // Whether a first opinion was given is nobody's business outside the desk either.
    let count = |senior: bool, from: u32| {
        let of = rows.iter().filter(|row| row.from_hours == from);
        of.filter(|row| (row.stage == "awaits_senior") == senior).map(|row| row.cases).sum::<u64>()
    };
    let series = |name: &str, senior: bool| Series {
        name: name.to_owned(),
        values: hours.iter().map(|from| Some(count(senior, *from) as f64)).collect(),
    };
    BarChart {
        id: "ages".to_owned(),
        title: w.t("reports.ages").to_owned(),
        axis: w.t("reports.hours").to_owned(),
        labels: hours.iter().map(|from| w.fill_one("reports.from_hours", "hours", from)).collect(),
        series: vec![series(w.t("stage.awaits"), false), series(w.t("stage.awaits_senior"), true)],
    }
}

fn figure(w: Words<'_>, figure: Figure) -> Cell {
    Cell::new(figure.count().map_or_else(|| w.t("reports.few").to_owned(), |n| n.to_string()))
}

/// A time in words: seconds, minutes or hours.
pub(super) fn duration(w: Words<'_>, seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else { return "–".to_owned() };
    match seconds {
        ..120 => w.fill_one("reports.seconds", "count", seconds),
        120..7_200 => w.fill_one("desk.age.minutes", "count", seconds / 60),
        _ => w.fill_one("desk.age.hours", "count", seconds / 3_600),
    }
}

/// A share in percent, one decimal.
pub(super) fn percent(rate: Rate) -> String {
    rate.permille().map_or_else(|| "–".to_owned(), |n| format!("{}.{} %", n / 10, n % 10))
}

fn time_table(colleague: &Colleague, by: ReportBy, rows: &[OutcomeRow]) -> Table {
    let w = colleague.words();
    let cells = |row: &OutcomeRow| {
        vec![
            Cell::new(group(colleague, by, &row.group)),
            figure(w, row.searched),
            figure(w, row.hits),
            Cell::new(duration(w, row.median_seconds)),
            Cell::new(duration(w, row.ninetieth_seconds)),
        ]
    };
    Table {
        caption: w.t("reports.times").to_owned(),
        columns: vec![
            Column::new(w.t("reports.group")),
            Column::numeric(w.t("reports.searched")),
            Column::numeric(w.t("reports.hits")),
            Column::numeric(w.t("reports.median")),
            Column::numeric(w.t("reports.ninetieth")),
        ],
        rows: rows.iter().map(cells).collect(),
        is_small: true,
        ..Table::default()
    }
}

fn parity_table(colleague: &Colleague, by: ReportBy, rows: &[ParityRow]) -> Table {
    let w = colleague.words();
    let cells = |row: &ParityRow| {
        let ratio = row.ratio_permille.map_or_else(
            || "–".to_owned(),
            |ratio| format!("{}.{:02}", ratio / 1_000, ratio % 1_000 / 10),
        );
        let noticed = if row.noticeable { "reports.noticeable" } else { "reports.chance" };
        vec![
            Cell::new(group(colleague, by, &row.group)),
            Cell::new(percent(row.hit_rate)),
            Cell::new(percent(row.false_hit_rate)),
            Cell::new(ratio),
            Cell::new(w.find(noticed).unwrap_or_default()),
        ]
    };
    Table {
        caption: w.t("reports.parity").to_owned(),
        columns: vec![
            Column::new(w.t("reports.group")),
            Column::numeric(w.t("reports.hit_rate")),
            Column::numeric(w.t("reports.false_hit_rate")),
            Column::numeric(w.t("reports.ratio")),
            Column::new(w.t("reports.difference")),
        ],
        rows: rows.iter().map(cells).collect(),
        is_small: true,
        ..Table::default()
    }
}

async fn csv(colleague: Colleague, Query(asked): Query<Asked>) -> Response {
    let (by, name, _) = chosen(&asked);
    let period = period(&colleague);
    let rows = match colleague.desk().outcomes(period, by, colleague.officer()).await {
        Ok(rows) => rows,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let mut text = "group,searched,hits,confirmed,false_hits,cannot_tell,fraud,open,\
                    median_seconds,ninetieth_seconds\n"
        .to_owned();
    let number = |figure: Figure| figure.count().map_or_else(String::new, |n| n.to_string());
    let seconds = |value: Option<i64>| value.map_or_else(String::new, |n| n.to_string());
    for row in rows {
        let cells = [
            field(&row.group),
            number(row.searched),
            number(row.hits),
            number(row.confirmed),
            number(row.false_hits),
            number(row.cannot_tell),
            number(row.fraud),
            number(row.open),
            seconds(row.median_seconds),
            seconds(row.ninetieth_seconds),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    download(&format!("desk-{name}.csv"), text)
}

/// A field of CSV. What a spreadsheet would run as a formula begins with an apostrophe.
pub(super) fn field(text: &str) -> String {
    let guarded =
        if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// A file to be kept, not shown.
pub(super) fn download(name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_runs_nothing_and_breaks_no_line() {
        assert_eq!(field("019"), "019");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
    }
}
