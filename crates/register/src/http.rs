//! The kits' door: resumable uploads (tus 1.0.0, core and creation) and receipts.

mod card_looks;
mod door;
mod fleet;
mod pack;
mod receipts;
mod revisits;
mod sign_in;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use niims_wire::Problem;
use niims_wire::kit::{STANDING, TIME_HEADER};

use crate::Register;
pub(crate) use door::Door;

/// Largest chunk of an upload, in bytes. Kits send 256 KiB; 8 MiB lets a stick at
/// a fast line go through in few requests.
const LARGEST_CHUNK: usize = 8 * 1024 * 1024;

/// The routes for kits. Every answer tells the centre's time, by which a kit with a wrong clock
/// signs again and is then judged.
pub fn kit_router(register: Arc<Register>) -> Router {
    let telling = Arc::clone(&register);
    let tell_time = map_response(move |mut response: Response| {
        let now = HeaderValue::from(telling.clock.now().as_second());
        response.headers_mut().insert(TIME_HEADER, now);
        core::future::ready(response)
    });
    Router::new()
        .route("/kit/v1/uploads", post(uploads::create))
        .route("/kit/v1/uploads/{id}", axum::routing::patch(uploads::append).head(uploads::offset))
        .route("/kit/v1/packets/{id}", get(receipts::standing))
        .route("/kit/v1/packets/{id}/receipt", get(receipts::receipt))
        .route("/kit/v1/enrolment", post(fleet::enrol))
        .route("/kit/v1/contact/{hash}", post(fleet::contact))
        .route(STANDING, get(fleet::standing))
        .route("/kit/v1/country-pack/{version}/{offset}", get(pack::piece))
        .layer(DefaultBodyLimit::max(LARGEST_CHUNK))
        .route("/kit/v1/revisits/{hash}", post(revisits::give))
        .route("/kit/v1/card-looks", post(card_looks::take))
        .layer(tell_time)
        .with_state(register)
}

/// A problem on its way to a kit.
pub(crate) struct Refusal {
    problem: Problem,
    /// Seconds after which it makes sense to ask again.
    again_in: Option<u64>,
}

/// Seconds after which a kit may ask again where nothing else is known.
const USUAL_WAIT: u64 = 5;

impl Refusal {
    /// A refusal for now: what is asked can be done in so many seconds.
    pub(crate) fn later(problem: Problem, again_in: u64) -> Self {
        Self { problem, again_in: Some(again_in) }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let again_in = matches!(problem.status, 429 | 503).then_some(USUAL_WAIT);
        Self { problem, again_in }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let kind = HeaderValue::from_static(Problem::MEDIA_TYPE);
        let mut response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if let Some(seconds) = self.again_in {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The problem of a database that did not answer.
pub(crate) fn unavailable(error: &niims_store::StoreError) -> Refusal {
    tracing::error!(code = error.code(), "the database did not answer a kit");
    let problem = Problem::new(503, "centre.unavailable", "The centre cannot answer now");
    problem.detail("Nothing was lost. Try again in a minute.").into()
}
