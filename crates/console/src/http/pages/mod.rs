//! The pages of accounts: signing in, the own account, staff.

mod challenge;
mod qr;

// Before the session.
mod set_up;

mod sign_in;

mod code;

// The own account.
mod home;

mod resume;

mod sign_out;

mod account;

// What administrators do.
mod list;

mod add;

mod member;

mod approvals;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use niims_record::staff::Action;
use niims_web::{Banner, Fault, Keyboard, Question, TextInput};

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
        .open_get("/staff/set-up/{token}", set_up::invitation)
        .open_get("/staff/set-up", set_up::show)
        .open_post("/staff/set-up", set_up::open)
        .open_post("/staff/set-up/password", set_up::password)
        .open_post("/staff/set-up/passkey", set_up::passkey)
        .listed("/staff/account", Action::OwnAccount, "account", account::show)
        .post("/staff/account/session", Action::OwnAccount, account::end_session)
        .post("/staff/account/everywhere", Action::OwnAccount, account::end_everywhere)
        .post("/staff/account/passkey", Action::OwnAccount, account::add_passkey)
        .post("/staff/account/passkey/remove", Action::OwnAccount, account::remove_passkey)
        .post("/staff/account/password", Action::OwnAccount, account::change_password)
        .listed("/staff/members", Action::ReadStaff, "members", list::show)
        .get("/staff/members/{officer}", Action::ReadStaff, member::show)
        .listed("/staff/new-member", Action::ChangeStaff, "new_member", add::show)
        .post("/staff/new-member", Action::ChangeStaff, add::send)
        .post("/staff/members/{officer}/duty", Action::ChangeStaff, member::ask_for_duty)
        .post("/staff/members/{officer}/withdraw", Action::ChangeStaff, member::withdraw)
        .post("/staff/members/{officer}/status", Action::ChangeStaff, member::set_status)
        .post("/staff/members/{officer}/recovery", Action::ChangeStaff, member::ask_for_recovery)
        .listed("/staff/approvals", Action::ApproveStaffChange, "approvals", approvals::show)
        .post("/staff/approvals/approve", Action::ApproveStaffChange, approvals::approve)
        .post("/staff/approvals/refuse", Action::ApproveStaffChange, approvals::refuse)
}

/// The fields of a form; the guard has bounded it and checked where it comes from.
fn fields<T>(guest: &Guest, form: Result<Form<T>, FormRejection>) -> Result<T, Box<Response>> {
    form.map(|Form(fields)| fields)
        .map_err(|_| Box::new(guest.show_code(StatusCode::BAD_REQUEST, "web.form_unreadable")))
}

/// A line of text to fill in.
fn line(name: &str, label: &str, hint: Option<&str>, longest: usize) -> TextInput {
    let question = Question { hint: hint.map(str::to_owned), ..Question::new(name, label) };
    TextInput { question, max_length: longest, width: 20, ..TextInput::default() }
}

/// The line with what is wrong with its answer, if anything is.
fn wrong(line: TextInput, error: Option<String>) -> TextInput {
    TextInput { question: line.question.error(error), ..line }
}

/// What is wrong with some lines, for the summary of errors.
fn faults(lines: &[&TextInput]) -> Vec<Fault> {
    lines.iter().flat_map(|line| line.faults()).collect()
}

/// A notice that something went well, or that one has to know.
fn banner(title: &str, text: &str) -> Banner {
    Banner { title: title.to_owned(), text: text.to_owned(), is_success: false }
}

/// The field for a code of six digits.
fn code_line(guest: &Guest) -> TextInput {
    let w = guest.words();
    TextInput {
        keyboard: Keyboard::Numeric,
        autocomplete: "one-time-code",
        width: 10,
        ..line("code", w.t("code.label"), Some(w.t("code.hint")), 16)
    }
}
