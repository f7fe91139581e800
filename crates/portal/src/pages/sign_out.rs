//! `POST /sign-out` ends the session; `GET /signed-out` says that it has ended.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use niims_web::{Page, Words};
use serde::Deserialize;

use super::sign_in::posted;
use crate::guest::Guest;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct SignOutForm {
    #[serde(default)]
    csrf: String,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut<'a> {
    page: Page<'a>,
    w: Words<'a>,
}

/// Ends the session at the desk and in the browser, and has the browser forget its pages.
pub(crate) async fn end(guest: Guest, form: Result<Form<SignOutForm>, FormRejection>) -> Response {
    if let Err(response) = posted(&guest, form, |form| &form.csrf) {
        return *response;
    }
    if let Some(session) = guest.session()
        && let Err(problem) = guest.desk().sign_out(&session).await
        && problem.code != "portal.signed_out"
    {
        return guest.show_problem(&problem);
    }
    let mut response = guest.portal.shell.go_to("/signed-out");
    guest.end_session(&mut response);
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    response
}

/// `GET /signed-out`.
pub(crate) async fn show(guest: Guest) -> Response {
    let w = guest.words();
    guest.show(StatusCode::OK, &SignedOut { page: guest.page(w.t("signed_out.title")), w })
}
