//! `/code`: the one-time code proves who the resident is.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Cookie, Keyboard, Page, Question, TextInput, Words};
use niims_wire::resident::ResidentHandle;
use serde::Deserialize;

use super::sign_in::{HANDLE, posted, refusal};
use crate::guest::Guest;
use crate::handle::from_cookie;

/// Digits of a code at least and at most, as the desk may choose.
const CODE_DIGITS: core::ops::RangeInclusive<usize> = 4..=10;

/// What the form posts. No `Debug`: it holds a secret.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    input: TextInput,
}

/// `GET /code`: asks for the code; without a number before, back to that question.
pub(crate) async fn show(guest: Guest) -> Response {
    if handle(&guest).is_none() {
        return guest.portal.shell.go_to("/sign-in");
    }
    ask(&guest, StatusCode::OK, None)
}

/// `POST /code`: exchanges the code for a session and goes on to `/me`.
pub(crate) async fn sign_in(guest: Guest, form: Result<Form<CodeForm>, FormRejection>) -> Response {
    let form = match posted(&guest, form, |form| &form.csrf) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Some(handle) = handle(&guest) else {
        return guest.portal.shell.go_to("/sign-in");
    };
    let code: String = form.code.chars().filter(|c| !matches!(c, ' ' | '-')).take(20).collect();
    if !CODE_DIGITS.contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) {
        let error = guest.words().t("code.error.shape").to_owned();
        return ask(&guest, StatusCode::UNPROCESSABLE_ENTITY, Some(error));
    }
    match guest.desk().sign_in(&handle, &code, guest.now()).await {
        Ok(token) => {
            let mut response = guest.portal.shell.go_to("/me");
            guest.portal.shell.set(&mut response, &Cookie::gone(HANDLE));
            guest.begin_session(&mut response, token);
            response
        }
        Err(problem) => match refusal(&guest, &problem) {
            Some((status, error)) => ask(&guest, status, Some(error)),
            None => guest.show_problem(&problem),
        },
    }
}

fn handle(guest: &Guest) -> Option<ResidentHandle> {
    from_cookie(&guest.portal.shell.sealed(&guest.visitor, HANDLE)?, guest.now())
}

fn ask(guest: &Guest, status: StatusCode, error: Option<String>) -> Response {
    let w = guest.words();
    let mut page = guest.page(w.t("code.title"));
    page.has_errors = error.is_some();
    page.sign_out = None;
    let input = TextInput {
        question: Question::new("code", w.t("code.label")).hint(w.t("code.hint")).error(error),
        // A code is a secret and a wrong one is of no use: never sent back.
        value: String::new(),
        keyboard: Keyboard::Numeric,
        autocomplete: "one-time-code",
        max_length: 20,
        width: 10,
        ..TextInput::default()
    };
    guest.show(status, &CodePage { page, w, input })
}
