//! The portal as one guest meets it: its parts, and the guest's language and cookies.

use core::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_web::{
    Cookie, Footer, Header, Page, ProblemPage, Shell, ShellSettings, Texts, Visitor, Words,
};
use niims_wire::problem::Problem;
use niims_wire::resident::{ResidentDesk, SessionToken};

use crate::problems;
use crate::state::PortalState;
use crate::texts::texts;

/// Name of the cookie that holds the session token.
const SESSION: &str = "session";

/// The parts of the portal that every page uses.
pub(crate) struct Portal {
    pub(crate) state: PortalState,
    pub(crate) shell: Shell,
    texts: Texts,
}

impl Portal {
    pub(crate) fn new(state: PortalState) -> Self {
        let shell = Shell::new(ShellSettings {
            key: state.key,
            entropy: Arc::clone(&state.entropy),
            secure_cookies: state.secure_cookies,
        });
        Self { state, shell, texts: texts() }
    }

    pub(crate) fn guest(self: &Arc<Self>, visitor: Visitor) -> Guest {
        Guest { portal: Arc::clone(self), visitor }
    }
}

/// One request's guest.
pub(crate) struct Guest {
    pub(crate) portal: Arc<Portal>,
    pub(crate) visitor: Visitor,
}

impl FromRequestParts<Arc<Portal>> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Infallible> {
        Ok(portal.guest(portal.shell.visitor(&parts.headers, &parts.uri)))
    }
}

impl Guest {
    /// The portal's texts in the guest's language.
    pub(crate) fn words(&self) -> Words<'_> {
        Words::new(&self.portal.texts, self.visitor.language)
    }

    /// The shell's texts in the guest's language.
    pub(crate) fn shell_words(&self) -> Words<'_> {
        self.portal.shell.words(self.visitor.language)
    }

    pub(crate) fn pack(&self) -> &CountryPack {
        &self.portal.state.pack
    }

    pub(crate) fn desk(&self) -> &dyn ResidentDesk {
        &*self.portal.state.desk
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.portal.state.clock)()
    }

    /// The page around some content.
    pub(crate) fn page(&self, title: &str) -> Page<'_> {
        let words = self.words();
        let header = Header {
            service: words.t("service.name").to_owned(),
            home: "/".to_owned(),
            demonstration: self.portal.state.demonstration,
        };
        let footer = Footer {
            controller: words.t("footer.controller").to_owned(),
            complaints: words.t("footer.complaints").to_owned(),
            links: vec![("/what-we-collect".to_owned(), words.t("collected.title").to_owned())],
        };
        let page = self.portal.shell.page(&self.visitor, title, header, footer);
        Page { sign_out: self.session().map(|_| "/sign-out".to_owned()), ..page }
    }

    /// Answers with a page.
    pub(crate) fn show(&self, status: StatusCode, page: &impl Template) -> Response {
        self.portal.shell.show(&self.visitor, status, page)
    }

    /// Answers with the page of a problem that the desk told.
    pub(crate) fn show_problem(&self, problem: &Problem) -> Response {
        let words = self.words();
        let known = problems::known(&problem.code);
        let page = match known {
            Some(code) => {
                let title = words.t(&format!("problem.{code}.title")).to_owned();
                ProblemPage {
                    page: self.page(&title),
                    status: problem.status,
                    code: code.to_owned(),
                    title,
                    advice: words.t(&format!("problem.{code}.advice")).to_owned(),
                }
            }
            None => ProblemPage::of_code(self.page(""), problem.status, &problem.code),
        };
        self.portal.shell.show_problem(&self.visitor, &page)
    }

    /// Answers with the page of one of the shell's own problems.
    pub(crate) fn show_code(&self, status: StatusCode, code: &str) -> Response {
        let page = ProblemPage::of_code(self.page(""), status.as_u16(), code);
        self.portal.shell.show_problem(&self.visitor, &page)
    }

    /// The session token that the browser sent, if it looks like one.
    pub(crate) fn session(&self) -> Option<SessionToken> {
        self.portal
            .shell
            .cookie(&self.visitor, SESSION)
            .filter(|token| !token.is_empty() && token.len() <= 128)
            .map(|token| SessionToken(token.to_owned()))
    }

    pub(crate) fn begin_session(&self, response: &mut Response, token: SessionToken) {
        self.portal.shell.set(response, &Cookie::session(SESSION, token.0));
    }

    pub(crate) fn end_session(&self, response: &mut Response) {
        self.portal.shell.set(response, &Cookie::gone(SESSION));
    }
}
