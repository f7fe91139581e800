//! Whoever visits a staff page, signed in or not.

use core::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use niims_web::{Cookie, Footer, Header, Page, ProblemPage, Visitor, Words};

use super::colleague::SignedIn;
use super::console::Console;
use crate::staff::{Accounts, StaffError};

/// Name of the cookie that holds the session's token.
pub(super) const SESSION: &str = "staff";

/// One request's visitor.
pub struct Guest {
    pub(crate) console: Arc<Console>,
    pub(crate) visitor: Visitor,
    pub(crate) signed_in: Option<Arc<SignedIn>>,
    address: String,
    device: String,
}

impl FromRequestParts<Arc<Console>> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Arc<Console>,
    ) -> Result<Self, Infallible> {
        let visitor = console.shell.visitor(&parts.headers, &parts.uri);
        let signed_in = parts.extensions.get::<Arc<SignedIn>>().cloned();
        let mut guest = Self::new(Arc::clone(console), visitor, signed_in);
        // Without an address, as in a test, all share one.
        if let Some(ConnectInfo(address)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            guest.address = address.ip().to_string();
        }
        guest.device = device(&parts.headers);
        Ok(guest)
    }
}

impl Guest {
    pub(crate) fn new(
        console: Arc<Console>,
        visitor: Visitor,
        signed_in: Option<Arc<SignedIn>>,
    ) -> Self {
        Self { console, visitor, signed_in, address: String::new(), device: String::new() }
    }

    pub(crate) fn accounts(&self) -> &Accounts {
        &self.console.accounts
    }

    /// The network address that the request came from.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The kind of browser and system, as far as it tells.
    pub(crate) fn device(&self) -> &str {
        &self.device
    }

    /// The console's texts in the visitor's language.
    pub(crate) fn words(&self) -> Words<'_> {
        Words::new(&self.console.texts, self.visitor.language)
    }

    /// The shell's texts in the visitor's language.
    pub(crate) fn shell_words(&self) -> Words<'_> {
        self.console.shell.words(self.visitor.language)
    }

    /// The page around some content. The title never names anybody.
    pub(crate) fn page(&self, title: &str) -> Page<'_> {
        let words = self.words();
        let header = Header {
            service: words.t("service.name").to_owned(),
            home: "/staff".to_owned(),
            demonstration: self.console.demonstration,
        };
        let footer = Footer {
            controller: words.t("footer.controller").to_owned(),
            complaints: words.t("footer.recorded").to_owned(),
            links: vec![],
        };
        let page = self.console.shell.page(&self.visitor, title, header, footer);
        Page { sign_out: self.signed_in.as_ref().map(|_| "/staff/sign-out".to_owned()), ..page }
    }

    /// Answers with a page.
    pub(crate) fn show(&self, status: StatusCode, page: &impl Template) -> Response {
        self.console.shell.show(&self.visitor, status, page)
    }

    /// Sends the browser to another staff page.
    pub(crate) fn go_to(&self, path: &str) -> Response {
        self.console.shell.go_to(path)
    }

    /// Answers with the page of one of the shell's own problems.
    pub(crate) fn show_code(&self, status: StatusCode, code: &str) -> Response {
        let page = ProblemPage::of_code(self.page(""), status.as_u16(), code);
        self.console.shell.show_problem(&self.visitor, &page)
    }

    /// Answers with the page of a problem that has words under `problem.CODE`.
    pub(crate) fn show_problem(&self, status: u16, code: &str) -> Response {
        let words = self.words();
        let title = words.t(&format!("problem.{code}.title")).to_owned();
        let page = ProblemPage {
            page: self.page(&title),
            status,
            code: code.to_owned(),
            advice: words.t(&format!("problem.{code}.advice")).to_owned(),
            title,
        };
        self.console.shell.show_problem(&self.visitor, &page)
    }

    /// Answers with the page of an operation that was refused or failed.
    pub(crate) fn show_error(&self, error: &StaffError) -> Response {
        if let StaffError::Store(source) = error {
            tracing::error!(code = source.code(), "the accounts of staff cannot be reached");
        }
        self.show_problem(error.status(), error.code())
    }

    /// What an error says, for a place beside the question.
    pub(crate) fn error_text(&self, error: &StaffError) -> String {
        let words = self.words();
        let key = |part: &str| format!("problem.{}.{part}", error.code());
        let seconds = if let StaffError::Wait(seconds) = error { *seconds } else { 0 };
        let blanks = [("minutes", &*(seconds.saturating_add(59) / 60).to_string())];
        format!("{}. {}", words.t(&key("title")), words.fill(&key("advice"), &blanks))
    }

    /// The token of the session, if the browser sent something that looks like one.
    pub(crate) fn session_token(&self) -> Option<&str> {
        let token = self.console.shell.cookie(&self.visitor, SESSION)?;
        (1..=64).contains(&token.len()).then_some(token)
    }

    pub(crate) fn begin_session(&self, response: &mut Response, token: String) {
        self.console.shell.set(response, &Cookie::session(SESSION, token));
    }

    pub(crate) fn end_session(&self, response: &mut Response) {
        self.console.shell.set(response, &Cookie::gone(SESSION));
    }
}

/// Names of browsers as their `User-Agent` has them, the more special first.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
];
/// Names of systems, the more special first.
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

/// The kind of browser and system. Nothing else of the header is kept: it tells
/// people apart.
fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default();
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| agent.contains(mark)).map_or("?", |(_, name)| *name)
    };
    format!("{}, {}", find(&BROWSERS), find(&SYSTEMS))
}
