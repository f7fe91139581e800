//! Opening a gallery: what is there is read under authentication, what is damaged is made anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, RwLock};

use jiff::Timestamp;
use niims_fingerprint::index::Index;

use super::apply::{enter, prepare};
use super::files::Files;
use super::folder::{At, GalleryParts, Held, Memory, Writer, engine_reference, new_index};
use super::journal::{self, Journal};
use super::keys::FileKey;
use super::manifest::{self, JournalEntry, Manifest};
use super::repair::Rebuild;
use super::segment::{self, OpenSegment};
use super::{GalleryError, GalleryFolder, Source, is_canary};
use crate::canary::Canaries;

impl GalleryFolder {
    /// Opens a gallery with the state of its last acknowledged change; an empty one where there is none
    /// or its manifest does not open under the key. [`GalleryFolder::catch_up`] brings the rest.
    ///
    /// # Errors
    /// [`GalleryError::Files`], and [`GalleryError::Feed`] where a damaged segment cannot be made anew
    /// because the truth cannot be read.
    pub fn open(
        parts: GalleryParts,
        source: &dyn Source,
        now: Timestamp,
    ) -> Result<Self, GalleryError> {
        let GalleryParts { files, key, settings, entropy } = parts;
        let canaries = Canaries::new(key.of_canaries(), settings.canary_one_in);
        let manifest = match Manifest::read(&*files, &key) {
            Err(GalleryError::Damaged) => {
                tracing::error!(code = "gallery.damaged", "the manifest is damaged; starting anew");
                None
            }
            other => other?,
        };
        let draw = || FileKey::draw(&entropy);
        let is_new = manifest.is_none();
        let mut manifest = manifest.unwrap_or_else(|| Manifest {
            next_file: 1,
            position: 0,
            segments: Vec::new(),
            journal: JournalEntry { file: 0, key: draw() },
            flushed_at: None,
        });
        let rebuild = Rebuild { files: &*files, key: &key, canaries: &canaries, source };
        let (mut memory, replaced) = load_segments(&mut manifest, &rebuild, &draw, now)?;
        let opened = match Journal::open(&*files, &manifest.journal) {
            Err(GalleryError::Damaged) => None,
            other => Some(other?),
        };
        let is_whole = opened.is_some();
        let (journal, frames) = if let Some((journal, frames, cut)) = opened {
            if cut {
                tracing::warn!(code = "gallery.journal_cut", "the journal's end was not whole");
            }
            (journal, frames)
        } else {
            manifest.journal = JournalEntry { file: manifest.take_file(), key: draw() };
            (Journal::create(&*files, &manifest.journal)?, Vec::new())
        };
        if is_new || replaced || !is_whole {
            files.sync_names()?;
            manifest.write(&*files, &key, &entropy)?;
        }
        remove_strangers(&*files, &manifest)?;
        let tail_index = new_index(&key);
        let mut writer = Writer { manifest, journal, tail_index, journal_dead_since: None };
        let entries = prepare(&frames, &canaries, &memory.index.hasher())?;
        enter(&mut memory, &mut writer, &frames, entries)?;
        Ok(Self {
            files,
            key,
            settings,
            entropy,
            canaries,
            memory: RwLock::new(memory),
            writer: Mutex::new(writer),
            busy: Mutex::new(()),
            suspect: Mutex::new(BTreeSet::new()),
        })
    }
}

/// Reads all segments in order; makes anew those that are damaged. Says whether there were any.
fn load_segments(
    manifest: &mut Manifest,
    rebuild: &Rebuild<'_>,
    draw: &dyn Fn() -> FileKey,
    now: Timestamp,
) -> Result<(Memory, bool), GalleryError> {
    let mut memory = Memory {
        index: new_index(rebuild.key),
        enrolled: HashMap::new(),
        segments: BTreeMap::new(),
        tail: BTreeMap::new(),
        canaries: BTreeMap::new(),
        position: manifest.position,
    };
    let mut replaced = false;
    for at in 0..manifest.segments.len() {
        let entry = manifest.segments[at].clone();
        let segment = match load(rebuild.files, &entry, &mut memory.index) {
            Err(GalleryError::Damaged) => {
                let file = entry.file;
                tracing::error!(
                    code = "gallery.damaged",
                    file,
                    "a segment is damaged; rebuilding it"
                );
                let anew = rebuild.run(&entry, manifest.take_file(), draw())?;
                anew.read_index(&mut memory.index)?;
                replaced = true;
                anew
            }
            other => other?,
        };
        manifest.segments[at] = segment.entry.clone();
        enrol_rows(&mut memory, manifest, at, &segment, now);
        memory.segments.insert(segment.entry.file, Arc::new(segment));
    }
    // A segment made anew may have nobody left.
    manifest.segments.retain(|entry| entry.persons > 0);
    memory.segments.retain(|_, segment| segment.entry.persons > 0);
    Ok((memory, replaced))
}

fn load(
    files: &dyn Files,
    entry: &segment::SegmentEntry,
    index: &mut Index,
) -> Result<OpenSegment, GalleryError> {
    let segment = OpenSegment::open(files, entry.clone())?;
    // All parts or none, should the second of two be damaged.
    if entry.parts > 1 {
        let mut whole = index.clone();
        segment.read_index(&mut whole)?;
        *index = whole;
    } else {
        segment.read_index(index)?;
    }
    Ok(segment)
}

/// Enters the people of a segment that has been read into the index, and takes out its dead.
fn enrol_rows(
    memory: &mut Memory,
    manifest: &mut Manifest,
    at: usize,
    segment: &OpenSegment,
    now: Timestamp,
) {
    let dead: BTreeSet<u32> = segment.entry.dead.iter().map(|(row, _)| *row).collect();
    memory.enrolled.reserve(segment.rows.len());
    for (row, stands) in (0u32..).zip(&segment.rows) {
        if dead.contains(&row) {
            memory.index.remove(engine_reference(stands.reference));
            continue;
        }
        let file = segment.entry.file as u32;
        let held = Held { place: stands.place, at: At::Row { file, row } };
        let before = memory.enrolled.insert(stands.reference, held);
        // A later enrolment replaces an earlier one, which the manifest knows, unless the later one
        // was found in the feed just now.
        if let Some(Held { at: At::Row { file, row }, .. }) = before
            && let Some(entry) =
                manifest.segments[..at].iter_mut().find(|entry| entry.file == u64::from(file))
        {
            entry.dead.push((row, now.as_millisecond()));
        }
        if is_canary(stands.place) {
            memory.canaries.insert(stands.place, stands.reference);
        }
    }
}

/// Removes files that the manifest does not name: of writes that did not come to their end.
fn remove_strangers(files: &dyn Files, manifest: &Manifest) -> Result<(), GalleryError> {
    let mut named: BTreeSet<String> =
        manifest.segments.iter().map(|entry| segment::file_name(entry.file)).collect();
    named.insert(journal::file_name(manifest.journal.file));
    named.insert(manifest::NAME.to_owned());
    let mut removed = false;
    for name in files.names()? {
        if !named.contains(&name) {
            files.remove(&name)?;
            removed = true;
        }
    }
    if removed {
        files.sync_names()?;
    }
    Ok(())
}
