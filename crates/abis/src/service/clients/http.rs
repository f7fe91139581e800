//! `POST /abis/token`: a client proves itself and gets a token.

use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use super::{AccessError, as_words};
use crate::service::Service;

/// Longest token request, bytes: two credentials and all scopes take 500.
const LONGEST_REQUEST: usize = 4_096;

/// The door at which tokens are got.
pub fn token_router(service: Service) -> Router {
    Router::new()
        .route("/abis/token", post(issue))
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .with_state(service)
}

/// A token request. Members that are not known are ignored (RFC 6749 §3.2).
#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
}

async fn issue(
    State(service): State<Service>,
    headers: HeaderMap,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Response {
    let request = match form {
        Ok(Form(request)) => request,
        Err(rejection) => {
            return refusal(rejection.status(), "abis.token_request", "invalid_request");
        }
    };
    match grant(&service, &headers, request).await {
        Ok(answer) => answer,
        Err(error) => {
            let name = match error {
                AccessError::ClientUnknown => "invalid_client",
                AccessError::GrantUnsupported => "unsupported_grant_type",
                AccessError::ScopeRefused => "invalid_scope",
                AccessError::Storage(_) => "server_error",
                _ => "invalid_request",
            };
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            refusal(status, error.code(), name)
        }
    }
}

async fn grant(
    service: &Service,
    headers: &HeaderMap,
    request: TokenRequest,
) -> Result<Response, AccessError> {
    if request.grant_type != "client_credentials" {
        return Err(AccessError::GrantUnsupported);
    }
    let in_form = request.client_id.zip(request.client_secret);
    // Credentials come once: in HTTP Basic or in the form, never both (RFC 6749 §2.3).
    let (client, secret) = match (basic(headers)?, in_form) {
        (Some(header), None) => header,
        (None, Some(form)) => form,
        _ => return Err(AccessError::ClientUnknown),
    };
    let token = service.issue_token(&client, &secret, request.scope.as_deref()).await?;
    let answer = json!({
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": token.expires_in,
        "scope": as_words(&token.scopes),
    });
    Ok((kept_nowhere(), Json(answer)).into_response())
}

/// Name and password of HTTP Basic (RFC 7617), where there are any.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, AccessError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let plain = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
        let (name, password) = plain.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    };
    read().map(Some).ok_or(AccessError::ClientUnknown)
}

/// Both as RFC 6749 §5.1 demands.
fn kept_nowhere() -> AppendHeaders<[(header::HeaderName, &'static str); 2]> {
    AppendHeaders([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")])
}

/// An error as RFC 6749 §5.2 has it, with our own code beside it.
fn refusal(status: StatusCode, code: &str, error: &str) -> Response {
    (status, kept_nowhere(), Json(json!({ "error": error, "code": code }))).into_response()
}
