//! Only pages of the kit itself may talk to it. The socket is on the loopback; a page from
//! elsewhere in the same browser still reaches it, under its own name after a change of DNS.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The names under which the pages answer.
#[derive(Clone)]
pub(super) struct Names(Arc<[String; 2]>);

impl Names {
    pub fn new(port: u16) -> Self {
        Self(Arc::new([format!("127.0.0.1:{port}"), format!("localhost:{port}")]))
    }

    /// Whether a request names this kit, and a form comes from one of its pages.
    fn are_ours(&self, method: &Method, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let host = host.to_str().unwrap_or_default();
        if !self.0.iter().any(|name| name == host) {
            return false;
        }
        if method.is_safe() {
            return true;
        }
        // Browsers name the origin of every form that they send.
        text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
    }
}

/// Answers 421 to a stranger's name, before anything else is looked at.
pub(super) async fn check(State(names): State<Names>, request: Request, next: Next) -> Response {
    if names.are_ours(request.method(), request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "This kit answers to the browser of its own laptop.\n")
            .into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_turned_away() {
        let names = Names::new(8046);
        let check = |method: Method, pairs: &[(&'static str, &'static str)], expected: bool| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(names.are_ours(&method, &headers), expected, "{method} {pairs:?}");
        };
        check(Method::GET, &[("host", "127.0.0.1:8046")], true);
        check(Method::GET, &[("host", "localhost:8046")], true);
        check(Method::GET, &[("host", "localhost:80")], false);
        check(Method::GET, &[("host", "evil.example:8046")], false);
        check(Method::GET, &[("host", "127.0.0.1:8046"), ("host", "evil.example")], false);
        check(Method::GET, &[], false);
        let ours = ("origin", "http://127.0.0.1:8046");
        check(Method::POST, &[("host", "127.0.0.1:8046"), ours], true);
        check(Method::POST, &[("host", "localhost:8046"), ours], false);
        check(Method::POST, &[("host", "127.0.0.1:8046"), ("origin", "null")], false);
        check(
            Method::POST,
            &[("host", "127.0.0.1:8046"), ("origin", "https://evil.example")],
            false,
        );
    }
}
