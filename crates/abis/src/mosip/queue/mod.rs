//! Requests from a broker's queue, replies to another.
//!
//! A reply is published and its request acknowledged in one transaction of the broker, so a request
//! is either still in the queue or answered. One that comes twice is answered from memory (see
//! [`Edge`]). Requests are begun in the order of the queue; what cannot disturb each other runs
//! side by side.

mod config;

mod lanes;

mod session;
mod work;

use core::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;

pub use config::{Destinations, QueueConfig, ReplyForm};

use niims_mosip::backoff::Backoff;

use super::handle::Edge;
use session::End;

/// Serves a queue until `stop` is ready. Whatever happens to the broker, it tries again; requests
/// under way when `stop` comes are finished and answered.
pub async fn serve(edge: Edge, config: QueueConfig, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let mut backoff = Backoff::default();
    loop {
        let begun = Instant::now();
        match session::run(&edge, &config, stop.as_mut()).await {
            End::Stopped => return,
            End::Broken(error) => {
                let pause = backoff.next(begun.elapsed());
                tracing::warn!(code = error.code(), pause_ms = pause.as_millis() as u64, "{error}");
                if !rest(pause, stop.as_mut()).await {
                    return;
                }
            }
        }
    }
}

/// Waits; `false` when it was stopped meanwhile.
async fn rest(pause: Duration, stop: impl Future<Output = ()>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        () = stop => false,
    }
}
