//! `/staff/desk/replay`: any case as it went and as it was seen.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use niims_record::ViewId;
use niims_record::staff::Action;
use niims_web::{Button, Field, Question, Row, TextInput, private_picture};
use serde::Deserialize;

use super::case::mark_text;
use super::list::{Form, Item, List, row, show};
use super::names::Names;
use super::{case_id, evidence, images, said};
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const PATH: &str = "/staff/desk/replay";
/// Seconds for which an auditor's browser keeps an image.
const KEPT_S: u32 = 600;

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new()
        .listed(PATH, Action::ReplayCase, "replay", ask)
        .get("/staff/desk/replay/{case}", Action::ReplayCase, case)
        .get("/staff/desk/replay-views/{view}", Action::ReplayCase, view)
        .get("/staff/desk/replay-images/{view}/{side}/{image}", Action::ReplayCase, image)
}

/// What the address may say.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    case: Option<String>,
}

async fn ask(colleague: Colleague, Query(asked): Query<Asked>) -> Response {
    if let Some(case) = asked.case {
        return match case_id(&colleague, case.trim()) {
            Ok(case) => colleague.go_to(&format!("{PATH}/{case}")),
            Err(response) => *response,
        };
    }
    let w = colleague.words();
    let form = Form {
        title: w.t("replay.find").to_owned(),
        method: "get",
        action: PATH.to_owned(),
        fields: vec![Field::Text(TextInput {
            question: Question::new("case", w.t("replay.case")).hint(w.t("replay.case_hint")),
            width: 30,
            max_length: 40,
            ..TextInput::default()
        })],
        buttons: vec![Button::send(w.t("replay.open"))],
        ..Form::default()
    };
    let list = List { text: w.t("replay.text").to_owned(), forms: vec![form], ..List::default() };
    show(&colleague, w.t("replay.title"), PATH, list)
}

async fn case(colleague: Colleague, Path(case): Path<String>) -> Response {
    let case = match case_id(&colleague, &case) {
        Ok(case) => case,
        Err(response) => return *response,
    };
    let found = colleague.desk().replay(case, colleague.officer(), colleague.now()).await;
    let replayed = match found {
        Ok(replayed) => replayed,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let reasons = colleague.desk().reasons(w.language.code());
    let looked = replayed.views.iter().map(|view| view.officer);
    let said_by = replayed.opinions.iter().map(|opinion| opinion.officer);
    let names = Names::of(&colleague, looked.chain(said_by)).await;
    let mut rows = vec![
        row(w.t("queue.reason"), said::reason(w, replayed.reason)),
        row(w.t("replay.opened"), colleague.when(replayed.opened_at)),
        row(w.t("queue.stage"), replayed.stage),
    ];
    rows.extend(replayed.verdict.map(|v| row(w.t("replay.verdict"), said::verdict(w, v.name()))));
    rows.extend(replayed.decided_at.map(|at| row(w.t("replay.decided"), colleague.when(at))));
    let head = Item { heading: case.to_string(), rows, ..Item::default() };
    let views = replayed.views.into_iter().map(|view| Item {
        heading: w.fill_one("replay.view", "when", colleague.when(view.at)),
        address: Some(format!("/staff/desk/replay-views/{}", view.view)),
        rows: vec![
            row(w.t("replay.officer"), names.get(view.officer)),
            row(w.t("replay.sha256"), view.sha256),
        ],
        ..Item::default()
    });
    let opinions = replayed.opinions.into_iter().map(|opinion| {
        let text = |code: &String| {
            let known = reasons.iter().find(|reason| reason.code == *code);
            known.map_or_else(|| code.clone(), |reason| reason.text.clone())
        };
        let values = opinion.reasons.iter().map(text).collect();
        let mut rows = vec![
            row(w.t("replay.officer"), names.get(opinion.officer)),
            row(w.t("replay.verdict"), said::verdict(w, opinion.verdict.name())),
            Row { key: w.t("check.reasons").to_owned(), values, change: None },
        ];
        rows.extend(opinion.note.map(|note| row(w.t("form.note"), note)));
        Item {
            heading: w.fill_one("replay.opinion", "when", colleague.when(opinion.given_at)),
            rows,
            lines: opinion.marks.iter().map(|mark| mark_text(w, mark)).collect(),
            ..Item::default()
        }
    });
    let items = core::iter::once(head).chain(views).chain(opinions).collect();
    let list = List { back: PATH.to_owned(), items, ..List::default() };
    show(&colleague, w.t("replay.title"), &format!("{PATH}/{case}"), list)
}

async fn view(colleague: Colleague, Path(view): Path<String>) -> Response {
    let Ok(id) = view.parse::<ViewId>() else {
        return colleague.show_problem(404, "desk.no_such_view");
    };
    let found = colleague.desk().replay_view(id, colleague.officer(), colleague.now()).await;
    let replayed = match found {
        Ok(replayed) => replayed,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let altered = replayed.altered_images.len();
    let mut lines = vec![
        w.find(if replayed.intact { "replay.intact" } else { "replay.altered" })
            .unwrap_or_default()
            .to_owned(),
    ];
    if altered > 0 {
        lines.push(w.fill_one("replay.images_altered", "count", altered));
    }
    let names = Names::of(&colleague, [replayed.view.officer]).await;
    let head = Item {
        heading: w.fill_one("replay.view", "when", colleague.when(replayed.view.at)),
        rows: vec![row(w.t("replay.officer"), names.get(replayed.view.officer))],
        lines,
        ..Item::default()
    };
    let gone = &replayed.altered_images;
    let shown = evidence::items(&colleague, &replayed.evidence, |side, image| {
        (!gone.contains(&(side, image))).then(|| evidence::replay_address(id, side, image))
    });
    let items = core::iter::once(head).chain(shown).collect();
    let list = List { back: PATH.to_owned(), items, ..List::default() };
    show(&colleague, w.t("replay.title"), &format!("/staff/desk/replay-views/{id}"), list)
}

async fn image(
    colleague: Colleague,
    Path((view, side, image)): Path<(String, String, String)>,
) -> Response {
    let named = (view.parse::<ViewId>(), images::read_side(&side), images::read_image(&image));
    let (Ok(view), Some(side), Some(image)) = named else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    match colleague.desk().replay_image(view, side, image, officer, now).await {
        Ok(bytes) => match images::displayable(bytes).await {
            Some((kind, bytes)) => private_picture(kind, bytes, KEPT_S),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status);
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}
