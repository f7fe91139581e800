//! `GET /day/report`: today's reports as they were signed, to be printed or saved.

use axum::response::Response;
use niims_record::OfficerId;
use niims_web::{SectionRows, date, date_time};

use crate::close_day::DayReport;
use crate::pages::guest::{Instead, Officer, Or};
use crate::pages::home::form_key;
use crate::pages::view::{FormView, row};
use crate::pin::OfficerCard;

pub(in crate::pages) async fn show(officer: Officer) -> Or<Response> {
    let today = officer.today();
    let found = officer
        .kit(move |kit, _, _| {
            let reports = kit.day_reports(today)?;
            let keys: Vec<_> = kit.officers().map(|(id, key, _)| (id, key)).collect();
            let cards = kit.officer_cards()?;
            let signed = |report: &DayReport| {
                let key = keys.iter().find(|(id, _)| *id == report.supervisor);
                key.is_some_and(|(_, key)| report.is_signed_by(key))
            };
            let list: Vec<(DayReport, bool)> = reports
                .into_iter()
                .map(|report| {
                    let signed = signed(&report);
                    (report, signed)
                })
                .collect();
            Ok::<_, crate::KitError>((list, cards))
        })
        .await?;
    let Ok((reports, cards)) = found else {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Instead::of(officer.show_code(status, "web.internal")));
    };
    let w = officer.words();
    let title = w.fill("report.title", &[("day", &date(officer.shell_words(), today))]);
    let mut view = FormView::new(officer.page(w.t("day.report")), w, Some(title));
    if reports.is_empty() {
        view.lead.push(w.t("report.none").to_owned());
    }
    view.sections = reports.iter().map(|one| section(&officer, one, &cards)).collect();
    view.back = Some("/day".to_owned());
    Ok(officer.show(view))
}

fn section(
    officer: &Officer,
    (report, signed): &(DayReport, bool),
    cards: &[OfficerCard],
) -> SectionRows {
    let w = officer.words();
    let badge = |officer: OfficerId| {
        let card = cards.iter().find(|card| card.officer == officer);
        card.map_or_else(|| officer.to_string(), |card| card.badge.clone())
    };
    let offset = officer.pack.settings().utc_offset;
    let at = date_time(officer.shell_words(), report.closed_at, offset);
    let mut rows = Vec::new();
    for count in &report.completed {
        let form = w.t(&form_key(&count.form_kind)).to_owned();
        rows.push(row(&format!("{}: {form}", badge(count.officer)), count.count.to_string()));
    }
    for line in report.papers.iter().filter(|line| line.papers != line.captured) {
        let key = w.fill("day.papers_of", &[("form", w.t(&form_key(&line.form_kind)))]);
        rows.push(row(&key, format!("{} / {}", line.papers, line.captured)));
    }
    let refused: u64 = report.refused.iter().map(|count| count.count).sum();
    rows.push(row(w.t("report.refused"), refused.to_string()));
    rows.push(row(w.t("day.unfinished"), report.unfinished.to_string()));
    rows.push(row(w.t("day.waiting"), report.waiting_to_seal.to_string()));
    rows.push(row(w.t("day.sealed"), report.sealed.to_string()));
    rows.push(row(w.t("day.uploaded"), report.uploaded.to_string()));
    rows.push(row(w.t("day.receipted"), report.receipted.to_string()));
    let by = if *signed {
        w.fill_one("report.signed", "badge", badge(report.supervisor))
    } else {
        w.fill_one("report.not_signed", "badge", badge(report.supervisor))
    };
    rows.push(row(w.t("report.by"), by));
    rows.push(row(w.t("report.signature"), report.signature.chars().take(16).collect::<String>()));
    SectionRows { title: w.fill("report.closed", &[("at", &at)]), rows }
}
