//! A segment as bytes.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4, 4 | `NFIX`; version, 2 |
//! | 8 | 8, 8 | permutation seed; check of the key |
//! | 24 | 1 each | tables, rows, hashed and kept cylinders; bits of bucket, person and remainder; 1 where long buckets lie in parts |
//! | 32 | 8 each | persons *p*, cylinders *c*, entries, bytes of postings *b* |
//! | 64 | 4 | CRC-32 of all before it |
//! | 68 | 16 *p*, 8 *p*, 11 *p* | references, sequence numbers, cylinders of each finger |
//! | | 2 *c*, 32 *c* | direction and number of bits of each cylinder; its bits |
//! | | 4 (2^bucket bits + 1), *b* | where each bucket begins; postings |
//! | | 4 | CRC-32 of all after the header |
//!
//! All numbers are little-endian, as processors hold them.

use std::io::{self, Read, Write};

use thiserror::Error;

use super::Index;
use super::cylinder::WORDS;
use super::people::{POSITIONS, People};
use super::postings::{Postings, Shape};
use super::segment::{MOST_PEOPLE, Segment};
use super::tally::share;
use super::view::Kept;
use crate::gallery::GalleryReference;

const MAGIC: [u8; 8] = *b"NFIX\x02\0\0\0";
const HEADER: usize = 68;
/// Most cylinders of one finger; see [`super::Parameters::kept_cylinders`].
const MOST_CYLINDERS: u64 = 64;
/// Bytes that are read at once; memory grows with what has arrived, not with what is announced.
const CHUNK: usize = 1 << 16;

/// Why a segment could not be read. No variant holds anything of a person.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// The source failed, or ended too early.
    #[error("the segment could not be read to its end")]
    Read(#[from] io::Error),
    /// Not a segment, or of a later version, or its header was damaged.
    #[error("the bytes do not begin with a segment header of version 2")]
    Header,
    /// Made with another key, permutation seed or other parameters.
    #[error("the segment was made for an index with another key or other parameters")]
    OtherIndex,
    /// The header announces more than the limit, or what no segment can have.
    #[error("the segment announces {announced} bytes; at most {limit} are allowed")]
    TooLarge {
        /// Bytes that the header implies.
        announced: u64,
        /// The caller's limit.
        limit: u64,
    },
    /// The checksum does not agree.
    #[error("the segment's checksum does not agree; it was damaged in storage or transfer")]
    Checksum,
    /// Parts contradict each other behind a right checksum.
    #[error("the segment contradicts itself; it was not written by this program")]
    Inconsistent,
    /// Its persons were enrolled before the last one of the index.
    #[error("the segment does not follow the last enrolment; segments are added oldest first")]
    Order,
}

impl SegmentError {
    /// Stable dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(_) => "segment.read",
            Self::Header => "segment.header",
            Self::OtherIndex => "segment.other_index",
            Self::TooLarge { .. } => "segment.too_large",
            Self::Checksum => "segment.checksum",
            Self::Inconsistent => "segment.inconsistent",
            Self::Order => "segment.order",
        }
    }
}

impl Index {
    /// Writes a segment of this index. Removals since it was made are not in it: whoever reads it
    /// must remove the same persons again, or [`Index::compact`] before writing.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_segment(&self, segment: &Segment, out: &mut impl Write) -> io::Result<()> {
        let mut header = self.header_start(segment.postings.shape);
        let Segment { people, postings, entries } = segment;
        for number in
            [people.len() as u64, people.bits.len() as u64, *entries, postings.bytes.len() as u64]
        {
            header.extend_from_slice(&number.to_le_bytes());
        }
        header.extend_from_slice(&crc32fast::hash(&header).to_le_bytes());
        out.write_all(&header)?;
        let mut body = Summed { inner: out, crc: crc32fast::Hasher::new() };
        write_all(&mut body, people.references.iter().map(|reference| reference.0.to_le_bytes()))?;
        write_all(&mut body, people.sequences.iter().map(|sequence| sequence.to_le_bytes()))?;
        write_all(&mut body, people.counts.iter().copied())?;
        write_all(&mut body, people.tags.iter().copied())?;
        write_all(&mut body, people.bits.iter().flatten().map(|word| word.to_le_bytes()))?;
        write_all(&mut body, postings.starts.iter().map(|start| start.to_le_bytes()))?;
        body.write_all(&postings.bytes)?;
        let crc = body.crc.finalize();
        out.write_all(&crc.to_le_bytes())
    }

    /// Reads a segment of at most `limit` bytes and adds its persons, who must have been enrolled
    /// after all others. A later enrolment of a reference replaces an earlier one.
    ///
    /// # Errors
    /// [`SegmentError`]; the index is then as it was.
    pub fn read_segment(&mut self, input: &mut impl Read, limit: u64) -> Result<(), SegmentError> {
        let segment = self.read_checked(input, limit)?;
        self.seal();
        let last = self.last_sequence();
        if last.zip(segment.people.sequences.first()).is_some_and(|(last, first)| *first <= last) {
            return Err(SegmentError::Order);
        }
        let kept = Kept::new(segment);
        let segment = kept.segment.clone();
        self.view.segments.push(kept);
        for (person, reference) in segment.people.references.iter().enumerate() {
            self.remove(*reference);
            self.enrolled.insert(*reference, segment.people.sequences[person]);
        }
        Ok(())
    }

    /// The first 32 bytes of the header.
    fn header_start(&self, shape: Shape) -> Vec<u8> {
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(&self.view.parameters.permutation_seed.to_le_bytes());
        header.extend_from_slice(&self.view.minhash.check.to_le_bytes());
        let parameters = &self.view.parameters;
        header.extend_from_slice(&[parameters.tables, parameters.rows]);
        header.extend_from_slice(&[parameters.hashed_cylinders, parameters.kept_cylinders]);
        let bits = [shape.bucket_bits, shape.person_bits, shape.width].map(|bits| bits as u8);
        header.extend_from_slice(&bits);
        header.push(u8::from(shape.has_parts));
        header
    }

    fn read_checked(&self, input: &mut impl Read, limit: u64) -> Result<Segment, SegmentError> {
        let mut header = [0; HEADER];
        input.read_exact(&mut header)?;
        let (stated, crc) = header.split_at(HEADER - 4);
        if stated[..8] != MAGIC || crc32fast::hash(stated).to_le_bytes() != *crc {
            return Err(SegmentError::Header);
        }
        let [bucket_bits, person_bits, width] = [28, 29, 30].map(|at| u32::from(stated[at]));
        let shape = Shape { bucket_bits, person_bits, width, has_parts: stated[31] == 1 };
        if stated[..32] != self.header_start(shape) {
            return Err(SegmentError::OtherIndex);
        }
        let [people, cylinders, entries, bytes] = [32, 40, 48, 56].map(|at| number_at(stated, at));
        let bounded = shape.is_sound()
            && people <= MOST_PEOPLE as u64
            && cylinders <= people * POSITIONS as u64 * MOST_CYLINDERS
            && u32::try_from(bytes).is_ok();
        let buckets = if bounded { shape.buckets() as u64 } else { 0 };
        let announced = if bounded {
            people * (24 + POSITIONS as u64) + cylinders * 34 + 4 * (buckets + 1) + bytes
        } else {
            u64::MAX
        };
        if announced > limit {
            return Err(SegmentError::TooLarge { announced, limit });
        }
        let sizes = [people, cylinders, buckets + 1, bytes].map(|size| size as usize);
        let segment = read_body(input, shape, sizes, entries)?;
        if is_consistent(&segment) { Ok(segment) } else { Err(SegmentError::Inconsistent) }
    }
}

fn number_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

fn read_body(
    input: &mut impl Read,
    shape: Shape,
    [persons, cylinders, buckets, bytes]: [usize; 4],
    entries: u64,
) -> Result<Segment, SegmentError> {
    let mut body = Summed { inner: input, crc: crc32fast::Hasher::new() };
    let references =
        read_all(&mut body, persons, |bytes| GalleryReference(u128::from_le_bytes(bytes)))?;
    let sequences = read_all(&mut body, persons, u64::from_le_bytes)?;
    let counts: Vec<[u8; POSITIONS]> = read_all(&mut body, persons, |bytes| bytes)?;
    let tags = read_all(&mut body, cylinders, |bytes: [u8; 2]| bytes)?;
    let bits = read_all(&mut body, cylinders, |bytes: [u8; 8 * WORDS]| {
        std::array::from_fn(|word| number_at(&bytes, 8 * word))
    })?;
    let bucket_starts = read_all(&mut body, buckets, u32::from_le_bytes)?;
    let bytes = read_all(&mut body, bytes, |[byte]: [u8; 1]| byte)?;
    let crc = body.crc.finalize();
    let mut stated = [0; 4];
    input.read_exact(&mut stated)?;
    if crc.to_le_bytes() != stated {
        return Err(SegmentError::Checksum);
    }
    let mut next = 0u32;
    let mut starts = Vec::with_capacity(persons);
    for counts in &counts {
        starts.push(next);
        // The sum is checked against the number of cylinders afterwards; it stays below 2³⁰.
        next += counts.iter().map(|count| u32::from(*count)).sum::<u32>();
    }
    let has_unknown = counts.iter().any(|counts| counts[0] > 0);
    let shares = sequences.iter().map(|sequence| share(*sequence)).collect();
    let people = People { references, sequences, shares, starts, counts, bits, tags, has_unknown };
    Ok(Segment { people, postings: Postings { shape, starts: bucket_starts, bytes }, entries })
}

/// Whether nothing in a segment points outside it.
fn is_consistent(segment: &Segment) -> bool {
    let Segment { people, postings, entries } = segment;
    let cylinders: u64 = people.counts.iter().flatten().map(|count| u64::from(*count)).sum();
    let fingers_bounded = people.counts.iter().flatten().all(|c| u64::from(*c) <= MOST_CYLINDERS);
    let buckets_bounded = postings.starts.is_sorted()
        && postings.starts.first() == Some(&0)
        && postings.starts.last().copied() == Some(postings.bytes.len() as u32);
    cylinders == people.bits.len() as u64
        && fingers_bounded
        && people.sequences.is_sorted_by(|earlier, later| earlier < later)
        && buckets_bounded
        && entries_within(postings, people.len()) == Some(*entries)
}

/// Number of entries, unless one is of nobody. One pass: it takes most of the time of reading.
fn entries_within(postings: &Postings, people: usize) -> Option<u64> {
    postings
        .iter()
        .try_fold(0, |number, entry| ((entry.person as usize) < people).then_some(number + 1))
}

/// A reader or writer that sums up what passes.
struct Summed<'a, T> {
    inner: &'a mut T,
    crc: crc32fast::Hasher,
}

impl<T: Write> Summed<'_, T> {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crc.update(bytes);
        self.inner.write_all(bytes)
    }
}

/// Writes numbers of a fixed size, many at once.
fn write_all<const N: usize>(
    out: &mut Summed<'_, impl Write>,
    numbers: impl Iterator<Item = [u8; N]>,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(CHUNK + N);
    for number in numbers {
        buffer.extend_from_slice(&number);
        if buffer.len() >= CHUNK {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)
}

/// Reads `number` numbers of a fixed size.
fn read_all<const N: usize, T>(
    input: &mut Summed<'_, impl Read>,
    number: usize,
    of: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, SegmentError> {
    let mut all = Vec::new();
    let mut buffer = vec![0; CHUNK / N * N];
    while all.len() < number {
        let wanted = (number - all.len()).min(CHUNK / N) * N;
        input.inner.read_exact(&mut buffer[..wanted])?;
        input.crc.update(&buffer[..wanted]);
        all.extend(buffer[..wanted].as_chunks::<N>().0.iter().map(|bytes| of(*bytes)));
    }
    all.shrink_to_fit();
    Ok(all)
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
