//! `GET /`: what the Huduma Namba is, and the way in.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{Page, Words};

use crate::guest::Guest;

#[derive(Template)]
#[template(path = "start.html")]
struct Start<'a> {
    page: Page<'a>,
    w: Words<'a>,
    youngest: String,
}

pub(crate) async fn show(guest: Guest) -> Response {
    let w = guest.words();
    let age = guest.pack().settings().enrolment_age.to_string();
    let start = Start {
        page: guest.page(w.t("start.title")),
        w,
        youngest: w.fill("start.who", &[("age", &age)]),
    };
    guest.show(StatusCode::OK, &start)
}
