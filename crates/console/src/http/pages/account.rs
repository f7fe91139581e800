//! `/staff/account`: devices and sessions, passkeys, password.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use niims_record::staff::session::{Life, life};
use niims_store::staff::sessions::Session;
use niims_web::{Page, TextInput, Words, date_time};
use serde::Deserialize;

use super::challenge::{AttestationForm, Challenge, Question};
use super::home::clocks;
use super::sign_in::LONGEST_TYPED;
use super::sign_out::goodbye;
use super::{code_line, fields, line};
use crate::http::Colleague;
use crate::http::script::PASSKEY_PATH;
use crate::staff::{StaffError, own};

#[derive(Template)]
#[template(path = "staff_account.html")]
struct AccountPage<'a> {
    page: Page<'a>,
    w: Words<'a>,
    name: String,
    user_name: String,
    sessions: Vec<SessionLine>,
    passkeys: Vec<PasskeyLine>,
    /// The three fields of a new password, where there is a password to change.
    password: Option<[TextInput; 3]>,
    error: Option<String>,
    done: Option<String>,
    challenge: String,
    domain: String,
    user: String,
    /// The credential ids, for the browser not to make a second passkey on one device.
    known: String,
    script: &'static str,
}

struct SessionLine {
    id: String,
    device: String,
    means: String,
    began: String,
    used: String,
    is_this: bool,
    is_live: bool,
}

struct PasskeyLine {
    id: String,
    device: String,
    added: String,
    used: String,
}

/// Names one of the own sessions or passkeys.
#[derive(Deserialize)]
pub(super) struct IdForm {
    #[serde(default)]
    id: String,
}

/// What the form for a new password posts. No `Debug`: it holds secrets.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    code: String,
}

/// `GET /staff/account`.
pub(super) async fn show(colleague: Colleague) -> Response {
    page(&colleague, StatusCode::OK, None, None).await
}

/// `POST /staff/account/session`: ends one.
pub(super) async fn end_session(
    colleague: Colleague,
    form: Result<Form<IdForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let mut id = [0; 16];
    if hex::decode_to_slice(&form.id, &mut id).is_err() {
        return colleague.show_error(&StaffError::Gone);
    }
    match own::end_session(colleague.accounts(), colleague.officer(), id).await {
        Ok(()) if id == colleague.signed_in().session.id => goodbye(&colleague),
        Ok(()) => page(&colleague, StatusCode::OK, None, Some("account.done.session")).await,
        Err(error) => colleague.show_error(&error),
    }
}

/// `POST /staff/account/everywhere`: ends all.
pub(super) async fn end_everywhere(colleague: Colleague) -> Response {
    match own::end_everywhere(colleague.accounts(), colleague.officer()).await {
        Ok(()) => goodbye(&colleague),
        Err(error) => colleague.show_error(&error),
    }
}

/// `POST /staff/account/passkey`: adds one.
pub(super) async fn add_passkey(
    colleague: Colleague,
    form: Result<Form<AttestationForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let added = async {
        let challenge = Challenge::kept(&colleague, Question::Make).ok_or(StaffError::Stale)?;
        let answer = form.read().map_err(StaffError::Passkey)?;
        let (officer, device) = (colleague.officer(), colleague.device());
        own::add_passkey(colleague.accounts(), officer, (&challenge, &answer), device).await
    };
    settle(&colleague, added.await, "account.done.passkey").await
}

/// `POST /staff/account/passkey/remove`.
pub(super) async fn remove_passkey(
    colleague: Colleague,
    form: Result<Form<IdForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let mut id = [0; 32];
    if hex::decode_to_slice(&form.id, &mut id).is_err() {
        return colleague.show_error(&StaffError::Gone);
    }
    let removed = own::remove_passkey(colleague.accounts(), colleague.officer(), &id).await;
    settle(&colleague, removed, "account.done.passkey_removed").await
}

/// `POST /staff/account/password`.
pub(super) async fn change_password(
    colleague: Colleague,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Response {
    let form = match fields(&colleague, form) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let who = (colleague.officer(), colleague.signed_in().session.id);
    let proof = (form.old, form.code.as_str());
    let address = colleague.address();
    let changed = own::change_password(colleague.accounts(), who, proof, form.new, address).await;
    settle(&colleague, changed, "account.done.password").await
}

async fn settle(
    colleague: &Colleague,
    outcome: Result<(), StaffError>,
    done: &'static str,
) -> Response {
    match outcome {
        Ok(()) => page(colleague, StatusCode::OK, None, Some(done)).await,
        Err(error @ (StaffError::Store(_) | StaffError::Gone)) => colleague.show_error(&error),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            page(colleague, status, Some(colleague.error_text(&error)), None).await
        }
    }
}

async fn page(
    colleague: &Colleague,
    status: StatusCode,
    error: Option<String>,
    done: Option<&'static str>,
) -> Response {
    let account = match own::read(colleague.accounts(), colleague.officer()).await {
        Ok(account) => account,
        Err(error) => return colleague.show_error(&error),
    };
    let w = colleague.words();
    let mut page = colleague.page(w.t("account.title"));
    page.has_errors = error.is_some();
    "/staff/account".clone_into(&mut page.path);
    let challenge = Challenge::fresh(colleague, Question::Make);
    let known: Vec<String> =
        account.passkeys.iter().map(|p| URL_SAFE_NO_PAD.encode(&p.credential_id)).collect();
    let content = AccountPage {
        page,
        w,
        name: account.account.identity.name.clone(),
        user_name: account.account.identity.user_name.clone(),
        sessions: account.sessions.iter().map(|s| session_line(colleague, s)).collect(),
        passkeys: passkey_lines(colleague, &account),
        password: account.account.password_hash.is_some().then(|| password_lines(colleague)),
        error,
        done: done.map(|done| w.t(done).to_owned()),
        challenge: challenge.text(),
        domain: colleague.accounts().site.domain.clone(),
        user: URL_SAFE_NO_PAD.encode(colleague.officer().as_bytes()),
        known: known.join(" "),
        script: PASSKEY_PATH,
    };
    let mut response = colleague.show(status, &content);
    challenge.keep(colleague, &mut response);
    response
}

fn session_line(colleague: &Colleague, session: &Session) -> SessionLine {
    let (w, shell, offset) = (colleague.words(), colleague.shell_words(), clocks(colleague));
    let now = colleague.accounts().now();
    let lives = life(session.began_at, session.used_at, now) == Life::Live;
    SessionLine {
        id: hex::encode(session.id),
        device: session.device.clone(),
        means: w.t(&format!("means.{}", session.means.name())).to_owned(),
        began: date_time(shell, session.began_at, offset),
        used: date_time(shell, session.used_at, offset),
        is_this: session.id == colleague.signed_in().session.id,
        is_live: session.ended_at.is_none() && lives,
    }
}

fn passkey_lines(colleague: &Colleague, account: &own::OwnAccount) -> Vec<PasskeyLine> {
    let (w, shell, offset) = (colleague.words(), colleague.shell_words(), clocks(colleague));
    let lines = account.passkeys.iter().map(|passkey| PasskeyLine {
        id: hex::encode(passkey.id),
        device: passkey.device.clone(),
        added: date_time(shell, passkey.added_at, offset),
        used: passkey
            .used_at
            .map_or_else(|| w.t("account.never").to_owned(), |at| date_time(shell, at, offset)),
    });
    lines.collect()
}

fn password_lines(colleague: &Colleague) -> [TextInput; 3] {
    let w = colleague.words();
    let secret = |name, label, autocomplete| TextInput {
        autocomplete,
        is_secret: true,
        ..line(name, label, None, LONGEST_TYPED)
    };
    [
        secret("old", w.t("account.old"), "current-password"),
        secret("new", w.t("account.new"), "new-password"),
        code_line(colleague),
    ]
}
