//! `GET /what-we-collect` and `/what-we-collect.json`: the published list, made from
//! the country pack itself, so that it cannot differ from what the form asks.

use askama::Template;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use niims_web::{Page, Words};

use crate::collected::{Modalities, Section, modalities, sections};
use crate::guest::Guest;

#[derive(Template)]
#[template(path = "collected.html")]
struct CollectedPage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    sections: Vec<Section>,
    modalities: Modalities,
    release: String,
}

pub(crate) async fn show(guest: Guest) -> Response {
    let w = guest.words();
    let pack = guest.pack();
    let page = CollectedPage {
        page: guest.page(w.t("collected.title")),
        w,
        sections: sections(pack, w),
        modalities: modalities(pack, w),
        release: w.fill("collected.release", &[("release", &pack.settings().release)]),
    };
    guest.show(StatusCode::OK, &page)
}

pub(crate) async fn json(guest: Guest) -> Response {
    let headers = [(header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, Json(guest.pack().collected())).into_response()
}
