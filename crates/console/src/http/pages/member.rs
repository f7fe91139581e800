//! `/staff/members/{officer}`: one member of staff.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::staff::{Action, On, Period, Role};
use niims_record::{DutyId, OfficerId};
use niims_store::officers::OfficerStatus;
use niims_web::{Page, Words};
use serde::Deserialize;

use super::fields;
use super::home::{DutyLine, clocks, duty_lines};
use crate::http::{Colleague, Guest};
use crate::staff::change::{self, Member};
use crate::staff::{StaffError, as_duty};

#[derive(Template)]
#[template(path = "staff_member.html")]
struct MemberPage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    path: String,
    /// Name and user name; `None` for whoever acts by key alone.
    identity: Option<(String, String)>,
    suspended: bool,
    is_self: bool,
    may_change: bool,
    duties: Vec<DutyLine>,
    roles: Vec<(&'static str, String)>,
    /// Counties with their centres: code and name.
    places: Vec<(String, String)>,
    typed: DutyForm,
    error: Option<String>,
    done: Option<String>,
}

/// What the form for a duty posts.
#[derive(Clone, Default, Deserialize)]
pub(super) struct DutyForm {
    #[serde(default)]
    role: String,
    /// Code of a place; empty for everywhere.
    #[serde(default)]
    place: String,
    /// Dates as `2027-03-04`.
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

/// Names a duty.
#[derive(Deserialize)]
pub(super) struct WithdrawForm {
    #[serde(default)]
    duty: String,
}

/// Says what is to become of the account.
#[derive(Deserialize)]
pub(super) struct StatusForm {
    #[serde(default)]
    status: String,
}

/// `GET /staff/members/{officer}`.
pub(super) async fn show(colleague: Colleague, Path(officer): Path<String>) -> Response {
    let typed = first_form(&colleague);
    page(&colleague, &officer, StatusCode::OK, typed, (None, None)).await
}

/// `POST …/duty`: asks a second administrator for a duty.
pub(super) async fn ask_for_duty(
    colleague: Colleague,
    Path(officer): Path<String>,
    form: Result<Form<DutyForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let asked = async {
        let receiver = id(&officer)?;
        let wanted = read(&colleague, &form).ok_or(StaffError::Unreadable)?;
        change::ask_for_duty(colleague.accounts(), colleague.officer(), receiver, wanted).await
    };
    settle(&colleague, &officer, asked.await, form, "member.done.asked").await
}

/// `POST …/withdraw`: takes a duty away at once.
pub(super) async fn withdraw(
    colleague: Colleague,
    Path(officer): Path<String>,
    form: Result<Form<WithdrawForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let withdrawn = async {
        let duty: DutyId = form.duty.parse().map_err(|_| StaffError::Gone)?;
        change::withdraw(colleague.accounts(), colleague.officer(), id(&officer)?, duty).await
    };
    let empty = first_form(&colleague);
    settle(&colleague, &officer, withdrawn.await, empty, "member.done.withdrawn").await
}

/// `POST …/status`: suspends, or lets act again.
pub(super) async fn set_status(
    colleague: Colleague,
    Path(officer): Path<String>,
    form: Result<Form<StatusForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let set = async {
        let status = OfficerStatus::from_name(&form.status).ok_or(StaffError::Unreadable)?;
        change::set_status(colleague.accounts(), colleague.officer(), id(&officer)?, status).await
    };
    let empty = first_form(&colleague);
    settle(&colleague, &officer, set.await, empty, "member.done.status").await
}

/// `POST …/recovery`: asks a second administrator for a recovery.
pub(super) async fn ask_for_recovery(
    colleague: Colleague,
    Path(officer): Path<String>,
) -> Response {
    let asked = async {
        let subject = id(&officer)?;
        change::ask_for_recovery(colleague.accounts(), colleague.officer(), subject).await
    };
    let empty = first_form(&colleague);
    settle(&colleague, &officer, asked.await, empty, "member.done.asked").await
}

async fn settle(
    colleague: &Colleague,
    officer: &str,
    outcome: Result<(), StaffError>,
    typed: DutyForm,
    done: &'static str,
) -> Response {
    match outcome {
        Ok(()) => {
            let typed = first_form(colleague);
            page(colleague, officer, StatusCode::OK, typed, (None, Some(done))).await
        }
        Err(error @ (StaffError::Store(_) | StaffError::Gone)) => colleague.show_error(&error),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            let text = colleague.error_text(&error);
            page(colleague, officer, status, typed, (Some(text), None)).await
        }
    }
}

async fn page(
    colleague: &Colleague,
    officer: &str,
    status: StatusCode,
    typed: DutyForm,
    (error, done): (Option<String>, Option<&'static str>),
) -> Response {
    let member = async { change::member(colleague.accounts(), id(officer)?).await };
    let member = match member.await {
        Ok(member) => member,
        Err(error) => return colleague.show_error(&error),
    };
    let w = colleague.words();
    let mut page = colleague.page(w.t("member.title"));
    page.has_errors = error.is_some();
    let path = format!("/staff/members/{}", member.officer.id);
    page.path.clone_from(&path);
    let identity = member.account.as_ref().map(|account| &account.identity);
    let content = MemberPage {
        page,
        w,
        path,
        identity: identity.map(|i| (i.name.clone(), i.user_name.clone())),
        suspended: member.officer.status == OfficerStatus::Suspended,
        is_self: member.officer.id == colleague.officer(),
        may_change: colleague.may(Action::ChangeStaff, On::Nothing).is_ok(),
        duties: duties(colleague, &member),
        roles: Role::ALL
            .map(|role| (role.name(), w.t(&format!("role.{}", role.name())).to_owned()))
            .to_vec(),
        places: places(colleague),
        typed,
        error,
        done: done.map(|done| w.t(done).to_owned()),
    };
    colleague.show(status, &content)
}

fn duties(guest: &Guest, member: &Member) -> Vec<DutyLine> {
    let pack = &guest.accounts().pack;
    let duties: Vec<_> = member.duties.iter().map(|duty| as_duty(pack, duty)).collect();
    duty_lines(guest, &duties)
}

/// Counties, each with its centres below it.
fn places(guest: &Guest) -> Vec<(String, String)> {
    let pack = &guest.accounts().pack;
    let mut places = Vec::new();
    let top = pack.geography().levels().first().map(|level| level.id.clone());
    for county in pack.geography().areas(&top.unwrap_or_default()) {
        places.push((county.code.clone(), county.name.clone()));
        let centres = pack.centres().iter().filter(|centre| centre.county == county.code);
        places.extend(centres.map(|c| (c.id.clone(), format!("{} – {}", county.name, c.name))));
    }
    places
}

/// A form for half a year from today.
fn first_form(guest: &Guest) -> DutyForm {
    let today = guest.accounts().pack.today(guest.accounts().now());
    let until = today.checked_add(jiff::Span::new().months(6)).unwrap_or(today);
    DutyForm { from: today.to_string(), until: until.to_string(), ..DutyForm::default() }
}

/// The duty that a form asks for: from the first day's midnight to the last day's end.
fn read(guest: &Guest, form: &DutyForm) -> Option<(Role, Option<String>, Period)> {
    let role = Role::from_name(&form.role)?;
    let place = (!form.place.is_empty()).then(|| form.place.clone());
    let midnight = |date: Date| -> Option<Timestamp> {
        clocks(guest).to_timestamp(date.to_datetime(jiff::civil::Time::midnight())).ok()
    };
    let from = midnight(form.from.parse().ok()?)?;
    let last: Date = form.until.parse().ok()?;
    let until = midnight(last.tomorrow().ok()?)?;
    Some((role, place, Period { from, until }))
}

fn id(text: &str) -> Result<OfficerId, StaffError> {
    text.parse().map_err(|_| StaffError::Gone)
}
