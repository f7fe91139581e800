//! Serving a centre over HTTP on one address: kits, agencies, staff, residents.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use niims_console::Site;
use niims_console::http::ConsoleState;
use niims_exchange::ExchangeState;
use niims_portal::PortalState;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::ambient;
use crate::centre::Centre;

/// A centre at work: workers, the keeper of the log, and the listener.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// All routes of a centre.
///
/// `site` says where browsers find them.
pub fn routes(centre: &Centre, site: &Site, demonstration: bool) -> Router {
    let key = (ambient::page_entropy())();
    let clock = ambient::clock();
    let exchange = niims_exchange::router(ExchangeState {
        db: centre.db.clone(),
        questions: centre.register.clone(),
        pack: Arc::clone(&centre.pack),
        clock: ambient::clock(),
        entropy: ambient::entropy(),
    });
    let portal = niims_portal::router(PortalState {
        desk: centre.register.clone(),
        pack: Arc::clone(&centre.pack),
        clock: Arc::new(move || clock.now()),
        entropy: ambient::page_entropy(),
        key,
        secure_cookies: site.secure,
        demonstration,
    });
    let staff = staff(centre, site.clone(), demonstration);
    // Each part knows its own paths from the root, so the parts are told apart by
    // their first segment and not rewritten.
    let kits = niims_register::http::kit_router(centre.register.clone());
    let parts = Parts { kits, exchange, staff, portal };
    Router::new().fallback(move |request: Request| parts.clone().answer(request))
}

/// The pages of staff.
fn staff(centre: &Centre, site: Site, demonstration: bool) -> Router {
    niims_console::http::router(ConsoleState {
        db: centre.db.clone(),
        desk: centre.register.clone(),
        pack: Arc::clone(&centre.pack),
        clock: ambient::clock(),
        entropy: ambient::entropy(),
        key: (ambient::page_entropy())(),
        site,
        demonstration,
    })
}

/// The four doors of a centre.
#[derive(Clone)]
struct Parts {
    kits: Router,
    exchange: Router,
    staff: Router,
    portal: Router,
}

impl Parts {
    async fn answer(self, request: Request) -> Response {
        let path = request.uri().path();
        let part = if path.starts_with("/kit/") {
            self.kits
        } else if path.starts_with("/exchange/") {
            self.exchange
        } else if path == "/staff" || path.starts_with("/staff/") {
            self.staff
        } else {
            self.portal
        };
        part.oneshot(request).await.into_response()
    }
}

/// Starts the workers and listens.
pub async fn start(
    centre: &Centre,
    listen: SocketAddr,
    workers: usize,
    routes: Router,
) -> Result<Running> {
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for worker in 0..workers {
        // The process id keeps a restarted worker from renewing a dead one's lease.
        let name = format!("{}-{worker}", std::process::id());
        tasks.spawn(Arc::clone(&centre.register).work(name, stopped.clone()));
    }
    tasks.spawn(Arc::clone(&centre.register).keep_log(stopped.clone()));
    tasks.spawn(Arc::clone(&centre.matcher).keep(stopped.clone()));
    // Who tries to sign in is counted by address.
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let mut until = stopped;
    tasks.spawn(async move {
        let ended = async move {
            let _ = until.wait_for(|stop| *stop).await;
        };
        if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(ended).await {
            tracing::error!(%error, "the listener ended");
        }
    });
    Ok(Running { address, stop, tasks })
}

impl Running {
    /// Runs something beside the rest, which is told when to stop.
    pub fn beside<F>(&mut self, work: impl FnOnce(watch::Receiver<bool>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(work(self.stop.subscribe()));
    }

    /// Stops taking work, lets what runs end, and returns.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}
