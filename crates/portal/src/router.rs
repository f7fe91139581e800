//! Addresses of the portal.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use niims_web::{asset_routes, secure};
use tower_http::catch_panic::CatchPanicLayer;

use crate::guest::{Guest, Portal};
use crate::pages::{code, collected, form, me, sign_in, sign_out, start};
use crate::state::PortalState;

/// Largest form that a page posts, in bytes: two short fields and a token.
const LARGEST_FORM: usize = 4 * 1024;

/// Largest page of the form that is filled in at home, bytes: the densest section has some 20 kB, and
/// the answers of the sections before travel in it.
const LARGEST_SECTION: usize = 128 * 1024;

/// Every page of the portal, ready to be served or merged.
pub fn router(state: PortalState) -> Router {
    let is_secure = state.secure_cookies;
    let portal = Arc::new(Portal::new(state));
    let on_panic = Arc::clone(&portal);
    let sections = Router::new()
        .route("/form/{kind}/{section}", get(form::again).post(form::send))
        .layer(DefaultBodyLimit::max(LARGEST_SECTION));
    let routes = Router::new()
        .route("/", get(start::show))
        .route("/what-we-collect", get(collected::show))
        .route("/what-we-collect.json", get(collected::json))
        .route("/form", get(form::choose).post(form::begin))
        .route("/form/paper/{kind}", get(form::show_paper))
        .route("/sign-in", get(sign_in::show).post(sign_in::send_code))
        .route("/code", get(code::show).post(code::sign_in))
        .route("/me", get(me::show))
        .route("/me/looked", get(me::looked))
        .route("/sign-out", post(sign_out::end))
        .route("/signed-out", get(sign_out::show))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .merge(sections)
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(&portal), switch_language))
        .with_state(portal)
        .merge(asset_routes())
        .layer(CatchPanicLayer::custom(move |_| panicked(&on_panic)));
    secure(routes, is_secure)
}

async fn not_found(guest: Guest) -> Response {
    guest.show_code(StatusCode::NOT_FOUND, "web.not_found")
}

async fn wrong_method(guest: Guest) -> Response {
    guest.show_code(StatusCode::METHOD_NOT_ALLOWED, "web.method")
}

/// The last resort: a page instead of a broken connection. Nothing of the panic
/// reaches the page, for it may speak of a person.
fn panicked(portal: &Arc<Portal>) -> Response {
    let visitor = portal.shell.visitor(&HeaderMap::new(), &Uri::from_static("/"));
    portal.guest(visitor).show_code(StatusCode::INTERNAL_SERVER_ERROR, "web.internal")
}

async fn switch_language(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::GET
        && let Some(response) = portal.shell.switch_language(&request)
    {
        return response;
    }
    next.run(request).await
}
