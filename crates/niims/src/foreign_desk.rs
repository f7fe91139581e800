//! The foreign desk of a centre, as a file describes it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use niims_foreign_desk::{Described, Settings, ShareState, send, serve, share_router};

use crate::ambient;
use crate::centre::Centre;
use crate::serve::Running;

/// What a description says.
pub struct ForeignDesk(Described);

/// Reads a description; the files that it names lie beside it.
pub fn open(file: &Path) -> Result<ForeignDesk> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?;
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let settings = Settings::from_toml(&text, folder).with_context(|| format!("{shown}"))?;
    let described = settings.described(&ambient::clock()).with_context(|| format!("{shown}"))?;
    Ok(ForeignDesk(described))
}

impl ForeignDesk {
    /// Where another desk fetches shares, if one looks at our cases.
    pub fn shares(&self, centre: &Centre) -> Router {
        let Some((_, shares)) = &self.0.sends else { return Router::new() };
        share_router(ShareState {
            desks: centre.register.clone(),
            recipient: Arc::clone(&shares.recipient),
            most_reads: shares.most_reads,
            fields: shares.fields.clone(),
            clock: ambient::clock(),
            entropy: ambient::entropy(),
        })
    }

    /// Serves the queues beside the rest.
    pub fn start(self, centre: &Centre, running: &mut Running) {
        if let Some((sends, _)) = self.0.sends {
            let desks = centre.register.clone();
            running.beside(|mut stopped| async move {
                let stop = async move {
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                send(sends, desks, ambient::clock(), stop).await;
            });
        }
        if let Some(serves) = self.0.serves {
            let cases = centre.register.clone();
            running.beside(|mut stopped| async move {
                let stop = async move {
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                serve(serves, cases, ambient::clock(), stop).await;
            });
        }
    }
}
