//! The scripts of the staff pages. One reads the keys of the desk, under the nonce of its
//! page. The other asks the browser for a passkey; this is the one
//! place where its policy is loosened: a page that needs it says so, and only its answer
//! allows scripts, from this site alone.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const PASSKEY: &str = include_str!("../../assets/passkey.js");
/// Where the script is. The version changes with its content.
pub(super) const PASSKEY_PATH: &str = "/staff/assets/passkey-1.js";

const DESK: &str = include_str!("../../assets/desk.js");
/// Where the script of the desk's keys is. The version changes with its content.
pub(super) const DESK_PATH: &str = "/staff/assets/desk-1.js";

/// The policy of a page with the script: as everywhere, and scripts of our own.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Marks an answer whose page needs the script.
#[derive(Clone, Copy)]
pub(super) struct NeedsScript;

/// Says that this answer's page needs the script.
pub(super) fn with_script(mut response: Response) -> Response {
    response.extensions_mut().insert(NeedsScript);
    response
}

/// `GET` of the script.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(PASSKEY_PATH, get(async || script(PASSKEY)))
        .route(DESK_PATH, get(async || script(DESK)))
}

/// Loosens the policy of the answers that say that they need the script.
pub(super) fn allow(routes: Router) -> Router {
    routes.layer(from_fn(loosen))
}

fn script(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, text).into_response()
}

async fn loosen(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.extensions().get::<NeedsScript>().is_some() {
        let policy = HeaderValue::from_static(POLICY);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
