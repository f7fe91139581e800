//! Addresses of the pages.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use niims_packet::limits::MAX_IMAGE_BYTES;
use niims_web::{asset_routes, secure};
use tower_http::catch_panic::CatchPanicLayer;

use super::guest::Guest;
use super::host::{self, Names};
use super::seat::Shared;
use super::state::{Pages, PagesSetup};
use super::{
    age, approve, begin, body, card, check, consent, correction, corrections, day,
    document_picture, documents, first_pin, guardian, home, interview, missing, notice, officers,
    own_fingers, own_pin, part, prefill, preview, question, scan, slip, vouch,
};

/// Largest form without a photograph, bytes: a section of the densest form has some 20 kB.
const LARGEST_FORM: usize = 256 * 1024;
/// Room for the fields beside a photograph, bytes.
const BESIDE_PHOTOGRAPH: usize = 64 * 1024;

/// Every page of the kit. Serve it on the loopback alone.
pub fn router(setup: PagesSetup) -> Router {
    let names = Names::new(setup.port);
    let pages: Shared = Arc::new(Pages::new(setup));
    let routes = Router::new()
        .route("/", get(officers::show).post(officers::sign_in))
        .route("/first-pin", get(first_pin::show).post(first_pin::set))
        .route("/sign-out", post(officers::sign_out))
        .route("/lift-lock/{officer}", post(officers::lift_lock))
        .route("/home", get(home::show))
        .route("/begin", get(begin::show).post(begin::begin))
        .route("/dense/{choice}", post(part::switch))
        .route("/interviews/{id}", get(interview::go_on))
        .route("/interviews/{id}/", get(interview::go_on))
        .route("/interviews/{id}/withdraw", post(interview::withdraw))
        .route("/interviews/{id}/age", get(age::show).post(age::save))
        .route("/interviews/{id}/notice", get(notice::show).post(notice::save))
        .route("/interviews/{id}/guardian", get(guardian::show).post(guardian::save))
        .route("/interviews/{id}/consent", get(consent::show).post(consent::save))
        .route("/interviews/{id}/decline", post(consent::decline))
        .route("/interviews/{id}/questions/{field}", get(question::show).post(question::save))
        .route("/interviews/{id}/parts/{section}", get(part::show).post(part::save))
        .route("/interviews/{id}/documents", get(documents::show))
        .route("/own-pin", get(own_pin::show).post(own_pin::change))
        .route("/interviews/{id}/approve", get(approve::show).post(approve::save))
        .route("/interviews/{id}/vouch", get(vouch::show).post(vouch::save))
        .route("/interviews/{id}/check", get(check::show).post(check::finish))
        .route("/done", get(slip::show))
        .route("/slip/{width}", get(slip::pdf))
        .merge(pictures())
        .merge(captures())
        .merge(cards())
        .merge(days())
        .merge(corrections_routes())
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(Arc::clone(&pages), switch_language))
        .with_state(pages)
        .merge(asset_routes())
        .layer(CatchPanicLayer::custom(|_| panicked()));
    secure(routes.layer(from_fn_with_state(names, host::check)), false)
}

/// Codes and photographs: pages to which a picture is sent, and those around them.
fn pictures() -> Router<Shared> {
    let photographs = Router::new()
        .route("/interviews/{id}/documents/{place}", get(documents::show_one).post(documents::save))
        .route("/interviews/{id}/prefill/photo", post(prefill::photo))
        .layer(DefaultBodyLimit::max(MAX_IMAGE_BYTES + BESIDE_PHOTOGRAPH));
    Router::new()
        .route("/interviews/{id}/prefill", get(prefill::show))
        .route("/interviews/{id}/prefill/preview", get(prefill::preview))
        .route("/interviews/{id}/prefill/scan", post(prefill::scan))
        .route("/interviews/{id}/prefill/anew", post(prefill::anew))
        .route("/interviews/{id}/documents/{place}/picture", get(document_picture::show))
        .route(
            "/interviews/{id}/documents/{place}/picture/{which}",
            get(document_picture::picture).post(document_picture::choose),
        )
        .merge(photographs)
}

/// Fingers and portrait.
fn captures() -> Router<Shared> {
    Router::new()
        .route("/interviews/{id}/body", get(body::show).post(body::take))
        .route("/interviews/{id}/body/open", post(body::open))
        .route("/interviews/{id}/body/scan/{what}", post(scan::capture))
        .route("/interviews/{id}/body/devices", post(scan::look))
        .route("/interviews/{id}/body/missing", get(missing::show).post(missing::save))
        .route("/interviews/{id}/body/present/{finger}", post(missing::take_back))
        .route("/interviews/{id}/preview/{part}", get(preview::show))
        .route("/own-fingers", get(own_fingers::show))
        .route("/own-fingers/{part}", post(own_fingers::capture))
}

/// Cards in the field.
fn cards() -> Router<Shared> {
    Router::new()
        .route("/card", get(card::show).post(card::check))
        .route("/card/preview", get(card::preview))
        .route("/card/scan", post(card::scan))
        .route("/card/shown", get(card::show_card))
        .route("/card/finger", post(card::compare))
        .route("/card/end", post(card::end))
}

/// The end of a day.
fn days() -> Router<Shared> {
    Router::new()
        .route("/day", get(day::show))
        .route("/day/papers", post(day::papers::save))
        .route("/day/seal", post(day::actions::seal))
        .route("/day/close", post(day::actions::close))
        .route("/day/close-left", post(day::actions::close_left))
        .route("/day/upload", post(day::actions::upload))
        .route("/day/export", post(day::actions::export))
        .route("/day/receipts", post(day::actions::receipts))
        .route("/day/report", get(day::report::show))
}

/// People whom the centre asks to meet again.
fn corrections_routes() -> Router<Shared> {
    Router::new()
        .route("/corrections", get(corrections::show))
        .route("/corrections/{id}", get(correction::show).post(correction::begin))
        .route("/corrections/{id}/not-done", get(correction::ask_why).post(correction::say_why))
        .route("/interviews/{id}/asked", get(correction::asked))
}

async fn not_found(guest: Guest) -> Response {
    guest.show_code(StatusCode::NOT_FOUND, "web.not_found")
}

async fn wrong_method(guest: Guest) -> Response {
    guest.show_code(StatusCode::METHOD_NOT_ALLOWED, "web.method")
}

/// The last resort. Nothing of the panic reaches the page, for it may speak of a person.
fn panicked() -> Response {
    let words =
        "Something went wrong in the kit. What it called saved is saved. Go back to /home.\n";
    (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
}

async fn switch_language(State(pages): State<Shared>, request: Request, next: Next) -> Response {
    if request.method() == Method::GET
        && let Some(response) = pages.shell.switch_language(&request)
    {
        return response;
    }
    next.run(request).await
}
