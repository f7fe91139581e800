//! A gallery on disk, derived from a feed of changes: lost or damaged, it is made anew.
//!
//! ```text
//! manifest            which files count, their keys, up to where the feed is in segments
//! segment-00000000    people who no longer change: index, templates (several of these)
//! journal-00000001    what has changed since
//! ```
//!
//! The index of everybody is held in memory; templates are read when a person is compared in full.
//! A change counts once the journal is on the disk. Segments and manifest are only ever written beside the
//! old ones and then swapped, so that a crash at any moment leaves the state before or after.
//! **Every byte is read under authentication**, so damage is found before what it touches is used; the
//! damaged part then comes from the feed again.

mod folder;

mod apply;
mod open;
mod read;

mod flush;
mod forget;
mod maintain;
mod repair;
mod rewrite;

mod policy;

mod status;

mod manifest;

mod journal;
mod record;
mod segment;

mod keys;

mod files;

mod error;

#[cfg(test)]
mod tests;

pub use error::GalleryError;
pub use files::{Appender, Files, Folder, ReadAt};
pub use folder::{GalleryFolder, GalleryParts};
pub use keys::GalleryKey;
pub use maintain::Maintained;
pub use policy::Settings;
pub use status::GalleryStatus;

pub(crate) use folder::engine_reference;

use crate::search::Change;

/// Where changes come from, for the blocking side of the gallery: see [`crate::search::ChangeFeed`].
pub trait Source {
    /// As [`crate::search::ChangeFeed::changes`].
    ///
    /// # Errors
    /// [`GalleryError::Feed`] where the truth cannot be read.
    fn changes(&self, after: u64, up_to: u64, at_most: usize) -> Result<Vec<Change>, GalleryError>;
}

/// Changes that are read at once.
pub(crate) const BATCH: usize = 500;

/// A person's place in the order of the index. Between the insertions of the feed there is room for
/// one synthetic person each; see [`crate::canary`].
pub(crate) fn place_of(sequence: u64) -> u64 {
    sequence.saturating_mul(2)
}

/// Whether a place belongs to a synthetic person.
pub(crate) fn is_canary(place: u64) -> bool {
    place % 2 == 1
}
