//! How a gallery stands, in numbers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{GalleryError, GalleryFolder};

/// How a gallery stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryStatus {
    /// People who are searched.
    pub people: u64,
    /// Synthetic people among them; see [`crate::canary`].
    pub canaries: u64,
    /// Everything of the feed up to this sequence number is in.
    pub position: u64,
    /// Segments.
    pub segments: u64,
    /// Rows of people who are gone and whose bytes are not purged yet.
    pub dead_rows: u64,
    /// Changes in the journal.
    pub journal_changes: u64,
    /// When the journal was last made a segment, as far as it was noted.
    pub flushed_at: Option<Timestamp>,
    /// Bytes of all files.
    pub disk_bytes: u64,
}

impl GalleryFolder {
    /// How the gallery stands now.
    ///
    /// # Errors
    /// [`GalleryError::Files`].
    pub fn status(&self) -> Result<GalleryStatus, GalleryError> {
        // Files change under the writer only.
        let writer = self.writer();
        let mut disk_bytes = 0;
        for name in self.files.names()? {
            disk_bytes += self.files.open(&name)?.length()?;
        }
        let manifest = &writer.manifest;
        let memory = self.read();
        Ok(GalleryStatus {
            people: (memory.enrolled.len() - memory.canaries.len()) as u64,
            canaries: memory.canaries.len() as u64,
            position: memory.position,
            segments: manifest.segments.len() as u64,
            dead_rows: manifest.segments.iter().map(|segment| segment.dead.len() as u64).sum(),
            journal_changes: writer.journal.frames(),
            flushed_at: manifest.flushed_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
            disk_bytes,
        })
    }
}
