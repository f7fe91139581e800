//! Writes the log as a folder of static files, as `tlog-tiles` has them.
//!
//! ```text
//! checkpoint            the current signed checkpoint
//! checkpoints/<size>    every checkpoint that was ever signed
//! tile/<L>/<N>[.p/<W>]  hashes
//! tile/entries/<N>…     entries
//! ```
//!
//! The database holds the truth; the folder is its publication. Give leaves to
//! [`DirectoryLog::append`] only after they are committed there with their indices: a
//! leaf once signed stays. One writer at a time.

mod file;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::{Hash, node_hash};
use crate::leaf::{Leaf, LeafKind};
use crate::note::{LogPublicKey, LogSigningKey, MAX_NOTE_BYTES};
use crate::receipt::Receipt;
use crate::tiles::{
    MAX_BUNDLE_BYTES, MAX_TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, Tile, decode_bundle, decode_tile,
    encode_bundle, tiles_added,
};
use crate::tree::{self, Node, NodeAt, Nodes, TreeError};
pub(crate) use file::read_bounded;
use file::{flush, write_whole};

/// A log published in a folder.
#[derive(Debug, Clone)]
pub struct DirectoryLog {
    folder: PathBuf,
}

/// Why the folder could not be read or extended.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// A file could not be read or written.
    #[error("{path}: cannot be read or written")]
    File {
        /// Path within the folder.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The folder has fewer leaves than the caller believes: give the leaves from `size` on.
    #[error("the folder holds {size} leaves; give the leaves from index {size} on")]
    Behind {
        /// Leaves in the folder.
        size: u64,
    },
    /// The folder holds another leaf at this index. A signed leaf cannot be replaced.
    #[error("the folder holds another leaf at index {index}: nothing was written")]
    Diverged {
        /// Index of the first difference.
        index: u64,
    },
    /// A file does not hold what the signed checkpoint says: nothing is signed on top of it.
    #[error("{path} does not agree with the signed checkpoint: run the verifier, restore the file")]
    Corrupt {
        /// Path within the folder.
        path: String,
    },
    /// The current checkpoint is not accepted.
    #[error("the folder's checkpoint is not accepted")]
    Checkpoint(#[source] CheckpointError),
    /// A computation lacks something.
    #[error("the tree cannot be computed")]
    Tree(#[source] TreeError),
}

impl DirectoryError {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "log.file",
            Self::Behind { .. } => "log.behind",
            Self::Diverged { .. } => "log.diverged",
            Self::Corrupt { .. } => "log.corrupt",
            Self::Checkpoint(_) => "log.checkpoint",
            Self::Tree(_) => "log.tree",
        }
    }
}

impl DirectoryLog {
    /// The log in this folder, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The current signed checkpoint as a note. `None` before the first.
    ///
    /// # Errors
    /// [`DirectoryError::File`].
    pub fn checkpoint_note(&self) -> Result<Option<String>, DirectoryError> {
        let bytes = self.read("checkpoint", MAX_NOTE_BYTES as u64)?;
        let note = bytes.map(String::from_utf8).transpose();
        note.map_err(|_| corrupt("checkpoint"))
    }

    /// The current checkpoint, its signature verified. `None` before the first.
    ///
    /// # Errors
    /// [`DirectoryError::File`], [`DirectoryError::Checkpoint`].
    pub fn checkpoint(&self, key: &LogPublicKey) -> Result<Option<Checkpoint>, DirectoryError> {
        let note = self.checkpoint_note()?;
        let opened = note.map(|note| Checkpoint::open(&note, key)).transpose();
        opened.map_err(DirectoryError::Checkpoint)
    }

    /// Publishes `leaves`, the first of which has index `previous_size`, and signs the new
    /// checkpoint. Returns it with its note. Leaves that are already there are compared and
    /// passed over, so a repeated call after a crash has the effect of one.
    ///
    /// # Errors
    /// [`DirectoryError`]; no checkpoint was signed.
    pub fn append(
        &self,
        previous_size: u64,
        leaves: &[Leaf],
        key: &LogSigningKey,
    ) -> Result<(Checkpoint, String), DirectoryError> {
        let current = self.checkpoint(&key.public_key())?;
        let size = current.as_ref().map_or(0, |checkpoint| checkpoint.size);
        if previous_size > size {
            return Err(DirectoryError::Behind { size });
        }
        let known = usize::try_from(size - previous_size).unwrap_or(usize::MAX).min(leaves.len());
        self.compare(previous_size, &leaves[..known], size)?;
        let fresh = &leaves[known..];
        if let Some(current) = current {
            let note = self.checkpoint_note()?.ok_or_else(|| corrupt("checkpoint"))?;
            // A crash may have come between the two files of the last checkpoint.
            self.keep_checkpoint(size, &note)?;
            if fresh.is_empty() {
                return Ok((current, note));
            }
            self.check_edge(&current)?;
        }
        let grown = size + fresh.len() as u64;
        let nodes = self.write_leaves(size, fresh)?;
        let signed = self.sign(grown, &nodes, key)?;
        self.remove_partials(size, grown)?;
        Ok(signed)
    }

    /// Hashes of the nodes asked for, from the tiles of the current tree.
    ///
    /// # Errors
    /// [`DirectoryError::File`], [`DirectoryError::Corrupt`], and [`DirectoryError::Tree`]
    /// for a node that the tree of `size` leaves does not have.
    pub fn nodes(&self, size: u64, wanted: &[NodeAt]) -> Result<Nodes, DirectoryError> {
        let mut tiles: BTreeMap<Tile, Vec<Hash>> = BTreeMap::new();
        let mut nodes = Nodes::new();
        for at in wanted {
            let missing = || {
                DirectoryError::Tree(TreeError::NodeMissing { level: at.level, index: at.index })
            };
            let (tile, slots) = tile_of(*at, size).ok_or_else(missing)?;
            let hashes = match tiles.entry(tile) {
                Entry::Occupied(read) => read.into_mut(),
                Entry::Vacant(unread) => unread.insert(self.read_tile(tile)?),
            };
            let hashes = hashes.get(slots).ok_or_else(missing)?;
            nodes.insert(*at, subtree(hashes));
        }
        Ok(nodes)
    }

    /// A receipt under the current checkpoint for the leaf at `leaf_index`.
    ///
    /// # Errors
    /// [`DirectoryError`]; [`DirectoryError::Tree`] when the leaf is not yet published.
    pub fn receipt(
        &self,
        leaf_index: u64,
        kind: LeafKind,
        salt: [u8; 32],
        event: Vec<u8>,
        key: &LogPublicKey,
    ) -> Result<Receipt, DirectoryError> {
        let note = self.checkpoint_note()?.unwrap_or_default();
        let size = Checkpoint::open(&note, key).map_err(DirectoryError::Checkpoint)?.size;
        let wanted = tree::inclusion_nodes(leaf_index, size).map_err(DirectoryError::Tree)?;
        let nodes = self.nodes(size, &wanted)?;
        let proof =
            tree::inclusion_proof(leaf_index, size, &nodes).map_err(DirectoryError::Tree)?;
        Ok(Receipt { leaf_index, kind, salt, event, proof, checkpoint_note: note })
    }

    /// Compares leaves that should already be published.
    fn compare(&self, first: u64, leaves: &[Leaf], size: u64) -> Result<(), DirectoryError> {
        let wanted: Vec<_> =
            (first..).zip(leaves).map(|(index, _)| NodeAt { level: 0, index }).collect();
        let nodes = self.nodes(size, &wanted)?;
        for (at, leaf) in wanted.iter().zip(leaves) {
            if nodes.get(at) != Some(&leaf.hash()) {
                return Err(DirectoryError::Diverged { index: at.index });
            }
        }
        Ok(())
    }

    /// Recomputes the root from the right edge before anything is signed on top of it: one
    /// flipped bit there would spoil the log for ever.
    fn check_edge(&self, current: &Checkpoint) -> Result<(), DirectoryError> {
        let nodes = self.nodes(current.size, &tree::root_nodes(current.size))?;
        let root = tree::root(current.size, &nodes).map_err(DirectoryError::Tree)?;
        if root == current.root { Ok(()) } else { Err(corrupt("tile")) }
    }

    /// Writes the bundles and tiles that `leaves` add to a tree of `size` leaves.
    fn write_leaves(&self, size: u64, leaves: &[Leaf]) -> Result<Nodes, DirectoryError> {
        let mut nodes = self.nodes(size, &tree::root_nodes(size))?;
        let hashes: Vec<Hash> = leaves.iter().map(Leaf::hash).collect();
        let made = tree::append(size, &hashes, &nodes).map_err(DirectoryError::Tree)?;
        nodes.extend(made.into_iter().map(|Node { at, hash }| (at, hash)));
        let added = tiles_added(size, size + leaves.len() as u64);
        for &tile in &added {
            let mut content = match width_before(tile, size) {
                0 => Vec::new(),
                width => self.read_tile(tile.with_width(width))?,
            };
            if tile.level == 0 {
                self.write_bundle(tile, &content, size, leaves)?;
            }
            for slot in content.len() as u16..tile.width {
                let NodeAt { level, index } = tile.node(slot);
                let hash = nodes.get(&tile.node(slot));
                let missing = TreeError::NodeMissing { level, index };
                content.push(*hash.ok_or(DirectoryError::Tree(missing))?);
            }
            self.write(&tile.path(), content.as_flattened())?;
        }
        // Nothing may be signed before what it signs is sure to stay.
        let tiles = added.iter().map(Tile::path);
        let bundles = added.iter().filter(|tile| tile.level == 0).map(Tile::bundle_path);
        self.flush(tiles.chain(bundles))?;
        Ok(nodes)
    }

    /// Writes the bundle beside a level 0 tile: what was there before, checked against the
    /// `old` hashes, then the new leaves.
    fn write_bundle(
        &self,
        tile: Tile,
        old: &[Hash],
        size: u64,
        leaves: &[Leaf],
    ) -> Result<(), DirectoryError> {
        let mut entries: Vec<Vec<u8>> = Vec::with_capacity(usize::from(tile.width));
        if !old.is_empty() {
            let path = tile.with_width(old.len() as u16).bundle_path();
            let bytes = self.read(&path, MAX_BUNDLE_BYTES)?.ok_or_else(|| corrupt(&path))?;
            let stored = decode_bundle(&bytes).ok_or_else(|| corrupt(&path))?;
            if !stored.iter().map(|entry| crate::hash::leaf_hash(entry)).eq(old.iter().copied()) {
                return Err(corrupt(&path));
            }
            entries.extend(stored.into_iter().map(<[u8]>::to_vec));
        }
        let start = (tile.index * TILE_WIDTH + entries.len() as u64 - size) as usize;
        let count = usize::from(tile.width) - entries.len();
        entries.extend(leaves.iter().skip(start).take(count).map(Leaf::encode));
        let bundle = encode_bundle(&entries).ok_or_else(|| corrupt(&tile.bundle_path()))?;
        self.write(&tile.bundle_path(), &bundle)
    }

    fn sign(
        &self,
        size: u64,
        nodes: &Nodes,
        key: &LogSigningKey,
    ) -> Result<(Checkpoint, String), DirectoryError> {
        let root = tree::root(size, nodes).map_err(DirectoryError::Tree)?;
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size, root };
        let note = checkpoint.sign(key).map_err(DirectoryError::Checkpoint)?;
        self.write("checkpoint", note.as_bytes())?;
        self.flush(["checkpoint".to_owned()])?;
        self.keep_checkpoint(size, &note)?;
        Ok((checkpoint, note))
    }

    fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), DirectoryError> {
        let path = format!("checkpoints/{size}");
        if self.read(&path, MAX_NOTE_BYTES as u64)?.is_some() {
            return Ok(());
        }
        self.write(&path, note.as_bytes())?;
        self.flush([path])
    }

    /// Removes the partial tiles and bundles of those that became full: nobody needs them.
    fn remove_partials(&self, old: u64, new: u64) -> Result<(), DirectoryError> {
        for tile in tiles_added(old, new).into_iter().filter(Tile::is_full) {
            for path in [tile.path(), tile.bundle_path()] {
                let partials = format!("{path}.p");
                match fs::remove_dir_all(self.folder.join(&partials)) {
                    Err(source) if source.kind() != io::ErrorKind::NotFound => {
                        return Err(DirectoryError::File { path: partials, source });
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn read_tile(&self, tile: Tile) -> Result<Vec<Hash>, DirectoryError> {
        let path = tile.path();
        let bytes = self.read(&path, MAX_TILE_BYTES)?.ok_or_else(|| corrupt(&path))?;
        let hashes = decode_tile(&bytes).ok_or_else(|| corrupt(&path))?;
        if hashes.len() == usize::from(tile.width) { Ok(hashes) } else { Err(corrupt(&path)) }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, DirectoryError> {
        read_bounded(&self.folder.join(path), limit)
            .map_err(|source| DirectoryError::File { path: path.to_owned(), source })
    }

    /// Writes a file so that after a crash it is there whole or not at all. It is sure to be
    /// there only after [`DirectoryLog::flush`] of its folder.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        write_whole(&self.folder, &self.folder.join(path), bytes)
            .map_err(|source| DirectoryError::File { path: path.to_owned(), source })
    }

    /// Makes the names of files in the folders of these paths durable.
    fn flush(&self, paths: impl IntoIterator<Item = String>) -> Result<(), DirectoryError> {
        let folder =
            |path: String| path.rsplit_once('/').map_or_else(String::new, |(f, _)| f.to_owned());
        let folders: BTreeSet<String> = paths.into_iter().map(folder).collect();
        folders.into_iter().try_for_each(|path| {
            flush(&self.folder.join(&path)).map_err(|source| DirectoryError::File { path, source })
        })
    }
}

fn corrupt(path: &str) -> DirectoryError {
    DirectoryError::Corrupt { path: path.to_owned() }
}

/// Width that this tile had in a tree of `size` leaves.
fn width_before(tile: Tile, size: u64) -> u16 {
    let hashes = size >> (u32::from(tile.level) * u32::from(TILE_HEIGHT));
    hashes.saturating_sub(tile.index * TILE_WIDTH).min(TILE_WIDTH) as u16
}

/// The tile in a tree of `size` leaves that holds a node, and the slots under the node.
fn tile_of(at: NodeAt, size: u64) -> Option<(Tile, core::ops::Range<usize>)> {
    let height = at.level % TILE_HEIGHT;
    let first = at.index.checked_mul(1 << height)?;
    let tile = Tile { level: at.level / TILE_HEIGHT, index: first / TILE_WIDTH, width: 0 };
    let tile = tile.with_width(width_before(tile, size));
    let start = (first % TILE_WIDTH) as usize;
    (tile.width > 0).then_some((tile, start..start + (1 << height)))
}

/// Hash over a complete subtree whose bottom hashes these are.
fn subtree(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => crate::hash::empty_root(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            node_hash(&subtree(left), &subtree(right))
        }
    }
}

#[cfg(test)]
mod tests;
