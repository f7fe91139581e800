//! `/staff/set-up`: what an invitation leads to. A passkey, or a password with codes.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use niims_record::staff::password::SHORTEST;
use niims_store::staff::accounts::Account;
use niims_web::{Fault, Page, TextInput, Words};
use rand_core::Rng;
use serde::Deserialize;

use super::challenge::{AttestationForm, Challenge, Question};
use super::qr::Qr;
use super::sign_in::{LONGEST_TYPED, welcome};
use super::{code_line, faults, fields, line, wrong};
use crate::http::Guest;
use crate::http::script::PASSKEY_PATH;
use crate::staff::set_up::{Chosen, invited, with_passkey, with_password};
use crate::staff::{StaffError, totp};

/// Name of the sealed cookie that holds the invitation's token, so that it stands
/// neither in addresses nor in the history for long.
const INVITATION: &str = "staff-invitation";
/// Name of the sealed cookie that holds the secret which the page shows.
const SECRET: &str = "staff-secret";
/// Seconds for setting up.
const SET_UP_WITHIN_S: u32 = 1_800;
/// What authenticator apps show beside the code.
const ISSUER: &str = "NIIMS staff";

/// Most characters of a token that are looked at.
const LONGEST_TOKEN: usize = 64;

/// What the page of the link posts.
#[derive(Deserialize)]
pub(super) struct InvitationForm {
    #[serde(default)]
    token: String,
}

#[derive(Template)]
#[template(path = "staff_invited.html")]
struct Invited<'a> {
    page: Page<'a>,
    w: Words<'a>,
    token: String,
}

/// What the form posts. No `Debug`: it holds a secret.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "staff_set_up.html")]
struct SetUp<'a> {
    page: Page<'a>,
    w: Words<'a>,
    name: String,
    user_name: String,
    password: TextInput,
    again: TextInput,
    code: TextInput,
    faults: Vec<Fault>,
    error: Option<String>,
    qr: Option<Qr>,
    /// The secret in groups of four letters.
    secret: String,
    challenge: String,
    domain: String,
    user: String,
    script: &'static str,
}

/// `GET /staff/set-up/{token}`: a page with one button. A link from elsewhere brings no
/// cookies of ours along; the form on this page does.
pub(super) async fn invitation(guest: Guest, Path(token): Path<String>) -> Response {
    let w = guest.words();
    let mut page = guest.page(w.t("set_up.title"));
    // The switch of the language leads to a page without the token.
    "/staff/sign-in".clone_into(&mut page.path);
    let token: String = token.chars().take(LONGEST_TOKEN).collect();
    guest.show(StatusCode::OK, &Invited { page, w, token })
}

/// `POST /staff/set-up`: keeps the token and goes on.
pub(super) async fn open(
    guest: Guest,
    form: Result<Form<InvitationForm>, FormRejection>,
) -> Response {
    let form = match fields(&guest, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let token: String = form.token.chars().take(LONGEST_TOKEN).collect();
    let mut response = guest.go_to("/staff/set-up");
    let shell = &guest.console.shell;
    shell.set_sealed(&mut response, &guest.visitor, INVITATION, &token, SET_UP_WITHIN_S);
    response
}

/// `GET /staff/set-up`.
pub(super) async fn show(guest: Guest) -> Response {
    match whose(&guest).await {
        Ok((_, account)) => {
            let mut secret = [0; totp::SECRET_BYTES];
            guest.accounts().entropy.rng().fill_bytes(&mut secret);
            ask(&guest, StatusCode::OK, &account, &secret, Wrong::default())
        }
        Err(error) => guest.show_error(&error),
    }
}

/// `POST /staff/set-up/password`.
pub(super) async fn password(
    guest: Guest,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Response {
    let form = match fields(&guest, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let (token, account) = match whose(&guest).await {
        Ok(known) => known,
        Err(error) => return guest.show_error(&error),
    };
    let Some(secret) = shown_secret(&guest) else {
        return guest.show_error(&StaffError::Stale);
    };
    let w = guest.words();
    let wrong = if form.password == form.again {
        let chosen = Chosen { password: form.password, secret: &secret, code: &form.code };
        match with_password(guest.accounts(), &token, chosen, guest.device()).await {
            Ok(begun) => return welcome(&guest, begun),
            Err(error @ StaffError::Password(_)) => {
                Wrong { password: Some(guest.error_text(&error)), ..Wrong::default() }
            }
            Err(StaffError::Wrong) => {
                Wrong { code: Some(w.t("set_up.code_wrong").to_owned()), ..Wrong::default() }
            }
            Err(error) => return guest.show_error(&error),
        }
    } else {
        Wrong { again: Some(w.t("set_up.differs").to_owned()), ..Wrong::default() }
    };
    ask(&guest, StatusCode::UNPROCESSABLE_ENTITY, &account, &secret, wrong)
}

/// `POST /staff/set-up/passkey`.
pub(super) async fn passkey(
    guest: Guest,
    form: Result<Form<AttestationForm>, FormRejection>,
) -> Response {
    let form = match fields(&guest, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let (token, account) = match whose(&guest).await {
        Ok(known) => known,
        Err(error) => return guest.show_error(&error),
    };
    let begun = async {
        let challenge = Challenge::kept(&guest, Question::Make).ok_or(StaffError::Stale)?;
        let answer = form.read().map_err(StaffError::Passkey)?;
        with_passkey(guest.accounts(), &token, (&challenge, &answer), guest.device()).await
    };
    match begun.await {
        Ok(begun) => welcome(&guest, begun),
        Err(error @ (StaffError::Passkey(_) | StaffError::Stale)) => {
            let Some(secret) = shown_secret(&guest) else { return guest.show_error(&error) };
            let wrong = Wrong { passkey: Some(guest.error_text(&error)), ..Wrong::default() };
            ask(&guest, StatusCode::UNPROCESSABLE_ENTITY, &account, &secret, wrong)
        }
        Err(error) => guest.show_error(&error),
    }
}

/// What was wrong with what was sent.
#[derive(Default)]
struct Wrong {
    password: Option<String>,
    again: Option<String>,
    code: Option<String>,
    passkey: Option<String>,
}

async fn whose(guest: &Guest) -> Result<(String, Account), StaffError> {
    let token = guest.console.shell.sealed(&guest.visitor, INVITATION);
    let token = token.ok_or(StaffError::NoInvitation)?;
    let account = invited(guest.accounts(), &token).await?;
    Ok((token, account))
}

fn shown_secret(guest: &Guest) -> Option<[u8; totp::SECRET_BYTES]> {
    let mut secret = [0; totp::SECRET_BYTES];
    let text = guest.console.shell.sealed(&guest.visitor, SECRET)?;
    hex::decode_to_slice(text, &mut secret).ok()?;
    Some(secret)
}

fn ask(
    guest: &Guest,
    status: StatusCode,
    account: &Account,
    secret: &[u8],
    found: Wrong,
) -> Response {
    let w = guest.words();
    let mut page = guest.page(w.t("set_up.title"));
    "/staff/set-up".clone_into(&mut page.path);
    let Wrong { password, again, code, passkey } = found;
    page.has_errors = [&password, &again, &code, &passkey].iter().any(|wrong| wrong.is_some());
    let hint = w.fill("set_up.password.hint", &[("least", &SHORTEST.to_string())]);
    let secret_line = |name: &str, label: &str, hint: Option<&str>, error| TextInput {
        autocomplete: "new-password",
        is_secret: true,
        ..wrong(line(name, label, hint, LONGEST_TYPED), error)
    };
    let challenge = Challenge::fresh(guest, Question::Make);
    let address = totp::address(secret, ISSUER, &account.identity.user_name);
    let password = secret_line("password", w.t("set_up.choose"), Some(&hint), password);
    let again = secret_line("again", w.t("set_up.again"), None, again);
    let code = wrong(code_line(guest), code);
    let content = SetUp {
        page,
        w,
        name: account.identity.name.clone(),
        user_name: account.identity.user_name.clone(),
        faults: faults(&[&password, &again, &code]),
        password,
        again,
        code,
        error: passkey,
        qr: Qr::of(&address),
        secret: in_fours(&totp::base32(secret)),
        challenge: challenge.text(),
        domain: guest.accounts().site.domain.clone(),
        user: URL_SAFE_NO_PAD.encode(account.officer.as_bytes()),
        script: PASSKEY_PATH,
    };
    let mut response = guest.show(status, &content);
    challenge.keep(guest, &mut response);
    let shell = &guest.console.shell;
    let text = hex::encode(secret);
    shell.set_sealed(&mut response, &guest.visitor, SECRET, &text, SET_UP_WITHIN_S);
    response
}

fn in_fours(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
