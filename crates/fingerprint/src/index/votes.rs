//! First stage of a search: for each person, how many keys agree with the probe's.

use rayon::prelude::*;

use super::minhash::{DIRECTION_BITS, HASH_BITS, MinHash};
use super::postings::{Wanted, directions_agree, hash_of};
use super::prints::PersonCylinders;
use super::query::SearchOptions;
use super::rounds::voting_cylinders;
use super::view::View;
use super::{head::Head, segment::Segment};
use crate::finger::FingerPosition;

/// Directions of two cylinders whose keys agree differ by at most so many steps of 11.25 degrees,
/// hence by 34 to 45 degrees. With 2 steps two fingers alone lose a point at the best hundredth;
/// with 4 they gain none.
const DIRECTION_STEPS: u32 = 3;
/// Buckets whose memory is touched before the first of them is read, so that it arrives together.
const AHEAD: usize = 32;
/// Bits of a hash that the filter of the head tells apart.
const FILTER_BITS: u32 = 18;

/// Directions that a key tells apart.
const DIRECTIONS: usize = 1 << DIRECTION_BITS;

/// The keys of a probe.
pub(super) struct ProbeKeys {
    /// Sorted, all different.
    keys: Vec<u32>,
    /// One bit for the lower bits of each hash.
    filter: Vec<u64>,
    /// The keys that agree with one of these, in order; the number is that of the table.
    wanted: Vec<Wanted>,
    /// For each hash the keys of the probe that a direction agrees with.
    tables: Vec<[u8; DIRECTIONS]>,
}

impl ProbeKeys {
    /// Keys for all positions that each finger is looked up under.
    pub(super) fn of(
        probe: &PersonCylinders,
        minhash: &MinHash,
        options: &SearchOptions,
        with_unknown: bool,
    ) -> Self {
        let most = voting_cylinders(probe, options.assignment);
        let mut keys = Vec::new();
        for finger in &probe.0 {
            for position in positions(options.assignment.partner(finger.finger), with_unknown) {
                for cylinder in finger.cylinders.iter().take(most) {
                    keys.extend(minhash.keys(cylinder, position));
                }
            }
        }
        keys.sort_unstable();
        keys.dedup();
        let mut filter = vec![0; 1 << (FILTER_BITS - 6)];
        for key in &keys {
            let (word, bit) = filter_place(*key);
            filter[word] |= bit;
        }
        let (wanted, tables) = wanted(&keys);
        Self { keys, filter, wanted, tables }
    }

    /// The votes for each person of each segment, then of the head.
    pub(super) fn vote(&self, view: &View) -> Vec<Vec<u8>> {
        let mut votes: Vec<Vec<u8>> =
            view.segments.par_iter().map(|kept| self.vote_segment(&kept.segment)).collect();
        votes.push(self.vote_head(&view.head));
        votes
    }

    /// The votes for each person of a segment; 255 stands for more, too.
    fn vote_segment(&self, segment: &Segment) -> Vec<u8> {
        let mut votes = vec![0u8; segment.people.len()];
        let shape = segment.postings.shape;
        let groups: Vec<&[Wanted]> =
            self.wanted.chunk_by(|a, b| shape.bucket(a.first) == shape.bucket(b.first)).collect();
        for ahead in groups.chunks(AHEAD) {
            touch(segment, ahead);
            for group in ahead {
                let bucket = shape.bucket(group[0].first);
                segment.postings.each_wanted(bucket, group, |key, person, range| {
                    let direction = key as usize & (DIRECTIONS - 1);
                    let vote = &mut votes[person as usize];
                    *vote = vote.saturating_add(self.tables[range.number as usize][direction]);
                });
            }
        }
        votes
    }

    /// The votes for each person of the head.
    fn vote_head(&self, head: &Head) -> Vec<u8> {
        let votes = |keys: &Vec<u32>| {
            let mut votes = 0u8;
            for key in keys {
                let (word, bit) = filter_place(*key);
                if self.filter[word] & bit != 0 {
                    votes = votes.saturating_add(self.agreeing(*key));
                }
            }
            votes
        };
        head.keys.iter().map(votes).collect()
    }

    /// Number of keys of the probe that agree with this one.
    fn agreeing(&self, key: u32) -> u8 {
        let first = self.keys.partition_point(|own| hash_of(*own) < hash_of(key));
        agreeing(&self.keys[first..], key)
    }
}

/// The positions under which a finger may have been enrolled.
fn positions(finger: FingerPosition, with_unknown: bool) -> Vec<FingerPosition> {
    let mut positions = match finger {
        FingerPosition::Unknown => FingerPosition::all().to_vec(),
        known => vec![known],
    };
    if with_unknown {
        positions.push(FingerPosition::Unknown);
    }
    positions
}

/// Word and bit of the filter.
fn filter_place(key: u32) -> (usize, u64) {
    let low = hash_of(key) & ((1 << FILTER_BITS.min(HASH_BITS)) - 1);
    ((low >> 6) as usize, 1 << (low & 63))
}

/// Reads a byte of each bucket: the reads do not wait for each other, unlike those of decoding.
fn touch(segment: &Segment, groups: &[&[Wanted]]) {
    let postings = &segment.postings;
    let bytes = groups.iter().map(|group| {
        let start = postings.starts[postings.shape.bucket(group[0].first)] as usize;
        u32::from(postings.bytes.get(start).copied().unwrap_or(0))
    });
    std::hint::black_box(bytes.sum::<u32>());
}

/// The ranges of keys that agree with sorted keys, and for each hash how many of these a direction agrees with.
fn wanted(keys: &[u32]) -> (Vec<Wanted>, Vec<[u8; DIRECTIONS]>) {
    let (mut wanted, mut tables) = (Vec::new(), Vec::new());
    for same in keys.chunk_by(|a, b| hash_of(*a) == hash_of(*b)) {
        let hash = hash_of(same[0]) << DIRECTION_BITS;
        let table: [u8; DIRECTIONS] =
            std::array::from_fn(|direction| agreeing(same, hash | direction as u32));
        let mut direction = 0;
        for run in table.chunk_by(|a, b| (*a > 0) == (*b > 0)) {
            let (first, last) = (hash | direction, hash | (direction + run.len() as u32 - 1));
            if run[0] > 0 {
                wanted.push(Wanted { first, last, number: tables.len() as u32 });
            }
            direction += run.len() as u32;
        }
        tables.push(table);
    }
    (wanted, tables)
}

/// Of sorted keys that begin at this key's hash or a later one, those that agree.
fn agreeing(sorted: &[u32], key: u32) -> u8 {
    let (hash, direction) = (hash_of(key), key & ((1 << DIRECTION_BITS) - 1));
    let same = sorted.iter().take_while(|own| hash_of(**own) == hash);
    same.filter(|own| directions_agree(**own, direction, DIRECTION_STEPS)).count().min(255) as u8
}
