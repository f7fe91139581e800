//! Headers that keep a browser honest, on every answer.

use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

/// Nothing is loaded but our own stylesheet and pictures, nothing runs, nothing is
/// sent elsewhere, and no other page may put ours in a frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'none'; style-src 'self'; \
    img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Allows the one script that carries this nonce on an answer; see
/// [`Page::with_module`](crate::Page::with_module).
#[derive(Clone)]
pub(crate) struct ScriptNonce(pub(crate) String);

/// The same for every answer. `Referrer-Policy` lets our own pages see where a
/// form came from and tells nobody else anything.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// One year, as browsers ask for it before they remember a host (RFC 6797).
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// Puts the headers on every answer of these routes, and `no-store` on each that
/// does not say otherwise. `secure` is false only over plain HTTP on the loopback.
pub fn secure<S: Clone + Send + Sync + 'static>(routes: Router<S>, secure: bool) -> Router<S> {
    routes.layer(from_fn_with_state(secure, add))
}

async fn add(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = policy(response.extensions().get::<ScriptNonce>());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(STRICT_TRANSPORT_SECURITY),
        );
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn policy(nonce: Option<&ScriptNonce>) -> HeaderValue {
    let strict = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    let Some(ScriptNonce(nonce)) = nonce else { return strict };
    let allowed = format!("script-src 'nonce-{nonce}'");
    HeaderValue::from_str(&CONTENT_SECURITY_POLICY.replace("script-src 'none'", &allowed))
        .unwrap_or(strict)
}

/// A picture of a person: kept by the browser that asked for it for `max_age_s`
/// seconds, by nobody between, and never run as a page of its own.
pub fn private_picture(content_type: &'static str, bytes: Vec<u8>, max_age_s: u32) -> Response {
    let cache = format!("private, max-age={max_age_s}, immutable");
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Cookie".to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_script_may_run() {
        let none = policy(None);
        assert!(none.to_str().unwrap().contains("script-src 'none';"));
        let one = policy(Some(&ScriptNonce("ab12".to_owned())));
        let one = one.to_str().unwrap();
        assert!(one.contains("script-src 'nonce-ab12';") && !one.contains("unsafe"), "{one}");
        assert_eq!(one.replace("'nonce-ab12'", "'none'"), CONTENT_SECURITY_POLICY);
    }

    #[test]
    fn pictures_of_people_stay_out_of_shared_caches() {
        let response = private_picture("image/png", vec![1], 600);
        let cache = response.headers()[header::CACHE_CONTROL].to_str().unwrap();
        assert!(cache.starts_with("private, max-age=600"), "{cache}");
        assert_eq!(response.headers()[header::VARY], "Cookie");
    }
}
