//! What became of a task.

use serde::{Deserialize, Serialize};

use crate::service::{Identified, Inserted, StoredEncounter, Verified};
use crate::subject::{EncounterKey, GalleryName};

/// The answer of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// A capture was enrolled or replaced.
    Inserted(Inserted),
    /// It is done, and there is nothing to say.
    Done,
    /// Captures as they are stored.
    Encounters(Vec<StoredEncounter>),
    /// What a search found.
    Identified(Identified),
    /// What a comparison gave.
    Verified(Verified),
    /// All galleries.
    Galleries(Vec<GalleryName>),
    /// A page of one.
    GalleryContent(Vec<EncounterKey>),
}

/// How a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobStatus {
    /// It waits or is being done.
    Waiting,
    /// It is done.
    Done(Box<Answer>),
    /// It was refused, for the reason with this code.
    Failed(String),
}
