//! The ABIS interface of OSIA, version 1.6.0: all its 22 operations over HTTP.
//!
//! A request goes the same way for all: who asks ([`state`]), path and query ([`call`], [`query`],
//! [`how`]), body ([`messages`], [`integrity`], [`convert`]), the service, and back ([`telling`]),
//! or later to a callback ([`callback`]). What is not supported, and why, stands in `docs/OSIA.md`.

// The way in.
mod call;
mod how;
mod query;
mod state;

pub mod messages;

mod integrity;

mod convert;

mod operations;

// The way out.
mod callback;
mod reports;
mod telling;

mod fault;
mod numbers;
mod refusal;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::{any, delete, get, post, put};
use tower_http::set_header::SetResponseHeaderLayer;

pub use callback::{EDGE, OsiaCallbacks};
pub use state::OsiaState;

use fault::Fault;
use operations as o;
use refusal::Refusal;

/// The routes of the interface, to be mounted at the root of a listener.
pub fn router(state: OsiaState) -> Router {
    let person = "/v1/persons/{person}";
    let encounters = "/v1/persons/{person}/encounters";
    let encounter = "/v1/persons/{person}/encounters/{encounter}";
    let of_encounter = |rest: &str| format!("{encounter}/{rest}");
    let kept_nowhere = SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    Router::new()
        .route("/v1/persons", post(o::create_encounter::without_names))
        .route(person, delete(o::delete_all::delete_all))
        .route(
            encounters,
            post(o::create_encounter::of_person).get(o::read_all_encounters::read_all_encounters),
        )
        .route(
            encounter,
            post(o::create_encounter::named)
                .get(o::read_encounter::read_encounter)
                .put(o::update_encounter::update_encounter)
                .delete(o::delete_encounter::delete_encounter),
        )
        .route(&of_encounter("status"), put(o::update_status::update_status))
        .route(&of_encounter("galleries"), put(o::update_galleries::update_galleries))
        .route(&of_encounter("templates"), get(o::read_template::read_template))
        .route("/v1/persons/{person}/merge/{source}", post(o::merge::merge))
        .route(
            "/v1/persons/{person}/move/{source}/encounters/{encounter}",
            post(o::move_encounter::move_encounter),
        )
        .route("/v1/identify/{gallery}", post(o::identify::given))
        .route("/v1/identify/{gallery}/{person}", post(o::identify::person))
        .route(
            "/v1/identify/{gallery}/{person}/encounters/{encounter}",
            post(o::identify::encounter),
        )
        .route("/v1/verify/{gallery}/{person}", post(o::verify::from_id))
        .route("/v1/verify", post(o::verify::from_bio))
        .route("/v1/galleries", get(o::read_galleries::read_galleries))
        .route("/v1/galleries/{gallery}", get(o::read_gallery_content::read_gallery_content))
        .route("/v1/tasks/{task}/status", get(o::read_task_status::read_task_status))
        .route("/v1/tasks/{task}/redeliver", post(o::redeliver::redeliver))
        // Not the fallback of the router: a listener may serve other interfaces as well.
        .route("/v1/{*rest}", any(async || Refusal::from(Fault::NoSuchOperation)))
        .method_not_allowed_fallback(async || Refusal::from(Fault::NoSuchMethod))
        .layer(kept_nowhere)
        .with_state(state)
}

#[cfg(test)]
mod tests;
