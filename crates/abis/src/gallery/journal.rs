//! The journal: changes since the last segment, one sealed frame after another.
//!
//! A frame is its length (4 bytes, big-endian) and a sealed block with the frame's number: kind,
//! time, sequence number, reference, and for an insertion the record. A frame counts once
//! [`Appender::sync`] has returned. What follows a frame that does not open was being written when
//! the power went, or is damaged; it is cut off, and comes again from the feed. Its number is then
//! used once more, which GCM-SIV, unlike GCM, bears.

use niims_record::GalleryReference;

use super::GalleryError;
use super::files::{Appender, Files, ReadAt};
use super::keys::{BlockKind, FileKey, TAG};
use super::manifest::JournalEntry;
use super::segment::{LONGEST_RECORD, absent_is_damaged};

/// Longest frame, sealed, as the longest record.
const LONGEST_FRAME: u32 = LONGEST_RECORD;
/// Bytes of a frame before the record.
const HEAD: usize = 33;
/// Longest record whose frame is read back, bytes.
pub(super) const LONGEST: usize = LONGEST_FRAME as usize - HEAD - TAG;

/// Name of a journal's file.
pub(super) fn file_name(file: u64) -> String {
    format!("journal-{file:08}")
}

/// One change as the journal holds it.
#[derive(Clone)]
pub(super) struct Frame {
    /// When it was written, milliseconds since 1970.
    pub(super) at: i64,
    /// Of the feed.
    pub(super) sequence: u64,
    pub(super) reference: GalleryReference,
    /// None for a removal.
    pub(super) record: Option<Vec<u8>>,
}

/// The journal, open for appending.
pub(super) struct Journal {
    /// None after a failed write, until the file has been cut to `length` again.
    out: Option<Box<dyn Appender>>,
    name: String,
    key: FileKey,
    /// Whole frames, and where the last of them ends.
    frames: u64,
    length: u64,
}

impl Journal {
    /// A new, empty one. It counts once the manifest names it.
    pub(super) fn create(files: &dyn Files, entry: &JournalEntry) -> Result<Self, GalleryError> {
        let name = file_name(entry.file);
        let mut out = files.create(&name)?;
        out.sync()?;
        Ok(Self { out: Some(out), name, key: entry.key.clone(), frames: 0, length: 0 })
    }

    /// Opens one and reads its frames. Says as well whether something had to be cut off.
    ///
    /// # Errors
    /// [`GalleryError::Damaged`] where there is no such file.
    pub(super) fn open(
        files: &dyn Files,
        entry: &JournalEntry,
    ) -> Result<(Self, Vec<Frame>, bool), GalleryError> {
        let name = file_name(entry.file);
        let file = files.open(&name).map_err(absent_is_damaged)?;
        let length = file.length()?;
        let (mut frames, mut offset) = (Vec::new(), 0);
        while let Some((frame, next)) =
            read_frame(&*file, &entry.key, frames.len() as u64, offset, length)?
        {
            frames.push(frame);
            offset = next;
        }
        let out = Some(files.append(&name, offset)?);
        let (key, number) = (entry.key.clone(), frames.len() as u64);
        Ok((Self { out, name, key, frames: number, length: offset }, frames, offset < length))
    }

    /// Number of changes in it.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// Writes changes and makes them last. What a failed write left behind is cut off first.
    pub(super) fn append(
        &mut self,
        files: &dyn Files,
        frames: &[Frame],
    ) -> Result<(), GalleryError> {
        let mut out = match self.out.take() {
            Some(out) => out,
            None => files.append(&self.name, self.length)?,
        };
        let mut bytes = Vec::new();
        for (number, frame) in (self.frames..).zip(frames) {
            let sealed = self.key.seal(BlockKind::Journal, number, &to_bytes(frame))?;
            bytes.extend((sealed.len() as u32).to_be_bytes());
            bytes.extend(sealed);
        }
        out.append(&bytes)?;
        out.sync()?;
        self.out = Some(out);
        self.frames += frames.len() as u64;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

fn to_bytes(frame: &Frame) -> Vec<u8> {
    let mut bytes = vec![u8::from(frame.record.is_some())];
    bytes.extend(frame.at.to_be_bytes());
    bytes.extend(frame.sequence.to_be_bytes());
    bytes.extend(frame.reference.as_bytes());
    bytes.extend(frame.record.iter().flatten());
    bytes
}

/// The frame at an offset and where the next one begins; `None` where there is no whole one.
fn read_frame(
    file: &dyn ReadAt,
    key: &FileKey,
    number: u64,
    offset: u64,
    length: u64,
) -> Result<Option<(Frame, u64)>, GalleryError> {
    let mut size = [0; 4];
    if length < offset + 4 {
        return Ok(None);
    }
    file.read_at(&mut size, offset)?;
    let size = u32::from_be_bytes(size);
    let next = offset + 4 + u64::from(size);
    if size > LONGEST_FRAME || (size as usize) < HEAD + TAG || next > length {
        return Ok(None);
    }
    let mut sealed = vec![0; size as usize];
    file.read_at(&mut sealed, offset + 4)?;
    let opened = key.open(BlockKind::Journal, number, sealed).ok();
    Ok(opened.and_then(|bytes| from_bytes(&bytes)).map(|frame| (frame, next)))
}

fn from_bytes(bytes: &[u8]) -> Option<Frame> {
    let (kind, rest) = bytes.split_first()?;
    let (at, rest) = rest.split_first_chunk::<8>()?;
    let (sequence, rest) = rest.split_first_chunk::<8>()?;
    let (reference, rest) = rest.split_first_chunk::<16>()?;
    Some(Frame {
        at: i64::from_be_bytes(*at),
        sequence: u64::from_be_bytes(*sequence),
        reference: GalleryReference::from_bytes(*reference),
        record: (*kind == 1).then(|| rest.to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Disk, entropy};

    #[test]
    fn the_longest_record_is_read_back() {
        let disk = Disk::default();
        let entry = JournalEntry { file: 1, key: FileKey::draw(&entropy()) };
        let mut journal = Journal::create(&disk, &entry).unwrap();
        let reference = GalleryReference::from_bytes([1; 16]);
        let frame = |sequence, length| {
            let record = Some(vec![7; length]);
            Frame { at: 1, sequence, reference, record }
        };
        journal.append(&disk, &[frame(1, LONGEST), frame(2, 1)]).unwrap();
        let (_, frames, cut) = Journal::open(&disk, &entry).unwrap();
        let lengths: Vec<_> =
            frames.iter().map(|frame| frame.record.as_ref().unwrap().len()).collect();
        assert_eq!((lengths, cut), (vec![LONGEST, 1], false));
        // One byte more, and everything behind it would be lost: so it is refused before.
        let mut journal = Journal::create(&disk, &entry).unwrap();
        journal.append(&disk, &[frame(1, LONGEST + 1), frame(2, 1)]).unwrap();
        assert!(Journal::open(&disk, &entry).unwrap().1.is_empty());
    }
}
