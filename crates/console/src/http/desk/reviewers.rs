//! `/staff/desk/reviewers`: how well each reviewer tells people apart. `/staff/desk/my-figures`:
//! the same of oneself. The file of figures is copied about and has ids instead of names.

use axum::response::Response;
use niims_record::desk::Drift;
use niims_record::staff::Action;
use niims_web::{Cell, Column, Table, Words};
use niims_wire::desk::{AgreementRow, ReviewerRow};

use super::list::{Item, List, row, show};
use super::names::Names;
use super::reports::{download, duration, field, percent, period};
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const PATH: &str = "/staff/desk/reviewers";
const OWN: &str = "/staff/desk/my-figures";

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new()
        .listed(PATH, Action::ReadReviewerReports, "reviewers", all)
        .get("/staff/desk/reviewers.csv", Action::ReadReviewerReports, csv)
        .listed(OWN, Action::GiveOpinion, "my_figures", own)
}

async fn all(colleague: Colleague) -> Response {
    let (desk, officer, period) = (colleague.desk(), colleague.officer(), period(&colleague));
    let found = async {
        Ok((desk.reviewers(period, officer).await?, desk.agreement(period, officer).await?))
    };
    let (reviewers, agreement) = match found.await {
        Ok(found) => found,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let pairs = agreement.iter().flat_map(|row| [row.first, row.second]);
    let named = reviewers.iter().map(|row| row.officer).chain(pairs);
    let names = Names::of(&colleague, named).await;
    let tables = if agreement.is_empty() {
        Vec::new()
    } else {
        vec![agreement_table(w, &agreement, &names)]
    };
    let list = List {
        text: w.t("reviewers.text").to_owned(),
        nothing: w.t("reviewers.nothing").to_owned(),
        items: reviewers.iter().map(|row| item(w, row, &names)).collect(),
        tables,
        links: vec![(format!("{PATH}.csv"), w.t("reports.csv").to_owned())],
        ..List::default()
    };
    show(&colleague, w.t("reviewers.title"), PATH, list)
}

async fn own(colleague: Colleague) -> Response {
    let period = period(&colleague);
    let found = colleague.desk().reviewers(period, colleague.officer()).await;
    let reviewers = match found {
        Ok(reviewers) => reviewers,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let own = reviewers.iter().filter(|row| row.officer == colleague.officer());
    let names = Names::of(&colleague, [colleague.officer()]).await;
    let list = List {
        text: w.t("reviewers.own_text").to_owned(),
        nothing: w.t("reviewers.nothing").to_owned(),
        items: own.map(|row| item(w, row, &names)).collect(),
        ..List::default()
    };
    show(&colleague, w.t("reviewers.own_title"), OWN, list)
}

fn item(w: Words<'_>, of: &ReviewerRow, names: &Names) -> Item {
    let rate = |rate: niims_record::desk::Rate| {
        let (hits, all) = (rate.hits.to_string(), rate.of.to_string());
        let share = percent(rate);
        w.fill("reviewers.rate", &[("share", &share), ("hits", &hits), ("of", &all)])
    };
    Item {
        heading: w.fill_one("reviewers.one", "officer", names.get(of.officer)),
        rows: vec![
            row(w.t("reviewers.opinions"), of.opinions.to_string()),
            row(w.t("reviewers.sensitivity"), rate(of.sensitivity)),
            row(w.t("reviewers.specificity"), rate(of.specificity)),
            row(w.t("reviewers.undecided"), of.undecided.to_string()),
            row(w.t("reviewers.median"), duration(w, of.median_seconds)),
            row(w.t("reviewers.overruled"), of.overruled.to_string()),
        ],
        lines: of.drifts.iter().map(|drift| drift_text(w, *drift)).collect(),
        ..Item::default()
    }
}

fn drift_text(w: Words<'_>, drift: Drift) -> String {
    let share = |permille: u32| format!("{}.{} %", permille / 10, permille % 10);
    match drift {
        Drift::Sensitivity { permille } => {
            w.fill_one("reviewers.drift.sensitivity", "share", share(permille))
        }
        Drift::Specificity { permille } => {
            w.fill_one("reviewers.drift.specificity", "share", share(permille))
        }
        Drift::Agreement { permille } => {
            w.fill_one("reviewers.drift.agreement", "kappa", kappa(Some(permille)))
        }
        Drift::TooFast { seconds } => w.fill_one("reviewers.drift.too_fast", "count", seconds),
    }
}

fn kappa(permille: Option<i32>) -> String {
    permille.map_or_else(|| "–".to_owned(), |n| format!("{:.2}", f64::from(n) / 1_000.0))
}

fn agreement_table(w: Words<'_>, rows: &[AgreementRow], names: &Names) -> Table {
    let cells = |row: &AgreementRow| {
        vec![
            Cell::new(names.get(row.first)),
            Cell::new(names.get(row.second)),
            Cell::new(row.cases.to_string()),
            Cell::new(kappa(row.kappa_permille)),
        ]
    };
    Table {
        caption: w.t("reviewers.agreement").to_owned(),
        columns: vec![
            Column::new(w.t("reviewers.first")),
            Column::new(w.t("reviewers.second")),
            Column::numeric(w.t("reviewers.cases")),
            Column::numeric(w.t("reviewers.kappa")),
        ],
        rows: rows.iter().map(cells).collect(),
        is_small: true,
        ..Table::default()
    }
}

async fn csv(colleague: Colleague) -> Response {
    let period = period(&colleague);
    let rows = match colleague.desk().reviewers(period, colleague.officer()).await {
        Ok(rows) => rows,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let mut text = "reviewer,opinions,mates_found,mates,strangers_told_apart,strangers,undecided,\
                    median_seconds,overruled\n"
        .to_owned();
    for of in rows {
        let seconds = of.median_seconds.map_or_else(String::new, |n| n.to_string());
        let cells = [
            field(&of.officer.to_string()),
            of.opinions.to_string(),
            of.sensitivity.hits.to_string(),
            of.sensitivity.of.to_string(),
            of.specificity.hits.to_string(),
            of.specificity.of.to_string(),
            of.undecided.to_string(),
            seconds,
            of.overruled.to_string(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    download("reviewers.csv", text)
}
