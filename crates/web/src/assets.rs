//! The stylesheet and the icon, compiled in; addresses carry a fingerprint of the
//! content, so that a browser may keep them for ever.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const STYLESHEET: &str = include_str!("../assets/niims.css");
const ICON: &str = include_str!("../assets/icon.svg");
const STYLESHEET_FINGERPRINT: u64 = fnv1a(STYLESHEET.as_bytes());
const ICON_FINGERPRINT: u64 = fnv1a(ICON.as_bytes());

/// `GET /assets/…`: the two files. Other addresses below answer 404.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(asset))
}

pub(crate) fn stylesheet_path() -> String {
    format!("/assets/niims-{STYLESHEET_FINGERPRINT:016x}.css")
}

pub(crate) fn icon_path() -> String {
    format!("/assets/icon-{ICON_FINGERPRINT:016x}.svg")
}

async fn asset(Path(file): Path<String>) -> Response {
    let path = format!("/assets/{file}");
    let (content_type, body) = if path == stylesheet_path() {
        ("text/css; charset=utf-8", STYLESHEET)
    } else if path == icon_path() {
        ("image/svg+xml", ICON)
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, body).into_response()
}

/// FNV-1a, 64 bits: tells two versions of a file apart. Not against forgery.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut place = 0;
    while place < bytes.len() {
        hash = (hash ^ bytes[place] as u64).wrapping_mul(0x0100_0000_01b3);
        place += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a 2G line of 20 kB/s the stylesheet must come within the first second.
    const LARGEST_STYLESHEET: usize = 12 * 1024;

    #[test]
    fn the_stylesheet_is_small_and_asks_nobody() {
        assert!(STYLESHEET.len() <= LARGEST_STYLESHEET, "{} bytes", STYLESHEET.len());
        for forbidden in ["http:", "https:", "@import", "url("] {
            assert!(!STYLESHEET.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn fnv_agrees_with_its_authors() {
        // Test vectors of draft-eastlake-fnv.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
