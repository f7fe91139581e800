//! The manifest: which files make the gallery. It is swapped as a whole.
//!
//! Five bytes `NIGM` and version, then a nonce and a CBOR document sealed under the gallery's key.
//! The keys of all other files stand in it, so it is what makes them readable.

use niims_wire::Entropy;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::GalleryError;
use super::files::Files;
use super::keys::{FileKey, GalleryKey};
use super::segment::{SegmentEntry, absent_is_damaged};

const MAGIC: &[u8] = b"NIGM\x01";
/// Name of the manifest, and of the next one while it is written.
pub(super) const NAME: &str = "manifest";
pub(super) const NEXT: &str = "manifest.next";
/// Longest manifest: a hundred thousand who are gone and not yet rewritten take 2 MB.
const LONGEST: u64 = 1 << 28;

/// Which files make the gallery.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The number of the next file.
    pub(super) next_file: u64,
    /// Everything up to this sequence number of the feed stands in the segments.
    pub(super) position: u64,
    /// In order of places.
    pub(super) segments: Vec<SegmentEntry>,
    /// The changes since.
    pub(super) journal: JournalEntry,
    /// When the journal was last begun anew, milliseconds since 1970; none before that.
    #[serde(default)]
    pub(super) flushed_at: Option<i64>,
}

/// What the manifest says of the journal.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct JournalEntry {
    pub(super) file: u64,
    pub(super) key: FileKey,
}

impl Manifest {
    /// Reads the manifest; `None` where there is none.
    ///
    /// # Errors
    /// [`GalleryError::Damaged`] where it does not open under the key.
    pub(super) fn read(files: &dyn Files, key: &GalleryKey) -> Result<Option<Self>, GalleryError> {
        let file = match files.open(NAME).map_err(absent_is_damaged) {
            Ok(file) => file,
            Err(GalleryError::Damaged) => return Ok(None),
            Err(error) => return Err(error),
        };
        let length = file.length()?;
        if length > LONGEST {
            return Err(GalleryError::Damaged);
        }
        let mut bytes = vec![0; length as usize];
        file.read_at(&mut bytes, 0)?;
        let sealed = bytes.strip_prefix(MAGIC).ok_or(GalleryError::Damaged)?;
        let plain = key.open(sealed)?;
        let read = ciborium::from_reader(plain.as_slice());
        read.map(Some).map_err(|_| GalleryError::Damaged)
    }

    /// Puts this manifest in the place of the last one: written beside it, made to last, renamed over
    /// it, and the name made to last. Whatever stops this, one of the two is there, whole.
    pub(super) fn write(
        &self,
        files: &dyn Files,
        key: &GalleryKey,
        entropy: &Entropy,
    ) -> Result<(), GalleryError> {
        let mut plain = Zeroizing::new(Vec::new());
        ciborium::into_writer(self, &mut *plain).map_err(std::io::Error::other)?;
        let mut out = files.create(NEXT)?;
        out.append(&[MAGIC, &key.seal(&plain, entropy)?].concat())?;
        out.sync()?;
        files.rename(NEXT, NAME)?;
        files.sync_names()?;
        Ok(())
    }

    /// Takes a number for a new file.
    pub(super) fn take_file(&mut self) -> u64 {
        self.next_file += 1;
        self.next_file - 1
    }
}
