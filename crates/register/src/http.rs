//! The kits' door: resumable uploads (tus 1.0.0, core and creation) and receipts.

mod card_looks;
mod receipts;
mod sign_in;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use niims_wire::Problem;

use crate::Register;

/// Largest chunk of an upload, in bytes. Kits send 256 KiB; 8 MiB lets a stick at
/// a fast line go through in few requests.
const LARGEST_CHUNK: usize = 8 * 1024 * 1024;

/// The routes for kits.
pub fn kit_router(register: Arc<Register>) -> Router {
    Router::new()
        .route("/kit/v1/uploads", post(uploads::create))
        .route("/kit/v1/uploads/{id}", axum::routing::patch(uploads::append).head(uploads::offset))
        .route("/kit/v1/packets/{id}", get(receipts::standing))
        .route("/kit/v1/packets/{id}/receipt", get(receipts::receipt))
        .layer(DefaultBodyLimit::max(LARGEST_CHUNK))
        .route("/kit/v1/card-looks", post(card_looks::take))
        .with_state(register)
}

/// A problem on its way to a kit.
pub(crate) struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let kind = HeaderValue::from_static(Problem::MEDIA_TYPE);
        (status, [(header::CONTENT_TYPE, kind)], body).into_response()
    }
}

/// The problem of a database that did not answer.
pub(crate) fn unavailable(error: &niims_store::StoreError) -> Refusal {
    tracing::error!(code = error.code(), "the database did not answer a kit");
    let problem = Problem::new(503, "centre.unavailable", "The centre cannot answer now");
    Refusal(problem.detail("Nothing was lost. Try again in a minute."))
}
