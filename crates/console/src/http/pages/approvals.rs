//! `/staff/approvals`: what waits for a second administrator.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::OfficerId;
use niims_record::staff::giving::may_approve;
use niims_store::staff::requests::{Request, Wanted};
use niims_web::{Page, Words, date_time};
use serde::Deserialize;

use super::add::show_invitation;
use super::fields;
use super::home::clocks;
use crate::http::{Colleague, Guest};
use crate::staff::change::{self, Approved, Member};
use crate::staff::{StaffError, place_name};

#[derive(Template)]
#[template(path = "staff_approvals.html")]
struct Approvals<'a> {
    page: Page<'a>,
    w: Words<'a>,
    requests: Vec<Line>,
    error: Option<String>,
    done: Option<String>,
}

struct Line {
    id: String,
    what: String,
    whom: String,
    asked_by: String,
    asked_at: String,
    /// Why this reader cannot approve it; `None` where he can.
    cannot: Option<String>,
}

/// Names a request.
#[derive(Deserialize)]
pub(super) struct RequestForm {
    #[serde(default)]
    request: String,
}

/// `GET /staff/approvals`.
pub(super) async fn show(colleague: Colleague) -> Response {
    page(&colleague, StatusCode::OK, (None, None)).await
}

/// `POST /staff/approvals/approve`.
pub(super) async fn approve(
    colleague: Colleague,
    form: Result<Form<RequestForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Ok(id) = form.request.parse() else { return colleague.show_error(&StaffError::Gone) };
    match change::approve(colleague.accounts(), colleague.officer(), id).await {
        Ok(Approved::Duty) => {
            page(&colleague, StatusCode::OK, (None, Some("approvals.done.approved"))).await
        }
        Ok(Approved::Recovery(token)) => show_invitation(&colleague, &token, "/staff/approvals"),
        Err(error @ StaffError::Change(_)) => {
            let text = colleague.error_text(&error);
            page(&colleague, StatusCode::CONFLICT, (Some(text), None)).await
        }
        Err(error) => colleague.show_error(&error),
    }
}

/// `POST /staff/approvals/refuse`.
pub(super) async fn refuse(
    colleague: Colleague,
    form: Result<Form<RequestForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let Ok(id) = form.request.parse() else { return colleague.show_error(&StaffError::Gone) };
    match change::refuse(colleague.accounts(), colleague.officer(), id).await {
        Ok(()) => page(&colleague, StatusCode::OK, (None, Some("approvals.done.refused"))).await,
        Err(error) => colleague.show_error(&error),
    }
}

async fn page(
    colleague: &Colleague,
    status: StatusCode,
    (error, done): (Option<String>, Option<&'static str>),
) -> Response {
    let read = async {
        let waiting = change::waiting(colleague.accounts()).await?;
        Ok::<_, StaffError>((waiting, change::list(colleague.accounts()).await?))
    };
    let (waiting, members) = match read.await {
        Ok(read) => read,
        Err(error) => return colleague.show_error(&error),
    };
    let w = colleague.words();
    let mut page = colleague.page(w.t("approvals.title"));
    page.has_errors = error.is_some();
    "/staff/approvals".clone_into(&mut page.path);
    let requests = waiting.iter().map(|request| line(colleague, request, &members)).collect();
    let done = done.map(|done| w.t(done).to_owned());
    colleague.show(status, &Approvals { page, w, requests, error, done })
}

fn line(colleague: &Colleague, request: &Request, members: &[Member]) -> Line {
    let by = colleague.officer();
    let cannot = may_approve(request.asked_by, by, request.officer).err();
    Line {
        id: request.id.to_string(),
        what: wanted(colleague, &request.wanted),
        whom: name_of(members, request.officer),
        asked_by: name_of(members, request.asked_by),
        asked_at: date_time(colleague.shell_words(), request.asked_at, clocks(colleague)),
        cannot: cannot.map(|refused| colleague.error_text(&StaffError::Change(refused))),
    }
}

/// What is asked for, in words.
fn wanted(guest: &Guest, wanted: &Wanted) -> String {
    let (w, shell, offset) = (guest.words(), guest.shell_words(), clocks(guest));
    let Wanted::Duty { role, place, period } = wanted else {
        return w.t("approvals.recovery").to_owned();
    };
    let place = place.as_deref().map_or_else(
        || w.t("place.everywhere").to_owned(),
        |code| place_name(&guest.accounts().pack, code),
    );
    let blanks = [
        ("role", w.t(&format!("role.{}", role.name())).to_owned()),
        ("place", place),
        ("from", date_time(shell, period.from, offset)),
        ("until", date_time(shell, period.until, offset)),
    ];
    let blanks = blanks.each_ref().map(|(name, value)| (*name, value.as_str()));
    w.fill("approvals.duty", &blanks)
}

fn name_of(members: &[Member], officer: OfficerId) -> String {
    let member = members.iter().find(|member| member.officer.id == officer);
    member
        .and_then(|member| member.account.as_ref())
        .map_or_else(|| officer.to_string(), |account| account.identity.name.clone())
}
