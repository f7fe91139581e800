//! Reads the folder once and computes what its entries and what its tiles say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::{Finding, MAX_FINDINGS};
use crate::checkpoint::{Checkpoint, CheckpointError, parse_decimal};
use crate::directory::read_bounded;
use crate::hash::{Hash, leaf_hash, node_hash};
use crate::leaf::{Leaf, LeafKind};
use crate::note::{LogPublicKey, MAX_NOTE_BYTES, NoteError};
use crate::tiles::{
    MAX_BUNDLE_BYTES, MAX_TILE_BYTES, TILE_HEIGHT, Tile, decode_bundle, tiles_of_level,
};
use crate::tree::Frontier;

/// Bundles that disagree with their tiles and are kept for the explanation.
const MAX_BAD_BUNDLES: usize = 4096;

/// The folder of a log, read with bounds.
pub struct Folder<'p> {
    path: &'p Path,
}

impl<'p> Folder<'p> {
    /// The log in this folder.
    pub const fn new(path: &'p Path) -> Self {
        Self { path }
    }

    /// A signed checkpoint in this file.
    pub fn checkpoint(&self, file: &str, key: &LogPublicKey) -> Result<Checkpoint, Finding> {
        let bytes = self.read(file, MAX_NOTE_BYTES as u64)?;
        let bytes = bytes.ok_or_else(|| Finding::CheckpointMissing { file: file.to_owned() })?;
        let refused = |error| Finding::CheckpointSignature { file: file.to_owned(), error };
        let note = String::from_utf8(bytes)
            .map_err(|_| refused(CheckpointError::Note(NoteError::Layout)))?;
        Checkpoint::open(&note, key).map_err(refused)
    }

    /// Files of the older checkpoints.
    pub fn kept_checkpoints(&self) -> Result<Vec<String>, Finding> {
        let file = "checkpoints";
        let unreadable = |error: io::Error| unreadable(file, &error);
        let entries = match fs::read_dir(self.path.join(file)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(unreadable)?.file_name();
            if let Some(size) = name.to_str().and_then(parse_decimal) {
                names.push(format!("{file}/{size}"));
            }
        }
        Ok(names)
    }

    fn read(&self, file: &str, limit: u64) -> Result<Option<Vec<u8>>, Finding> {
        read_bounded(&self.path.join(file), limit).map_err(|error| unreadable(file, &error))
    }
}

fn unreadable(file: &str, error: &io::Error) -> Finding {
    Finding::Unreadable { file: file.to_owned(), reason: error.kind() }
}

/// A sequence of leaves, reduced to what is needed of it.
pub struct Sequence {
    frontier: Frontier,
    /// Hashes of the complete subtrees of 256 leaves: the bottom of tile level 1.
    full: Vec<Hash>,
    /// Roots at the sizes that were asked for.
    roots: BTreeMap<u64, Hash>,
}

impl Sequence {
    fn new(sizes: &BTreeSet<u64>) -> Self {
        let frontier = Frontier::default();
        let empty = sizes.contains(&0).then(|| (0, frontier.root()));
        Self { roots: empty.into_iter().collect(), frontier, full: Vec::new() }
    }

    fn push(&mut self, leaf: Hash, sizes: &BTreeSet<u64>) {
        let full = &mut self.full;
        self.frontier.push(leaf, |node| {
            if node.at.level == TILE_HEIGHT {
                full.push(node.hash);
            }
        });
        if sizes.contains(&self.frontier.size()) {
            self.roots.insert(self.frontier.size(), self.frontier.root());
        }
    }

    /// Root over all leaves.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Root at one of the sizes asked for, when there are so many leaves.
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        self.roots.get(&size).copied()
    }
}

/// A bundle whose entries do not hash to the tile beside it.
pub struct BadBundle {
    /// The tile.
    pub tile: Tile,
    /// Hashes of the entries in the bundle.
    pub entries: Vec<Hash>,
    /// Hashes in the tile.
    pub hashes: Vec<Hash>,
}

/// What the folder says.
pub struct Scan {
    /// Leaves by the entry bundles.
    pub entries: Sequence,
    /// Leaves by the level 0 tiles.
    pub tiles: Sequence,
    /// Where the two disagree.
    pub bad: Vec<BadBundle>,
    /// Leaves of each kind.
    pub kinds: BTreeMap<LeafKind, u64>,
    /// What is wrong without further thought.
    pub findings: Vec<Finding>,
}

impl Scan {
    /// Reads every bundle and level 0 tile of a log of `size` leaves, noting the roots at
    /// `sizes`. Fails when so much is gone that no root can be computed.
    pub fn run(
        folder: &Folder<'_>,
        size: u64,
        sizes: &BTreeSet<u64>,
    ) -> Result<Self, Vec<Finding>> {
        let mut scan = Self {
            entries: Sequence::new(sizes),
            tiles: Sequence::new(sizes),
            bad: Vec::new(),
            kinds: BTreeMap::new(),
            findings: Vec::new(),
        };
        for tile in tiles_of_level(0, size) {
            let gone = scan.read_tile(folder, tile, sizes);
            if gone || scan.findings.len() >= MAX_FINDINGS {
                return Err(scan.findings);
            }
        }
        Ok(scan)
    }

    /// Reads one bundle and its tile. Says whether both are gone.
    fn read_tile(&mut self, folder: &Folder<'_>, tile: Tile, sizes: &BTreeSet<u64>) -> bool {
        let bundle = self.read_bundle(folder, tile);
        let hashes = self.read_hashes(folder, tile);
        let entries = bundle.map(|entries| {
            let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
            // A foreign entry is explained as such; here only what the log itself published.
            if hashes.as_ref() == Some(&leaves) {
                self.count_kinds(tile, &entries);
            }
            leaves
        });
        // One of the two can stand in for the other; the loss is already a finding.
        let (entries, hashes) = match (entries, hashes) {
            (Some(entries), Some(hashes)) => (entries, hashes),
            (Some(one), None) | (None, Some(one)) => (one.clone(), one),
            (None, None) => return true,
        };
        for &leaf in &entries {
            self.entries.push(leaf, sizes);
        }
        for &leaf in &hashes {
            self.tiles.push(leaf, sizes);
        }
        if entries != hashes && self.bad.len() < MAX_BAD_BUNDLES {
            self.bad.push(BadBundle { tile, entries, hashes });
        }
        false
    }

    /// The entries of a bundle.
    fn read_bundle(&mut self, folder: &Folder<'_>, tile: Tile) -> Option<Vec<Vec<u8>>> {
        let file = tile.bundle_path();
        let bytes = match folder.read(&file, MAX_BUNDLE_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let from = tile.node(0).index;
                let to = from + u64::from(tile.width) - 1;
                self.findings.push(Finding::BundleMissing { file, from, to });
                return None;
            }
            Err(finding) => {
                self.findings.push(finding);
                return None;
            }
        };
        let Some(entries) = decode_bundle(&bytes) else {
            let reason = io::ErrorKind::UnexpectedEof;
            self.findings.push(Finding::Unreadable { file, reason });
            return None;
        };
        Some(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn count_kinds(&mut self, tile: Tile, entries: &[Vec<u8>]) {
        for (index, entry) in (tile.node(0).index..).zip(entries) {
            match Leaf::decode(entry) {
                Ok(leaf) => *self.kinds.entry(leaf.kind).or_default() += 1,
                Err(_) => self.findings.push(Finding::EntryMalformed { index }),
            }
        }
    }

    /// Hashes of a level 0 tile, when there are as many as there must be.
    fn read_hashes(&mut self, folder: &Folder<'_>, tile: Tile) -> Option<Vec<Hash>> {
        match read_tile(folder, tile) {
            Ok(hashes) if hashes.len() == usize::from(tile.width) => Some(hashes),
            Ok(hashes) => {
                let slot = hashes.len().min(usize::from(tile.width)) as u64;
                self.findings.push(Finding::TileAltered { file: tile.path(), slot });
                None
            }
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }
}

/// Recomputes the tiles above level 0 from the genuine leaves and compares them.
pub fn check_upper_tiles(folder: &Folder<'_>, genuine: &Sequence) -> Vec<Finding> {
    let size = genuine.frontier.size();
    let mut findings = Vec::new();
    let mut hashes = genuine.full.clone();
    for level in 1..TILE_HEIGHT {
        for tile in tiles_of_level(level, size) {
            let from = tile.node(0).index as usize;
            let expected = &hashes[from..from + usize::from(tile.width)];
            findings.extend(compare(folder, tile, expected));
        }
        hashes = hashes.as_chunks::<256>().0.iter().map(|full| tile_hash(full)).collect();
    }
    findings
}

/// What is wrong with a tile that should hold these hashes.
fn compare(folder: &Folder<'_>, tile: Tile, expected: &[Hash]) -> Option<Finding> {
    let found = match read_tile(folder, tile) {
        Ok(found) if found == expected => return None,
        Ok(found) => found,
        Err(finding) => return Some(finding),
    };
    let differs = found.iter().zip(expected).position(|(found, expected)| found != expected);
    let slot = differs.unwrap_or(found.len().min(expected.len())) as u64;
    Some(Finding::TileAltered { file: tile.path(), slot })
}

fn read_tile(folder: &Folder<'_>, tile: Tile) -> Result<Vec<Hash>, Finding> {
    let file = tile.path();
    let bytes = folder.read(&file, MAX_TILE_BYTES)?;
    let bytes = bytes.ok_or_else(|| Finding::TileMissing { file: file.clone() })?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(hashes.to_vec())
    } else {
        Err(Finding::TileAltered { file, slot: hashes.len() as u64 })
    }
}

/// Hash over a full tile.
fn tile_hash(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied().unwrap_or_default()
}
