//! The scripts of the staff pages: one reads the keys of the desk, the other asks the browser for a
//! passkey. Each runs by the nonce of the answer whose page names it, as every module of the shell
//! does; other answers let nothing run.

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const PASSKEY: &str = include_str!("../../assets/passkey.js");
/// Where the script is. The version changes with its content.
pub(super) const PASSKEY_PATH: &str = "/staff/assets/passkey-1.js";

const DESK: &str = include_str!("../../assets/desk.js");
/// Where the script of the desk's keys is. The version changes with its content.
pub(super) const DESK_PATH: &str = "/staff/assets/desk-1.js";

/// `GET` of the scripts.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(PASSKEY_PATH, get(async || script(PASSKEY)))
        .route(DESK_PATH, get(async || script(DESK)))
}

fn script(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, text).into_response()
}
