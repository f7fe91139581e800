//! What an ABIS offers over HTTP and how each interface tells of ended tasks: the one place where
//! interfaces are mounted.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use niims_abis::service::Service;
use niims_abis::service::clients::token_router;
use niims_abis::service::tasks::CallbackForms;

/// All routes. Each interface knows its own paths from the root.
pub fn routes(service: &Service) -> Router {
    Router::new().merge(token_router(service.clone())).merge(health(service.clone()))
}

/// The forms in which interfaces deliver results.
pub fn forms() -> Arc<CallbackForms> {
    Arc::new(CallbackForms::new())
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
