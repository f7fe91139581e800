//! The broker, in both directions.
//!
//! A message is acknowledged once what it asks for is committed, and counts as published once the
//! broker says that it has it. So a crash at any moment loses nothing and may send something twice,
//! which both ends tell by the id of the request.

mod broker;
mod channel;
mod send;
mod serve;

use core::future::Future;
use std::pin::pin;
use std::time::Duration;

use niims_mosip::backoff::Backoff;
use niims_mosip::stomp::StompError;
use niims_wire::Problem;
use tokio::time::Instant;

pub(crate) use broker::{Broker, Destinations};
pub use send::{Sends, send};
pub use serve::{Serves, serve};

/// How often it is looked whether something is to be published, milliseconds. Range 200 to 60,000;
/// a case waits for people for hours, so a second is nothing to it and little to the database.
const LOOK_MS: u64 = 1_000;

/// Pause before something that the register could not do is tried again, milliseconds.
const AGAIN_MS: u64 = 2_000;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    /// The broker.
    #[error(transparent)]
    Broker(#[from] StompError),
    /// The register.
    #[error("the register cannot serve the queue now")]
    Register(Problem),
}

impl Broken {
    fn code(&self) -> &str {
        match self {
            Self::Broker(error) => error.code(),
            Self::Register(problem) => &problem.code,
        }
    }
}

impl From<Problem> for Broken {
    fn from(problem: Problem) -> Self {
        Self::Register(problem)
    }
}

/// Runs sessions one after the other until it is told to stop. Whatever a session was at then is
/// left as after a crash.
async fn keep<F: Future<Output = Result<(), Broken>>>(
    mut session: impl FnMut() -> F,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let mut backoff = Backoff::default();
    loop {
        let begun = Instant::now();
        let ended = tokio::select! {
            ended = session() => ended,
            () = stop.as_mut() => return,
        };
        if let Err(broken) = ended {
            let pause = backoff.next(begun.elapsed());
            tracing::warn!(code = broken.code(), pause_ms = pause.as_millis() as u64, "{broken}");
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.as_mut() => return,
            }
        }
    }
}

/// Does something until the register can: a message is not to be lost because a database restarts.
async fn until_done<T, F: Future<Output = Result<T, Problem>>>(
    mut work: impl FnMut() -> F,
) -> Result<T, Problem> {
    loop {
        match work().await {
            // Somebody else changed the same thing, or the register is away.
            Err(problem) if problem.status >= 500 || problem.code == "desk.version_moved" => {
                tracing::warn!(code = problem.code, "tried again");
                tokio::time::sleep(Duration::from_millis(AGAIN_MS)).await;
            }
            other => return other,
        }
    }
}
