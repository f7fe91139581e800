//! The guard before each route: form, session, duty.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use niims_record::OfficerId;
use niims_record::staff::{Action, On, Permit, Refused, may};
use niims_store::staff::drafts::{self, Draft};
use niims_web::Cookie;
use serde_json::json;

use super::LARGEST_FORM;
use super::colleague::SignedIn;
use super::console::Console;
use super::guest::Guest;
use super::routes::Gate;
use crate::staff::sessions::{Whose, find};
use crate::staff::{StaffError, trail};

/// Name of the cookie that says where to go after the sign-in.
pub(super) const NEXT: &str = "staff-next";
/// Name of the cookie that leads to what was posted after the session's end.
pub(super) const DRAFT: &str = "staff-draft";
/// Seconds for which both are kept: as long as it takes to sign in again, with a call
/// between.
pub(super) const KEPT_S: u32 = 3_600;

/// What a guard knows of its route.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) console: Arc<Console>,
    pub(super) gate: Gate,
    pub(super) path: &'static str,
}

/// Lets a request through to its handler, or answers itself.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(mut guest) = Guest::from_request_parts(&mut parts, &guard.console).await;
    let mut fields = Vec::new();
    let mut body = body;
    if parts.method == Method::POST {
        let typed = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        match read_form(&guest, typed.unwrap_or_default(), body).await {
            Ok((read, bytes)) => {
                fields = read;
                body = Body::from(bytes);
            }
            Err(response) => return *response,
        }
    }
    let whose = match guest.session_token() {
        Some(token) => find(guest.accounts(), token).await,
        None => Ok(Whose::Nobody),
    };
    let whose = match whose {
        Ok(whose) => whose,
        Err(error) => return guest.show_error(&error),
    };
    let (session, standing) = match (whose, guard.gate) {
        (Whose::Live { session, standing }, _) => (session, standing),
        (_, Gate::Anybody) => return next.run(Request::from_parts(parts, body)).await,
        (Whose::Ended(officer), Gate::May(_)) if parts.method == Method::POST => {
            return keep_and_sign_in(&guest, officer, fields).await;
        }
        (_, Gate::May(_)) => return sign_in_first(&guest, &parts.method),
    };
    let officer = session.officer;
    let action = match guard.gate {
        Gate::May(action) => action,
        // The pages before the sign-in only need to know that somebody is there.
        Gate::Anybody => Action::OwnAccount,
    };
    let permit = match may(&standing, action, On::Nothing, guest.accounts().now()) {
        Ok(permit) => permit,
        Err(_) if guard.gate == Gate::Anybody => {
            return next.run(Request::from_parts(parts, body)).await;
        }
        Err(refused) => {
            // The page that says why lets its reader sign out.
            let permit = Permit::Account;
            guest.signed_in = Some(Arc::new(SignedIn { session, standing, permit }));
            return refuse(&guest, officer, action, refused, guard.path).await;
        }
    };
    parts.extensions.insert(Arc::new(SignedIn { session, standing, permit }));
    next.run(Request::from_parts(parts, body)).await
}

/// Where a visitor wanted to go, if it is one of these pages.
pub(super) fn wanted(guest: &Guest) -> Option<String> {
    let path = hex::decode(guest.console.shell.cookie(&guest.visitor, NEXT)?).ok()?;
    let path = String::from_utf8(path).ok()?;
    let ours = path == "/staff" || path.starts_with("/staff/");
    (ours && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')).then_some(path)
}

/// Records that somebody tried what no duty permits, and says so in plain words.
pub(super) async fn refuse(
    guest: &Guest,
    officer: OfficerId,
    action: Action,
    refused: Refused,
    route: &str,
) -> Response {
    let accounts = guest.accounts();
    let record = async {
        let mut tx = accounts.db.write().await?;
        let details = json!({ "reason": refused.code(), "route": route });
        let now = accounts.now();
        trail::event(&mut tx, Some(officer), "staff.refused", action.name(), details, now).await?;
        tx.commit().await?;
        Ok::<_, StaffError>(())
    };
    match record.await {
        Ok(()) => guest.show_problem(403, refused.code()),
        Err(error) => guest.show_error(&error),
    }
}

type Form = (Vec<(String, String)>, axum::body::Bytes);

/// The fields of a form: bounded, then read, then known to come from one of our pages.
async fn read_form(guest: &Guest, kind: &str, body: Body) -> Result<Form, Box<Response>> {
    let refused = |status, code| Err(Box::new(guest.show_code(status, code)));
    let Ok(bytes) = to_bytes(body, LARGEST_FORM).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "web.too_large");
    };
    let read = serde_urlencoded::from_bytes::<Vec<(String, String)>>(&bytes);
    let (true, Ok(fields)) = (kind.starts_with("application/x-www-form-urlencoded"), read) else {
        return refused(StatusCode::BAD_REQUEST, "web.form_unreadable");
    };
    let token = fields.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.as_str());
    if guest.console.shell.form_is_ours(&guest.visitor, token.unwrap_or_default()) {
        Ok((fields, bytes))
    } else {
        refused(StatusCode::FORBIDDEN, "web.form_forged")
    }
}

/// Sends a visitor without a session to the sign-in; a page is come back to.
fn sign_in_first(guest: &Guest, method: &Method) -> Response {
    let mut response = guest.go_to("/staff/sign-in");
    if method == Method::GET {
        // Not sealed: a visitor who is new here has no visit yet to which it could be bound.
        let cookie = Cookie::lasting(NEXT, hex::encode(&guest.visitor.path), KEPT_S);
        guest.console.shell.set(&mut response, &cookie);
    }
    response
}

/// Keeps what was posted after the session's end, so that no work is lost, and sends its
/// owner to the sign-in.
async fn keep_and_sign_in(
    guest: &Guest,
    officer: OfficerId,
    mut fields: Vec<(String, String)>,
) -> Response {
    let accounts = guest.accounts();
    let token = accounts.token();
    fields.retain(|(name, _)| name != "csrf");
    let draft = Draft { path: guest.visitor.path.clone(), fields };
    let keep = async {
        let mut tx = accounts.db.write().await?;
        drafts::put(&mut tx, &token, officer, &draft, accounts.now()).await?;
        tx.commit().await?;
        Ok::<_, StaffError>(())
    };
    if let Err(error) = keep.await {
        return guest.show_error(&error);
    }
    let mut response = guest.go_to("/staff/sign-in");
    guest.console.shell.set(&mut response, &Cookie::lasting(DRAFT, token, KEPT_S));
    response
}
