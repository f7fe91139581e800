//! `/form`: the form of the country pack, filled in at home, section by section, and printed with the
//! codes that a kit reads. The server keeps nothing: what was answered travels in the page itself.

mod done;
mod paper;
mod section;

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_country::{Answers, FormKind};
use niims_web::{Choice, Fault, Page, Posted, Question, Radios, Words};

use crate::guest::Guest;

pub(crate) use paper::show as show_paper;
pub(crate) use section::send;

/// What a page posts.
pub(crate) type Pairs = Result<Form<Vec<(String, String)>>, FormRejection>;

#[derive(Template)]
#[template(path = "form_choose.html")]
struct Choose<'a> {
    page: Page<'a>,
    w: Words<'a>,
    faults: Vec<Fault>,
    kinds: Radios,
    /// Blank forms on paper: words and address.
    papers: Vec<(String, String)>,
}

/// `GET /form`: which form?
pub(crate) async fn choose(guest: Guest) -> Response {
    ask(&guest, Vec::new())
}

/// `POST /form`: the first section.
pub(crate) async fn begin(guest: Guest, form: Pairs) -> Response {
    let posted = match posted(&guest, form) {
        Ok(posted) => posted,
        Err(response) => return *response,
    };
    if let Some(kind) = FormKind::from_name(posted.text("kind")) {
        return section::first(&guest, kind, &Answers::new());
    }
    let text = guest.words().t("form.choose").to_owned();
    ask(&guest, vec![Fault { id: "kind".to_owned(), text }])
}

/// `GET` of a page in the middle, as after changing the language: from the beginning.
pub(crate) async fn again(guest: Guest, _: Path<Vec<(String, String)>>) -> Response {
    guest.portal.shell.go_to("/form")
}

fn ask(guest: &Guest, faults: Vec<Fault>) -> Response {
    let w = guest.words();
    let choices = FormKind::ALL
        .map(|kind| Choice::new(kind.as_str(), w.t(&format!("form_kind.{}", kind.as_str()))));
    let error = faults.first().map(|fault| fault.text.clone());
    let question = Question::new("kind", w.t("form.which")).error(error);
    let papers = FormKind::ALL.map(|kind| {
        let words = w.t(&format!("form_kind.{}", kind.as_str())).to_owned();
        (words, format!("/form/paper/{}", kind.as_str()))
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Choose {
        page: page(guest, w.t("form.title"), !faults.is_empty()),
        w,
        faults,
        kinds: Radios { question, choices: choices.into(), ..Radios::default() },
        papers: papers.into(),
    };
    guest.show(status, &page)
}

/// A page of the form. Changing the language begins the form anew, for nothing is kept.
fn page<'g>(guest: &'g Guest, title: &str, has_errors: bool) -> Page<'g> {
    let page = guest.page(title);
    Page { has_errors, path: "/form".to_owned(), ..page }
}

/// What a page of ours posted.
fn posted(guest: &Guest, form: Pairs) -> Result<Posted, Box<Response>> {
    let pairs = match form {
        Ok(Form(pairs)) => pairs,
        Err(rejection) => {
            let (status, code) = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                (StatusCode::PAYLOAD_TOO_LARGE, "web.too_large")
            } else {
                (StatusCode::BAD_REQUEST, "web.form_unreadable")
            };
            return Err(Box::new(guest.show_code(status, code)));
        }
    };
    let posted = Posted::new(pairs);
    if guest.portal.shell.form_is_ours(&guest.visitor, posted.text("csrf")) {
        Ok(posted)
    } else {
        Err(Box::new(guest.show_code(StatusCode::FORBIDDEN, "web.form_forged")))
    }
}
