//! The gallery: every component with its data, for those who build pages. In
//! English, as the code is; the components' own words follow the language switch.
//!
//! The demonstration and the staff console serve it at `/components`.

mod specimens;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;

use crate::components::Link;
use crate::page::{Footer, Header, Page};
use crate::shell::Shell;
use crate::visitor::Visitor;
use specimens::Specimens;

/// The first page of the gallery.
const HOME: &str = "/components";

/// `GET /components`: to be merged into the routes of a program, inside its
/// [`secure`](crate::secure) and beside its [`asset_routes`](crate::asset_routes).
/// `shell` is the program's own.
pub fn routes<S: Clone + Send + Sync + 'static>(shell: Arc<Shell>) -> Router<S> {
    Router::new()
        .route(HOME, get(components))
        .route("/components/page", get(page))
        .layer(from_fn_with_state(Arc::clone(&shell), switch_language))
        .with_state(shell)
}

#[derive(Template)]
#[template(path = "gallery_components.html")]
struct Components<'a> {
    page: Page<'a>,
    s: Specimens,
}

#[derive(Template)]
#[template(path = "gallery_page.html")]
struct ExamplePage<'a> {
    page: Page<'a>,
    s: Specimens,
}

async fn components(State(shell): State<Arc<Shell>>, headers: HeaderMap, uri: Uri) -> Response {
    let visitor = shell.visitor(&headers, &uri);
    let page = frame(&shell, &visitor, "Components");
    shell.show(&visitor, StatusCode::OK, &Components { page, s: Specimens })
}

async fn page(State(shell): State<Arc<Shell>>, headers: HeaderMap, uri: Uri) -> Response {
    let visitor = shell.visitor(&headers, &uri);
    let mut page = frame(&shell, &visitor, "What is your name?");
    page.has_errors = true;
    page.who = Some("Supervisor, Example centre".to_owned());
    page.sign_out = Some("/components".to_owned());
    shell.show(&visitor, StatusCode::OK, &ExamplePage { page, s: Specimens })
}

fn frame<'a>(shell: &'a Shell, visitor: &Visitor, title: &str) -> Page<'a> {
    let header =
        Header { service: "Components".to_owned(), home: HOME.to_owned(), demonstration: true };
    let footer = Footer {
        controller: "For those who build pages of this house.".to_owned(),
        complaints: "A component that is missing here is missing everywhere: add it.".to_owned(),
        links: vec![(HOME.to_owned(), "All components".to_owned())],
    };
    let parts = vec![Link::new("Components", HOME), Link::new("A page", "/components/page")];
    let current = visitor.path.clone();
    shell.page(visitor, title, header, footer).with_navigation(parts, &current)
}

async fn switch_language(
    State(shell): State<Arc<Shell>>,
    request: Request,
    next: Next,
) -> Response {
    match shell.switch_language(&request) {
        Some(response) => response,
        None => next.run(request).await,
    }
}
