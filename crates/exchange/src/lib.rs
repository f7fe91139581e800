//! The exchange: agencies ask one narrow question under a recorded legal basis
//! and get yes or no, nothing else.
//!
//! An agency client proves itself (OAuth 2.0 client credentials, RFC 6749 §4.4),
//! names the officer who asks and the purpose, and the register answers through
//! [`niims_wire::agency::AgencyQuestions`], which writes the disclosure line in the
//! same transaction as the read. The contract is generated from this code:
//! `openapi.json` beside this crate, checked by a test.

// In this order: what a client meets first; the blank lines keep it.
mod state;

mod token;

mod question;

mod purposes;

mod contract;

mod refusal;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use contract::openapi;
pub use state::{AddClientError, ExchangeState, NewClient, add_client};

/// Largest body of a request, in bytes. The longest honest question is a name of
/// twelve parts with 60 characters each, below 4 KiB in any encoding.
const LARGEST_BODY: usize = 8 * 1024;

/// The routes of the exchange, to be mounted at the root of a listener.
pub fn router(state: ExchangeState) -> Router {
    let (router, _) = routes_and_contract();
    router
        .route("/exchange/v1/openapi.json", axum::routing::get(contract::serve))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .fallback(refusal::no_such_page)
        .method_not_allowed_fallback(refusal::no_such_method)
        .with_state(state)
}

fn routes_and_contract() -> (Router<ExchangeState>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(contract::base())
        .routes(routes!(token::issue))
        .routes(routes!(question::ask))
        .routes(routes!(purposes::list))
        .split_for_parts()
}

#[cfg(test)]
mod tests;
