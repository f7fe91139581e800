//! From the journal to a segment.

use std::sync::Arc;

use super::folder::{At, Held, Writer};
use super::journal::{self, Journal};
use super::keys::FileKey;
use super::manifest::JournalEntry;
use super::segment::SegmentWriter;
use super::{GalleryError, GalleryFolder};

impl GalleryFolder {
    /// Writes everybody in the journal as a segment and begins a new journal. Before a planned stop it
    /// saves the next start from reading the journal. The time of it is not noted.
    ///
    /// # Errors
    /// [`GalleryError::Files`]; all stays as it was.
    pub fn flush(&self) -> Result<(), GalleryError> {
        let mut writer = self.writer();
        let last = writer.manifest.flushed_at;
        self.flush_tail(&mut writer, last)
    }

    pub(super) fn flush_tail(
        &self,
        writer: &mut Writer,
        at: Option<i64>,
    ) -> Result<(), GalleryError> {
        let files = &*self.files;
        let mut next = writer.manifest.clone();
        let segment = if self.read().tail.is_empty() {
            None
        } else {
            let tail_index = &mut writer.tail_index;
            tail_index.unite();
            let key = FileKey::draw(&self.entropy);
            let mut out = SegmentWriter::begin(files, next.take_file(), key, tail_index)?;
            for (place, (reference, record)) in &self.read().tail {
                out.add(*reference, *place, record)?;
            }
            Some(out.finish(files)?)
        };
        let key = FileKey::draw(&self.entropy);
        next.journal = JournalEntry { file: next.take_file(), key };
        let new_journal = Journal::create(files, &next.journal)?;
        next.flushed_at = at;
        next.position = self.read().position;
        next.segments.extend(segment.iter().map(|segment| segment.entry.clone()));
        // The new names must be there before the manifest that names them.
        files.sync_names()?;
        next.write(files, &self.key, &self.entropy)?;
        let old = std::mem::replace(&mut writer.manifest, next);
        writer.journal = new_journal;
        writer.tail_index = self.new_index();
        writer.journal_dead_since = None;
        let mut memory = self.write();
        memory.tail.clear();
        if let Some(segment) = segment {
            let file = segment.entry.file;
            for (row, stands) in segment.rows.iter().enumerate() {
                let at = At::Row { file: file as u32, row: row as u32 };
                memory.enrolled.insert(stands.reference, Held { place: stands.place, at });
            }
            memory.segments.insert(file, Arc::new(segment));
        }
        drop(memory);
        files.remove(&journal::file_name(old.journal.file))?;
        Ok(files.sync_names()?)
    }
}
