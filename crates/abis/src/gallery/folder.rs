//! The gallery as it is open: what is in memory, and what may be written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use niims_fingerprint::GalleryReference as EngineReference;
use niims_fingerprint::index::{Index, Parameters};
use niims_record::GalleryReference;
use niims_wire::Entropy;

use super::files::Files;
use super::journal::Journal;
use super::keys::GalleryKey;
use super::manifest::Manifest;
use super::policy::Settings;
use super::segment::OpenSegment;
use crate::canary::Canaries;

/// What a gallery is opened with.
pub struct GalleryParts {
    /// Where its files lie.
    pub files: Box<dyn Files>,
    /// What they are sealed under.
    pub key: GalleryKey,
    /// How it is kept.
    pub settings: Settings,
    /// Where keys and nonces come from.
    pub entropy: Entropy,
}

/// A gallery on disk with its index in memory. Everything here blocks: call it where that is allowed.
pub struct GalleryFolder {
    pub(super) files: Box<dyn Files>,
    pub(super) key: GalleryKey,
    pub(super) settings: Settings,
    pub(super) entropy: Entropy,
    pub(crate) canaries: Canaries,
    pub(super) memory: RwLock<Memory>,
    /// Whoever changes the gallery holds this, and only then takes `memory` to write.
    pub(super) writer: Mutex<Writer>,
    /// Whoever rewrites segments holds this first, so that no two do.
    pub(super) busy: Mutex<()>,
    /// Segments in which a search met damage.
    pub(super) suspect: Mutex<BTreeSet<u64>>,
}

/// What searches read.
pub(super) struct Memory {
    pub(super) index: Index,
    pub(super) enrolled: HashMap<GalleryReference, Held>,
    /// By number of file.
    pub(super) segments: BTreeMap<u64, Arc<OpenSegment>>,
    /// Those in the journal, by place.
    pub(super) tail: BTreeMap<u64, (GalleryReference, Arc<[u8]>)>,
    /// Synthetic people among the enrolled.
    pub(super) canaries: BTreeMap<u64, GalleryReference>,
    /// Everything of the feed up to here is in.
    pub(super) position: u64,
}

/// Where somebody enrolled stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) place: u64,
    pub(super) at: At,
}

/// In which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// In the journal, and in memory.
    Tail,
    /// In this row of a segment.
    Row { file: u32, row: u32 },
}

/// What is needed to write.
pub(super) struct Writer {
    /// The last manifest written, and who has died in its segments since.
    pub(super) manifest: Manifest,
    pub(super) journal: Journal,
    /// The index of the tail alone, from which the next segment is made.
    pub(super) tail_index: Index,
    /// Since when something in the journal is of nobody any more, milliseconds since 1970.
    pub(super) journal_dead_since: Option<i64>,
}

impl GalleryFolder {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn new_index(&self) -> Index {
        new_index(&self.key)
    }
}

pub(super) fn new_index(key: &GalleryKey) -> Index {
    Index::new(&key.of_index(), Parameters::default())
}

/// The same reference as the engine writes it.
pub(crate) fn engine_reference(reference: GalleryReference) -> EngineReference {
    EngineReference(u128::from_be_bytes(*reference.as_bytes()))
}

/// Only counts are shown.
impl std::fmt::Debug for GalleryFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let memory = self.read();
        let (people, segments) = (memory.enrolled.len(), memory.segments.len());
        write!(f, "GalleryFolder({people} people, {segments} segments)")
    }
}
