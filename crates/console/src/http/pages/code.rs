//! `/staff/code`: the code of the app, after the password.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Fault, Page, TextInput, Words};
use serde::Deserialize;

use super::sign_in::{FIRST, welcome};
use super::{code_line, faults, fields, wrong};
use crate::http::Guest;
use crate::staff::StaffError;
use crate::staff::sign_in::{FirstStep, weigh_code};

/// What the form posts.
#[derive(Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "staff_code.html")]
struct CodePage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    code: TextInput,
    faults: Vec<Fault>,
}

/// `GET /staff/code`.
pub(super) async fn show(guest: Guest) -> Response {
    match first_step(&guest) {
        Some(_) => ask(&guest, StatusCode::OK, None),
        None => guest.go_to("/staff/sign-in"),
    }
}

/// `POST /staff/code`: weighs both steps.
pub(super) async fn send(guest: Guest, form: Result<Form<CodeForm>, FormRejection>) -> Response {
    let form = match fields(&guest, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Some(first) = first_step(&guest) else {
        return guest.show_error(&StaffError::Stale);
    };
    let (address, device) = (guest.address(), guest.device());
    match weigh_code(guest.accounts(), &first, &form.code, address, device).await {
        Ok(begun) => welcome(&guest, begun),
        Err(error @ (StaffError::Wrong | StaffError::Wait(_))) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            let text = guest.error_text(&error);
            ask(&guest, status, Some(text))
        }
        Err(error) => guest.show_error(&error),
    }
}

fn first_step(guest: &Guest) -> Option<FirstStep> {
    let text = guest.console.shell.sealed(&guest.visitor, FIRST)?;
    FirstStep::from_text(&text, guest.accounts().now())
}

fn ask(guest: &Guest, status: StatusCode, error: Option<String>) -> Response {
    let w = guest.words();
    let mut page = guest.page(w.t("code.title"));
    page.has_errors = error.is_some();
    let code = wrong(code_line(guest), error);
    guest.show(status, &CodePage { page, w, faults: faults(&[&code]), code })
}
