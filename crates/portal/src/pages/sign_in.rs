//! `/sign-in`: who are you? The answer is the same whether the number is known or
//! not, so that nobody can find out here who is registered.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Banner, Page, Question, TextInput, Words};
use niims_wire::problem::Problem;
use serde::Deserialize;

use crate::guest::Guest;
use crate::handle::{HANDLE_MAX_AGE_S, LONGEST_HANDLE, read, to_cookie};
use crate::problems;

/// Name of the sealed cookie that carries the handle to the next page.
pub(crate) const HANDLE: &str = "handle";

/// What the form posts. No `Debug`: it names a person.
#[derive(Deserialize)]
pub(crate) struct SignInForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    handle: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    page: Page<'a>,
    w: Words<'a>,
    input: TextInput,
    signed_out: Option<Banner>,
}

pub(crate) async fn show(guest: Guest) -> Response {
    ask(&guest, StatusCode::OK, "", None, false)
}

/// `POST /sign-in`: has a code sent and goes on to `/code`.
pub(crate) async fn send_code(
    guest: Guest,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Response {
    let form = match posted(&guest, form, |form| &form.csrf) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let handle = match read(&form.handle) {
        Ok(handle) => handle,
        Err(error) => {
            let error = error.text(guest.words());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return ask(&guest, status, &form.handle, Some(error), false);
        }
    };
    let now = guest.now();
    match guest.desk().send_code(&handle, now).await {
        Ok(()) => {
            let mut response = guest.portal.shell.go_to("/code");
            guest.portal.shell.set_sealed(
                &mut response,
                &guest.visitor,
                HANDLE,
                &to_cookie(&handle, now),
                HANDLE_MAX_AGE_S,
            );
            response
        }
        Err(problem) => match refusal(&guest, &problem) {
            Some((status, error)) => ask(&guest, status, &form.handle, Some(error), false),
            None => guest.show_problem(&problem),
        },
    }
}

/// The page for somebody whose session has ended: says so, and takes the cookie away.
pub(crate) fn show_signed_out(mut guest: Guest) -> Response {
    // The language switch of this page must not lead back to the page that was refused.
    "/sign-in".clone_into(&mut guest.visitor.path);
    let mut response = ask(&guest, StatusCode::UNAUTHORIZED, "", None, true);
    guest.end_session(&mut response);
    response
}

/// A form out of a request, if it can be read and came from a page of this visit.
pub(crate) fn posted<T>(
    guest: &Guest,
    form: Result<Form<T>, FormRejection>,
    csrf: impl Fn(&T) -> &String,
) -> Result<T, Box<Response>> {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => {
            let (status, code) = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                (StatusCode::PAYLOAD_TOO_LARGE, "web.too_large")
            } else {
                (StatusCode::BAD_REQUEST, "web.form_unreadable")
            };
            return Err(Box::new(guest.show_code(status, code)));
        }
    };
    if guest.portal.shell.form_is_ours(&guest.visitor, csrf(&form)) {
        Ok(form)
    } else {
        Err(Box::new(guest.show_code(StatusCode::FORBIDDEN, "web.form_forged")))
    }
}

/// A problem of the desk that is told beside the question: its status and words.
pub(crate) fn refusal(guest: &Guest, problem: &Problem) -> Option<(StatusCode, String)> {
    let code = problems::known(&problem.code)?;
    let words = guest.words();
    let title = words.t(&format!("problem.{code}.title")).to_owned();
    let advice = words.t(&format!("problem.{code}.advice")).to_owned();
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Some((status, format!("{title}. {advice}")))
}

fn ask(
    guest: &Guest,
    status: StatusCode,
    typed: &str,
    error: Option<String>,
    was_signed_out: bool,
) -> Response {
    let w = guest.words();
    let mut page = guest.page(w.t("sign_in.title"));
    page.has_errors = error.is_some();
    page.sign_out = None;
    let input = TextInput {
        question: Question::new(HANDLE, w.t("sign_in.label"))
            .hint(w.t("sign_in.hint"))
            .error(error),
        // A page that comes back keeps what was typed, as far as it could be right.
        value: typed.chars().take(LONGEST_HANDLE + 10).collect(),
        max_length: LONGEST_HANDLE + 10,
        width: 20,
        ..TextInput::default()
    };
    let signed_out = was_signed_out.then(|| Banner {
        title: w.t("signed_out.again.title").to_owned(),
        text: w.t("signed_out.again.text").to_owned(),
        is_success: false,
    });
    guest.show(status, &SignIn { page, w, input, signed_out })
}
