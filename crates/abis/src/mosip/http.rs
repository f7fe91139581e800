//! The same requests over HTTP: `POST /abis/mosip/v1.1`, for callers without a broker, and for trying
//! things out.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use niims_wire::Problem;

use super::handle::Edge;
use super::messages::{LARGEST_REQUEST, read};
use crate::access::Scope;
use crate::service::clients::{AccessError, Caller};

/// Where requests are posted.
const PATH: &str = "/abis/mosip/v1.1";

/// The edge as a router. The scopes are those of the bearer's token, not the queue's.
pub fn http_router(edge: Edge) -> Router {
    Router::new()
        .route(PATH, post(answer))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .with_state(edge)
}

/// Answers a request. As in the API itself, a failure of the request comes with status 200 and its
/// code; only who may not ask at all gets another status.
async fn answer(State(edge): State<Edge>, headers: HeaderMap, body: Bytes) -> Response {
    let request = read(&body);
    // What cannot be read is refused to those only who may ask something.
    let needed = request.as_ref().map_or(Scope::TaskRead, |request| request.operation.scope());
    match edge.service().authorise(bearer(&headers), needed).await {
        Ok(Caller { client, scopes }) => {
            let reply = edge.for_caller(client, scopes).answer(&body, request).await.reply;
            ([(header::CONTENT_TYPE, "application/json")], reply.to_json()).into_response()
        }
        Err(error) => refuse(&error),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refuse(error: &AccessError) -> Response {
    let problem = Problem::new(error.status(), error.code(), "The request was not carried out")
        .detail(error.to_string());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::FORBIDDEN);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
