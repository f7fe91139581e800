//! What an ABIS offers over HTTP and how each interface tells of ended tasks: the one place where
//! interfaces are mounted.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use niims_abis::osia::{self, OsiaCallbacks, OsiaState};
use niims_abis::service::Service;
use niims_abis::service::clients::token_router;
use niims_abis::service::tasks::CallbackForms;

use crate::ambient;

/// All routes. Each interface knows its own paths from the root.
pub fn routes(service: &Service) -> Router {
    let osia = OsiaState::new(service.clone(), ambient::entropy());
    Router::new()
        .merge(token_router(service.clone()))
        .merge(osia::router(osia))
        .merge(health(service.clone()))
}

/// The forms in which interfaces deliver results.
pub fn forms() -> Arc<CallbackForms> {
    Arc::new(CallbackForms::from([(osia::EDGE, Arc::new(OsiaCallbacks) as _)]))
}

/// `GET /abis/health`: 204 where database and gallery answer, else 503.
fn health(service: Service) -> Router {
    let answer = move || {
        let service = service.clone();
        async move {
            match service.ping().await {
                Ok(()) => StatusCode::NO_CONTENT,
                Err(_) => StatusCode::SERVICE_UNAVAILABLE,
            }
        }
    };
    Router::new().route("/abis/health", get(answer))
}
