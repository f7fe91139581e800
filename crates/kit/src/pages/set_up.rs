//! A folder without a kit: one page that asks for the one-time code of the centre. Once the kit is
//! set up its own pages take over, in the same program.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use niims_record::fleet::EnrolmentCode;
use niims_web::{
    Button, Fault, Field, Posted, Question, Shell, ShellSettings, TextInput, Texts, Visitor, Words,
    asset_routes, secure,
};
use niims_wire::{Clock, Entropy};
use tower::ServiceExt as _;

use super::guest::{Pairs, plain_page};
use super::host::{self, Names};
use super::router::router;
use super::sender::SOFTWARE;
use super::state::{PagesSetup, bytes};
use super::texts::texts;
use super::view::FormView;
use crate::certificate::PapersError;
use crate::client::Link;
use crate::kit::{Kit, KitOptions};

/// Longest code that is read, characters: 28 letters as anybody may space them.
const LONGEST_CODE: usize = 64;
/// Largest form, bytes: a code and a token.
const LARGEST_FORM: usize = 4 * 1024;
/// Longest pause between two attempts while somebody waits before the page: one second.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Why there is no kit yet, as words below `set_up.refused`.
#[cfg(test)]
pub(super) const REFUSED: &[&str] = &[
    "no_code", "code", "too_many", "centre", "line", "portal", "busy", "tpm", "disk", "in_use",
    "other",
];

/// What is needed to make a kit of a folder.
pub struct KitSetUp {
    /// The folder.
    pub folder: PathBuf,
    /// As of [`Kit::open`].
    pub options: KitOptions,
    /// The TPM to which the keys are bound, where there is one.
    pub tpm: Option<PathBuf>,
    /// Address of the centre that made the code.
    pub centre: String,
    /// Tells the time.
    pub clock: Clock,
    /// Random bytes, cryptographically secure.
    pub entropy: Entropy,
    /// The port under which the browser finds the pages.
    pub port: u16,
    /// What the pages of the kit are given, once there is one.
    pub pages: Box<dyn FnOnce(Kit) -> PagesSetup + Send>,
}

impl core::fmt::Debug for KitSetUp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("KitSetUp(…)")
    }
}

struct Doorway {
    shell: Shell,
    texts: Texts,
    /// Taken by the one enrolment that succeeds.
    set_up: Mutex<Option<KitSetUp>>,
    /// The pages of the kit, from then on.
    ready: OnceLock<Router>,
}

/// The page that sets a kit up, and then every page of that kit. Serve it on the loopback alone.
pub fn router_of_folder(set_up: KitSetUp) -> Router {
    let names = Names::new(set_up.port);
    let page_entropy = {
        let entropy = set_up.entropy.clone();
        Arc::new(move || bytes(&entropy))
    };
    let shell = Shell::new(ShellSettings {
        key: bytes(&set_up.entropy),
        entropy: page_entropy,
        secure_cookies: false,
    });
    let set_up = Mutex::new(Some(set_up));
    let doorway = Arc::new(Doorway { shell, texts: texts(), set_up, ready: OnceLock::new() });
    let routes = Router::new()
        .route("/", get(show).post(enrol))
        .fallback(elsewhere)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(Arc::clone(&doorway), switch_language))
        .with_state(Arc::clone(&doorway))
        .merge(asset_routes());
    secure(routes.layer(from_fn_with_state(names, host::check)), false)
        .layer(from_fn_with_state(doorway, pass_on))
}

/// Once there is a kit its own pages answer.
async fn pass_on(State(doorway): State<Arc<Doorway>>, request: Request, next: Next) -> Response {
    match doorway.ready.get() {
        Some(pages) => pages.clone().oneshot(request).await.into_response(),
        None => next.run(request).await,
    }
}

async fn switch_language(
    State(doorway): State<Arc<Doorway>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::GET
        && let Some(response) = doorway.shell.switch_language(&request)
    {
        return response;
    }
    next.run(request).await
}

/// No other page is there yet.
async fn elsewhere(State(doorway): State<Arc<Doorway>>) -> Response {
    doorway.shell.go_to("/")
}

async fn show(State(doorway): State<Arc<Doorway>>, headers: HeaderMap, uri: Uri) -> Response {
    let visitor = doorway.shell.visitor(&headers, &uri);
    doorway.ask(&visitor, "", None)
}

/// `POST /`: makes the keys, shows the code to the centre, and becomes a kit.
async fn enrol(
    State(doorway): State<Arc<Doorway>>,
    headers: HeaderMap,
    uri: Uri,
    form: Pairs,
) -> Response {
    let visitor = doorway.shell.visitor(&headers, &uri);
    let posted = Posted::new(form.map(|form| form.0).unwrap_or_default());
    if !doorway.shell.form_is_ours(&visitor, posted.text("csrf")) {
        // Left open while the program began anew: the page is shown with a form that counts.
        return doorway.ask(&visitor, "", None);
    }
    let typed = posted.text("code").to_owned();
    let Some(code) = EnrolmentCode::read(&typed) else {
        return doorway.ask(&visitor, &typed, Some(("no_code", "")));
    };
    let shared = Arc::clone(&doorway);
    let made = tokio::task::spawn_blocking(move || shared.become_kit(&code)).await;
    match made {
        Ok(Ok(())) => doorway.shell.go_to("/"),
        Ok(Err(error)) => {
            tracing::warn!(code = error.code(), "the kit was not set up");
            doorway.ask(&visitor, &typed, Some((word_of(error.code()), error.code())))
        }
        Err(_) => doorway.ask(&visitor, &typed, Some(("other", "web.internal"))),
    }
}

impl Doorway {
    fn become_kit(&self, code: &EnrolmentCode) -> Result<(), PapersError> {
        let mut held = self.set_up.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(with) = held.as_ref() else { return Ok(()) };
        let now = || with.clock.now();
        let mut sleep = |pause: Duration| std::thread::sleep(pause.min(LONGEST_PAUSE));
        let mut link = Link { base_url: with.centre.clone(), clock: &now, sleep: &mut sleep };
        let (options, tpm) = (with.options.clone(), with.tpm.as_deref());
        let mut rng = with.entropy.rng();
        let mut kit = Kit::enrol_by_code(&with.folder, code, &mut link, options, tpm, &mut rng)?;
        // The fleet's page shows that it works; where this fails the next report tells it.
        let _ = kit.contact(&mut link, SOFTWARE);
        if let Some(with) = held.take() {
            let _ = self.ready.set(router((with.pages)(kit)));
        }
        Ok(())
    }

    fn ask(&self, visitor: &Visitor, typed: &str, refused: Option<(&str, &str)>) -> Response {
        let w = Words::new(&self.texts, visitor.language);
        let title = w.t("set_up.title");
        let page = plain_page(&self.shell, visitor, w, title);
        let mut view = FormView::new(page, w, Some(title.to_owned()));
        view.lead = vec![w.t("set_up.lead").to_owned(), w.t("set_up.line").to_owned()];
        let fault = refused.map(|(word, code)| {
            let text = w.fill_one(&format!("set_up.refused.{word}"), "code", code);
            Fault { id: "code".to_owned(), text }
        });
        let code = TextInput {
            question: Question::new("code", w.t("set_up.code"))
                .hint(w.t("set_up.code_hint"))
                .error(fault.as_ref().map(|fault| fault.text.clone())),
            value: typed.chars().take(LONGEST_CODE).collect(),
            max_length: LONGEST_CODE,
            width: 30,
            ..TextInput::default()
        };
        view.fields = vec![Field::Text(code)];
        "/".clone_into(&mut view.action);
        view.buttons = vec![Button::send(w.t("set_up.go"))];
        view.page.has_errors = fault.is_some();
        let status =
            if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        view.faults = fault.into_iter().collect();
        self.shell.show(visitor, status, &view)
    }
}

/// What a stable code means to whoever stands before the page.
fn word_of(code: &str) -> &'static str {
    match code {
        "kit.code_refused" => "code",
        "kit.too_many_codes" => "too_many",
        "kit.papers_key" | "kit.papers_certificate" | "kit.papers_other_kit" => "centre",
        "link.unreachable" => "line",
        "link.portal" => "portal",
        "link.refused" => "busy",
        "kit.disk_full" => "disk",
        "kit.in_use" => "in_use",
        code if code.starts_with("tpm.") => "tpm",
        _ => "other",
    }
}
