//! `/me`: the resident's own record; `/me/looked`: everyone who looked at it.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_web::{AnswerWords, Page, Pagination, Row, SectionRows, Words};
use niims_wire::resident::OwnRecord;
use serde::Deserialize;

use super::sign_in::show_signed_out;
use crate::disclosures::{Line, line};
use crate::guest::Guest;
use crate::progress::{self, Progress};

/// Lines of "who looked" on the first page; the rest is one link away, so that the
/// page stays under 100 kB however often somebody is asked about.
const NEWEST_LINES: usize = 10;
/// Lines of one page of the whole list.
const LINES_PER_PAGE: usize = 50;

/// Which page of the whole list.
#[derive(Deserialize)]
pub(crate) struct At {
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "me.html")]
struct Me<'a> {
    page: Page<'a>,
    w: Words<'a>,
    number: Option<String>,
    facts: Vec<Row>,
    progress: Progress,
    sections: Vec<SectionRows>,
    lines: Vec<Line>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "looked.html")]
struct Looked<'a> {
    page: Page<'a>,
    w: Words<'a>,
    lines: Vec<Line>,
    at: Pagination,
}

/// `GET /me`.
pub(crate) async fn show(guest: Guest) -> Response {
    let record = match own_record(&guest).await {
        Ok(record) => record,
        Err(refused) => return refused.show(guest),
    };
    let w = guest.words();
    let reader = AnswerWords { pack: guest.pack(), shell: guest.shell_words() };
    let count = record.disclosures.len();
    let page = Me {
        page: guest.page(w.t("me.title")),
        w,
        progress: progress::of(&guest, &record),
        sections: reader.by_section(&record.answers),
        lines: record.disclosures.iter().take(NEWEST_LINES).map(|l| line(&guest, l)).collect(),
        more: (count > NEWEST_LINES)
            .then(|| w.fill("looked.all", &[("count", &count.to_string())])),
        facts: facts(w, &record),
        number: record.number.map(|number| number.to_string()),
    };
    guest.show(StatusCode::OK, &page)
}

/// The number of the application, and where the card is.
fn facts(w: Words<'_>, record: &OwnRecord) -> Vec<Row> {
    let row = |key: &str, value: String| Row {
        key: key.to_owned(),
        values: vec![value],
        ..Row::default()
    };
    let number = row(w.t("me.application_number"), record.application_number.clone());
    let card = record.card.as_deref().map(|state| row(w.t("me.card"), progress::card(w, state)));
    core::iter::once(number).chain(card).collect()
}

/// `GET /me/looked`.
pub(crate) async fn looked(guest: Guest, at: Result<Query<At>, QueryRejection>) -> Response {
    let record = match own_record(&guest).await {
        Ok(record) => record,
        Err(refused) => return refused.show(guest),
    };
    // A page that is no number is the first: nothing is lost by showing it.
    let page = at.ok().and_then(|Query(at)| at.page).unwrap_or(1);
    let (at, range) = Pagination::of(record.disclosures.len(), LINES_PER_PAGE, page);
    let w = guest.words();
    let page = Looked {
        page: guest.page(w.t("looked.title")),
        w,
        lines: record.disclosures[range].iter().map(|l| line(&guest, l)).collect(),
        at,
    };
    guest.show(StatusCode::OK, &page)
}

/// Why there is no record to show.
enum Refused {
    /// Nobody is signed in.
    NotSignedIn,
    /// The session has ended.
    SignedOut,
    /// Anything else.
    Problem(niims_wire::problem::Problem),
}

impl Refused {
    fn show(self, guest: Guest) -> Response {
        match self {
            Self::NotSignedIn => guest.portal.shell.go_to("/sign-in"),
            Self::SignedOut => show_signed_out(guest),
            Self::Problem(problem) => guest.show_problem(&problem),
        }
    }
}

async fn own_record(guest: &Guest) -> Result<OwnRecord, Refused> {
    let session = guest.session().ok_or(Refused::NotSignedIn)?;
    guest.desk().own_record(&session, guest.now()).await.map_err(|problem| {
        if problem.code == "portal.signed_out" {
            Refused::SignedOut
        } else {
            Refused::Problem(problem)
        }
    })
}
