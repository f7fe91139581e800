//! The MOSIP edge of an ABIS, as a file describes it.

use std::path::Path;

use anyhow::{Context, Result};
use niims_abis::mosip::queue::QueueConfig;
use niims_abis::mosip::{Edge, Settings};

use super::setup::Opened;
use crate::ambient;

/// The edge, and its queue where one is described.
pub struct Mosip {
    pub edge: Edge,
    pub queue: Option<QueueConfig>,
}

/// Reads a description; the files that it names lie beside it.
pub fn open(file: &Path, opened: &Opened) -> Result<Mosip> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?;
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let settings = Settings::from_toml(&text, folder).with_context(|| format!("{shown}"))?;
    let (service, db) = (opened.service.clone(), opened.db.clone());
    Ok(Mosip {
        edge: settings.edge(service, db, ambient::clock()).with_context(|| format!("{shown}"))?,
        queue: settings.queue().with_context(|| format!("{shown}"))?,
    })
}
