//! `niims abis serve`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use niims_abis::mosip::http_router;
use niims_abis::mosip::queue::serve;
use niims_abis::service::tasks::CallbackHosts;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::args::ServeArgs;
use super::mosip::{self, Mosip};
use super::{edges, setup, status};

pub async fn run(args: ServeArgs) -> Result<ExitCode> {
    if !args.behind_tls && !args.listen.ip().is_loopback() {
        bail!(
            "{} can be reached from elsewhere: let TLS end in front of niims and say --behind-tls",
            args.listen
        );
    }
    let hosts = CallbackHosts::new(args.callback_host);
    let (opened, gallery) = match args.spread {
        Some(spread) => (setup::open_over_shards(&args.abis, hosts, spread).await?, None),
        None => setup::open_to_serve(&args.abis, hosts).await.map(|(o, g)| (o, Some(g)))?,
    };
    let mosip = args.mosip.as_deref().map(|file| mosip::open(file, &opened)).transpose()?;
    let service = opened.service;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let forms = edges::forms();
    let mut workers = JoinSet::new();
    for worker in 0..args.workers.max(1) {
        // The process id keeps a restarted worker from renewing a dead one's lease.
        let name = format!("{}-{worker}", std::process::id());
        workers.spawn(service.clone().work(name, Arc::clone(&forms), stopped.clone()));
    }
    let until = stopped.clone();
    if let Some(gallery) = gallery {
        workers.spawn(status::write(args.abis.data, Arc::clone(&gallery), stopped.clone()));
        workers.spawn(async move { gallery.keep(until).await });
    }
    let mut routes = edges::routes(&service);
    if let Some(Mosip { edge, queue }) = mosip {
        routes = routes.merge(http_router(edge.clone()));
        if let Some(queue) = queue {
            let mut stopped = stopped.clone();
            workers.spawn(serve(edge, queue, async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            }));
        }
    }
    println!("listening on http://{address}");
    let served = axum::serve(listener, routes).with_graceful_shutdown(interrupted()).await;
    // What runs may end; what is left is taken up by the next start.
    let _ = stop.send(true);
    while workers.join_next().await.is_some() {}
    served.context("the listener ended")?;
    Ok(ExitCode::SUCCESS)
}

/// Ends when the process is asked to: from the keyboard, or by whoever supervises it.
pub async fn interrupted() {
    let asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let asked = async {
        match asked {
            Ok(mut asked) => asked.recv().await.unwrap_or(()),
            // Without the signal only the keyboard stops it.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = asked => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
