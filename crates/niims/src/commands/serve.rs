//! `niims serve`.

use niims_console::Site;
use std::process::ExitCode;

use anyhow::Result;

use crate::cli::ServeArgs;
use crate::{centre, serve};

pub async fn run(args: ServeArgs) -> Result<ExitCode> {
    let c = &args.centre;
    let centre = centre::open(&c.data, c.database.as_deref(), c.country.as_deref()).await?;
    let routes =
        serve::routes(&centre, &Site { domain: args.domain, secure: args.behind_tls }, false);
    if !args.behind_tls && !args.listen.ip().is_loopback() {
        anyhow::bail!(
            "{} can be reached from elsewhere: let TLS end in front of niims and say --behind-tls",
            args.listen
        );
    }
    let running = serve::start(&centre, args.listen, args.workers, routes).await?;
    println!("niims listens on http://{}", running.address);
    tokio::signal::ctrl_c().await?;
    println!("stopping: steps under way end first");
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}
