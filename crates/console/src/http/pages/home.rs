//! `/staff`: what this person may do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::Offset;
use niims_record::staff::{Action, Duty, On, Place, Standing};
use niims_web::{Page, Words, date_time};

use crate::http::{Colleague, Guest};
use crate::staff::place_name;

#[derive(Template)]
#[template(path = "staff_home.html")]
struct Home<'a> {
    page: Page<'a>,
    w: Words<'a>,
    /// Address and words of the pages that may be opened.
    links: Vec<(&'static str, String)>,
    /// What may be done, in words.
    actions: Vec<String>,
    duties: Vec<DutyLine>,
}

/// One duty in words.
pub(super) struct DutyLine {
    pub(super) id: String,
    pub(super) role: String,
    pub(super) place: String,
    pub(super) from: String,
    pub(super) until: String,
    /// Whether it is in force.
    pub(super) now: bool,
    /// Whether it has ended.
    pub(super) ended: bool,
}

/// `GET /staff`.
pub(super) async fn show(colleague: Colleague) -> Response {
    let w = colleague.words();
    let may = |action| colleague.may(action, On::Nothing).is_ok();
    let links = colleague.console.listed.iter().filter(|listed| may(listed.action));
    let links = links
        .map(|listed| (listed.path, w.t(&format!("home.link.{}", listed.text)).to_owned()))
        .collect();
    let actions = Action::ALL
        .iter()
        .filter(|action| **action != Action::OwnAccount && may(**action))
        .map(|action| w.t(&format!("action.{}", action.name())).to_owned())
        .collect();
    let duties = match &colleague.signed_in().standing {
        Standing::Active(duties) => duty_lines(&colleague, duties),
        Standing::Suspended => Vec::new(),
    };
    let page = colleague.page(w.t("home.title"));
    colleague.show(StatusCode::OK, &Home { page, w, links, actions, duties })
}

/// Duties in words, those in force first.
pub(super) fn duty_lines(guest: &Guest, duties: &[Duty]) -> Vec<DutyLine> {
    let (w, shell, now) = (guest.words(), guest.shell_words(), guest.accounts().now());
    let offset = clocks(guest);
    let mut lines: Vec<DutyLine> = duties
        .iter()
        .map(|duty| DutyLine {
            id: duty.id.to_string(),
            role: w.t(&format!("role.{}", duty.role.name())).to_owned(),
            place: place_text(guest, &duty.place),
            from: date_time(shell, duty.period.from, offset),
            until: date_time(shell, duty.period.until, offset),
            now: duty.period.holds(now),
            ended: duty.period.until <= now,
        })
        .collect();
    lines.sort_by_key(|line| (line.ended, !line.now));
    lines
}

/// The name of a place in words.
pub(super) fn place_text(guest: &Guest, place: &Place) -> String {
    match place.code() {
        None => guest.words().t("place.everywhere").to_owned(),
        Some(code) => place_name(&guest.accounts().pack, code),
    }
}

/// The clocks of the country.
pub(super) fn clocks(guest: &Guest) -> Offset {
    guest.accounts().pack.settings().utc_offset
}
