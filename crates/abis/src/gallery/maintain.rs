//! What is to be done in the background: repair, purge, merge, and looking for rot.

use std::sync::PoisonError;

use jiff::Timestamp;

use super::policy::worth_merging;
use super::{GalleryError, GalleryFolder, Source};

/// What one round of maintenance did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Segments made anew from the feed.
    pub repaired: u32,
    /// Segments and journals written without those who are gone.
    pub purged: u32,
    /// Segments that became one.
    pub merged: u32,
}

impl GalleryFolder {
    /// One round of maintenance: repairs what searches found damaged, purges what is due, merges
    /// once. Call it at least once in each half of [`super::Settings::purge_within`].
    ///
    /// # Errors
    /// [`GalleryError`]; what was finished before stays done.
    pub fn maintain(
        &self,
        source: &dyn Source,
        now: Timestamp,
    ) -> Result<Maintained, GalleryError> {
        let _busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done =
            Maintained { repaired: self.repair_suspects(source, now)?, ..Maintained::default() };
        for step in [Self::purge, Self::merge] {
            match step(self, &mut done, now) {
                // A segment that cannot be read is made anew, and the rest waits for the next round.
                Err(GalleryError::Damaged) => {
                    done.repaired += self.verify(source, now)?;
                }
                other => other?,
            }
        }
        Ok(done)
    }

    /// Reads every byte of every segment and makes anew what is damaged; says how many were. A nightly
    /// round finds rot in templates that no search has read.
    ///
    /// # Errors
    /// [`GalleryError`] where a damaged segment could not be made anew.
    pub fn scrub(&self, source: &dyn Source, now: Timestamp) -> Result<u32, GalleryError> {
        let _busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        self.verify(source, now)
    }

    fn verify(&self, source: &dyn Source, now: Timestamp) -> Result<u32, GalleryError> {
        let segments: Vec<_> = self.read().segments.values().cloned().collect();
        for segment in segments {
            if !segment.is_sound() {
                self.suspect(segment.entry.file);
            }
        }
        self.repair_suspects(source, now)
    }

    fn repair_suspects(&self, source: &dyn Source, now: Timestamp) -> Result<u32, GalleryError> {
        let mut repaired = 0;
        loop {
            let suspect = {
                let suspects = self.suspect.lock().unwrap_or_else(PoisonError::into_inner);
                suspects.first().copied()
            };
            let Some(file) = suspect else { return Ok(repaired) };
            self.repair(file, source, now)?;
            self.suspect.lock().unwrap_or_else(PoisonError::into_inner).remove(&file);
            repaired += 1;
        }
    }

    /// Writes anew whatever holds somebody who is gone and due.
    fn purge(&self, done: &mut Maintained, now: Timestamp) -> Result<(), GalleryError> {
        let (journal, segments) = {
            let writer = self.writer();
            let due = |since: i64| self.settings.is_due(since, now);
            let segments = writer.manifest.segments.iter();
            let segments = segments.filter(|entry| entry.dead.iter().any(|(_, since)| due(*since)));
            let files: Vec<u64> = segments.map(|entry| entry.file).collect();
            (writer.journal_dead_since.is_some_and(due), files)
        };
        if journal {
            self.flush_tail(&mut self.writer(), Some(now.as_millisecond()))?;
            done.purged += 1;
        }
        for file in &segments {
            self.rewrite(&[*file], now)?;
            done.purged += 1;
        }
        if !segments.is_empty() || journal {
            self.compact_memory();
        }
        Ok(())
    }

    /// Writes the index in memory without those who are gone. Searches go on; changes wait.
    fn compact_memory(&self) {
        let _writer = self.writer();
        let mut index = self.read().index.clone();
        index.compact();
        self.write().index = index;
    }

    fn merge(&self, done: &mut Maintained, now: Timestamp) -> Result<(), GalleryError> {
        let (files, people): (Vec<u64>, Vec<u64>) = {
            let writer = self.writer();
            writer.manifest.segments.iter().map(|entry| (entry.file, entry.persons)).unzip()
        };
        if let Some(range) = worth_merging(&people, self.settings.segment_people) {
            done.merged += range.len() as u32;
            self.rewrite(&files[range], now)?;
        }
        Ok(())
    }

    /// Notes that a segment is damaged.
    pub(super) fn suspect(&self, file: u64) {
        self.suspect.lock().unwrap_or_else(PoisonError::into_inner).insert(file);
    }
}
