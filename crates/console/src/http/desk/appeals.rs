//! `/staff/desk/appeals`: taking down what a person says against an outcome, and where each
//! appeal stands.

use axum::extract::Form as Fields;
use axum::response::Response;
use niims_record::staff::Action;
use niims_web::{Button, Fault, Field, Question, TextInput, Textarea};
use niims_wire::desk::{AppealAsked, AppealStanding, LONGEST_NOTE};
use serde::Deserialize;

use super::list::{Form, Item, List, row, show, told};
use super::said;
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const PATH: &str = "/staff/desk/appeals";
/// Appeals on a page.
const MOST: usize = 50;

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new().listed(PATH, Action::AnswerResident, "appeals", list).post(
        PATH,
        Action::AnswerResident,
        open,
    )
}

/// What the form posts. No `Debug`: it is what somebody says.
#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    number: String,
    #[serde(default)]
    ground: String,
}

async fn list(colleague: Colleague) -> Response {
    page(&colleague, &Asked::default(), (None, Vec::new())).await
}

async fn open(colleague: Colleague, Fields(asked): Fields<Asked>) -> Response {
    let appeal = AppealAsked {
        application_number: asked.number.trim().to_owned(),
        ground: asked.ground.clone(),
        officer: colleague.officer(),
    };
    let outcome = colleague.desk().appeal(appeal, colleague.now()).await.map(drop);
    let field = match &outcome {
        Err(problem) if problem.code == "desk.ground_needed" => "ground",
        _ => "number",
    };
    let done = colleague.words().t("appeals.done").to_owned();
    match told(&colleague, field, outcome, &done) {
        Ok((Some(done), _)) => page(&colleague, &Asked::default(), (Some(done), vec![])).await,
        Ok(told) => page(&colleague, &asked, told).await,
        Err(response) => *response,
    }
}

async fn page(
    colleague: &Colleague,
    typed: &Asked,
    (done, faults): (Option<String>, Vec<Fault>),
) -> Response {
    let appeals = match colleague.desk().appeals(None, MOST, colleague.officer()).await {
        Ok(appeals) => appeals,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let item = |appeal: AppealStanding| {
        let mut rows = vec![row(w.t("appeals.opened"), colleague.when(appeal.opened_at))];
        let standing = appeal.verdict.map_or_else(
            || w.t("stage.awaits").to_owned(),
            |verdict| said::verdict(w, verdict.name()).to_owned(),
        );
        rows.push(row(w.t("appeals.standing"), standing));
        if let Some(overturned) = appeal.overturned {
            let key = if overturned { "appeals.overturned" } else { "appeals.upheld" };
            rows.push(row(w.t("appeals.outcome"), w.find(key).unwrap_or_default()));
        }
        Item { heading: appeal.application_number, rows, ..Item::default() }
    };
    let wrong = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    let form = Form {
        title: w.t("appeals.open").to_owned(),
        fields: vec![
            Field::Text(TextInput {
                question: Question::new("number", w.t("appeals.number")).error(wrong("number")),
                value: typed.number.chars().take(40).collect(),
                width: 20,
                max_length: 40,
                ..TextInput::default()
            }),
            Field::Textarea(Textarea {
                question: Question::new("ground", w.t("appeals.ground")).error(wrong("ground")),
                value: typed.ground.clone(),
                rows: 5,
                max_length: LONGEST_NOTE,
            }),
        ],
        buttons: vec![Button::send(w.t("appeals.send"))],
        ..Form::post(PATH)
    };
    let list = List {
        text: w.t("appeals.text").to_owned(),
        nothing: w.t("appeals.nothing").to_owned(),
        items: appeals.into_iter().map(item).collect(),
        forms: vec![form],
        done,
        faults,
        ..List::default()
    };
    show(colleague, w.t("appeals.title"), PATH, list)
}
