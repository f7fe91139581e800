//! Who has which key: sorted entries, as gaps in Rice codes, found by the first bits of the key.

use super::minhash::{DIRECTION_BITS, HASH_BITS, KEY_BITS};
use super::rice::{MOST_WIDTH, RiceReader, RiceWriter};

/// Entries of a bucket, on average. Fewer cost memory (32 bits a bucket), more cost time.
const BUCKET_ENTRIES: u64 = 16;

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
    /// Bits of a code's remainder.
    pub(super) width: u32,
}

impl Shape {
    /// For about `entries` entries of `people` persons.
    fn of(entries: u64, people: usize) -> Self {
        let person_bits = usize::BITS - people.saturating_sub(1).leading_zeros();
        let bucket_bits = (entries / BUCKET_ENTRIES).max(1).ilog2().min(HASH_BITS);
        let gap = (1u64 << (KEY_BITS + person_bits)) / entries.max(1);
        Self { bucket_bits, person_bits, width: gap.max(1).ilog2().min(MOST_WIDTH) }
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

    /// An entry as one number within its bucket.
    fn within(&self, entry: Entry) -> u64 {
        let low = u64::from(entry.key) & ((1 << (KEY_BITS - self.bucket_bits)) - 1);
        low << self.person_bits | u64::from(entry.person)
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
        let mut writer = RiceWriter::default();
        let mut next = 0;
        for entry in entries {
            while starts.len() <= shape.bucket(entry.key) {
                writer.pad();
                starts.push(writer.bytes.len() as u32);
                next = 0;
            }
            let within = shape.within(entry);
            writer.push(within - next, shape.width);
            next = within + 1;
        }
        writer.pad();
        starts.resize(shape.buckets() + 1, writer.bytes.len() as u32);
        let mut bytes = writer.bytes;
        bytes.shrink_to_fit();
        Self { shape, starts, bytes }
    }

    /// The entries of one bucket, in order.
    pub(super) fn bucket(&self, bucket: usize) -> impl Iterator<Item = Entry> {
        let bytes = &self.bytes[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        let mut next = 0u64;
        RiceReader::new(bytes, self.shape.width).map(move |gap| {
            let within = next.wrapping_add(gap);
            next = within.wrapping_add(1);
            self.shape.entry(bucket, within)
        })
    }

    /// The entries of a bucket for some keys of it, in order: `with` gets each entry that has the hash of one
    /// of the sorted keys, and those of the keys from that hash on.
    pub(super) fn with_hashes(&self, keys: &[u32], mut with: impl FnMut(Entry, &[u32])) {
        let Some(first) = keys.first() else { return };
        let bucket = self.shape.bucket(*first);
        let bytes = &self.bytes[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        let mut reader = RiceReader::new(bytes, self.shape.width);
        let (mut rest, mut next) = (keys, 0u64);
        while let Some(key) = rest.first() {
            let start = Entry { key: key >> DIRECTION_BITS << DIRECTION_BITS, person: 0 };
            let Some(within) = reader.skip_below(next, self.shape.within(start)) else { return };
            next = within.wrapping_add(1);
            let entry = self.shape.entry(bucket, within);
            while rest.first().is_some_and(|own| hash_of(*own) < hash_of(entry.key)) {
                rest = &rest[1..];
            }
            if rest.first().is_some_and(|own| hash_of(*own) == hash_of(entry.key)) {
                with(entry, rest);
            }
        }
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
        fn entries_of_keys_are_those_with_their_hashes(
            raw in prop::collection::btree_set((0u32..4_000, 0u32..1000), 0..600),
            wanted in prop::collection::btree_set(0u32..4_000, 0..40),
        ) {
            let entries: Vec<Entry> =
                raw.into_iter().map(|(key, person)| Entry { key, person }).collect();
            let postings = Postings::of(entries.iter().copied(), entries.len() as u64, 1000);
            let wanted: Vec<u32> = wanted.into_iter().collect();
            let mut found = Vec::new();
            for keys in wanted.chunk_by(|a, b| postings.shape.bucket(*a) == postings.shape.bucket(*b)) {
                postings.with_hashes(keys, |entry, rest| {
                    assert_eq!(hash_of(rest[0]), hash_of(entry.key));
                    found.push(entry);
                });
            }
            let has_hash = |entry: &&Entry| wanted.iter().any(|k| hash_of(*k) == hash_of(entry.key));
            let want: Vec<Entry> = entries.iter().filter(has_hash).copied().collect();
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
