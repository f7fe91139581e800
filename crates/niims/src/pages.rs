//! Pages that only a demonstration serves: the index of addresses and log-ins, the
//! messages that would have gone out by telephone, and the gallery of components.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::tz::Offset;
use niims_country::CountryPack;
use niims_portal::demo_pages::{DemoPages, DemoSection, OutboxMessage};
use niims_store::{Database, StoreError, messages};
use niims_web::{Shell, ShellSettings, gallery_routes, secure};

use crate::ambient;

/// Messages shown, newest first.
const MOST_SHOWN: usize = 200;
/// Clocks of East Africa.
const EAST_AFRICA: Offset = Offset::constant(3);

#[derive(Clone)]
struct DemoState {
    pages: Arc<DemoPages>,
    db: Database,
    sections: Arc<dyn Fn() -> Vec<DemoSection> + Send + Sync>,
}

/// The routes `/demo`, `/demo/outbox` and `/components`; everything else goes on to
/// `rest`, which has the stylesheet. `sections` gives the log-ins as they are at the moment.
pub fn routes(
    db: Database,
    pack: Arc<CountryPack>,
    sections: impl Fn() -> Vec<DemoSection> + Send + Sync + 'static,
    rest: Router,
) -> Router {
    let shell = Shell::new(ShellSettings {
        key: ambient::page_entropy()(),
        entropy: ambient::page_entropy(),
        secure_cookies: false,
    });
    let pages = Arc::new(DemoPages::new(&ambient::page_entropy(), EAST_AFRICA));
    let state = DemoState { pages, db, sections: Arc::new(sections) };
    let pages = Router::new()
        .route("/demo", get(index))
        .route("/demo/outbox", get(outbox))
        .with_state(state)
        .merge(gallery_routes(Arc::new(shell), pack));
    secure(pages, false).fallback_service(rest)
}

async fn index(State(state): State<DemoState>, headers: HeaderMap, uri: Uri) -> Response {
    state.pages.index(&headers, &uri, &(state.sections)())
}

async fn outbox(State(state): State<DemoState>, headers: HeaderMap, uri: Uri) -> Response {
    let list = async {
        let mut tx = state.db.read().await?;
        messages::list_recent(&mut tx, MOST_SHOWN).await
    };
    let found: Result<_, StoreError> = list.await;
    match found {
        Ok(found) => {
            let shown: Vec<OutboxMessage> = found
                .into_iter()
                .map(|message| OutboxMessage {
                    at: message.created_at,
                    to: message.to,
                    body: message.body,
                })
                .collect();
            state.pages.outbox(&headers, &uri, &shown)
        }
        Err(error) => {
            tracing::error!(code = error.code(), "the outbox cannot be shown");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
