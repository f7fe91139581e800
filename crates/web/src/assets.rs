//! The stylesheet, the icon and the script modules, compiled in; addresses carry a
//! fingerprint of the content, so that a browser may keep them for ever.
//!
//! Stylesheet and modules are made by `scripts/front` out of `front/`; a test of the
//! whole house checks that what is committed is what the script makes.

use std::io::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;

const STYLESHEET: &str = include_str!("../assets/niims.css");
const ICON: &str = include_str!("../assets/icon.svg");
const PRINT_VIEWER: &str = include_str!("../assets/print-viewer.js");

/// A script module that a page may opt in to. Every page works without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// Moves two prints together; see [`PrintViewer`](crate::PrintViewer).
    PrintViewer,
}

impl Module {
    /// Its address, with the fingerprint of its content.
    pub fn path(self) -> String {
        match self {
            Self::PrintViewer => PRINT_VIEWER_FILE.path.clone(),
        }
    }
}

/// One file as it is served.
struct Asset {
    path: String,
    content_type: &'static str,
    plain: &'static str,
    /// For lines where each kilobyte is paid for; nearly every browser takes it.
    packed: Bytes,
}

impl Asset {
    fn new(stem: &str, ending: &str, content_type: &'static str, plain: &'static str) -> Self {
        let fingerprint = fnv1a(plain.as_bytes());
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail; an empty rest would be served plain.
        let packed = packer.write_all(plain.as_bytes()).and_then(|()| packer.finish());
        Self {
            path: format!("/assets/{stem}-{fingerprint:016x}.{ending}"),
            content_type,
            plain,
            packed: packed.unwrap_or_default().into(),
        }
    }
}

static STYLESHEET_FILE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("niims", "css", "text/css; charset=utf-8", STYLESHEET));
static ICON_FILE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", ICON));
static PRINT_VIEWER_FILE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("print-viewer", "js", "text/javascript; charset=utf-8", PRINT_VIEWER)
});

/// `GET /assets/…`: these files. Other addresses below answer 404.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(asset))
}

pub(crate) fn stylesheet_path() -> String {
    STYLESHEET_FILE.path.clone()
}

pub(crate) fn icon_path() -> String {
    ICON_FILE.path.clone()
}

async fn asset(headers: HeaderMap, Path(file): Path<String>) -> Response {
    let path = format!("/assets/{file}");
    let files: [&'static Asset; 3] = [&STYLESHEET_FILE, &ICON_FILE, &PRINT_VIEWER_FILE];
    let Some(asset) = files.into_iter().find(|asset| asset.path == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let common = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "Accept-Encoding"),
    ];
    if takes_gzip(&headers) && !asset.packed.is_empty() {
        (common, [(header::CONTENT_ENCODING, "gzip")], asset.packed.clone()).into_response()
    } else {
        (common, asset.plain).into_response()
    }
}

/// Whether the browser takes gzip: named, and not with weight zero.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let Some(accepted) = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()) else {
        return false;
    };
    accepted.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let refused = |word: &str| {
            word.strip_prefix("q=0")
                .is_some_and(|rest| rest.trim_start_matches(['.', '0']).is_empty())
        };
        words.next() == Some("gzip") && !words.any(refused)
    })
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
    use axum::http::HeaderValue;

    use super::*;

    /// On a 2G line of 20 kB/s the stylesheet must come within the first second.
    const LARGEST_STYLESHEET: usize = 16 * 1024;

    #[test]
    fn the_stylesheet_is_small_on_the_line_and_asks_nobody() {
        let packed = STYLESHEET_FILE.packed.len();
        assert!((1000..=LARGEST_STYLESHEET).contains(&packed), "{packed} bytes");
        for forbidden in ["@import", "url(", "GDS Transport"] {
            assert!(!STYLESHEET.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn gzip_goes_to_those_who_take_it() {
        for (accepted, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.0", false),
            ("identity", false),
            ("xgzip", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(takes_gzip(&headers), expected, "{accepted}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn fnv_agrees_with_its_authors() {
        // Test vectors of draft-eastlake-fnv.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
