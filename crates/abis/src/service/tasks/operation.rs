//! What can be asked for as a task.

use std::collections::BTreeSet;

use niims_store::abis::tasks::Which;
use serde::{Deserialize, Serialize};

use super::Callback;
use crate::service::{EncounterStatus, IdentifyQuestion, NewEncounter, VerifyQuestion};
use crate::subject::{EncounterKey, EncounterReference, GalleryName, PersonReference};

/// An operation with all that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// [`Service::insert`](crate::service::Service::insert).
    Insert(EncounterKey, NewEncounter),
    /// [`Service::update`](crate::service::Service::update).
    Update(EncounterKey, NewEncounter),
    /// [`Service::delete`](crate::service::Service::delete).
    Delete(EncounterKey),
    /// [`Service::delete_person`](crate::service::Service::delete_person).
    DeletePerson(PersonReference),
    /// [`Service::merge`](crate::service::Service::merge).
    Merge {
        /// Who keeps them.
        target: PersonReference,
        /// Who gives them.
        source: PersonReference,
    },
    /// [`Service::move_encounter`](crate::service::Service::move_encounter).
    Move {
        /// Who gets it.
        target: PersonReference,
        /// Who gives it.
        source: PersonReference,
        /// Which.
        encounter: EncounterReference,
    },
    /// [`Service::set_status`](crate::service::Service::set_status).
    SetStatus(EncounterKey, EncounterStatus),
    /// [`Service::set_galleries`](crate::service::Service::set_galleries).
    SetGalleries(EncounterKey, BTreeSet<GalleryName>),
    /// [`Service::read`](crate::service::Service::read).
    Read(EncounterKey),
    /// [`Service::read_person`](crate::service::Service::read_person).
    ReadPerson(PersonReference),
    /// [`Service::identify`](crate::service::Service::identify).
    Identify(IdentifyQuestion),
    /// [`Service::verify`](crate::service::Service::verify).
    Verify(VerifyQuestion),
    /// [`Service::galleries`](crate::service::Service::galleries).
    Galleries,
    /// [`Service::gallery_content`](crate::service::Service::gallery_content).
    GalleryContent {
        /// Which.
        name: GalleryName,
        /// From which entry on.
        offset: u64,
        /// How many at most.
        limit: usize,
    },
    /// [`Service::everybody`](crate::service::Service::everybody).
    Everybody {
        /// From which entry on.
        offset: u64,
        /// How many at most.
        limit: usize,
    },
}

impl Operation {
    /// The name under which it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Insert(..) => "insert",
            Self::Update(..) => "update",
            Self::Delete(_) => "delete",
            Self::DeletePerson(_) => "delete_person",
            Self::Merge { .. } => "merge",
            Self::Move { .. } => "move",
            Self::SetStatus(..) => "set_status",
            Self::SetGalleries(..) => "set_galleries",
            Self::Read(_) => "read",
            Self::ReadPerson(_) => "read_person",
            Self::Identify(_) => "identify",
            Self::Verify(_) => "verify",
            Self::Galleries => "galleries",
            Self::GalleryContent { .. } => "gallery_content",
            Self::Everybody { .. } => "everybody",
        }
    }

    /// The tasks asked for before that must have ended first, so that all together give what they
    /// give one after the other. Questions run beside each other; a search sees what is below its
    /// place, so what is enrolled after it need not wait for it.
    pub(super) fn waits_for(&self) -> Which<'static> {
        match self {
            Self::Insert(..) => Which::AllBut("identify"),
            _ if self.is_change() => Which::All,
            _ => Which::Changes,
        }
    }

    /// Whether it changes who is enrolled.
    pub fn is_change(&self) -> bool {
        match self {
            Self::Insert(..)
            | Self::Update(..)
            | Self::Delete(_)
            | Self::DeletePerson(_)
            | Self::Merge { .. }
            | Self::Move { .. }
            | Self::SetStatus(..)
            | Self::SetGalleries(..) => true,
            Self::Read(_)
            | Self::ReadPerson(_)
            | Self::Identify(_)
            | Self::Verify(_)
            | Self::Galleries
            | Self::GalleryContent { .. }
            | Self::Everybody { .. } => false,
        }
    }
}

/// A task to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRequest {
    /// What.
    pub operation: Operation,
    /// Whom to tell when it ended.
    pub callback: Option<Callback>,
}
