//! The pages of accounts: signing in, the own account, staff.

mod challenge;
mod code;
mod home;
mod resume;
mod sign_in;
mod sign_out;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::staff::Action;
use niims_web::TextInput;

use super::Guest;
use super::routes::StaffRoutes;

/// Every route of these pages.
pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new()
        .get("/staff", Action::OwnAccount, home::show)
        .open_get("/staff/sign-in", sign_in::show)
        .open_post("/staff/sign-in", sign_in::with_password)
        .open_post("/staff/sign-in/passkey", sign_in::with_passkey)
        .open_get("/staff/code", code::show)
        .open_post("/staff/code", code::send)
        .get("/staff/resume", Action::OwnAccount, resume::show)
        .post("/staff/resume/forget", Action::OwnAccount, resume::forget)
        .post("/staff/sign-out", Action::OwnAccount, sign_out::end)
        .open_get("/staff/signed-out", sign_out::show)
}

/// The fields of a form; the guard has bounded it and checked where it comes from.
fn fields<T>(guest: &Guest, form: Result<Form<T>, FormRejection>) -> Result<T, Box<Response>> {
    form.map(|Form(fields)| fields)
        .map_err(|_| Box::new(guest.show_code(StatusCode::BAD_REQUEST, "web.form_unreadable")))
}

/// A line of text to fill in.
fn line(name: &str, label: &str, hint: Option<&str>, longest: usize) -> TextInput {
    TextInput {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: hint.map(str::to_owned),
        error: None,
        value: String::new(),
        inputmode: "text",
        autocomplete: "off",
        max_length: longest,
        width: 20,
    }
}

/// The field for a code of six digits.
fn code_line(guest: &Guest) -> TextInput {
    let w = guest.words();
    TextInput {
        inputmode: "numeric",
        autocomplete: "one-time-code",
        width: 10,
        ..line("code", w.t("code.label"), Some(w.t("code.hint")), 16)
    }
}
