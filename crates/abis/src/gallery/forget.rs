//! Letting go of people who are held elsewhere from now on.

use jiff::Timestamp;
use niims_record::GalleryReference;

use super::apply::{enter, prepare};
use super::journal::Frame;
use super::{GalleryError, GalleryFolder, place_of};

impl GalleryFolder {
    /// Takes out everybody of whom `is_gone` says so, with the synthetic people who followed their
    /// insertions; says how many real ones there were. Their bytes are purged as those of the erased are.
    /// Changes wait meanwhile, and whoever calls sees to it that the feed does not give them again.
    ///
    /// # Errors
    /// [`GalleryError`] where the journal cannot be written; nobody is taken out then.
    pub(crate) fn forget(
        &self,
        is_gone: &(dyn Fn(&GalleryReference) -> bool + Sync),
        now: Timestamp,
    ) -> Result<u64, GalleryError> {
        let mut writer = self.writer();
        let (gone, people) = {
            let memory = self.read();
            let real = memory
                .enrolled
                .iter()
                .filter(|(reference, held)| !super::is_canary(held.place) && is_gone(reference));
            let mut gone: Vec<GalleryReference> = Vec::new();
            let mut people = 0;
            for (reference, held) in real {
                people += 1;
                gone.push(*reference);
                gone.extend(memory.canaries.get(&(place_of(held.place / 2) + 1)));
            }
            (gone, people)
        };
        if gone.is_empty() {
            return Ok(0);
        }
        // They stand at the present place in the feed, so that it is read on from there.
        let sequence = self.read().position;
        let at = now.as_millisecond();
        let frames: Vec<Frame> = gone
            .into_iter()
            .map(|reference| Frame { at, sequence, reference, record: None })
            .collect();
        let entries = prepare(&frames, &self.canaries, &self.read().index.hasher())?;
        writer.journal.append(&*self.files, &frames)?;
        enter(&mut self.write(), &mut writer, &frames, entries)?;
        Ok(people)
    }
}
