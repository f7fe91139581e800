//! Bringing changes in: into the journal first, then into memory.

use std::sync::Arc;

use jiff::Timestamp;
use niims_fingerprint::index::{HashedPrints, PrintHasher};
use niims_record::GalleryReference;
use rayon::prelude::*;

use super::folder::{At, Held, Memory, Writer, engine_reference};
use super::journal::{self, Frame};
use super::record::Record;
use super::{BATCH, GalleryError, GalleryFolder, Source, place_of};
use crate::canary::Canaries;
use crate::modality::Biometrics;
use crate::prints;
use crate::search::Change;

/// Changes in the journal, as a multiple of the people of a flush, after which it is begun anew though
/// most of them are removals. Range 2 to 20.
const LONGEST_JOURNAL: u64 = 4;

/// A change made ready for memory.
pub(super) enum Entry {
    Insert { place: u64, reference: GalleryReference, record: Arc<[u8]>, prints: HashedPrints },
    Remove { reference: GalleryReference },
}

impl GalleryFolder {
    /// Reads the feed up to a sequence number, as far as it goes. What is in afterwards survives a crash.
    ///
    /// # Errors
    /// [`GalleryError`]; all changes before the one that failed are in.
    pub fn catch_up(
        &self,
        source: &dyn Source,
        up_to: u64,
        now: Timestamp,
    ) -> Result<(), GalleryError> {
        let mut writer = self.writer();
        loop {
            let position = self.read().position;
            if position >= up_to {
                return Ok(());
            }
            let changes = source.changes(position, up_to, BATCH)?;
            if changes.is_empty() {
                return Ok(());
            }
            self.apply(&mut writer, &changes, now)?;
            let flush_people = self.settings.flush_people;
            if writer.tail_index.len() >= flush_people
                || writer.journal.frames() >= LONGEST_JOURNAL * flush_people as u64
            {
                self.flush_tail(&mut writer, Some(now.as_millisecond()))?;
            }
        }
    }

    /// Brings changes in, in order; those that are in already are passed over.
    fn apply(
        &self,
        writer: &mut Writer,
        changes: &[Change],
        now: Timestamp,
    ) -> Result<(), GalleryError> {
        let position = self.read().position;
        let fresh: Vec<&Change> = changes.iter().filter(|c| c.sequence() > position).collect();
        // A feed out of order must not reach the journal, from where it would come back at each start.
        if !fresh.is_sorted_by(|one, next| one.sequence() < next.sequence()) {
            return Err(GalleryError::Feed);
        }
        let frames: Result<Vec<Frame>, _> = fresh.iter().map(|c| to_frame(c, now)).collect();
        let frames = frames?;
        let hasher = self.read().index.hasher();
        let entries = prepare(&frames, &self.canaries, &hasher)?;
        writer.journal.append(&*self.files, &frames)?;
        let mut memory = self.write();
        enter(&mut memory, writer, &frames, entries)
    }
}

fn to_frame(change: &Change, now: Timestamp) -> Result<Frame, GalleryError> {
    let at = now.as_millisecond();
    Ok(match change {
        Change::Inserted { sequence, reference, biometrics } => {
            // Irises are compared by nobody here, so they are not kept here.
            let biometrics = Biometrics { irises: Vec::new(), ..biometrics.clone() };
            let reference = *reference;
            let record = Record { reference, place: place_of(*sequence), biometrics };
            let record = record.to_bytes()?;
            // What the service takes is shorter; a feed of anybody else's may not be.
            if record.len() > journal::LONGEST {
                let (found, limit) = (record.len(), journal::LONGEST);
                tracing::error!(
                    code = "gallery.record_too_long",
                    sequence,
                    found,
                    "nothing was written"
                );
                return Err(GalleryError::RecordTooLong { found, limit });
            }
            Frame { at, sequence: *sequence, reference, record: Some(record) }
        }
        Change::Removed { sequence, reference } => {
            Frame { at, sequence: *sequence, reference: *reference, record: None }
        }
    })
}

/// What each frame means: the person's prints for the index, and whether a synthetic person follows.
pub(super) fn prepare(
    frames: &[Frame],
    canaries: &Canaries,
    hasher: &PrintHasher,
) -> Result<Vec<Vec<Entry>>, GalleryError> {
    frames.par_iter().map(|frame| prepare_one(frame, canaries, hasher)).collect()
}

fn prepare_one(
    frame: &Frame,
    canaries: &Canaries,
    hasher: &PrintHasher,
) -> Result<Vec<Entry>, GalleryError> {
    let reference = frame.reference;
    let Some(record) = &frame.record else { return Ok(vec![Entry::Remove { reference }]) };
    let mut entries =
        vec![to_entry(&Record::from_bytes(record)?, record.as_slice().into(), hasher)?];
    if let Some(canary) = canary_after(frame.sequence, canaries) {
        let bytes = canary.to_bytes()?;
        entries.push(to_entry(&canary, bytes.into(), hasher)?);
    }
    Ok(entries)
}

/// The synthetic person that follows an insertion, if one does.
pub(super) fn canary_after(sequence: u64, canaries: &Canaries) -> Option<Record> {
    let place = place_of(sequence) + 1;
    canaries.after(sequence).map(|canary| Record {
        reference: canary.reference,
        place,
        biometrics: canary.enrolled(),
    })
}

pub(super) fn to_entry(
    record: &Record,
    bytes: Arc<[u8]>,
    hasher: &PrintHasher,
) -> Result<Entry, GalleryError> {
    let prints =
        prints::cylinders(&record.biometrics.fingers).map_err(|_| GalleryError::Template)?;
    let prints = hasher.hash(prints);
    let (place, reference) = (record.place, record.reference);
    Ok(Entry::Insert { place, reference, record: bytes, prints })
}

/// Brings changes that are in the journal into memory.
pub(super) fn enter(
    memory: &mut Memory,
    writer: &mut Writer,
    frames: &[Frame],
    entries: Vec<Vec<Entry>>,
) -> Result<(), GalleryError> {
    for (frame, entries) in frames.iter().zip(entries) {
        for entry in entries {
            match entry {
                Entry::Insert { place, reference, record, prints } => {
                    retire(memory, writer, reference, frame.at);
                    let engine = engine_reference(reference);
                    // Places rise with sequence numbers, and those in already were passed over.
                    for index in [&mut memory.index, &mut writer.tail_index] {
                        index
                            .insert_hashed(place, engine, &prints)
                            .map_err(|_| GalleryError::Damaged)?;
                    }
                    memory.enrolled.insert(reference, Held { place, at: At::Tail });
                    memory.tail.insert(place, (reference, record));
                    if super::is_canary(place) {
                        memory.canaries.insert(place, reference);
                    }
                }
                Entry::Remove { reference } => retire(memory, writer, reference, frame.at),
            }
        }
        memory.position = frame.sequence;
    }
    Ok(())
}

/// Takes out what stands under a reference and notes that its bytes are to be purged.
fn retire(memory: &mut Memory, writer: &mut Writer, reference: GalleryReference, at: i64) {
    let Some(held) = memory.enrolled.remove(&reference) else { return };
    memory.index.remove(engine_reference(reference));
    memory.canaries.remove(&held.place);
    match held.at {
        At::Tail => {
            memory.tail.remove(&held.place);
            writer.tail_index.remove(engine_reference(reference));
            writer.journal_dead_since.get_or_insert(at);
        }
        At::Row { file, row } => {
            let segments = &mut writer.manifest.segments;
            if let Some(entry) = segments.iter_mut().find(|s| s.file == u64::from(file)) {
                entry.dead.push((row, at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modality::{Eye, IrisRecord};
    use niims_record::GalleryReference;

    #[test]
    fn a_record_that_could_not_be_read_back_is_refused() {
        use crate::modality::FaceTemplate;
        use crate::service::error::{LONGEST_EMBEDDING, MOST_FACES, MOST_FINGERS};
        use niims_fingerprint::FingerPosition;
        use niims_wire::abis::FingerTemplate;

        let change = |faces: usize, length: usize| {
            let face = FaceTemplate { quality: 1, model: [1; 32], embedding: vec![1; length] };
            let finger = |code| FingerTemplate {
                position: FingerPosition::from_code(code as u8).unwrap(),
                quality: 1,
                template: vec![7; usize::from(u16::MAX)],
            };
            let fingers = (1..=MOST_FINGERS).map(finger).collect();
            let biometrics =
                Biometrics { fingers, faces: vec![face; faces], ..Biometrics::default() };
            let reference = GalleryReference::from_bytes([1; 16]);
            to_frame(
                &Change::Inserted { sequence: 1, reference, biometrics },
                Timestamp::UNIX_EPOCH,
            )
        };
        // The most that the service takes is kept; see the test of the journal's folder.
        assert!(change(MOST_FACES, LONGEST_EMBEDDING).is_ok());
        let refused = change(7, usize::from(u16::MAX)).err().unwrap();
        assert_eq!(refused.code(), "gallery.record_too_long");
    }

    #[test]
    fn an_iris_is_not_kept_however_large() {
        let iris = IrisRecord { eye: Eye::Left, quality: 50, record: vec![7; 2 << 20] };
        let biometrics = Biometrics { irises: vec![iris], ..Biometrics::default() };
        let reference = GalleryReference::from_bytes([1; 16]);
        let change = Change::Inserted { sequence: 1, reference, biometrics };
        let frame = to_frame(&change, Timestamp::UNIX_EPOCH).unwrap();
        assert!(frame.record.is_some_and(|record| record.len() < 256));
    }
}
