//! A segment: people who no longer change, in one file that is written once.
//!
//! | part | sealed in blocks of |
//! |---|---|
//! | the index, as [`Index::write_segment`] writes it, one part after another | 64 KiB |
//! | the record of each person | one record |
//! | the table: reference, place, offset and length of each record | the whole table |
//!
//! How long each part is stands in the manifest. Opening reads index and table; a record is read
//! when its person is compared in full.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use niims_fingerprint::index::Index;
use niims_record::GalleryReference;
use serde::{Deserialize, Serialize};

use super::GalleryError;
use super::files::{Appender, Files, ReadAt};
use super::keys::{BlockKind, FileKey, TAG};
use super::record::Record;

/// Bytes of the index that are sealed together. Range 4 KiB to 16 MiB. Blocks of 1 MiB, for each of which the
/// system has to hand out memory anew, took three times as long to read as to decrypt.
const INDEX_BLOCK: usize = 1 << 16;
/// Blocks decrypted ahead of the reader. Range 1 to 256; more only take memory.
const BLOCKS_AHEAD: usize = 32;
/// Longest sealed record: ten fingers of 64 KiB and a few faces. More is damage.
pub(super) const LONGEST_RECORD: u32 = 1 << 20;
/// Bytes of a row of the table.
const ROW: usize = 36;

/// What the manifest says of a segment.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SegmentEntry {
    /// Number of the file; see [`file_name`].
    pub(super) file: u64,
    pub(super) key: FileKey,
    /// Places of the first and the last person it was written with.
    pub(super) first: u64,
    pub(super) last: u64,
    /// Persons written.
    pub(super) persons: u64,
    /// Parts of the index.
    pub(super) parts: u32,
    /// Bytes of the index before sealing.
    pub(super) index_bytes: u64,
    /// Where the table begins, and where the file ends.
    pub(super) table: u64,
    pub(super) length: u64,
    /// Those who are gone since: number in the table, and when, milliseconds since 1970.
    pub(super) dead: Vec<(u32, i64)>,
}

/// Name of a segment's file.
pub(super) fn file_name(file: u64) -> String {
    format!("segment-{file:08}")
}

/// Where the record of one person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) reference: GalleryReference,
    pub(super) place: u64,
    offset: u64,
    length: u32,
}

/// Writes a segment, index first, then records in order of place.
pub(super) struct SegmentWriter {
    out: Box<dyn Appender>,
    entry: SegmentEntry,
    offset: u64,
    rows: Vec<Row>,
}

impl SegmentWriter {
    /// Begins a file with the whole index of its people.
    pub(super) fn begin(
        files: &dyn Files,
        file: u64,
        key: FileKey,
        index: &Index,
    ) -> Result<Self, GalleryError> {
        let mut blocks = Blocks {
            out: files.create(&file_name(file))?,
            key: key.clone(),
            pending: Vec::new(),
            number: 0,
            bytes: 0,
            offset: 0,
        };
        for segment in index.segments() {
            index.write_segment(segment, &mut blocks)?;
        }
        blocks.end()?;
        let entry = SegmentEntry {
            file,
            key,
            first: 0,
            last: 0,
            persons: 0,
            parts: index.segments().len() as u32,
            index_bytes: blocks.bytes,
            table: 0,
            length: 0,
            dead: Vec::new(),
        };
        Ok(Self { out: blocks.out, entry, offset: blocks.offset, rows: Vec::new() })
    }

    /// Adds a record.
    pub(super) fn add(
        &mut self,
        reference: GalleryReference,
        place: u64,
        record: &[u8],
    ) -> Result<(), GalleryError> {
        let sealed = self.entry.key.seal(BlockKind::Record, self.rows.len() as u64, record)?;
        self.out.append(&sealed)?;
        let length = sealed.len() as u32;
        self.rows.push(Row { reference, place, offset: self.offset, length });
        self.offset += u64::from(length);
        Ok(())
    }

    /// Writes the table and makes the file last.
    pub(super) fn finish(mut self, files: &dyn Files) -> Result<OpenSegment, GalleryError> {
        let mut table = Vec::with_capacity(self.rows.len() * ROW);
        for row in &self.rows {
            table.extend(row.reference.as_bytes());
            table.extend(row.place.to_be_bytes());
            table.extend(row.offset.to_be_bytes());
            table.extend(row.length.to_be_bytes());
        }
        let sealed = self.entry.key.seal(BlockKind::Table, 0, &table)?;
        self.out.append(&sealed)?;
        self.out.sync()?;
        self.entry.table = self.offset;
        self.entry.length = self.offset + sealed.len() as u64;
        self.entry.persons = self.rows.len() as u64;
        self.entry.first = self.rows.first().map_or(0, |row| row.place);
        self.entry.last = self.rows.last().map_or(0, |row| row.place);
        let file = files.open(&file_name(self.entry.file))?;
        Ok(OpenSegment { entry: self.entry, file, rows: self.rows })
    }
}

/// A writer that seals what passes, block by block.
struct Blocks {
    out: Box<dyn Appender>,
    key: FileKey,
    pending: Vec<u8>,
    number: u64,
    bytes: u64,
    offset: u64,
}

impl Blocks {
    fn end(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let sealed = self.key.seal(BlockKind::Index, self.number, &self.pending);
        let sealed = sealed.map_err(io::Error::other)?;
        self.out.append(&sealed)?;
        self.number += 1;
        self.offset += sealed.len() as u64;
        self.pending.clear();
        Ok(())
    }
}

impl Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(INDEX_BLOCK - self.pending.len());
        self.pending.extend_from_slice(&bytes[..taken]);
        self.bytes += taken as u64;
        if self.pending.len() == INDEX_BLOCK {
            self.end()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A segment whose table has been read.
pub(super) struct OpenSegment {
    pub(super) entry: SegmentEntry,
    file: Arc<dyn ReadAt>,
    pub(super) rows: Vec<Row>,
}

impl OpenSegment {
    /// Opens a file that the manifest names and reads its table.
    pub(super) fn open(files: &dyn Files, entry: SegmentEntry) -> Result<Self, GalleryError> {
        let file = files.open(&file_name(entry.file)).map_err(absent_is_damaged)?;
        if file.length()? != entry.length || entry.table > entry.length {
            return Err(GalleryError::Damaged);
        }
        let mut sealed = vec![0; (entry.length - entry.table) as usize];
        file.read_at(&mut sealed, entry.table)?;
        let table = entry.key.open(BlockKind::Table, 0, sealed)?;
        let rows = read_rows(&table).filter(|rows| rows.len() as u64 == entry.persons);
        Ok(Self { rows: rows.ok_or(GalleryError::Damaged)?, entry, file })
    }

    /// Adds the people to an index, which must hold none of a later place. A second thread decrypts
    /// ahead of the first, which reads.
    pub(super) fn read_index(&self, index: &mut Index) -> Result<(), GalleryError> {
        std::thread::scope(|scope| {
            let (sender, receiver) = std::sync::mpsc::sync_channel(BLOCKS_AHEAD);
            scope.spawn(move || {
                let last = self.entry.index_bytes.div_ceil(INDEX_BLOCK as u64);
                // An error, too, goes to the reader, who stops at it; a reader gone needs no more.
                (0..last).map(|number| self.block(number)).all(|block| sender.send(block).is_ok());
            });
            let mut blocks = Opened { receiver, block: Vec::new(), at: 0 };
            for _ in 0..self.entry.parts {
                let limit = self.entry.index_bytes;
                index.read_segment(&mut blocks, limit).map_err(|_| GalleryError::Damaged)?;
            }
            let surplus = blocks.read(&mut [0]).map_err(|_| GalleryError::Damaged)?;
            if surplus == 0 { Ok(()) } else { Err(GalleryError::Damaged) }
        })
    }

    /// A block of the index.
    fn block(&self, number: u64) -> Result<Vec<u8>, GalleryError> {
        let before = number * INDEX_BLOCK as u64;
        let plain = (self.entry.index_bytes - before).min(INDEX_BLOCK as u64) as usize;
        let mut sealed = vec![0; plain + TAG];
        self.file.read_at(&mut sealed, before + number * TAG as u64)?;
        self.entry.key.open(BlockKind::Index, number, sealed)
    }

    /// The record in a row of the table.
    pub(super) fn record(&self, row: u32) -> Result<Record, GalleryError> {
        let bytes = self.record_bytes(row)?;
        let record = Record::from_bytes(&bytes)?;
        let stated = self.rows[row as usize];
        if (record.reference, record.place) == (stated.reference, stated.place) {
            Ok(record)
        } else {
            Err(GalleryError::Damaged)
        }
    }

    /// The same, as it was written.
    pub(super) fn record_bytes(&self, row: u32) -> Result<Vec<u8>, GalleryError> {
        let Row { offset, length, .. } =
            *self.rows.get(row as usize).ok_or(GalleryError::Damaged)?;
        if length > LONGEST_RECORD {
            return Err(GalleryError::Damaged);
        }
        let mut sealed = vec![0; length as usize];
        self.file.read_at(&mut sealed, offset).map_err(|_| GalleryError::Damaged)?;
        self.entry.key.open(BlockKind::Record, u64::from(row), sealed)
    }

    /// Reads every byte; says whether all is as it was written.
    pub(super) fn is_sound(&self) -> bool {
        let blocks = self.entry.index_bytes.div_ceil(INDEX_BLOCK as u64);
        let index = (0..blocks).all(|number| self.block(number).is_ok());
        let mut sealed = vec![0; (self.entry.length - self.entry.table) as usize];
        let table = self.file.length().is_ok_and(|length| length == self.entry.length)
            && self.file.read_at(&mut sealed, self.entry.table).is_ok()
            && self.entry.key.open(BlockKind::Table, 0, sealed).is_ok();
        index && table && (0..self.rows.len() as u32).all(|row| self.record(row).is_ok())
    }
}

/// A file that is gone is damage like any other, not a failure of the disk.
pub(super) fn absent_is_damaged(error: io::Error) -> GalleryError {
    match error.kind() {
        io::ErrorKind::NotFound => GalleryError::Damaged,
        _ => GalleryError::Files(error),
    }
}

fn read_rows(table: &[u8]) -> Option<Vec<Row>> {
    let (rows, rest) = table.as_chunks::<ROW>();
    let read = |row: &[u8; ROW]| {
        let (reference, rest) = row.split_first_chunk::<16>()?;
        let (place, rest) = rest.split_first_chunk::<8>()?;
        let (offset, rest) = rest.split_first_chunk::<8>()?;
        Some(Row {
            reference: GalleryReference::from_bytes(*reference),
            place: u64::from_be_bytes(*place),
            offset: u64::from_be_bytes(*offset),
            length: u32::from_be_bytes(*rest.first_chunk::<4>()?),
        })
    };
    rest.is_empty().then(|| rows.iter().filter_map(read).collect())
}

/// The index of a segment as a stream of blocks that another thread opens.
struct Opened {
    receiver: Receiver<Result<Vec<u8>, GalleryError>>,
    block: Vec<u8>,
    at: usize,
}

impl Read for Opened {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            let Ok(next) = self.receiver.recv() else { return Ok(0) };
            self.block = next.map_err(io::Error::other)?;
            self.at = 0;
        }
        let taken = bytes.len().min(self.block.len() - self.at);
        bytes[..taken].copy_from_slice(&self.block[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}
