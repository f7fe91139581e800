//! Declaring routes: each with the action that it is, so that none can be forgotten.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use niims_record::staff::Action;

use super::console::Console;
use super::guard::{Guard, guard};

/// Who may come to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Anybody: the pages before the sign-in.
    Anybody,
    /// Whose duties permit this action.
    May(Action),
}

/// One route as declared.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) gate: Gate,
}

/// A page that the home page lists for those who may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub(crate) path: &'static str,
    pub(crate) action: Action,
    /// The text under `home.link.` that names it.
    pub(crate) text: &'static str,
}

type Routes = Router<Arc<Console>>;
type Mount = Box<dyn FnOnce(Routes, &Arc<Console>) -> Routes>;

/// Routes of staff pages. There is no other way to mount one.
#[derive(Default)]
pub struct StaffRoutes {
    declared: Vec<Declared>,
    listed: Vec<Listed>,
    mounts: Vec<Mount>,
}

impl StaffRoutes {
    /// No routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page for those who may do `action`.
    pub(crate) fn get<H, T>(self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, Arc<Console>>,
        T: 'static,
    {
        self.add(Method::GET, path, Gate::May(action), get(handler))
    }

    /// As [`StaffRoutes::get`], listed on the home page under the text `home.link.TEXT`.
    pub(crate) fn listed<H, T>(
        mut self,
        path: &'static str,
        action: Action,
        text: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Arc<Console>>,
        T: 'static,
    {
        self.listed.push(Listed { path, action, text });
        self.get(path, action, handler)
    }

    /// A form for those who may do `action`.
    pub(crate) fn post<H, T>(self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Handler<T, Arc<Console>>,
        T: 'static,
    {
        self.add(Method::POST, path, Gate::May(action), post(handler))
    }

    /// A page for anybody.
    pub(crate) fn open_get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Console>>,
        T: 'static,
    {
        self.add(Method::GET, path, Gate::Anybody, get(handler))
    }

    /// A form for anybody.
    pub(crate) fn open_post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Console>>,
        T: 'static,
    {
        self.add(Method::POST, path, Gate::Anybody, post(handler))
    }

    /// These and those.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.declared.extend(other.declared);
        self.listed.extend(other.listed);
        self.mounts.extend(other.mounts);
        self
    }

    /// What was declared, for the matrix.
    pub(crate) fn declarations(&self) -> &[Declared] {
        &self.declared
    }

    /// What the home page lists.
    pub(crate) fn listed_pages(&self) -> Vec<Listed> {
        self.listed.clone()
    }

    /// The router, each route behind its guard.
    pub(crate) fn into_router(self, console: &Arc<Console>) -> Routes {
        self.mounts.into_iter().fold(Router::new(), |router, mount| mount(router, console))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        gate: Gate,
        handler: MethodRouter<Arc<Console>>,
    ) -> Self {
        self.declared.push(Declared { method, path, gate });
        self.mounts.push(Box::new(move |router, console| {
            let guarded = Guard { console: Arc::clone(console), gate, path };
            router.route(path, handler.layer(from_fn_with_state(guarded, guard)))
        }));
        self
    }
}

impl core::fmt::Debug for StaffRoutes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StaffRoutes").field("declared", &self.declared).finish_non_exhaustive()
    }
}
