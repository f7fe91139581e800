//! `/staff/desk/merges`: two numbers of one person. A merge is proposed here and decided as a
//! case is; an appeal of the person undoes it.

use axum::extract::Form as Fields;
use axum::response::Response;
use niims_record::staff::Action;
use niims_web::{Button, Fault, Field, Keyboard, Question, TextInput, Textarea};
use niims_wire::desk::{LONGEST_NOTE, MergeProposed, MergeStanding};
use serde::Deserialize;

use super::list::{Form, Item, List, row, show, told};
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const PATH: &str = "/staff/desk/merges";
/// Merges on a page.
const MOST: usize = 50;

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new().listed(PATH, Action::MergeRecords, "merges", list).post(
        PATH,
        Action::MergeRecords,
        propose,
    )
}

/// What the form posts. No `Debug`: it holds numbers of people.
#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    stays: String,
    #[serde(default)]
    goes: String,
    #[serde(default)]
    note: String,
}

async fn list(colleague: Colleague) -> Response {
    page(&colleague, &Asked::default(), (None, Vec::new())).await
}

async fn propose(colleague: Colleague, Fields(asked): Fields<Asked>) -> Response {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(20).collect();
    let merge = MergeProposed {
        stays: digits(&asked.stays),
        goes: digits(&asked.goes),
        note: asked.note.clone(),
        officer: colleague.officer(),
    };
    let outcome = colleague.desk().propose_merge(merge, colleague.now()).await.map(drop);
    let field = match &outcome {
        Err(problem) if problem.code == "desk.note_needed" => "note",
        _ => "stays",
    };
    let done = colleague.words().t("merges.done").to_owned();
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
    let merges = match colleague.desk().merges(None, MOST, colleague.officer()).await {
        Ok(merges) => merges,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let item = |merge: MergeStanding| {
        let mut rows = vec![
            row(w.t("merges.stays"), merge.stays.clone()),
            row(w.t("merges.goes"), merge.goes),
            row(w.t("merges.when"), colleague.when(merge.merged_at)),
        ];
        if let Some((at, _)) = merge.unmerged {
            rows.push(row(w.t("merges.undone"), colleague.when(at)));
        }
        Item { heading: merge.stays, rows, ..Item::default() }
    };
    let wrong = |id: &str| faults.iter().find(|fault| fault.id == id).map(|f| f.text.clone());
    let number = |name: &str, label: &str, value: &str| {
        Field::Text(TextInput {
            question: Question::new(name, label).error(wrong(name)),
            value: value.chars().take(20).collect(),
            keyboard: Keyboard::Numeric,
            width: 20,
            max_length: 20,
            ..TextInput::default()
        })
    };
    let form = Form {
        title: w.t("merges.propose").to_owned(),
        fields: vec![
            number("stays", w.t("merges.number_stays"), &typed.stays),
            number("goes", w.t("merges.number_goes"), &typed.goes),
            Field::Textarea(Textarea {
                question: Question::new("note", w.t("merges.why")).error(wrong("note")),
                value: typed.note.clone(),
                rows: 4,
                max_length: LONGEST_NOTE,
            }),
        ],
        buttons: vec![Button::send(w.t("merges.send"))],
        ..Form::post(PATH)
    };
    let list = List {
        text: w.t("merges.text").to_owned(),
        nothing: w.t("merges.nothing").to_owned(),
        items: merges.into_iter().map(item).collect(),
        forms: vec![form],
        done,
        faults,
        ..List::default()
    };
    show(colleague, w.t("merges.title"), PATH, list)
}
