//! Why a gallery folder could not do something.

use std::io;

use crate::search::SearchError;

/// Why a gallery folder could not do something. No variant holds anything of a person.
#[derive(Debug, thiserror::Error)]
pub enum GalleryError {
    /// The file system refused.
    #[error("a file of the gallery cannot be read or written; look at the disk and its rights")]
    Files(#[from] io::Error),
    /// Another process has it open.
    #[error("another process uses this gallery folder; stop it, or give each its own folder")]
    InUse,
    /// What was read is not what was written.
    #[error("a file of the gallery is damaged; it is rebuilt from the database")]
    Damaged,
    /// A template in the feed does not read.
    #[error("a template is not in the engine's form")]
    Template,
    /// A person with more than a file holds: it would be written and never read back.
    #[error("somebody in the feed has {found} bytes of templates; a gallery holds at most {limit}")]
    RecordTooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The truth behind the gallery cannot be read.
    #[error("the stored gallery cannot be read")]
    Feed,
}

impl GalleryError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Files(_) => "gallery.files",
            Self::InUse => "gallery.in_use",
            Self::Damaged => "gallery.damaged",
            Self::Template => "gallery.template",
            Self::RecordTooLong { .. } => "gallery.record_too_long",
            Self::Feed => "gallery.feed",
        }
    }
}

impl From<GalleryError> for SearchError {
    fn from(error: GalleryError) -> Self {
        match error {
            GalleryError::Template | GalleryError::RecordTooLong { .. } => Self::Template,
            GalleryError::Feed | GalleryError::Files(_) | GalleryError::InUse => Self::Storage,
            GalleryError::Damaged => Self::Damaged,
        }
    }
}
