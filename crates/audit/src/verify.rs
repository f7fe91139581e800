//! The stand-alone verifier: a folder, a public key, and nothing else.
//!
//! It recomputes every leaf hash from the entries, every tile from the leaves, the root
//! against the signed checkpoint, and the roots of all older checkpoints. What it cannot
//! know by itself, that a log was cut back to an older state whole, it learns from a
//! checkpoint that someone kept: [`VerifyOptions::previous_checkpoint`].

mod diff;
mod finding;
mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::leaf::LeafKind;
use crate::note::LogPublicKey;

pub use finding::Finding;
use scan::{Folder, Scan, Sequence, check_upper_tiles};

/// Findings after which the verifier stops adding more: enough to see what happened.
pub const MAX_FINDINGS: usize = 100;

/// What else the verifier knows.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// A checkpoint (signed note) of this log from before, kept outside the folder.
    pub previous_checkpoint: Option<String>,
}

/// A log that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Name of the log.
    pub origin: String,
    /// Leaves in it.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Leaves of each kind.
    pub kinds: BTreeMap<LeafKind, u64>,
    /// Tiles that were recomputed.
    pub tiles: u64,
    /// Older checkpoints that the log was found to continue.
    pub older_checkpoints: u64,
}

/// Verifies the log in `folder` against the key of the log.
///
/// # Errors
/// What is wrong with it, most telling first; at most [`MAX_FINDINGS`].
pub fn verify_directory(
    folder: &Path,
    key: &LogPublicKey,
    options: &VerifyOptions,
) -> Result<VerifyReport, Vec<Finding>> {
    let folder = Folder::new(folder);
    let current = folder.checkpoint("checkpoint", key).map_err(|finding| vec![finding])?;
    let (known, mut findings) = known_checkpoints(&folder, key, options);
    findings.extend(judge_sizes(&current, &known));
    let sizes: BTreeSet<u64> = known.iter().map(|known| known.checkpoint.size).collect();
    let scan = match Scan::run(&folder, current.size, &sizes) {
        Ok(scan) => scan,
        Err(found) => {
            findings.extend(found);
            return Err(first(findings));
        }
    };
    let genuine = genuine_sequence(&scan, &current);
    findings.extend(diff::explain(&scan, genuine));
    findings.extend(check_upper_tiles(&folder, genuine));
    findings.extend(judge_roots(&current, &known, genuine));
    findings.extend(scan.findings);
    if findings.is_empty() {
        Ok(VerifyReport {
            origin: current.origin,
            size: current.size,
            root: current.root,
            kinds: scan.kinds,
            tiles: crate::tiles::tiles_for(current.size).count() as u64,
            older_checkpoints: known.len() as u64,
        })
    } else {
        Err(first(findings))
    }
}

/// A checkpoint whose signature was verified, and where it was found.
struct Known {
    source: String,
    checkpoint: Checkpoint,
}

/// Every older checkpoint: those kept in the folder and the one from outside.
fn known_checkpoints(
    folder: &Folder<'_>,
    key: &LogPublicKey,
    options: &VerifyOptions,
) -> (Vec<Known>, Vec<Finding>) {
    let mut known = Vec::new();
    let mut findings = Vec::new();
    let names = folder.kept_checkpoints().unwrap_or_else(|finding| {
        findings.push(finding);
        Vec::new()
    });
    for source in names {
        match folder.checkpoint(&source, key) {
            Ok(checkpoint) => known.push(Known { source, checkpoint }),
            Err(finding) => findings.push(finding),
        }
    }
    if let Some(note) = &options.previous_checkpoint {
        let source = "the checkpoint kept outside".to_owned();
        match Checkpoint::open(note, key) {
            Ok(checkpoint) => known.push(Known { source, checkpoint }),
            Err(error) => findings.push(Finding::CheckpointSignature { file: source, error }),
        }
    }
    known.sort_by_key(|known| known.checkpoint.size);
    (known, findings)
}

/// A log never shrinks, and never has two roots at one size.
fn judge_sizes<'k>(
    current: &'k Checkpoint,
    known: &'k [Known],
) -> impl Iterator<Item = Finding> + 'k {
    known.iter().filter_map(|Known { source, checkpoint }| {
        if checkpoint.size > current.size {
            return Some(Finding::RolledBack {
                size: current.size,
                seen: checkpoint.size,
                shown_by: source.clone(),
            });
        }
        let other = checkpoint.size == current.size && checkpoint.root != current.root;
        other.then(|| Finding::Forked { size: current.size, shown_by: source.clone() })
    })
}

/// Entries and tiles each lead to a root. The one that the checkpoint signed is genuine;
/// when neither is, the tiles count, which are harder to alter unseen.
fn genuine_sequence<'s>(scan: &'s Scan, current: &Checkpoint) -> &'s Sequence {
    if scan.entries.root() == current.root { &scan.entries } else { &scan.tiles }
}

/// Roots, the current and the older, against what the leaves give.
fn judge_roots(current: &Checkpoint, known: &[Known], genuine: &Sequence) -> Vec<Finding> {
    let holds = genuine.root() == current.root;
    let mut findings = Vec::new();
    let mut last_good = 0;
    for Known { source, checkpoint } in known {
        let Some(root) = genuine.root_at(checkpoint.size) else { continue };
        if root == checkpoint.root {
            last_good = checkpoint.size;
        } else if holds && checkpoint.size < current.size {
            findings.push(Finding::Forked { size: checkpoint.size, shown_by: source.clone() });
        } else if !holds {
            return vec![Finding::RootMismatch { size: checkpoint.size, good: last_good }];
        }
    }
    if !holds {
        findings.push(Finding::RootMismatch { size: current.size, good: last_good });
    }
    findings
}

fn first(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.truncate(MAX_FINDINGS);
    findings
}

#[cfg(test)]
mod tests;
