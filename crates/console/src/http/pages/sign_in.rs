//! `/staff/sign-in`: user name and password, or a passkey.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::staff::UserName;
use niims_web::{Banner, Cookie, Fault, Page, TextInput, Words};
use serde::Deserialize;

use super::challenge::{AssertionForm, Challenge, Question};
use super::{banner, faults, fields, line, wrong};
use crate::http::Guest;
use crate::http::guard::{DRAFT, NEXT, wanted};
use crate::http::script::PASSKEY_PATH;
use crate::staff::StaffError;
use crate::staff::sign_in::{Begun, CODE_WITHIN_S, weigh_passkey, weigh_password};

/// Name of the sealed cookie between password and code.
pub(super) const FIRST: &str = "staff-first";
/// Longest password that a browser lets one type. The server bounds it again.
pub(super) const LONGEST_TYPED: usize = 256;

/// What the form posts. No `Debug`: it holds a secret.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "staff_sign_in.html")]
struct SignIn<'a> {
    page: Page<'a>,
    w: Words<'a>,
    user_name: TextInput,
    password: TextInput,
    /// What is wrong with the passkey, told above both ways.
    error: Option<String>,
    faults: Vec<Fault>,
    /// Somebody was on a page and has to sign in first, or a form was posted and is kept.
    notice: Option<Banner>,
    challenge: String,
    domain: String,
    script: &'static str,
}

/// `GET /staff/sign-in`.
pub(super) async fn show(guest: Guest) -> Response {
    if guest.signed_in.is_some() {
        return guest.go_to("/staff");
    }
    ask(&guest, StatusCode::OK, "", None, None)
}

/// `POST /staff/sign-in`: goes on to the code, whether right or wrong.
pub(super) async fn with_password(
    guest: Guest,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Response {
    let form = match fields(&guest, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let accounts = guest.accounts();
    match weigh_password(accounts, &form.user_name, form.password, guest.address()).await {
        Ok(first) => {
            let mut response = guest.go_to("/staff/code");
            let (shell, text) = (&guest.console.shell, first.to_text());
            let seconds = u32::try_from(CODE_WITHIN_S).unwrap_or_default();
            shell.set_sealed(&mut response, &guest.visitor, FIRST, &text, seconds);
            response
        }
        Err(error @ (StaffError::Wait(_) | StaffError::Busy)) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            let text = guest.error_text(&error);
            ask(&guest, status, &form.user_name, Some(text), None)
        }
        Err(error) => guest.show_error(&error),
    }
}

/// `POST /staff/sign-in/passkey`.
pub(super) async fn with_passkey(
    guest: Guest,
    form: Result<Form<AssertionForm>, FormRejection>,
) -> Response {
    let form = match fields(&guest, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let begun = async {
        let challenge = Challenge::kept(&guest, Question::SignIn).ok_or(StaffError::Stale)?;
        let answer = form.read().map_err(StaffError::Passkey)?;
        let device = guest.device();
        weigh_passkey(guest.accounts(), &challenge, &answer, guest.address(), device).await
    };
    match begun.await {
        Ok(begun) => welcome(&guest, begun),
        Err(error @ StaffError::Store(_)) => guest.show_error(&error),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            // An account that is suspended looks like a passkey that nobody knows.
            let text = guest.error_text(&error);
            ask(&guest, status, "", None, Some(text))
        }
    }
}

/// The answer that begins a session and leads to where the visitor wanted to go.
pub(super) fn welcome(guest: &Guest, begun: Begun) -> Response {
    let shell = &guest.console.shell;
    let has_draft = shell.cookie(&guest.visitor, DRAFT).is_some();
    let path = if has_draft {
        "/staff/resume".to_owned()
    } else {
        wanted(guest).unwrap_or_else(|| "/staff".to_owned())
    };
    let mut response = guest.go_to(&path);
    guest.begin_session(&mut response, begun.token);
    for cookie in [FIRST, NEXT] {
        shell.set(&mut response, &Cookie::gone(cookie));
    }
    response
}

fn ask(
    guest: &Guest,
    status: StatusCode,
    typed: &str,
    fault: Option<String>,
    passkey_wrong: Option<String>,
) -> Response {
    let w = guest.words();
    let shell = &guest.console.shell;
    let challenge = Challenge::fresh(guest, Question::SignIn);
    let mut page = guest.page(w.t("sign_in.title"));
    page.has_errors = fault.is_some() || passkey_wrong.is_some();
    // A form that failed comes back at its own address.
    "/staff/sign-in".clone_into(&mut page.path);
    let user_name = TextInput {
        value: typed.chars().take(UserName::LONGEST).collect(),
        autocomplete: "username",
        ..wrong(line("user_name", w.t("sign_in.user_name"), None, UserName::LONGEST), fault)
    };
    let password = TextInput {
        autocomplete: "current-password",
        is_secret: true,
        ..line("password", w.t("sign_in.password"), None, LONGEST_TYPED)
    };
    let has_draft = shell.cookie(&guest.visitor, DRAFT).is_some();
    let notice = if has_draft {
        Some(banner(w.t("sign_in.kept.title"), w.t("sign_in.kept.text")))
    } else {
        let first = || banner(w.t("sign_in.first.title"), w.t("sign_in.first.text"));
        wanted(guest).is_some().then(first)
    };
    let content = SignIn {
        page,
        w,
        faults: faults(&[&user_name]),
        user_name,
        password,
        error: passkey_wrong,
        notice,
        challenge: challenge.text(),
        domain: guest.accounts().site.domain.clone(),
        script: PASSKEY_PATH,
    };
    let mut response = guest.show(status, &content);
    challenge.keep(guest, &mut response);
    response
}
