//! What searches ask of a gallery.

use std::collections::BTreeSet;

use niims_fingerprint::index::{PartialSearch, PersonCylinders, SearchOptions};
use niims_record::GalleryReference;

use super::folder::{At, Memory};
use super::record::Record;
use super::{GalleryError, GalleryFolder, Source, is_canary, place_of};
use crate::modality::Biometrics;
use crate::search::Change;

impl GalleryFolder {
    /// How many are enrolled, without synthetic people.
    pub fn len(&self) -> usize {
        let memory = self.read();
        memory.enrolled.len() - memory.canaries.len()
    }

    /// Whether nobody is enrolled.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everything of the feed up to this sequence number is in.
    pub fn position(&self) -> u64 {
        self.read().position
    }

    /// How many segments there are.
    pub fn segments(&self) -> usize {
        self.read().segments.len()
    }

    /// Begins a search of the index; it sees who is enrolled now, and synthetic people too.
    pub(crate) fn begin(&self, probe: &PersonCylinders, options: &SearchOptions) -> PartialSearch {
        // Counting votes waits for other threads, and those may be waiting to read here behind a writer.
        let seen = self.read().index.seen_now();
        seen.begin(probe, options)
    }

    /// How many were enrolled before a sequence number, of these or of everybody; synthetic people are
    /// not counted.
    pub(crate) fn visible(
        &self,
        below_sequence: u64,
        among: Option<&BTreeSet<GalleryReference>>,
        all: u64,
    ) -> u64 {
        let memory = self.read();
        match among {
            Some(among) => {
                among.iter().filter(|r| is_visible(&memory, **r, below_sequence)).count() as u64
            }
            None => all - memory.canaries.range(..place_of(below_sequence)).count() as u64,
        }
    }

    /// Who was enrolled before a sequence number, in order of references.
    pub(crate) fn visible_people(
        &self,
        below_sequence: u64,
        among: Option<&BTreeSet<GalleryReference>>,
    ) -> Vec<GalleryReference> {
        let memory = self.read();
        let seen = |reference: &&GalleryReference| is_visible(&memory, **reference, below_sequence);
        let mut people: Vec<GalleryReference> = match among {
            Some(among) => among.iter().filter(seen).copied().collect(),
            None => memory.enrolled.keys().filter(seen).copied().collect(),
        };
        people.sort_unstable();
        people
    }

    /// The place of somebody enrolled.
    pub(crate) fn place(&self, reference: GalleryReference) -> Option<u64> {
        self.read().enrolled.get(&reference).map(|held| held.place)
    }

    /// Synthetic people enrolled, by place.
    pub(crate) fn canary_places(&self) -> Vec<u64> {
        self.read().canaries.keys().copied().collect()
    }

    /// What is enrolled under a reference; `None` where nobody is. Damage met here is noted for the next
    /// maintenance, and the answer comes from the feed.
    ///
    /// # Errors
    /// [`GalleryError`] where neither file nor feed has it.
    pub(crate) fn enrolled(
        &self,
        reference: GalleryReference,
        source: &dyn Source,
    ) -> Result<Option<Biometrics>, GalleryError> {
        let (place, at, stored) = {
            let memory = self.read();
            let Some(held) = memory.enrolled.get(&reference) else { return Ok(None) };
            match held.at {
                At::Tail => {
                    let bytes = memory.tail.get(&held.place).ok_or(GalleryError::Damaged)?;
                    return Record::from_bytes(&bytes.1).map(|record| Some(record.biometrics));
                }
                At::Row { file, row } => {
                    let segment = memory.segments.get(&u64::from(file)).cloned();
                    (held.place, (file, row), segment.ok_or(GalleryError::Damaged)?)
                }
            }
        };
        match stored.record(at.1) {
            Ok(record) => Ok(Some(record.biometrics)),
            Err(GalleryError::Damaged) => {
                self.suspect(u64::from(at.0));
                self.ask_feed(place, reference, source)
            }
            Err(error) => Err(error),
        }
    }

    fn ask_feed(
        &self,
        place: u64,
        reference: GalleryReference,
        source: &dyn Source,
    ) -> Result<Option<Biometrics>, GalleryError> {
        let sequence = place / 2;
        if is_canary(place) {
            return Ok(self.canaries.after(sequence).map(|canary| canary.enrolled()));
        }
        let changes = source.changes(sequence.saturating_sub(1), sequence, 1)?;
        Ok(changes.into_iter().find_map(|change| match change {
            Change::Inserted { reference: found, biometrics, .. } if found == reference => {
                Some(biometrics)
            }
            _ => None,
        }))
    }
}

fn is_visible(memory: &Memory, reference: GalleryReference, below_sequence: u64) -> bool {
    memory
        .enrolled
        .get(&reference)
        .is_some_and(|held| !is_canary(held.place) && held.place < place_of(below_sequence))
}
