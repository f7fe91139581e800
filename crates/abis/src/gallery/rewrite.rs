//! Several segments as one without the dead: for merging and for purging.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use niims_record::GalleryReference;

use super::folder::{At, Held, Writer, engine_reference};
use super::keys::FileKey;
use super::segment::{self, OpenSegment, SegmentEntry, SegmentWriter};
use super::{GalleryError, GalleryFolder};

impl GalleryFolder {
    /// Writes neighbouring segments as one without those who are dead by now, while searches and
    /// changes go on, and puts it in their place.
    pub(super) fn rewrite(&self, files: &[u64], now: Timestamp) -> Result<(), GalleryError> {
        let entries: Vec<SegmentEntry> = {
            let writer = self.writer();
            let all = writer.manifest.segments.iter();
            all.filter(|entry| files.contains(&entry.file)).cloned().collect()
        };
        let inputs: Vec<Arc<OpenSegment>> = {
            let memory = self.read();
            entries.iter().filter_map(|e| memory.segments.get(&e.file).cloned()).collect()
        };
        let mut index = self.new_index();
        let mut living = Vec::new();
        for (input, entry) in inputs.iter().zip(&entries) {
            input.read_index(&mut index)?;
            let dead: Vec<u32> = entry.dead.iter().map(|(row, _)| *row).collect();
            // Before the next one is read, which may hold the same reference, living.
            for row in &dead {
                if let Some(row) = input.rows.get(*row as usize) {
                    index.remove(engine_reference(row.reference));
                }
            }
            let rows = 0..input.rows.len() as u32;
            living.extend(rows.filter(|row| !dead.contains(row)).map(|row| (input, row)));
        }
        index.unite();
        let (number, key) = self.new_file();
        let mut out = SegmentWriter::begin(&*self.files, number, key, &index)?;
        for (input, row) in living {
            let stands = input.rows[row as usize];
            out.add(stands.reference, stands.place, &input.record_bytes(row)?)?;
        }
        let written = out.finish(&*self.files)?;
        self.install(files, written, now)
    }

    /// The number of a new file, which no other writer takes, and its key.
    pub(super) fn new_file(&self) -> (u64, FileKey) {
        (self.writer().manifest.take_file(), FileKey::draw(&self.entropy))
    }

    /// Puts a segment in the place of others, in the manifest, then in memory; removes their files.
    pub(super) fn install(
        &self,
        replaced: &[u64],
        mut new: OpenSegment,
        now: Timestamp,
    ) -> Result<(), GalleryError> {
        let writer = &mut *self.writer();
        new.entry.dead = self.dead_rows(writer, replaced, &new, now);
        let mut next = writer.manifest.clone();
        let at = next.segments.iter().position(|entry| replaced.contains(&entry.file));
        next.segments.retain(|entry| !replaced.contains(&entry.file));
        let is_empty = new.rows.is_empty();
        if !is_empty {
            let at = at.unwrap_or(next.segments.len());
            next.segments.insert(at, new.entry.clone());
        }
        self.files.sync_names()?;
        next.write(&*self.files, &self.key, &self.entropy)?;
        writer.manifest = next;
        self.swap_in_memory(replaced, new);
        for file in replaced {
            remove_if_there(self, &segment::file_name(*file))?;
        }
        Ok(self.files.sync_names()?)
    }

    /// Those of a new segment who have died since its people were chosen.
    fn dead_rows(
        &self,
        writer: &Writer,
        replaced: &[u64],
        new: &OpenSegment,
        now: Timestamp,
    ) -> Vec<(u32, i64)> {
        let memory = self.read();
        let mut since: HashMap<(GalleryReference, u64), i64> = HashMap::new();
        for entry in writer.manifest.segments.iter().filter(|e| replaced.contains(&e.file)) {
            let Some(segment) = memory.segments.get(&entry.file) else { continue };
            for (row, at) in &entry.dead {
                if let Some(row) = segment.rows.get(*row as usize) {
                    since.insert((row.reference, row.place), *at);
                }
            }
        }
        let rows = new.rows.iter().enumerate();
        rows.filter(|(_, row)| {
            memory.enrolled.get(&row.reference).is_none_or(|held| held.place != row.place)
        })
        .map(|(number, row)| {
            let at = since.get(&(row.reference, row.place)).copied();
            (number as u32, at.unwrap_or(now.as_millisecond()))
        })
        .collect()
    }

    fn swap_in_memory(&self, replaced: &[u64], new: OpenSegment) {
        let mut memory = self.write();
        for file in replaced {
            memory.segments.remove(file);
        }
        let file = new.entry.file;
        for (number, row) in new.rows.iter().enumerate() {
            if let Some(held) = memory.enrolled.get_mut(&row.reference)
                && held.place == row.place
            {
                let at = At::Row { file: file as u32, row: number as u32 };
                *held = Held { place: row.place, at };
            }
        }
        if !new.rows.is_empty() {
            memory.segments.insert(file, Arc::new(new));
        }
    }
}

/// Removes a file; one that is gone already is as wanted.
pub(super) fn remove_if_there(gallery: &GalleryFolder, name: &str) -> Result<(), GalleryError> {
    match gallery.files.remove(name) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
