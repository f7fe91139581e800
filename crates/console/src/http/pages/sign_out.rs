//! `POST /staff/sign-out` ends the session; `GET /staff/signed-out` says that it has ended.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use niims_web::{Page, Words};

use crate::http::{Colleague, Guest};
use crate::staff::sessions::sign_out;

#[derive(Template)]
#[template(path = "staff_signed_out.html")]
struct SignedOut<'a> {
    page: Page<'a>,
    w: Words<'a>,
}

/// Ends the session at the centre and in the browser, and has the browser forget its pages.
pub(super) async fn end(colleague: Colleague) -> Response {
    match sign_out(colleague.accounts(), &colleague.signed_in().session).await {
        Ok(()) => goodbye(&colleague),
        Err(error) => colleague.show_error(&error),
    }
}

/// The answer after a session has ended.
pub(super) fn goodbye(guest: &Guest) -> Response {
    let mut response = guest.go_to("/staff/signed-out");
    guest.end_session(&mut response);
    let forget = HeaderValue::from_static("\"cache\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), forget);
    response
}

/// `GET /staff/signed-out`.
pub(super) async fn show(guest: Guest) -> Response {
    let w = guest.words();
    guest.show(StatusCode::OK, &SignedOut { page: guest.page(w.t("signed_out.title")), w })
}
