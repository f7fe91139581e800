//! The pages of staff, under `/staff`.
//!
//! # How to add a page
//!
//! Every route is declared through [`StaffRoutes`], which names its action:
//!
//! ```ignore
//! pub(crate) fn routes() -> StaffRoutes {
//!     StaffRoutes::new()
//!         // A page that the home page lists, under the text `home.link.queue`.
//!         .listed("/staff/queue", Action::ReadQueue, "queue", show)
//!         .get("/staff/cases/{case}", Action::ReadEvidence, case)
//!         .post("/staff/cases/{case}/opinion", Action::GiveOpinion, opine)
//! }
//!
//! async fn case(colleague: Colleague, Path(case): Path<String>) -> Response {
//!     // Whose session it is. What the page is about decides about the place:
//!     let path = path_of_the_case(case);
//!     if let Err(response) = colleague.must(Action::ReadEvidence, On::Place(&path)).await {
//!         return response;
//!     }
//!     let officer = colleague.officer();
//!     …
//!     colleague.show(StatusCode::OK, &CasePage { page: colleague.page(title), … })
//! }
//! ```
//!
//! Then merge it in [`declared`] and renew `matrix.txt` (its test says how). Before a
//! handler runs, the route's guard has looked up the session, checked that a duty in
//! force permits the action, and for a POST that the form came from a page of this visit
//! (`{% call ui::csrf(page) %}`) and is no larger than [`LARGEST_FORM`]. A visitor without
//! a session is sent to the sign-in and comes back; what was posted is kept and offered to
//! be sent again. Somebody whose duties do not permit the action sees a page that says why
//! (403), and the try stands in the audit trail. Handlers must decide about the place, and
//! the register decides every gate again.

mod colleague;
mod console;
mod desk;
mod fleet;
mod guard;
mod guest;
mod matrix;
mod pages;
mod routes;
mod script;
mod texts;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use niims_web::{asset_routes, secure};
use tower_http::catch_panic::CatchPanicLayer;

pub use colleague::{Colleague, SignedIn};
pub(crate) use console::Console;
pub use console::ConsoleState;
pub use desk::Desk;
pub(crate) use guest::Guest;
pub use routes::StaffRoutes;

/// Largest form that a page posts, in bytes.
pub const LARGEST_FORM: usize = 64 * 1024;

/// Every route of the staff pages, as declared.
pub(crate) fn declared() -> StaffRoutes {
    StaffRoutes::new().merge(pages::routes()).merge(desk::routes()).merge(fleet::routes())
}

/// Who may come to which staff page: a line for each route, a column for each role.
pub fn access_matrix() -> String {
    matrix::table(declared().declarations())
}

/// The staff pages, ready to be served: everything under `/staff`.
pub fn router(state: ConsoleState) -> Router {
    let is_secure = state.site.secure;
    let declared = declared();
    let console = Arc::new(Console::new(state, declared.listed_pages()));
    let on_panic = Arc::clone(&console);
    let routes = declared
        .into_router(&console)
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(&console), switch_language))
        .with_state(console)
        .merge(script::routes())
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
fn panicked(console: &Arc<Console>) -> Response {
    let visitor = console.shell.visitor(&HeaderMap::new(), &Uri::from_static("/staff"));
    Guest::new(Arc::clone(console), visitor, None)
        .show_code(StatusCode::INTERNAL_SERVER_ERROR, "web.internal")
}

async fn switch_language(
    State(console): State<Arc<Console>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::GET
        && let Some(response) = console.shell.switch_language(&request)
    {
        return response;
    }
    next.run(request).await
}
