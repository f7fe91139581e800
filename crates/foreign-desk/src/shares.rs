//! The addresses from which another desk fetches the people of a request. An address is good until
//! the request is answered or its time is over, for a few reads, and what it gives is sealed for
//! the desk's certificate: who finds an address has nothing.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use niims_mosip::share::Recipient;
use niims_record::OutsideRequestId;
use niims_wire::desk::{OutsideDesks, ShareRead};
use niims_wire::{Clock, Entropy, Problem};
use rand_core::Rng as _;

use crate::document::write_document;

/// The path under which shares lie.
pub const SHARES_PATH: &str = "/adjudication/v1/shares";

/// Longest secret that is looked at; a good one has 32.
const LONGEST_SECRET: usize = 64;

/// What giving out a share needs.
#[derive(Clone)]
pub struct ShareState {
    /// Who decides whether it may be given out.
    pub desks: Arc<dyn OutsideDesks>,
    /// For whom it is sealed.
    pub recipient: Arc<Recipient>,
    /// Times that one share is given out.
    pub most_reads: u32,
    /// The fields that are given out; `None` for all that reviewers see.
    pub fields: Option<Vec<String>>,
    /// Time.
    pub clock: Clock,
    /// Randomness for the envelopes.
    pub entropy: Entropy,
}

/// The address of a share, after the origin.
pub(crate) fn share_path(request: OutsideRequestId, place: u32, secret: &str) -> String {
    format!("{SHARES_PATH}/{request}/{place}/{secret}")
}

/// The routes of shares.
pub fn share_router(state: ShareState) -> Router {
    Router::new()
        .route(&format!("{SHARES_PATH}/{{request}}/{{place}}/{{secret}}"), get(give))
        .with_state(state)
}

async fn give(
    State(state): State<ShareState>,
    Path((request, place, secret)): Path<(String, String, String)>,
) -> Response {
    match sealed(state, &request, &place, secret).await {
        Ok(body) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, body).into_response()
        }
        Err(problem) => {
            tracing::info!(code = problem.code, "a share was not given out");
            let status = StatusCode::from_u16(problem.status);
            let kind = [(header::CONTENT_TYPE, "application/problem+json")];
            let body = serde_json::to_string(&problem).unwrap_or_default();
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), kind, body).into_response()
        }
    }
}

async fn sealed(
    state: ShareState,
    request: &str,
    place: &str,
    secret: String,
) -> Result<Vec<u8>, Problem> {
    let none = || Problem::new(404, "outside.no_such_share", "There is no such share");
    let request = request.parse().map_err(|_| none())?;
    let place = place.parse().map_err(|_| none())?;
    if secret.len() > LONGEST_SECRET {
        return Err(none());
    }
    let now = state.clock.now();
    let ShareState { desks, recipient, most_reads, fields, entropy, .. } = state;
    let read = ShareRead { request, place, secret, most_reads, fields };
    let side = desks.shared(read, now).await?;
    let (mut key, mut additional) = ([0; 32], [0; 32]);
    entropy.rng().fill_bytes(&mut key);
    entropy.rng().fill_bytes(&mut additional);
    let work = tokio::task::spawn_blocking(move || {
        let document = write_document(&side, now);
        recipient.seal(&document, &key, &additional)
    });
    let failed = || Problem::new(503, "centre.unavailable", "The share cannot be made now");
    work.await.map_err(|_| failed())?.map_err(|_| failed())
}
