//! A member of staff who is signed in.

use core::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use niims_record::OfficerId;
use niims_record::staff::{Action, On, Permit, Refused, Standing, may};
use niims_store::staff::sessions::Session;

use super::console::Console;
use super::guard::refuse;
use super::guest::Guest;

/// A live session and what its owner holds at this request.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// What its owner holds.
    pub standing: Standing,
    /// What permitted the action of this route.
    pub permit: Permit,
}

/// The visitor of a route that needs a session. Handlers of guarded routes take it.
pub struct Colleague {
    guest: Guest,
    signed_in: Arc<SignedIn>,
}

impl FromRequestParts<Arc<Console>> for Colleague {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Arc<Console>,
    ) -> Result<Self, Response> {
        let Ok(guest) = Guest::from_request_parts(parts, console).await;
        match guest.signed_in.clone() {
            Some(signed_in) => Ok(Self { guest, signed_in }),
            // A guarded route always has one; an open route has no colleague.
            None => Err(guest.go_to("/staff/sign-in").into_response()),
        }
    }
}

impl Colleague {
    /// Who it is.
    pub fn officer(&self) -> OfficerId {
        self.signed_in.session.officer
    }

    /// The session and what is held.
    pub fn signed_in(&self) -> &SignedIn {
        &self.signed_in
    }

    /// Whether something may be done, here and now. For what a page shows.
    pub fn may(&self, action: Action, on: On<'_>) -> Result<Permit, Refused> {
        may(&self.signed_in.standing, action, on, self.guest.accounts().now())
    }

    /// As [`Colleague::may`]; a refusal is recorded and gives the page that says why.
    pub async fn must(&self, action: Action, on: On<'_>) -> Result<Permit, Response> {
        match self.may(action, on) {
            Ok(permit) => Ok(permit),
            Err(refused) => {
                Err(refuse(&self.guest, self.officer(), action, refused, "handler").await)
            }
        }
    }
}

impl Deref for Colleague {
    type Target = Guest;

    fn deref(&self) -> &Guest {
        &self.guest
    }
}
