//! `niims kit serve`: the kit's pages, for the browser of this laptop alone.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use niims_kit::devices::DeviceStation;
use niims_kit::interview::{FolderStation, NoStation};
use niims_kit::pages::{PagesSetup, Station, router};
use niims_kit::{Kit, KitOptions};

use crate::cli::KitServeArgs;
use crate::{ambient, centre};

pub fn run(args: KitServeArgs) -> Result<ExitCode> {
    if !args.listen.ip().is_loopback() {
        bail!("a kit serves this machine alone: {} is not one of its own addresses", args.listen);
    }
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
    println!("open http://{at}/ in a browser on this laptop");
    let ended = async {
        // Without a handler the program ends at once, which loses nothing either.
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, pages).with_graceful_shutdown(ended).await?;
    Ok(())
}
