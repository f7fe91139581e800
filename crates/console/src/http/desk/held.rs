//! `/staff/desk/held`: cases held for fraud, which two seniors release or refer.

use axum::extract::{Form as Fields, Path};
use axum::response::Response;
use niims_record::CaseId;
use niims_record::desk::FraudAnswer;
use niims_web::{Button, Choice, Field, Question, Radios, Textarea};
use niims_wire::desk::{FraudAnswerGiven, LONGEST_NOTE};
use serde::Deserialize;

use super::case_id;
use super::evidence;
use super::list::{Form, Item, List, row, show as answer_with, told};
use crate::http::Colleague;

const PATH: &str = "/staff/desk/held";
/// Cases on a page.
const MOST: usize = 50;

/// What the form posts.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    note: String,
}

/// `GET /staff/desk/held`.
pub(super) async fn list(colleague: Colleague) -> Response {
    page_of_all(&colleague, None).await
}

async fn page_of_all(colleague: &Colleague, done: Option<String>) -> Response {
    let held = match colleague.desk().held(None, MOST, colleague.officer()).await {
        Ok(held) => held,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let items = held.into_iter().map(|held| Item {
        heading: held.application_number,
        address: Some(format!("{PATH}/{}", held.case)),
        rows: vec![
            row(w.t("held.since"), colleague.when(held.held_at)),
            row(w.t("held.answers"), held.answers.to_string()),
        ],
        ..Item::default()
    });
    let list = List {
        text: w.t("held.text").to_owned(),
        items: items.collect(),
        nothing: w.t("held.nothing").to_owned(),
        done,
        ..List::default()
    };
    answer_with(colleague, w.t("held.title"), PATH, list)
}

/// `GET /staff/desk/held/{case}`.
pub(super) async fn show(colleague: Colleague, Path(case): Path<String>) -> Response {
    let empty = Answer { answer: String::new(), note: String::new() };
    match case_id(&colleague, &case) {
        Ok(case) => page(&colleague, case, &empty, Vec::new()).await,
        Err(response) => *response,
    }
}

/// `POST /staff/desk/held/{case}`.
pub(super) async fn answer(
    colleague: Colleague,
    Path(case): Path<String>,
    Fields(typed): Fields<Answer>,
) -> Response {
    let case = match case_id(&colleague, &case) {
        Ok(case) => case,
        Err(response) => return *response,
    };
    let w = colleague.words();
    let answer = match typed.answer.as_str() {
        "release" => FraudAnswer::Release,
        "refer" => FraudAnswer::Refer,
        _ => {
            let fault = niims_web::Fault::of("answer", w.t("held.choose"));
            return page(&colleague, case, &typed, vec![fault]).await;
        }
    };
    let given = FraudAnswerGiven { officer: colleague.officer(), answer, note: typed.note.clone() };
    let outcome = colleague.desk().answer_fraud(case, given, colleague.now()).await;
    match told(&colleague, "note", outcome.map(drop), w.t("held.done")) {
        Ok((Some(done), _)) => page_of_all(&colleague, Some(done)).await,
        Ok((None, faults)) => page(&colleague, case, &typed, faults).await,
        Err(response) => *response,
    }
}

async fn page(
    colleague: &Colleague,
    case: CaseId,
    typed: &Answer,
    faults: Vec<niims_web::Fault>,
) -> Response {
    let (officer, now) = (colleague.officer(), colleague.now());
    let shown = match colleague.desk().held_evidence(case, officer, now).await {
        Ok(shown) => shown,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let path = format!("{PATH}/{case}");
    let choice = |value: &str, label: &str| Choice {
        is_chosen: typed.answer == value,
        ..Choice::new(value, label)
    };
    let wrong = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    let form = Form {
        title: w.t("held.answer").to_owned(),
        fields: vec![
            Field::Radios(Radios {
                question: Question::new("answer", w.t("held.question")).error(wrong("answer")),
                choices: vec![
                    choice("release", w.t("held.release")),
                    choice("refer", w.t("held.refer")),
                ],
                ..Radios::default()
            }),
            Field::Textarea(Textarea {
                question: Question::new("note", w.t("held.note")).error(wrong("note")),
                value: typed.note.clone(),
                rows: 4,
                max_length: LONGEST_NOTE,
            }),
        ],
        buttons: vec![Button::send(w.t("held.send"))],
        ..Form::post(&path)
    };
    let title = w.fill_one("case.title", "number", &shown.applicant.application_number);
    let list = List {
        back: PATH.to_owned(),
        text: w.t("held.case_text").to_owned(),
        items: evidence::items(colleague, &shown, |_, _| None),
        faults,
        forms: vec![form],
        ..List::default()
    };
    answer_with(colleague, &title, &path, list)
}
