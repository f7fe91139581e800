//! `niims kit serve`: the kit's pages, for the browser of this laptop alone.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use niims_kit::devices::DeviceStation;
use niims_kit::interview::{FolderStation, NoStation};
use niims_kit::pages::{PagesSetup, Station, router};
use niims_kit::{Kit, KitOptions};

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
    let pack = Arc::new(centre::load_pack(args.country.as_deref())?);
    let kit = Kit::open(&args.kit, KitOptions::new(pack))?;
    let station = match args.station.clone() {
        Some(folder) => Station::Beside(Box::new(FolderStation::new(folder))),
        None if args.devices => Station::Devices(DeviceStation::default()),
        None => Station::Beside(Box::new(NoStation)),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(serve(args, kit, station))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: KitServeArgs, kit: Kit, station: Station) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let at: SocketAddr = listener.local_addr()?;
    let pages = router(PagesSetup {
        kit,
        clock: ambient::clock(),
        entropy: ambient::entropy(),
        station,
        port: at.port(),
        centre: args.centre,
        sends_by_itself: !args.upload_by_hand,
        stick: args.stick,
        cards: Some(Arc::new(niims_card::Reader)),
    });
    let address = format!("http://{at}/");
    println!("open {address} in a browser on this laptop");
    let signal = async {
        // Without a handler the program ends at once, which loses nothing either.
        let _ = tokio::signal::ctrl_c().await;
    };
    if !args.full_screen {
        axum::serve(listener, pages).with_graceful_shutdown(signal).await?;
        return Ok(());
    }
    let served = async { Ok(axum::serve(listener, pages).await?) };
    tokio::select! {
        done = served => done,
        done = shown(args.browser.as_deref(), &address) => done,
        () = signal => Ok(()),
    }
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
