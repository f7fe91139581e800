//! The gallery: every component with its data, for those who build pages. In
//! English, as the code is; the components' own words follow the language switch.
//!
//! The demonstration and the staff console serve it at `/components`.

mod specimens;

mod pictures;

mod form;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use niims_country::CountryPack;

use crate::assets::Module;
use crate::components::{Link, PrintViewer};
use crate::headers::private_picture;
use crate::page::{Footer, Header, Page};
use crate::pictures::Picture;
use crate::shell::Shell;
use crate::visitor::Visitor;
use specimens::Specimens;

/// The first page of the gallery.
const HOME: &str = "/components";

/// What the pages of the gallery share.
#[derive(Clone)]
struct Gallery {
    shell: Arc<Shell>,
    pack: Arc<CountryPack>,
}

/// `GET /components…`: to be merged into the routes of a program, inside its
/// [`secure`](crate::secure) and beside its [`asset_routes`](crate::asset_routes).
/// `shell` and `pack` are the program's own. Nothing that is posted is kept.
pub fn routes<S: Clone + Send + Sync + 'static>(
    shell: Arc<Shell>,
    pack: Arc<CountryPack>,
) -> Router<S> {
    let gallery = Gallery { shell, pack };
    Router::new()
        .route(HOME, get(components))
        .route("/components/page", get(page))
        .route("/components/pictures", get(charts))
        .route("/components/prints", get(prints))
        .route("/components/print-left.svg", get(print))
        .route("/components/print-right.svg", get(print))
        .route("/components/form", get(form::show).post(form::check))
        .layer(from_fn_with_state(gallery.clone(), switch_language))
        .with_state(gallery)
}

#[derive(Template)]
#[template(path = "gallery_pictures.html")]
struct Charts<'a> {
    page: Page<'a>,
    line: Picture,
    multiples: Vec<Picture>,
    bars: Picture,
    histogram: Picture,
    map: Picture,
}

#[derive(Template)]
#[template(path = "gallery_prints.html")]
struct Prints<'a> {
    page: Page<'a>,
    viewer: PrintViewer,
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

async fn components(
    State(Gallery { shell, .. }): State<Gallery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let visitor = shell.visitor(&headers, &uri);
    let page = frame(&shell, &visitor, "Components");
    shell.show(&visitor, StatusCode::OK, &Components { page, s: Specimens })
}

async fn page(
    State(Gallery { shell, .. }): State<Gallery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
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
    let parts = vec![
        Link::new("Components", HOME),
        Link::new("A page", "/components/page"),
        Link::new("A form", "/components/form"),
        Link::new("Charts and maps", "/components/pictures"),
        Link::new("Print viewer", "/components/prints"),
    ];
    let current = visitor.path.clone();
    shell.page(visitor, title, header, footer).with_navigation(parts, &current)
}

async fn charts(
    State(Gallery { shell, pack }): State<Gallery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let visitor = shell.visitor(&headers, &uri);
    let page = Charts {
        page: frame(&shell, &visitor, "Charts and maps"),
        line: pictures::line(),
        multiples: pictures::multiples(),
        bars: pictures::bars(),
        histogram: pictures::histogram(),
        map: pictures::map(&pack),
    };
    shell.show(&visitor, StatusCode::OK, &page)
}

async fn prints(
    State(Gallery { shell, .. }): State<Gallery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let visitor = shell.visitor(&headers, &uri);
    let mut page = frame(&shell, &visitor, "Print viewer").with_module(Module::PrintViewer);
    page.is_wide = true;
    shell.show(&visitor, StatusCode::OK, &Prints { page, viewer: pictures::viewer() })
}

async fn print() -> Response {
    private_picture("image/svg+xml", pictures::print_svg().into_bytes(), 600)
}

async fn switch_language(
    State(Gallery { shell, .. }): State<Gallery>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::GET
        && let Some(response) = shell.switch_language(&request)
    {
        return response;
    }
    next.run(request).await
}
