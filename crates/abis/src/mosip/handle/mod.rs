//! A request to its reply, over the operations of the service.
//!
//! A reference is a person with one capture, named [`CAPTURE`]. Fetching, reading and every other step
//! that may refuse comes before the one that has an effect.

mod failure;

mod biometrics;
mod finger;
mod memory;

mod delete;
mod health;
mod identify;
mod insert;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use niims_record::ClientId;
use niims_store::Database;
use niims_wire::Clock;

use super::messages::{FailureReason, Operation, Outcome, Refused, Reply, Request, read};
use super::share::Share;
use crate::access::Scope;
use crate::modality::Biometrics;
use crate::service::Service;
use crate::subject::{EncounterKey, EncounterReference, PersonReference};
use failure::Failure;
use memory::{Memory, Place};

/// The name of the one capture that a reference has.
const CAPTURE: &str = "1";

/// What the edge is made of.
pub struct EdgeParts {
    /// The ABIS behind it.
    pub service: Service,
    /// Its database, where replies are remembered.
    pub db: Database,
    /// Where biometrics are fetched from.
    pub share: Share,
    /// What callers on the queue may do; a queue has no callers that could be told apart.
    pub scopes: BTreeSet<Scope>,
    /// What time it is.
    pub clock: Clock,
}

/// The MOSIP edge. Cheap to clone.
#[derive(Clone)]
pub struct Edge {
    service: Service,
    memory: Memory,
    scopes: Arc<BTreeSet<Scope>>,
    inner: Arc<Inner>,
}

struct Inner {
    share: Share,
    clock: Clock,
    running: AtomicU64,
    waiting: AtomicU64,
}

/// A reply, and whether the same request may succeed a moment later.
pub(super) struct Answer {
    pub reply: Reply,
    pub is_passing: bool,
}

impl Edge {
    /// The edge made of these parts.
    pub fn new(parts: EdgeParts) -> Self {
        Self {
            service: parts.service,
            memory: Memory::new(parts.db, parts.clock.clone()),
            scopes: Arc::new(parts.scopes),
            inner: Arc::new(Inner {
                share: parts.share,
                clock: parts.clock,
                running: AtomicU64::new(0),
                waiting: AtomicU64::new(0),
            }),
        }
    }

    /// The rights that a queue needs for all six operations. Scores are not among them.
    pub fn usual_scopes() -> BTreeSet<Scope> {
        [Scope::EncounterWrite, Scope::Identify, Scope::TaskRead, Scope::GalleryRead].into()
    }

    /// The same edge for a caller that is known, with what their token allows.
    pub(super) fn for_caller(&self, client: ClientId, scopes: BTreeSet<Scope>) -> Self {
        Self {
            service: self.service.on_behalf_of(client),
            scopes: Arc::new(scopes),
            ..self.clone()
        }
    }

    /// The service behind it.
    pub(super) fn service(&self) -> &Service {
        &self.service
    }

    /// Reads a request and answers it.
    pub async fn answer_bytes(&self, bytes: &[u8]) -> Reply {
        self.answer(bytes, read(bytes)).await.reply
    }

    /// Answers a request that was read from these bytes. The same bytes are answered the same, and
    /// have their effect once, however often they come.
    pub(super) async fn answer(&self, bytes: &[u8], request: Result<Request, Refused>) -> Answer {
        let request = match request {
            Ok(request) => request,
            Err(refused) => {
                let reply = Reply::refused(refused, self.inner.clock.now());
                return Answer { reply, is_passing: false };
            }
        };
        let result = self.carry_out(bytes, &request).await;
        let (outcome, is_passing) = match result {
            Ok(outcome) => (outcome, false),
            Err(failure) => (Outcome::Failed(failure.reason), failure.is_passing),
        };
        let reply = Reply {
            id: request.operation.id().to_owned(),
            request_id: request.request_id,
            time: self.inner.clock.now(),
            outcome,
        };
        Answer { reply, is_passing }
    }

    async fn carry_out(&self, bytes: &[u8], request: &Request) -> Result<Outcome, Failure> {
        if !self.scopes.contains(&request.operation.scope()) {
            tracing::warn!(
                scope = request.operation.scope().word(),
                "a request was refused for want of a scope"
            );
            return Err(Failure::lasting(FailureReason::Aborted));
        }
        match &request.operation {
            Operation::Ping => return self.ping().await,
            Operation::PendingJobs => return Ok(Outcome::PendingJobs(self.pending())),
            Operation::ReferenceCount => return self.reference_count().await,
            Operation::Insert(_) | Operation::Identify(_) | Operation::Delete(_) => {}
        }
        let _running = Running::begin(&self.inner.running);
        let place = Place::of(bytes, self.sees_scores());
        let (outcome, intended) = self.memory.recall(&place).await?;
        if let Some(outcome) = outcome {
            return Ok(outcome);
        }
        let result = match &request.operation {
            Operation::Insert(insert) => self.insert(insert, &place).await,
            Operation::Identify(identify) => self.identify(identify).await,
            Operation::Delete(named) => self.delete(named, &place, intended).await,
            Operation::Ping | Operation::PendingJobs | Operation::ReferenceCount => {
                Ok(Outcome::Done)
            }
        };
        match &result {
            Ok(outcome) => self.memory.remember(&place, outcome).await?,
            Err(failure) if !failure.is_passing => {
                self.memory.remember(&place, &Outcome::Failed(failure.reason)).await?;
            }
            Err(_) => {}
        }
        result
    }

    fn sees_scores(&self) -> bool {
        self.scopes.contains(&Scope::Scores)
    }

    /// Notes how many requests have arrived and wait.
    pub(super) fn waiting(&self, requests: u64) {
        self.inner.waiting.store(requests, Ordering::Relaxed);
    }

    /// The reply where a request ended in a fault of ours and nothing of it is left.
    pub(super) fn fault(&self) -> Reply {
        let reason = FailureReason::Unknown;
        let refused = Refused { id: String::new(), request_id: String::new(), reason };
        Reply::refused(refused, self.inner.clock.now())
    }

    /// Fetches and reads biometrics.
    async fn fetch(&self, url: &str) -> Result<Biometrics, Failure> {
        let document = self.inner.share.fetch(url).await?;
        let faces = self.service.faces().cloned();
        tokio::task::spawn_blocking(move || biometrics::read(&document, faces.as_ref()))
            .await
            .map_err(|_| Failure::lasting(FailureReason::Unknown))?
    }
}

/// The capture of a person.
fn capture_of(person: &PersonReference) -> Result<EncounterKey, Failure> {
    let encounter =
        EncounterReference::new(CAPTURE).map_err(|_| Failure::lasting(FailureReason::Unknown))?;
    Ok(EncounterKey { person: person.clone(), encounter })
}

/// Counts a request while it runs, however it ends.
struct Running<'c>(&'c AtomicU64);

impl<'c> Running<'c> {
    fn begin(count: &'c AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
