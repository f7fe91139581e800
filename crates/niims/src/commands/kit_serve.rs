//! `niims kit serve`: the kit's pages, for the browser of this laptop alone. In a folder without a
//! kit they begin with the page that sets one up.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use niims_kit::devices::DeviceStation;
use niims_kit::interview::{FolderStation, NoStation};
use niims_kit::pages::{KitSetUp, PagesSetup, Station, router, router_of_folder};
use niims_kit::{Kit, KitError, KitOptions, TPM_DEVICE};

use super::kit_browser::Browser;
use crate::cli::KitServeArgs;
use crate::{ambient, centre};

/// How often a browser that falls over is opened again.
const MOST_FALLS: u32 = 5;
/// How often the kit looks whether its browser is still there.
const LOOK: Duration = Duration::from_millis(500);

pub fn run(args: KitServeArgs) -> Result<ExitCode> {
    if !args.listen.ip().is_loopback() {
        bail!("a kit serves this machine alone: {} is not one of its own addresses", args.listen);
    }
    nothing_dumped();
    let options = KitOptions::new(Arc::new(centre::load_pack(args.country.as_deref())?));
    let kit = match Kit::open(&args.kit, options.clone()) {
        Ok(kit) => Some(kit),
        Err(KitError::NotSetUp) if args.centre.is_some() => None,
        Err(KitError::NotSetUp) => {
            bail!("there is no kit in {}: give --centre to set one up", args.kit.display())
        }
        Err(error) => return Err(error.into()),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(serve(args, kit, options))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: KitServeArgs, kit: Option<Kit>, options: KitOptions) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let at: SocketAddr = listener.local_addr()?;
    let (full_screen, browser) = (args.screen.full_screen, args.screen.browser.clone());
    let pages = pages(args, kit, options, at.port());
    let address = format!("http://{at}/");
    println!("open {address} in a browser on this laptop");
    let signal = async {
        // Without a handler the program ends at once, which loses nothing either.
        let _ = tokio::signal::ctrl_c().await;
    };
    if !full_screen {
        axum::serve(listener, pages).with_graceful_shutdown(signal).await?;
        return Ok(());
    }
    let served = async { Ok(axum::serve(listener, pages).await?) };
    tokio::select! {
        done = served => done,
        done = shown(browser.as_deref(), &address) => done,
        () = signal => Ok(()),
        // The browser goes with the kit, however the kit is ended.
        () = terminated() => Ok(()),
    }
}

/// Waits until the system ends the program.
#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => drop(terminated.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// Shows the pages until the officer closes the browser; one that falls over comes again.
async fn shown(program: Option<&Path>, address: &str) -> Result<()> {
    for _ in 0..MOST_FALLS {
        let mut browser = Browser::open(program, address)?;
        loop {
            match browser.ended()? {
                Some(status) if status.success() => return Ok(()),
                Some(_) => break,
                None => tokio::time::sleep(LOOK).await,
            }
        }
    }
    bail!("the browser fell over {MOST_FALLS} times: start it by hand to see why")
}

/// Personal data in memory goes into no file when the program falls over, and into no debugger.
#[cfg(target_os = "linux")]
fn nothing_dumped() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    // Where the system forbids it, it forbids dumps as well or its custodian wants them.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(not(target_os = "linux"))]
const fn nothing_dumped() {}

fn pages(args: KitServeArgs, kit: Option<Kit>, options: KitOptions, port: u16) -> Router {
    let (folder, tpm) = (args.kit.clone(), tpm(&args));
    let centre = args.centre.clone().unwrap_or_default();
    let pages = move |kit| PagesSetup {
        kit,
        clock: ambient::clock(),
        entropy: ambient::entropy(),
        station: match args.station {
            Some(folder) => Station::Beside(Box::new(FolderStation::new(folder))),
            None if args.devices => Station::Devices(DeviceStation::default()),
            None => Station::Beside(Box::new(NoStation)),
        },
        port,
        centre: args.centre,
        sends_by_itself: !args.upload_by_hand,
        stick: args.stick,
        cards: Some(Arc::new(niims_card::Reader)),
    };
    match kit {
        Some(kit) => router(pages(kit)),
        None => router_of_folder(KitSetUp {
            folder,
            options,
            tpm,
            centre,
            clock: ambient::clock(),
            entropy: ambient::entropy(),
            port,
            pages: Box::new(pages),
        }),
    }
}

/// The TPM to which a new kit is bound.
fn tpm(args: &KitServeArgs) -> Option<PathBuf> {
    let own = || Some(PathBuf::from(TPM_DEVICE)).filter(|device| Path::exists(device));
    args.binding.tpm.clone().or_else(own).filter(|_| !args.binding.without_tpm)
}
