//! Says what was done to entries that do not hash to their tile.

use std::collections::{HashMap, HashSet};

use super::Finding;
use super::scan::{BadBundle, Scan, Sequence};
use crate::hash::Hash;

/// Explains every bundle that disagrees with its tile, given which of the two is genuine.
pub fn explain(scan: &Scan, genuine: &Sequence) -> Vec<Finding> {
    if core::ptr::eq(genuine, &raw const scan.entries) {
        scan.bad.iter().map(altered_tile).collect()
    } else {
        altered_entries(&scan.bad)
    }
}

fn altered_tile(bad: &BadBundle) -> Finding {
    let same = bad.hashes.iter().zip(&bad.entries).take_while(|(hash, entry)| hash == entry);
    Finding::TileAltered { file: bad.tile.path(), slot: same.count() as u64 }
}

/// An entry as it stands in a bundle.
struct Found {
    /// Place where it stands.
    place: u64,
    /// Index at which it was logged; `None` for a foreign one.
    logged: Option<u64>,
}

/// Compares logged and found entries. Commitments are salted, so no two logged entries are
/// alike, and each found entry is either foreign or one certain logged entry.
///
/// The longest run of entries that kept their order is taken as unmoved; what lies between
/// two of them in the log and in the bundle is then compared gap by gap.
fn altered_entries(bad: &[BadBundle]) -> Vec<Finding> {
    let logged: HashMap<Hash, u64> =
        bad.iter().flat_map(|bad| numbered(bad, &bad.hashes)).collect();
    let found: Vec<Found> = bad
        .iter()
        .flat_map(|bad| numbered(bad, &bad.entries))
        .map(|(hash, place)| Found { place, logged: logged.get(&hash).copied() })
        .collect();
    let there: HashSet<u64> = found.iter().filter_map(|found| found.logged).collect();
    let mut missing: Vec<u64> =
        logged.into_values().filter(|index| !there.contains(index)).collect();
    missing.sort_unstable();
    let unmoved = longest_rising(&found);
    let mut missing = missing.into_iter().peekable();
    let mut findings = Vec::new();
    let mut foreign = 0;
    for entry in &found {
        match entry.logged {
            None => foreign += 1,
            Some(index) if unmoved.contains(&index) => {
                let gone = core::iter::from_fn(|| missing.next_if(|gone| *gone < index)).collect();
                close_gap(gone, foreign, index, &mut findings);
                foreign = 0;
            }
            Some(index) => findings.push(Finding::EntryReordered { index, place: entry.place }),
        }
    }
    let end = bad.last().map_or(0, |bad| bad.tile.node(bad.tile.width).index);
    close_gap(missing.collect(), foreign, end, &mut findings);
    findings
}

/// Each of these hashes with its place in the log.
fn numbered<'b>(bad: &BadBundle, hashes: &'b [Hash]) -> impl Iterator<Item = (Hash, u64)> + 'b {
    hashes.iter().copied().zip(bad.tile.node(0).index..)
}

/// In one gap before entry `next`: foreign entries stand for missing ones as far as they go.
fn close_gap(missing: Vec<u64>, foreign: usize, next: u64, findings: &mut Vec<Finding>) {
    let added = foreign.saturating_sub(missing.len());
    findings.extend(missing.into_iter().enumerate().map(|(at, index)| {
        if at < foreign { Finding::EntryAltered { index } } else { Finding::EntryRemoved { index } }
    }));
    findings.extend(core::iter::repeat_n(Finding::EntryAdded { index: next }, added));
}

/// Logged indices of a longest rising subsequence (patience sorting, n log n).
fn longest_rising(found: &[Found]) -> HashSet<u64> {
    let indices: Vec<u64> = found.iter().filter_map(|found| found.logged).collect();
    // For each length, the position at which a run of it ends lowest; and each position's
    // predecessor in its run.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(indices.len());
    for (position, index) in indices.iter().enumerate() {
        let length = ends.partition_point(|&end| indices[end] < *index);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(position);
        } else {
            ends[length] = position;
        }
    }
    core::iter::successors(ends.last().copied(), |&position| before[position])
        .map(|position| indices[position])
        .collect()
}
