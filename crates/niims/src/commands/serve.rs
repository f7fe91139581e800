//! `niims serve`.

use niims_console::Site;
use std::process::ExitCode;

use anyhow::Result;

use crate::cli::ServeArgs;
use crate::{centre, foreign_desk, serve};

pub async fn run(args: ServeArgs) -> Result<ExitCode> {
    let c = &args.centre;
    let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
    let routes =
        serve::routes(&centre, &Site { domain: args.domain, secure: args.behind_tls }, false);
    let foreign = args.foreign_desk.as_deref().map(foreign_desk::open).transpose()?;
    let routes = match &foreign {
        Some(foreign) => foreign.shares(&centre).fallback_service(routes),
        None => routes,
    };
    if !args.behind_tls && !args.listen.ip().is_loopback() {
        anyhow::bail!(
            "{} can be reached from elsewhere: let TLS end in front of niims and say --behind-tls",
            args.listen
        );
    }
    let mut running = serve::start(&centre, args.listen, args.workers, routes).await?;
    if let Some(foreign) = foreign {
        foreign.start(&centre, &mut running);
    }
    println!("niims listens on http://{}", running.address);
    tokio::signal::ctrl_c().await?;
    println!("stopping: steps under way end first");
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}
