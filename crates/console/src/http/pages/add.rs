//! `/staff/new-member`: a new account and its invitation.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::staff::UserName;
use niims_web::{Fault, Page, TextInput, Words};
use serde::Deserialize;

use super::{faults, fields, line, wrong};
use crate::http::{Colleague, Guest};
use crate::staff::{LONGEST_NAME, StaffError, change};

/// What the form posts. No `Debug`: it names a person.
#[derive(Deserialize)]
pub(super) struct NewForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    user_name: String,
}

#[derive(Template)]
#[template(path = "staff_add.html")]
struct Add<'a> {
    page: Page<'a>,
    w: Words<'a>,
    name: TextInput,
    user_name: TextInput,
    faults: Vec<Fault>,
}

#[derive(Template)]
#[template(path = "staff_invitation.html")]
pub(super) struct Invitation<'a> {
    page: Page<'a>,
    w: Words<'a>,
    link: String,
    member: String,
}

/// `GET /staff/new-member`.
pub(super) async fn show(colleague: Colleague) -> Response {
    let empty = NewForm { name: String::new(), user_name: String::new() };
    ask(&colleague, StatusCode::OK, &empty, None)
}

/// `POST /staff/new-member`.
pub(super) async fn send(
    colleague: Colleague,
    form: Result<Form<NewForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let by = colleague.officer();
    match change::add(colleague.accounts(), by, &form.user_name, &form.name).await {
        Ok((officer, token)) => {
            show_invitation(&colleague, &token, &format!("/staff/members/{officer}"))
        }
        Err(error @ (StaffError::Name | StaffError::UserName | StaffError::UserNameTaken)) => {
            ask(&colleague, StatusCode::UNPROCESSABLE_ENTITY, &form, Some(&error))
        }
        Err(error) => colleague.show_error(&error),
    }
}

/// The page that shows an invitation's link, once.
pub(super) fn show_invitation(guest: &Guest, token: &str, member: &str) -> Response {
    let w = guest.words();
    let site = &guest.accounts().site;
    // Over plain HTTP the port is the browser's business; the path is enough there.
    let host = if site.secure { format!("https://{}", site.domain) } else { String::new() };
    let link = format!("{host}/staff/set-up/{token}");
    let mut page = guest.page(w.t("invitation.title"));
    "/staff".clone_into(&mut page.path);
    guest.show(StatusCode::OK, &Invitation { page, w, link, member: member.to_owned() })
}

fn ask(
    colleague: &Colleague,
    status: StatusCode,
    typed: &NewForm,
    error: Option<&StaffError>,
) -> Response {
    let w = colleague.words();
    let mut page = colleague.page(w.t("add.title"));
    page.has_errors = error.is_some();
    let text = error.map(|error| colleague.error_text(error));
    let about_name = matches!(error, Some(StaffError::Name));
    let name = TextInput {
        value: typed.name.chars().take(LONGEST_NAME).collect(),
        ..wrong(
            line("name", w.t("add.name"), Some(w.t("add.name_hint")), LONGEST_NAME),
            text.clone().filter(|_| about_name),
        )
    };
    let user_name = TextInput {
        value: typed.user_name.chars().take(UserName::LONGEST).collect(),
        ..wrong(
            line(
                "user_name",
                w.t("sign_in.user_name"),
                Some(w.t("add.user_hint")),
                UserName::LONGEST,
            ),
            text.filter(|_| !about_name),
        )
    };
    colleague.show(status, &Add { page, w, faults: faults(&[&name, &user_name]), name, user_name })
}
