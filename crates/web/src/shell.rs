//! The shell: one place that turns a request into a visitor, and a visitor and a
//! template into an answer.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use crate::cookies::Cookie;
use crate::headers::ScriptNonce;
use crate::keys::{Entropy, Keys};
use crate::language::Language;
use crate::page::{Footer, Header, Page};
use crate::problem::ProblemPage;
use crate::texts::Texts;
use crate::visitor::{LANGUAGE, Visitor};
use crate::words::Words;

/// A year: how long a browser remembers the language, in seconds.
const LANGUAGE_MAX_AGE_S: u32 = 31_536_000;

/// What a shell is made of.
pub struct ShellSettings {
    /// 32 random bytes, the same for every process under one address.
    pub key: [u8; 32],
    /// Source of random bytes.
    pub entropy: Entropy,
    /// False only over plain HTTP on the loopback.
    pub secure_cookies: bool,
}

/// What every page of a service shares.
#[derive(Clone)]
pub struct Shell {
    texts: Texts,
    keys: Keys,
    entropy: Entropy,
    secure: bool,
}

impl Shell {
    /// A shell with these keys.
    pub fn new(settings: ShellSettings) -> Self {
        Self {
            texts: texts(),
            keys: Keys::new(&settings.key),
            entropy: settings.entropy,
            secure: settings.secure_cookies,
        }
    }

    /// The visitor of a request.
    pub fn visitor(&self, headers: &HeaderMap, uri: &Uri) -> Visitor {
        Visitor::read(headers, uri, self.secure, &(self.entropy)())
    }

    /// A page for this visitor.
    pub fn page(&self, visitor: &Visitor, title: &str, header: Header, footer: Footer) -> Page<'_> {
        Page {
            shell: self.words(visitor.language),
            title: title.to_owned(),
            path: visitor.path.clone(),
            csrf: self.keys.form_token(&visitor.visit),
            sign_out: None,
            has_errors: false,
            header,
            footer,
            navigation: Vec::new(),
            who: None,
            is_wide: false,
            language_key: None,
            module: None,
            nonce: visitor.nonce.clone(),
        }
    }

    /// The shell's own texts.
    pub const fn words(&self, language: Language) -> Words<'_> {
        Words::new(&self.texts, language)
    }

    /// Whether a posted form came from a page of this visit.
    pub fn form_is_ours(&self, visitor: &Visitor, token: &str) -> bool {
        !visitor.is_new && self.keys.is_form_token(&visitor.visit, token)
    }

    /// Answers with a page.
    pub fn show(&self, visitor: &Visitor, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(html) => {
                // The nonce cannot be guessed, so that where it stands in the page the
                // layout has put it, for a module.
                let has_module = html.contains(&visitor.nonce);
                let mut response = (status, Html(html)).into_response();
                if has_module {
                    response.extensions_mut().insert(ScriptNonce(visitor.nonce.clone()));
                }
                if let Some(cookie) = visitor.cookie() {
                    self.set(&mut response, &cookie);
                }
                response
            }
            // Rendering into a `String` fails only where a template's own display does.
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    /// Answers with the page of a problem.
    pub fn show_problem(&self, visitor: &Visitor, problem: &ProblemPage<'_>) -> Response {
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.show(visitor, status, problem)
    }

    /// Sends the browser to another of our pages with GET (303).
    pub fn go_to(&self, path: &str) -> Response {
        let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
    }

    /// Adds a cookie to an answer.
    pub fn set(&self, response: &mut Response, cookie: &Cookie) {
        if let Some(value) = cookie.header(self.secure) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }

    /// A cookie of this visitor.
    pub fn cookie<'a>(&self, visitor: &'a Visitor, name: &str) -> Option<&'a str> {
        visitor.cookies.get(name, self.secure)
    }

    /// Sets a cookie that only this shell can read again, in this visit.
    pub fn set_sealed(
        &self,
        response: &mut Response,
        visitor: &Visitor,
        name: &'static str,
        text: &str,
        max_age_s: u32,
    ) {
        if let Some(sealed) = self.keys.seal(name, &visitor.visit, text, &self.entropy) {
            self.set(response, &Cookie::lasting(name, sealed, max_age_s));
        }
    }

    /// Reads a cookie that [`Shell::set_sealed`] set.
    pub fn sealed(&self, visitor: &Visitor, name: &str) -> Option<String> {
        self.keys.open(name, &visitor.visit, self.cookie(visitor, name)?)
    }

    /// Where the address ends in `?lang=…`: the answer that keeps that language in a
    /// cookie and goes back to the page without it. Other parameters stay.
    pub fn switch_language(&self, request: &Request) -> Option<Response> {
        let query = request.uri().query()?;
        let (chosen, rest): (Vec<&str>, Vec<&str>) =
            query.split('&').partition(|pair| pair.starts_with("lang="));
        let language = Language::from_code(chosen.first()?.strip_prefix("lang=")?)?;
        let path = request.uri().path();
        // A path that starts with two slashes would name another host.
        let path = if path.starts_with("//") { "/" } else { path };
        let target =
            if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
        let mut response = self.go_to(&target);
        let cookie = Cookie::lasting(LANGUAGE, language.code().to_owned(), LANGUAGE_MAX_AGE_S);
        self.set(&mut response, &cookie);
        Some(response)
    }
}

impl core::fmt::Debug for Shell {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Shell(…)")
    }
}

/// The shell's texts.
#[expect(clippy::expect_used, reason = "compiled in, and read by the tests of this crate")]
pub(crate) fn texts() -> Texts {
    Texts::read(include_str!("../texts/en.toml"), include_str!("../texts/sw.toml"))
        .expect("texts that were tested")
}
