//! Who has which key: sorted entries, as gaps in Rice codes, found by the first bits of the key.

use super::minhash::{DIRECTION_BITS, HASH_BITS, KEY_BITS};
use super::rice::{MOST_WIDTH, RiceReader, RiceWriter};

/// Entries of a bucket, on average. Fewer cost memory (32 bits a bucket), more cost time.
const BUCKET_ENTRIES: u64 = 16;

/// Bytes of a bucket from which on it is long. Range 128 to 4,096.
const LONG_BYTES: usize = 384;
/// Bits of the number within a bucket that say in which of its parts an entry is: those of the direction, where
/// a bucket holds one hash.
const PART_BITS: u32 = 3;
const PARTS: usize = 1 << PART_BITS;
const DIRECTORY_BYTES: usize = 1 + 4 * (PARTS - 1);

/// A key and the number of a person within the segment. Entries are ordered by key, then person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) key: u32,
    pub(super) person: u32,
}

/// The entries of a segment.
#[derive(Clone)]
pub(super) struct Postings {
    pub(super) shape: Shape,
    /// Where the bytes of each bucket begin, and end.
    pub(super) starts: Vec<u32>,
    pub(super) bytes: Vec<u8>,
}

/// How entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Bits of the hash that choose the bucket.
    pub(super) bucket_bits: u32,
    /// Bits of a person's number.
    pub(super) person_bits: u32,
    /// Bits of a code's remainder, in buckets that are not long.
    pub(super) width: u32,
    /// Whether long buckets lie in parts, each to be read alone. Segments of earlier versions have none.
    pub(super) has_parts: bool,
}

impl Shape {
    /// For about `entries` entries of `people` persons.
    fn of(entries: u64, people: usize) -> Self {
        let person_bits = usize::BITS - people.saturating_sub(1).leading_zeros();
        let bucket_bits = (entries / BUCKET_ENTRIES).max(1).ilog2().min(HASH_BITS);
        let gap = (1u64 << (KEY_BITS + person_bits)) / entries.max(1);
        let width = gap.max(1).ilog2().min(MOST_WIDTH);
        Self { bucket_bits, person_bits, width, has_parts: true }
    }

    /// Whether postings of such a shape can exist.
    pub(super) fn is_sound(&self) -> bool {
        self.bucket_bits <= HASH_BITS && self.person_bits <= 32 && self.width <= MOST_WIDTH
    }

    pub(super) fn buckets(&self) -> usize {
        1 << self.bucket_bits
    }

    /// The bucket of a key.
    pub(super) fn bucket(&self, key: u32) -> usize {
        (key >> (KEY_BITS - self.bucket_bits)) as usize
    }

    /// An entry as one number within its bucket, 0 to `1 << self.within_bits()` less one.
    fn within(&self, entry: Entry) -> u64 {
        let low = u64::from(entry.key) & ((1 << (KEY_BITS - self.bucket_bits)) - 1);
        low << self.person_bits | u64::from(entry.person)
    }

    fn within_bits(&self) -> u32 {
        KEY_BITS - self.bucket_bits + self.person_bits
    }

    fn entry(&self, bucket: usize, within: u64) -> Entry {
        let low = (within >> self.person_bits) as u32;
        let person = (within & ((1 << self.person_bits) - 1)) as u32;
        Entry { key: (bucket as u32) << (KEY_BITS - self.bucket_bits) | low, person }
    }
}

impl Postings {
    /// Writes entries that come in order and differ, about `expected` of them, of `people` persons.
    pub(super) fn of(entries: impl Iterator<Item = Entry>, expected: u64, people: usize) -> Self {
        let shape = Shape::of(expected, people);
        let mut starts = Vec::with_capacity(shape.buckets() + 1);
        starts.push(0);
        let (mut bytes, mut withins) = (Vec::new(), Vec::new());
        for entry in entries {
            while starts.len() <= shape.bucket(entry.key) {
                write_bucket(&shape, &withins, &mut bytes);
                starts.push(bytes.len() as u32);
                withins.clear();
            }
            withins.push(shape.within(entry));
        }
        write_bucket(&shape, &withins, &mut bytes);
        starts.resize(shape.buckets() + 1, bytes.len() as u32);
        bytes.shrink_to_fit();
        Self { shape, starts, bytes }
    }

    /// The entries of one bucket, in order.
    pub(super) fn bucket(&self, bucket: usize) -> impl Iterator<Item = Entry> {
        self.runs(bucket).flat_map(move |run| {
            let mut next = run.first;
            RiceReader::new(run.bytes, run.width).map(move |gap| {
                let within = next.wrapping_add(gap);
                next = within.wrapping_add(1);
                self.shape.entry(bucket, within)
            })
        })
    }

    /// Gives `with` the entries of a bucket whose keys are wanted, in order: `wanted` are ranges of keys of this
    /// bucket that rise and do not meet.
    pub(super) fn each_wanted<'w>(
        &self,
        bucket: usize,
        wanted: &'w [Wanted],
        mut with: impl FnMut(u32, u32, &'w Wanted),
    ) {
        let (shape, persons) = (self.shape, (1 << self.shape.person_bits) - 1);
        let first = |key: u32| shape.within(Entry { key, person: 0 });
        for run in self.runs(bucket) {
            let mut reader = RiceReader::new(run.bytes, run.width);
            let mut sum = run.first;
            for range in wanted {
                let (from, to) = (first(range.first), first(range.last) + persons + 1);
                if to <= run.first {
                    continue;
                }
                if from > run.last {
                    break;
                }
                let give = |within: u64| {
                    let key = (within >> shape.person_bits) as u32;
                    with(key, (within & persons) as u32, range);
                };
                match reader.each_between(sum, from, to, give) {
                    Some(read) => sum = read,
                    None => break,
                }
            }
        }
    }

    /// The runs of codes of a bucket, in order.
    fn runs(&self, bucket: usize) -> impl Iterator<Item = Run<'_>> {
        let bytes = &self.bytes[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        let (shape, last) = (self.shape, (1u64 << self.shape.within_bits()) - 1);
        let is_long = shape.has_parts && bytes.len() >= LONG_BYTES;
        let parts = if is_long { PARTS } else { 1 };
        (0..parts).map(move |part| {
            if !is_long {
                return Run { bytes, width: shape.width, first: 0, last };
            }
            let (head, body) = bytes.split_at(DIRECTORY_BYTES);
            let start = |part: usize| match part {
                0 => 0,
                PARTS => body.len(),
                _ => head[4 * part - 3..]
                    .first_chunk()
                    .map_or(0, |b| u32::from_le_bytes(*b) as usize),
            };
            let bytes = body.get(start(part)..start(part + 1)).unwrap_or_default();
            let each = (last >> PART_BITS) + 1;
            let first = part as u64 * each;
            Run { bytes, width: u32::from(head[0]).min(MOST_WIDTH), first, last: first + each - 1 }
        })
    }

    /// All entries, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        (0..self.shape.buckets()).flat_map(|bucket| self.bucket(bucket))
    }

    /// Bytes held in memory.
    pub(super) fn memory(&self) -> usize {
        self.bytes.len() + 4 * self.starts.len()
    }
}

/// Keys that are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The first key.
    pub(super) first: u32,
    /// The last key, of the same hash.
    pub(super) last: u32,
    /// What the caller knows them by.
    pub(super) number: u32,
}

/// Codes that are read one after the other.
struct Run<'a> {
    bytes: &'a [u8],
    width: u32,
    /// What the first gap is counted from.
    first: u64,
    /// The greatest number that may stand in it.
    last: u64,
}

/// Appends a bucket. One that comes out long is written in parts behind a directory: the width of its remainders,
/// which suits how many there are, and where each part but the first begins.
fn write_bucket(shape: &Shape, withins: &[u64], out: &mut Vec<u8>) {
    let start = out.len();
    write_run(withins, 0, shape.width, out);
    if out.len() - start < LONG_BYTES {
        return;
    }
    out.truncate(start);
    let gap = (1u64 << shape.within_bits()) / withins.len() as u64;
    let width = gap.max(1).ilog2().min(MOST_WIDTH);
    out.push(width as u8);
    out.resize(start + DIRECTORY_BYTES, 0);
    let mut rest = withins;
    for part in 0..PARTS {
        if part > 0 {
            let begins = (out.len() - start - DIRECTORY_BYTES) as u32;
            out[start + 4 * part - 3..][..4].copy_from_slice(&begins.to_le_bytes());
        }
        let first = (part as u64) << (shape.within_bits() - PART_BITS);
        let next = (part as u64 + 1) << (shape.within_bits() - PART_BITS);
        let (these, later) = rest.split_at(rest.partition_point(|within| *within < next));
        write_run(these, first, width, out);
        rest = later;
    }
    // Its length says that it is long. Ones end no code.
    out.resize(out.len().max(start + LONG_BYTES), 0xff);
}

fn write_run(withins: &[u64], first: u64, width: u32, out: &mut Vec<u8>) {
    let mut writer = RiceWriter::new(std::mem::take(out));
    let mut next = first;
    for within in withins {
        writer.push(within - next, width);
        next = within + 1;
    }
    *out = writer.end();
}

/// The hash of a key, without the direction.
pub(super) fn hash_of(key: u32) -> u32 {
    key >> DIRECTION_BITS
}

/// Whether the directions of two keys differ by at most `steps` of 32.
pub(super) fn directions_agree(a: u32, b: u32, steps: u32) -> bool {
    let turn = 1 << DIRECTION_BITS;
    let apart = a.wrapping_sub(b) & (turn - 1);
    apart.min(turn - apart) <= steps
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_come_back_in_order(
            raw in prop::collection::btree_set((0u32..1 << KEY_BITS, 0u32..1000), 0..600),
            crowded in prop::collection::btree_set((0u32..40, 0u32..1000), 0..200),
        ) {
            let all: BTreeSet<(u32, u32)> = raw.union(&crowded).copied().collect();
            let entries: Vec<Entry> =
                all.into_iter().map(|(key, person)| Entry { key, person }).collect();
            let postings = Postings::of(entries.iter().copied(), entries.len() as u64, 1000);
            let read: Vec<Entry> = postings.iter().collect();
            prop_assert_eq!(&read, &entries);
            for entry in entries {
                let bucket = postings.shape.bucket(entry.key);
                prop_assert!(postings.bucket(bucket).any(|found| found == entry));
            }
        }

        #[test]
        fn entries_of_keys_are_those_with_them(
            raw in prop::collection::btree_set((0u32..4_000, 0u32..1000), 0..600),
            crowded in prop::collection::btree_set((0u32..64, 0u32..1000), 0..4_000),
            cuts in prop::collection::btree_set(0u32..4_000, 0..40),
        ) {
            let all: BTreeSet<(u32, u32)> = raw.union(&crowded).copied().collect();
            let entries: Vec<Entry> =
                all.into_iter().map(|(key, person)| Entry { key, person }).collect();
            let postings = Postings::of(entries.iter().copied(), entries.len() as u64, 1000);
            let cuts: Vec<u32> = cuts.into_iter().collect();
            let wanted: Vec<Wanted> = cuts
                .chunks_exact(2)
                .map(|pair| (pair[0], pair[1].min(pair[0] | ((1 << DIRECTION_BITS) - 1))))
                .map(|(first, last)| Wanted { first, last, number: first })
                .collect();
            let mut found = Vec::new();
            for same in wanted.chunk_by(|a, b| postings.shape.bucket(a.first) == postings.shape.bucket(b.first)) {
                let bucket = postings.shape.bucket(same[0].first);
                postings.each_wanted(bucket, same, |low, person, range| {
                    let key = (range.first >> DIRECTION_BITS << DIRECTION_BITS)
                        | (low & ((1 << DIRECTION_BITS) - 1));
                    found.push(Entry { key, person });
                });
            }
            let is_wanted = |entry: &&Entry| wanted.iter().any(|w| (w.first..=w.last).contains(&entry.key));
            let want: Vec<Entry> = entries.iter().filter(is_wanted).copied().collect();
            prop_assert_eq!(found, want);
        }
    }

    #[test]
    fn directions_wrap() {
        for (a, b, steps, agree) in [
            (0, 31, 1, true),
            (31, 0, 1, true),
            (3, 0, 2, false),
            (3, 0, 3, true),
            (16, 0, 15, false),
        ] {
            assert_eq!(directions_agree(a, b, steps), agree, "{a} {b} {steps}");
        }
    }
}
