//! `niims abis status`: what stands in an ABIS, and what the process that serves it says of itself.
//!
//! The serving process has the gallery's folder alone, so it writes how it stands into a file beside it.
//! The file holds numbers and times, nothing of anybody.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use niims_abis::service::tasks::CallbackHosts;
use niims_abis::{KeptGallery, KeptStatus};
use niims_store::abis::galleries;
use serde::Serialize;
use tokio::sync::watch;

use super::args::StatusArgs;
use super::health::told;
use super::setup;

/// The file in the folder of an ABIS.
const FILE: &str = "status.json";
/// Pause between two times at which it is written. Range a second to a minute.
const EVERY: Duration = Duration::from_secs(10);
/// Longest file that is read, bytes; it has about 1 kB.
const LONGEST: u64 = 64 << 10;

/// All that is told.
#[derive(Serialize)]
struct Status {
    encounters: u64,
    active: u64,
    galleries: BTreeMap<String, Gallery>,
    tasks_pending: u64,
    /// Least likeness of faces, thousandths of the cosine; none without a model.
    face_threshold: Option<i32>,
    /// As the serving process said last; none where it never did.
    served: Option<KeptStatus>,
}

/// One named gallery.
#[derive(Serialize)]
struct Gallery {
    encounters: u64,
    active: u64,
}

/// Writes how a gallery stands until told to stop, and once more then.
pub async fn write(data: PathBuf, gallery: Arc<KeptGallery>, mut stop: watch::Receiver<bool>) {
    let mut stopped = false;
    while !stopped {
        if let Err(error) = write_once(&data, &gallery).await {
            tracing::warn!(code = "abis.status", "the status could not be written: {error:#}");
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => stopped = true,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
    let _ = write_once(&data, &gallery).await;
}

/// Beside the old one and renamed, so that nobody reads half of it.
async fn write_once(data: &Path, gallery: &KeptGallery) -> Result<()> {
    let status = gallery.status().await?;
    let bytes = serde_json::to_vec(&status)?;
    let (next, path) = (data.join("status.json.next"), data.join(FILE));
    tokio::task::spawn_blocking(move || {
        std::fs::write(&next, bytes)?;
        std::fs::rename(&next, &path)
    })
    .await??;
    Ok(())
}

/// Prints it.
pub async fn show(args: StatusArgs) -> Result<ExitCode> {
    let opened = setup::open(&args.abis, CallbackHosts::default()).await?;
    let counts = opened.service.count().await.map_err(told)?;
    let counted = galleries::counts(&mut opened.db.read().await?).await?;
    let gallery = |(encounters, active)| Gallery { encounters, active };
    let status = Status {
        encounters: counts.encounters,
        active: counts.active,
        galleries: counted.into_iter().map(|(name, both)| (name, gallery(both))).collect(),
        tasks_pending: opened.service.pending_jobs().await.map_err(told)?,
        face_threshold: opened.service.faces().map(niims_abis::faces::FaceMatching::threshold),
        served: read(&args.abis.data.join(FILE))?,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&status)?);
    } else {
        print(&status);
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Option<KeptStatus>> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
        Ok(known) if known.len() > LONGEST => {
            anyhow::bail!("{} has more than {LONGEST} bytes", path.display())
        }
        Ok(_) => {}
    }
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let status = serde_json::from_slice(&bytes);
    status.map(Some).with_context(|| format!("{} is not a status", path.display()))
}

fn print(status: &Status) {
    println!("encounters\t{}", status.encounters);
    println!("active\t{}", status.active);
    for (name, gallery) in &status.galleries {
        println!("gallery\t{name}\t{}\t{} active", gallery.encounters, gallery.active);
    }
    println!("tasks pending\t{}", status.tasks_pending);
    match status.face_threshold {
        Some(threshold) => println!("faces\tfrom {threshold} thousandths of the cosine"),
        None => println!("faces\tno model"),
    }
    match &status.served {
        Some(served) => print_served(served),
        None => println!("served\tnever by niims abis serve with its own gallery"),
    }
}

fn print_served(KeptStatus { at, gallery, recall }: &KeptStatus) {
    let time = |at: Option<jiff::Timestamp>| at.map_or("never".to_owned(), |at| at.to_string());
    println!("as of\t{at}");
    println!("people\t{}", gallery.people);
    println!("canaries\t{}", gallery.canaries);
    println!("position\t{}", gallery.position);
    println!("segments\t{}", gallery.segments);
    println!("dead rows\t{}", gallery.dead_rows);
    println!("journal\t{} changes", gallery.journal_changes);
    println!("last flush\t{}", time(gallery.flushed_at));
    println!("disk\t{} bytes", gallery.disk_bytes);
    let counts = &recall.counts;
    println!(
        "canary searches\t{}\tvotes {}\tbits {}\tshortlist {}\tfound {}\texhaustively {}",
        counts.searched,
        counts.votes,
        counts.bits,
        counts.shortlist,
        counts.found,
        counts.found_exhaustively
    );
    match recall.live_permille {
        Some(permille) => println!("live recall\t{permille} of 1000"),
        None => println!("live recall\ttoo few searches to say"),
    }
    println!("recall low since\t{}", time(recall.low_since));
    match &recall.audit {
        Some(audit) => println!(
            "last audit\t{}\t{} people\t{} candidates\t{} missed",
            audit.at, audit.people, audit.candidates, audit.missed
        ),
        None => println!("last audit\tnever"),
    }
}
