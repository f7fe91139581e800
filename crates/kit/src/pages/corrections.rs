//! `/corrections`: whom the centre asks to meet again, village by village.

use axum::response::Response;
use niims_record::revisit::RevisitAsk;
use niims_store::kit::RevisitOutcome;
use niims_web::{Button, Cell, Column, Table, date_time};
use niims_wire::revisit::Revisit;

use super::guest::{Officer, Or};
use super::view::FormView;
use crate::capture::EnrolRefused;
use crate::revisits::{RevisitHeld, RevisitsHeld};

pub(super) async fn show(officer: Officer) -> Or<Response> {
    let found = officer
        .kit(|kit, now, _| {
            // A kit that may not work shows nobody.
            kit.may_capture(now)?;
            kit.revisits()
        })
        .await?;
    match found {
        Ok(held) => Ok(page(&officer, held)),
        Err(error) => Ok(cannot(&officer, &EnrolRefused::Kit(error))),
    }
}

/// The page of a refusal outside any interview.
pub(super) fn cannot(officer: &Officer, refused: &EnrolRefused) -> Response {
    let unknown = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    let page = officer.problem(refused);
    page.unwrap_or_else(|| officer.show_code(unknown, "web.internal"))
}

fn page(officer: &Officer, held: Option<RevisitsHeld>) -> Response {
    let w = officer.words();
    let title = w.t("corrections.title");
    let mut view = FormView::new(officer.page(title), w, Some(title.to_owned()));
    view.back = Some("/home".to_owned());
    let Some(held) = held else {
        view.lead.push(w.t("corrections.never").to_owned());
        view.buttons = vec![Button::go_to(w.t("day.title"), "/day")];
        return officer.show(view);
    };
    let offset = officer.pack.settings().utc_offset;
    let given = date_time(officer.shell_words(), held.given_at, offset);
    if held.revisits.is_empty() {
        view.lead.push(w.t("corrections.nobody").to_owned());
    } else {
        view.lead.push(w.t("corrections.lead").to_owned());
        view.tables = villages(officer, held.revisits);
    }
    view.lead.push(w.fill_one("corrections.given", "at", given));
    officer.show(view)
}

/// One table for each village, in the order of their names; in it the oldest request first.
fn villages(officer: &Officer, held: Vec<RevisitHeld>) -> Vec<Table> {
    let w = officer.words();
    let mut villages: Vec<(String, Vec<RevisitHeld>)> = Vec::new();
    for one in held {
        let place = place(officer, &one.revisit);
        match villages.iter_mut().find(|(known, _)| *known == place) {
            Some((_, people)) => people.push(one),
            None => villages.push((place, vec![one])),
        }
    }
    villages.sort_by(|one, other| one.0.cmp(&other.0));
    let columns = [
        w.t("home.person"),
        w.t("corrections.what"),
        w.t("corrections.asked"),
        w.t("corrections.standing"),
    ];
    villages
        .into_iter()
        .map(|(caption, people)| Table {
            caption,
            columns: columns.map(Column::new).into(),
            rows: people.iter().map(|one| person(officer, one)).collect(),
            ..Table::default()
        })
        .collect()
}

fn person(officer: &Officer, one: &RevisitHeld) -> Vec<Cell> {
    let w = officer.words();
    let revisit = &one.revisit;
    let offset = officer.pack.settings().utc_offset;
    vec![
        Cell::link(name(officer, revisit), format!("/corrections/{}", revisit.id)),
        Cell::new(kind(officer, &revisit.ask)),
        Cell::new(date_time(officer.shell_words(), revisit.asked_at, offset)),
        Cell::new(match one.done.map(|done| done.outcome) {
            None => w.t("corrections.open"),
            Some(RevisitOutcome::Captured) => w.t("corrections.captured"),
            Some(RevisitOutcome::NotDone) => w.t("corrections.told"),
        }),
    ]
}

/// What is asked, in three words.
pub(super) fn kind(officer: &Officer, ask: &RevisitAsk) -> String {
    let w = officer.words();
    match ask {
        RevisitAsk::Recapture { .. } => w.t("corrections.recapture"),
        RevisitAsk::Correction { .. } => w.t("corrections.correction"),
    }
    .to_owned()
}

/// The name, or the number on the slip of one whose name is what is missing.
pub(super) fn name(officer: &Officer, revisit: &Revisit) -> String {
    if revisit.name.is_empty() {
        officer.words().fill_one("corrections.slip", "number", &revisit.application_number)
    } else {
        revisit.name.clone()
    }
}

/// Village and area, as far as they are known.
pub(super) fn place(officer: &Officer, revisit: &Revisit) -> String {
    let areas = officer.pack.geography();
    let area = revisit.area.as_deref().and_then(|code| areas.name(code));
    match (revisit.village.as_deref(), area) {
        (Some(village), Some(area)) => format!("{village}, {area}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => officer.words().t("corrections.no_village").to_owned(),
    }
}
