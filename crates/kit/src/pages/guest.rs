//! One request: the visitor, and the officer where a page needs one.

use core::convert::Infallible;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};

use axum::Form;
use axum::extract::FromRequestParts;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use niims_country::CountryPack;
use niims_web::{Cookie, Footer, Header, Link, Page, Posted, ProblemPage, Shell, Visitor, Words};
use niims_wire::EntropyRng;

use super::seat::{Seat, Shared};
use crate::kit::{Kit, OfficerRole};

/// Name of the cookie of the officer at the kit.
const SEAT: &str = "seat";

/// The key that changes the language; no button of these pages has it.
const LANGUAGE_KEY: char = 'l';

/// What a form posts.
pub(super) type Pairs = Result<Form<Vec<(String, String)>>, FormRejection>;

/// An answer, or the page that is shown instead.
pub(super) type Or<T> = Result<T, Instead>;

/// A page that is shown instead of the one asked for.
pub(super) struct Instead(Box<Response>);

impl Instead {
    pub fn of(page: Response) -> Self {
        Self(Box::new(page))
    }
}

impl IntoResponse for Instead {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Somebody at the browser.
pub(super) struct Guest {
    pub pages: Shared,
    pub visitor: Visitor,
    /// The country pack of this request, whatever comes meanwhile.
    pub pack: Arc<CountryPack>,
}

impl FromRequestParts<Shared> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Shared) -> Result<Self, Infallible> {
        let visitor = pages.shell.visitor(&parts.headers, &parts.uri);
        Ok(Self { pages: Arc::clone(pages), visitor, pack: pages.pack.get() })
    }
}

/// The officer at the kit.
pub(super) struct Officer {
    guest: Guest,
    pub seat: Seat,
}

impl Deref for Officer {
    type Target = Guest;

    fn deref(&self) -> &Guest {
        &self.guest
    }
}

impl FromRequestParts<Shared> for Officer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, pages: &Shared) -> Result<Self, Response> {
        let Ok(guest) = Guest::from_request_parts(parts, pages).await;
        let token = pages.shell.cookie(&guest.visitor, SEAT).unwrap_or_default();
        match pages.seated(token, pages.clock.now()) {
            Some(seat) => Ok(Self { guest, seat }),
            None => Err(pages.shell.go_to("/")),
        }
    }
}

impl Guest {
    /// The texts of the kit in the reader's language.
    pub fn words(&self) -> Words<'_> {
        Words::new(&self.pages.texts, self.visitor.language)
    }

    pub fn shell_words(&self) -> Words<'_> {
        self.pages.shell.words(self.visitor.language)
    }

    pub fn language(&self) -> &'static str {
        self.visitor.language.code()
    }

    pub fn now(&self) -> Timestamp {
        self.pages.clock.now()
    }

    pub fn today(&self) -> jiff::civil::Date {
        self.pack.today(self.now())
    }

    /// Does something with the kit, on a thread that may block.
    pub async fn kit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Kit, Timestamp, &mut EntropyRng) -> T + Send + 'static,
    ) -> Or<T> {
        let (kit, entropy, now) = (self.pages.kit.clone(), self.pages.entropy.clone(), self.now());
        let done = tokio::task::spawn_blocking(move || {
            let mut kit = kit.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut kit, now, &mut entropy.rng())
        });
        done.await.map_err(|_| {
            Instead::of(self.show_code(StatusCode::INTERNAL_SERVER_ERROR, "web.internal"))
        })
    }

    /// The page around some content, for somebody who has not signed in.
    pub fn page(&self, title: &str) -> Page<'_> {
        plain_page(&self.pages.shell, &self.visitor, self.words(), title)
    }

    /// Answers with the page of one of the problems that the shell or the kit has words for.
    pub fn show_code(&self, status: StatusCode, code: &str) -> Response {
        let words = self.words();
        let title = format!("problem.{code}.title");
        let page = match words.find(&title) {
            Some(title) => ProblemPage {
                page: self.page(title),
                status: status.as_u16(),
                code: code.to_owned(),
                title: title.to_owned(),
                advice: words.t(&format!("problem.{code}.advice")).to_owned(),
            },
            None => ProblemPage::of_code(self.page(""), status.as_u16(), code),
        };
        self.pages.shell.show_problem(&self.visitor, &page)
    }

    /// What a form of ours posted.
    pub fn posted(&self, form: Pairs) -> Or<Posted> {
        let pairs = match form {
            Ok(Form(pairs)) => pairs,
            Err(rejection) => {
                let large = rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
                let (status, code) = if large {
                    (StatusCode::PAYLOAD_TOO_LARGE, "web.too_large")
                } else {
                    (StatusCode::BAD_REQUEST, "web.form_unreadable")
                };
                return Err(Instead::of(self.show_code(status, code)));
            }
        };
        self.ours(Posted::new(pairs))
    }

    /// Refuses what does not come from one of our pages.
    pub fn ours(&self, posted: Posted) -> Or<Posted> {
        if self.pages.shell.form_is_ours(&self.visitor, posted.text("csrf")) {
            Ok(posted)
        } else {
            Err(Instead::of(self.show_code(StatusCode::FORBIDDEN, "web.form_forged")))
        }
    }

    pub fn go_to(&self, path: &str) -> Response {
        self.pages.shell.go_to(path)
    }

    /// Gives the browser the seat.
    pub fn sit(&self, response: &mut Response, token: String) {
        self.pages.shell.set(response, &Cookie::session(SEAT, token));
    }

    /// Takes the seat from the browser.
    pub fn rise(&self, response: &mut Response) {
        self.pages.shell.set(response, &Cookie::gone(SEAT));
    }
}

/// The page around some content, for anybody.
pub(super) fn plain_page<'a>(
    shell: &'a Shell,
    visitor: &Visitor,
    words: Words<'_>,
    title: &str,
) -> Page<'a> {
    let header = Header {
        service: words.t("service.name").to_owned(),
        home: "/".to_owned(),
        demonstration: false,
    };
    let footer = Footer {
        controller: words.t("footer.free").to_owned(),
        complaints: words.t("footer.complaints").to_owned(),
        links: Vec::new(),
    };
    let page = shell.page(visitor, title, header, footer);
    Page { language_key: Some(LANGUAGE_KEY), ..page }
}

impl Officer {
    pub fn is_supervisor(&self) -> bool {
        self.seat.role == OfficerRole::Supervisor
    }

    /// The page around some content, with the officer's parts of the kit.
    pub fn page(&self, title: &str) -> Page<'_> {
        let words = self.words();
        let page = self.guest.page(title);
        let links = vec![
            Link::new(words.t("home.title"), "/home"),
            Link::new(words.t("day.title"), "/day"),
        ];
        let current = page.path.clone();
        Page {
            who: Some(words.fill("who", &[("badge", &self.seat.badge)])),
            sign_out: Some("/sign-out".to_owned()),
            ..page.with_navigation(links, &current)
        }
    }
}
