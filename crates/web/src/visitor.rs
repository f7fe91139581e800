//! Who visits: nothing more than a language, cookies and a random visit id.

use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::header;

use crate::cookies::{Cookie, Cookies};
use crate::language::Language;

/// Name of the cookie that binds forms to a visit.
pub(crate) const VISIT: &str = "visit";
/// Name of the cookie that keeps the language.
pub(crate) const LANGUAGE: &str = "language";

/// One request's visitor.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The language of the answer.
    pub language: Language,
    /// The cookies sent.
    pub cookies: Cookies,
    /// The path asked for, without the query.
    pub path: String,
    pub(crate) visit: String,
    pub(crate) is_new: bool,
    /// Names the scripts that the answer lets run; 32 hexadecimal digits.
    pub(crate) nonce: String,
}

impl Visitor {
    pub(crate) fn read(headers: &HeaderMap, uri: &Uri, secure: bool, fresh: &[u8; 32]) -> Self {
        let cookies = Cookies::read(headers);
        let known = cookies
            .get(VISIT, secure)
            .filter(|visit| visit.len() == 32 && visit.bytes().all(|b| b.is_ascii_hexdigit()))
            .map(str::to_owned);
        let language = cookies
            .get(LANGUAGE, secure)
            .and_then(Language::from_code)
            .or_else(|| Language::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
            .unwrap_or(Language::English);
        Self {
            language,
            is_new: known.is_none(),
            visit: known.unwrap_or_else(|| hex::encode(&fresh[..16])),
            // The other half of the draw: an id that was handed out tells nothing of it.
            nonce: hex::encode(&fresh[16..]),
            path: uri.path().to_owned(),
            cookies,
        }
    }

    /// The random id of the visit, 32 hexadecimal digits. No key to anything by
    /// itself: forms and sealed cookies are bound to it.
    pub fn visit(&self) -> &str {
        &self.visit
    }

    pub(crate) fn cookie(&self) -> Option<Cookie> {
        self.is_new.then(|| Cookie::session(VISIT, self.visit.clone()))
    }
}
