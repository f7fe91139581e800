//! `/staff/desk/inquiries`: sources whose hits jumped, paused until somebody has looked.

use axum::extract::Form as Fields;
use axum::response::Response;
use niims_record::desk::SourceKind;
use niims_record::staff::Action;
use niims_web::{Button, Fault, Field, Question, Textarea};
use niims_wire::desk::{Inquiry, LONGEST_NOTE};
use serde::Deserialize;

use super::list::{Form, Item, List, row, show, told};
use crate::http::Colleague;
use crate::http::routes::StaffRoutes;

const PATH: &str = "/staff/desk/inquiries";
/// Inquiries on a page.
const MOST: usize = 50;

pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new().listed(PATH, Action::PauseSource, "inquiries", list).post(
        PATH,
        Action::PauseSource,
        close,
    )
}

/// What the form posts.
#[derive(Deserialize)]
struct Close {
    #[serde(default)]
    id: String,
    #[serde(default)]
    reason: String,
}

async fn list(colleague: Colleague) -> Response {
    page(&colleague, (None, Vec::new())).await
}

async fn close(colleague: Colleague, Fields(close): Fields<Close>) -> Response {
    let Ok(id) = close.id.parse() else {
        return colleague.show_problem(404, "desk.no_such_inquiry");
    };
    let (officer, now) = (colleague.officer(), colleague.now());
    let outcome = colleague.desk().close_inquiry(id, &close.reason, officer, now).await;
    let done = colleague.words().t("inquiries.done").to_owned();
    match told(&colleague, "reason", outcome, &done) {
        Ok(told) => page(&colleague, told).await,
        Err(response) => *response,
    }
}

async fn page(colleague: &Colleague, (done, faults): (Option<String>, Vec<Fault>)) -> Response {
    let found = colleague.desk().inquiries(false, MOST, colleague.officer()).await;
    let inquiries = match found {
        Ok(inquiries) => inquiries,
        Err(problem) => return colleague.show_refusal(&problem),
    };
    let w = colleague.words();
    let item = |inquiry: Inquiry| {
        let counts = inquiry.jump.counts;
        let figures = [
            ("hits", &*counts.window.hits.to_string()),
            ("searches", &*counts.window.of.to_string()),
            ("expected", &*inquiry.jump.expected_permille.to_string()),
        ];
        let mut rows = vec![
            row(w.t("inquiries.opened"), colleague.when(inquiry.opened_at)),
            row(w.t("inquiries.figures"), w.fill("inquiries.jump", &figures)),
        ];
        let mut forms = Vec::new();
        match inquiry.closed {
            Some(closed) => {
                rows.push(row(w.t("inquiries.closed"), colleague.when(closed.at)));
                rows.push(row(w.t("inquiries.why"), closed.reason));
            }
            None => forms.push(Form {
                hidden: vec![("id", inquiry.inquiry.to_string())],
                fields: vec![Field::Textarea(Textarea {
                    question: Question::new("reason", w.t("inquiries.why")),
                    value: String::new(),
                    rows: 3,
                    max_length: LONGEST_NOTE,
                })],
                buttons: vec![Button::send(w.t("inquiries.close"))],
                ..Form::post(PATH)
            }),
        }
        let kind = w.find(source_key(inquiry.kind)).unwrap_or_default();
        Item { heading: format!("{kind} {}", inquiry.source), rows, forms, ..Item::default() }
    };
    let list = List {
        text: w.t("inquiries.text").to_owned(),
        nothing: w.t("inquiries.nothing").to_owned(),
        items: inquiries.into_iter().map(item).collect(),
        done,
        faults,
        ..List::default()
    };
    show(colleague, w.t("inquiries.title"), PATH, list)
}

const fn source_key(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Kit => "inquiries.kit",
        SourceKind::Officer => "inquiries.officer",
        SourceKind::Place => "inquiries.place",
    }
}
