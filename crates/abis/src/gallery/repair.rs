//! A damaged segment, made anew from the feed.

use jiff::Timestamp;

use super::apply::{Entry, canary_after, to_entry};
use super::files::Files;
use super::folder::{engine_reference, new_index};
use super::keys::{FileKey, GalleryKey};
use super::record::Record;
use super::segment::{OpenSegment, SegmentEntry, SegmentWriter};
use super::{BATCH, GalleryError, GalleryFolder, Source, place_of};
use crate::canary::Canaries;
use crate::search::Change;

/// What a segment is rebuilt with.
pub(super) struct Rebuild<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) key: &'a GalleryKey,
    pub(super) canaries: &'a Canaries,
    pub(super) source: &'a dyn Source,
}

impl Rebuild<'_> {
    /// Writes a segment of everybody whom the feed still holds between the first and the last place of
    /// a damaged one. Removals in between are of other segments, which know of them.
    pub(super) fn run(
        &self,
        damaged: &SegmentEntry,
        file: u64,
        key: FileKey,
    ) -> Result<OpenSegment, GalleryError> {
        let (mut after, last) = ((damaged.first / 2).saturating_sub(1), damaged.last / 2);
        let mut people = Vec::new();
        let mut index = new_index(self.key);
        let hasher = index.hasher();
        while after < last {
            let changes = self.source.changes(after, last, BATCH)?;
            let Some(end) = changes.last() else { break };
            after = end.sequence();
            for change in changes {
                let Change::Inserted { sequence, reference, biometrics } = change else { continue };
                let own = Record { reference, place: place_of(sequence), biometrics };
                for record in std::iter::once(own).chain(canary_after(sequence, self.canaries)) {
                    let bytes = record.to_bytes()?;
                    let Entry::Insert { place, prints, .. } =
                        to_entry(&record, [].into(), &hasher)?
                    else {
                        continue;
                    };
                    let engine = engine_reference(record.reference);
                    index
                        .insert_hashed(place, engine, &prints)
                        .map_err(|_| GalleryError::Damaged)?;
                    people.push((record.reference, place, bytes));
                }
            }
        }
        index.unite();
        let mut out = SegmentWriter::begin(self.files, file, key, &index)?;
        for (reference, place, bytes) in people {
            out.add(reference, place, &bytes)?;
        }
        out.finish(self.files)
    }
}

impl GalleryFolder {
    /// Makes a damaged segment anew and puts it in place.
    pub(super) fn repair(
        &self,
        file: u64,
        source: &dyn Source,
        now: Timestamp,
    ) -> Result<(), GalleryError> {
        let entry = {
            let writer = self.writer();
            writer.manifest.segments.iter().find(|entry| entry.file == file).cloned()
        };
        // Merged or repaired in the meantime.
        let Some(entry) = entry else { return Ok(()) };
        tracing::error!(code = "gallery.damaged", file, "a segment is damaged; rebuilding it");
        let (number, key) = self.new_file();
        let (files, key_of_all) = (&*self.files, &self.key);
        let rebuild = Rebuild { files, key: key_of_all, canaries: &self.canaries, source };
        let segment = rebuild.run(&entry, number, key)?;
        self.install(&[file], segment, now)
    }
}
