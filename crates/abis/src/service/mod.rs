//! The operations of an ABIS, on a database that holds the truth and a searcher that is filled
//! from it.
//!
//! Every change takes the next place in one order and commits with it; a search below place n
//! sees exactly who was enrolled before n. So a batch that is run in parallel finds what it would
//! find one after the other. A capture that is updated keeps its place: a search under way sees it
//! with its new biometrics, and never loses it. One that is erased or set inactive is gone at once.
//!
//! Operations refuse before they begin, or commit whole. Each leaves a line in the trail of acts
//! that names references, never a caller's names.

// What goes in and comes out.
pub mod encounter;
pub mod error;
mod evidence;
pub mod question;

// Changes, one file each.
mod capture;
mod delete;
mod galleries;
mod insert;
mod merge;
mod status;
mod update;

// Questions.
mod comparison;
mod health;
mod identify;
mod people;
mod probe;
mod read;
mod rewritten;
mod verify;

// The same later.
pub mod tasks;

// Who may ask.
pub mod clients;

// How a searcher is filled, and one for small galleries.
mod feed;
pub(crate) mod follower;
mod memory;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use niims_record::{ClientId, EventId};
use niims_store::events::{self, AuditEvent};
use niims_store::{Database, Tx};
use niims_wire::{Clock, Entropy};
use tokio::sync::Mutex;

use crate::faces::{FaceMatching, FaceSearcher};
use crate::search::Searcher;
use galleries::Members;
use tasks::CallbackHosts;

pub use encounter::{EncounterStatus, Finding, Inserted, NewEncounter, StoredEncounter};
pub use error::{Missing, ServiceError};
pub use feed::StoredFeed;
pub use health::Counts;
pub use memory::MemorySearcher;
pub use question::{
    Against, By, Identified, IdentifyQuestion, PersonCandidate, Probe, Verified, VerifyQuestion,
};

/// What a service is made of.
pub struct ServiceParts {
    /// The truth.
    pub db: Database,
    /// What is searched; it is filled from the same database through [`StoredFeed`].
    pub searcher: Arc<dyn Searcher>,
    /// What time it is.
    pub clock: Clock,
    /// Randomness for ids and tokens.
    pub entropy: Entropy,
    /// Where results of tasks may be delivered; nowhere by default.
    pub callbacks: CallbackHosts,
}

/// An ABIS. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    parts: Arc<ServiceParts>,
    members: Arc<Mutex<HashMap<String, Members>>>,
    faces: Option<Arc<FaceSearcher>>,
    actor: Arc<str>,
}

impl Service {
    /// The ABIS made of these parts, on behalf of its operator.
    pub fn new(parts: ServiceParts) -> Self {
        let actor = "operator".into();
        Self { parts: Arc::new(parts), members: Arc::default(), faces: None, actor }
    }

    /// The same, which takes and compares faces. Without, a face is refused.
    #[must_use]
    pub fn comparing_faces(self, matching: FaceMatching) -> Self {
        let feed = Arc::new(StoredFeed::new(self.parts.db.clone()));
        Self { faces: Some(Arc::new(FaceSearcher::new(feed, matching))), ..self }
    }

    /// The same, on behalf of a client: what it does is noted under the client's id.
    pub fn on_behalf_of(&self, client: ClientId) -> Self {
        Self { actor: client.to_string().into(), ..self.clone() }
    }

    /// How faces are compared, where a model is configured.
    pub fn faces(&self) -> Option<&FaceMatching> {
        self.faces.as_deref().map(FaceSearcher::matching)
    }

    fn db(&self) -> &Database {
        &self.parts.db
    }

    /// Notes an act in the transaction of what it did.
    async fn note(
        &self,
        tx: &mut Tx,
        action: &str,
        subject: String,
        details: serde_json::Value,
    ) -> Result<(), ServiceError> {
        let event = AuditEvent {
            id: EventId::from_bytes(tx.keyring().random()),
            at: self.parts.clock.now(),
            actor: self.actor.to_string(),
            action: action.to_owned(),
            subject,
            details,
        };
        Ok(events::append(tx, &event).await?)
    }
}
