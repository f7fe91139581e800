//! `niims sim gallery`: fills a gallery and measures searching it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use niims_sim::gallery::{
    FillReport, GallerySettings, LoadPlan, LoadReport, ProbeKind, SearchReport, SizeReport,
    SyntheticGallery,
};

use super::gallery_words;
use crate::ambient;
use crate::cli::GalleryArgs;

/// All that was measured.
pub(super) struct Measured {
    pub(super) filled: Option<FillReport>,
    pub(super) opened: niims_sim::gallery::Spent,
    pub(super) size: SizeReport,
    pub(super) searches: Vec<SearchReport>,
    pub(super) load: Option<LoadReport>,
}

pub(super) async fn run(args: &GalleryArgs) -> Result<ExitCode> {
    let filled = fill(args).await?;
    let gallery = open(args).await?;
    let mut measured = Measured {
        filled,
        opened: gallery.opened,
        size: gallery.size().await?,
        searches: Vec::new(),
        load: None,
    };
    for kind in ProbeKind::ALL {
        eprintln!("searching: {}", kind.words());
        measured.searches.push(gallery.search(kind, args.probes, args.first).await?);
    }
    if args.searches_per_second > 0 {
        eprintln!("searching and inserting for {} seconds", args.seconds);
        let plan = LoadPlan {
            searches: args.searches_per_second,
            inserts: args.inserts_per_second,
            lasting: Duration::from_secs(args.seconds),
        };
        measured.load = Some(gallery.load(plan).await?);
    }
    if args.json {
        println!("{}", gallery_words::json(&measured));
    } else {
        gallery_words::print(&measured);
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(args: &GalleryArgs) -> Result<SyntheticGallery> {
    let settings = GallerySettings {
        folder: args.folder.clone(),
        people: args.people,
        clock: ambient::clock(),
        entropy: ambient::entropy(),
    };
    let opened = SyntheticGallery::open(settings).await;
    opened.with_context(|| format!("{}: the gallery did not open", args.folder.display()))
}

/// Enrols who is missing, and closes the gallery, so that what is measured is a gallery opened from its
/// files.
async fn fill(args: &GalleryArgs) -> Result<Option<FillReport>> {
    let gallery = open(args).await?;
    if gallery.already >= args.people {
        return Ok(None);
    }
    let filled = gallery.fill(|done| eprintln!("{done} of {} people enrolled", args.people));
    Ok(Some(filled.await?))
}
