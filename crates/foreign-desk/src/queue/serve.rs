//! We serve another platform: requests come, answers go.

use core::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use niims_mosip::share::{Share, ShareError};
use niims_wire::desk::{ForeignCases, ForeignRequest, ForeignStanding};
use niims_wire::{Clock, Problem};
use sha2::{Digest, Sha256};

use super::channel::{Arrived, Channel};
use super::{Broken, Broker, LOOK_MS, keep, until_done};
use crate::document::{DocumentError, FieldMap, read_document};
use crate::messages::{
    FailureReason, RequestRead, Unreadable, read_request, write_failure, write_reply,
};

/// How requests of another platform are served.
#[derive(Clone)]
pub struct Serves {
    pub(crate) broker: Broker,
    /// The platform's name.
    pub(crate) platform: String,
    pub(crate) share: Share,
    pub(crate) fields: Arc<FieldMap>,
    pub(crate) most_open: usize,
    /// For how long what came is kept after the answer.
    pub(crate) retention: SignedDuration,
}

/// What is said back at once, if anything is.
enum Said {
    /// Nothing: people will decide.
    Nothing,
    /// This.
    Reply(String),
}

/// Takes requests and sends answers until `stop` is ready.
pub async fn serve(
    serves: Serves,
    cases: Arc<dyn ForeignCases>,
    clock: Clock,
    stop: impl Future<Output = ()>,
) {
    keep(|| session(&serves, &*cases, &clock), stop).await;
}

async fn session(serves: &Serves, cases: &dyn ForeignCases, clock: &Clock) -> Result<(), Broken> {
    let mut channel = Channel::open(&serves.broker).await?;
    let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            arrived = channel.next() => {
                let arrived = arrived?;
                let work = take(serves, cases, clock, &arrived);
                if let Said::Reply(reply) = channel.during(work).await?? {
                    channel.publish(&reply).await?;
                }
                channel.acknowledge(&arrived).await?;
            }
            _ = look.tick() => answer(&mut channel, serves, cases, clock).await?,
        }
    }
}

/// Publishes what was decided, and erases what is over.
async fn answer(
    channel: &mut Channel,
    serves: &Serves,
    cases: &dyn ForeignCases,
    clock: &Clock,
) -> Result<(), Broken> {
    for reply in channel.during(cases.due(&serves.platform)).await?? {
        channel.publish(&write_reply(&reply, clock.now())).await?;
        channel.during(cases.answered(reply.case, clock.now())).await??;
        tracing::info!(case = %reply.case, "a foreign case was answered");
    }
    channel.during(cases.erase(serves.retention, clock.now())).await??;
    Ok(())
}

async fn take(
    serves: &Serves,
    cases: &dyn ForeignCases,
    clock: &Clock,
    arrived: &Arrived,
) -> Result<Said, Problem> {
    let refused = |request: &str, reason: FailureReason| {
        tracing::info!(number = reason.number(), "a request was not taken");
        Said::Reply(write_failure(request, reason, clock.now()))
    };
    let body = arrived.body.as_deref().unwrap_or_default();
    let read = match read_request(body) {
        Ok(read) => read,
        Err(Unreadable { request, reason }) => return Ok(refused(&request, reason)),
    };
    let hash: [u8; 32] = Sha256::digest(body).into();
    let known = until_done(|| cases.standing(&serves.platform, &read.request, &hash)).await?;
    match known {
        ForeignStanding::New => {}
        ForeignStanding::Open => return Ok(Said::Nothing),
        ForeignStanding::Decided(reply) => {
            return Ok(Said::Reply(write_reply(&reply, clock.now())));
        }
        ForeignStanding::Erased => return Ok(refused(&read.request, FailureReason::Aborted)),
        // An answer would be taken for one to the first request, which is still being decided.
        ForeignStanding::Changed => {
            tracing::warn!(code = "foreign.request_changed", "a request was not taken");
            return Ok(Said::Nothing);
        }
    }
    let request = match fetch(serves, &read, hash).await {
        Ok(request) => request,
        Err(reason) => return Ok(refused(&read.request, reason)),
    };
    match until_done(|| cases.receive(request.clone(), clock.now())).await {
        Ok(_) => Ok(Said::Nothing),
        Err(problem) => {
            tracing::warn!(code = problem.code, "a request was not taken");
            let reason = match problem.status {
                429 => FailureReason::Aborted,
                _ => FailureReason::Structure,
            };
            Ok(refused(&read.request, reason))
        }
    }
}

/// Fetches and reads everybody of a request.
async fn fetch(
    serves: &Serves,
    read: &RequestRead,
    hash: [u8; 32],
) -> Result<ForeignRequest, FailureReason> {
    let mut people = Vec::with_capacity(read.people.len());
    for person in &read.people {
        let document = serves.share.fetch(&person.address).await.map_err(|error| {
            tracing::info!(code = error.code(), "a share was not fetched");
            match error {
                ShareError::Expired | ShareError::Refused(410) => FailureReason::ShareExpired,
                ShareError::Envelope(_) | ShareError::Plain => FailureReason::DocumentFormat,
                _ => FailureReason::FetchFailed,
            }
        })?;
        let fields = Arc::clone(&serves.fields);
        // Pictures are decoded and written anew.
        let work = tokio::task::spawn_blocking(move || read_document(&document, &fields));
        let side = work.await.map_err(|_| FailureReason::Unexpected)?.map_err(|error| {
            tracing::info!(code = error.code(), "a share was not read");
            match error {
                DocumentError::Empty => FailureReason::NothingToCompare,
                DocumentError::Form | DocumentError::Biometrics => FailureReason::DocumentFormat,
            }
        })?;
        people.push((person.reference.clone(), side));
    }
    Ok(ForeignRequest {
        platform: serves.platform.clone(),
        request: read.request.clone(),
        hash,
        people,
        most_open: serves.most_open,
    })
}
