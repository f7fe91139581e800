//! Says what was done to entries that do not hash to their tile.

use std::collections::HashMap;

use super::scan::{BadBundle, Scan, Sequence};
use super::{Finding, MAX_FINDINGS};
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

/// Walks logged and found entries side by side. Commitments are salted, so no two logged
/// entries are alike and each found entry is either foreign or one certain logged entry.
fn altered_entries(bad: &[BadBundle]) -> Vec<Finding> {
    let logged: Vec<(u64, Hash)> = bad
        .iter()
        .flat_map(|bad| (bad.tile.node(0).index..).zip(bad.hashes.iter().copied()))
        .collect();
    let found: Vec<Hash> = bad.iter().flat_map(|bad| bad.entries.iter().copied()).collect();
    let index_of: HashMap<Hash, u64> = logged.iter().map(|(index, hash)| (*hash, *index)).collect();
    let still_there: std::collections::HashSet<&Hash> = found.iter().collect();
    let mut findings = Vec::new();
    let (mut at, mut seen) = (0, 0);
    while findings.len() < MAX_FINDINGS {
        match (logged.get(at), found.get(seen)) {
            (None, None) => break,
            (Some((index, _)), None) => {
                findings.push(Finding::EntryRemoved { index: *index });
                at += 1;
            }
            (None, Some(_)) => {
                let index = logged.last().map_or(0, |(index, _)| index + 1);
                findings.push(Finding::EntryAdded { index });
                seen += 1;
            }
            (Some((index, hash)), Some(entry)) => {
                let finding = judge(*index, hash, index_of.get(entry), &still_there);
                // What was removed stands nowhere; what was added stands for nothing.
                let removed = matches!(finding, Some(Finding::EntryRemoved { .. }));
                let added = matches!(finding, Some(Finding::EntryAdded { .. }));
                at += usize::from(!added);
                seen += usize::from(!removed);
                findings.extend(finding);
            }
        }
    }
    findings
}

fn judge(
    index: u64,
    logged: &Hash,
    belongs: Option<&u64>,
    still_there: &std::collections::HashSet<&Hash>,
) -> Option<Finding> {
    match (belongs, still_there.contains(logged)) {
        (Some(belongs), _) if *belongs == index => None,
        (Some(belongs), true) => Some(Finding::EntryReordered { index, belongs: *belongs }),
        (Some(_), false) => Some(Finding::EntryRemoved { index }),
        (None, true) => Some(Finding::EntryAdded { index }),
        (None, false) => Some(Finding::EntryAltered { index }),
    }
}
