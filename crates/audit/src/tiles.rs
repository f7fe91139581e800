//! C2SP `tlog-tiles` v0.1.0: where tiles and entry bundles lie, and what is in them.

use crate::hash::Hash;
use crate::tree::NodeAt;

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// Levels of the tree in one tile: a tile is a subtree of height 8.
pub const TILE_HEIGHT: u8 = 8;

/// Bytes of an entry; its length is written in two bytes.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// Bytes of a full tile.
pub const MAX_TILE_BYTES: u64 = TILE_WIDTH * 32;

/// Bytes of the largest bundle.
pub const MAX_BUNDLE_BYTES: u64 = TILE_WIDTH * (MAX_ENTRY_BYTES as u64 + 2);

/// One tile of hashes. The bundle of entries beside it has the level 0 tile's index and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Tile level: its hashes stand at tree level 8 × this. 0 to 7.
    pub level: u8,
    /// Place within the level, from 0.
    pub index: u64,
    /// Hashes in it, 1 to 256; below 256 the tile is partial.
    pub width: u16,
}

impl Tile {
    /// Path from the log's root folder: `tile/<level>/<index>[.p/<width>]`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, self.place())
    }

    /// Path of the bundle of the same entries: `tile/entries/<index>[.p/<width>]`.
    pub fn bundle_path(&self) -> String {
        format!("tile/entries/{}", self.place())
    }

    /// The same tile when it was, or will be, `width` wide.
    #[must_use]
    pub const fn with_width(self, width: u16) -> Self {
        Self { width, ..self }
    }

    /// Whether the tile is full.
    pub const fn is_full(&self) -> bool {
        self.width as u64 == TILE_WIDTH
    }

    /// Where the hash at `slot` stands in the tree.
    pub const fn node(&self, slot: u16) -> NodeAt {
        NodeAt { level: self.level * TILE_HEIGHT, index: self.index * TILE_WIDTH + slot as u64 }
    }

    fn place(&self) -> String {
        let name = index_path(self.index);
        if self.is_full() { name } else { format!("{name}.p/{}", self.width) }
    }
}

/// Tiles that a tree of `size` leaves has at tile level `level`, left to right.
pub fn tiles_of_level(level: u8, size: u64) -> impl Iterator<Item = Tile> {
    let hashes = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
    (0..hashes.div_ceil(TILE_WIDTH)).map(move |index| Tile {
        level,
        index,
        width: (hashes - index * TILE_WIDTH).min(TILE_WIDTH) as u16,
    })
}

/// Every tile of a tree of `size` leaves, level by level.
pub fn tiles_for(size: u64) -> impl Iterator<Item = Tile> {
    (0..TILE_HEIGHT).flat_map(move |level| tiles_of_level(level, size))
}

/// The tiles to write when a tree grows from `old` to `new` leaves: those of the new tree
/// that the old one did not have at this width.
pub fn tiles_added(old: u64, new: u64) -> Vec<Tile> {
    let level_added = |level: u8| {
        let shift = u32::from(level) * u32::from(TILE_HEIGHT);
        let (before, after) = (old >> shift, new >> shift);
        let first = before / TILE_WIDTH;
        let skip = if before == after { u64::MAX } else { first };
        tiles_from(level, skip, after)
    };
    (0..TILE_HEIGHT).flat_map(level_added).collect()
}

fn tiles_from(level: u8, first: u64, hashes: u64) -> Vec<Tile> {
    (first..hashes.div_ceil(TILE_WIDTH))
        .map(|index| {
            let width = (hashes - index * TILE_WIDTH).min(TILE_WIDTH) as u16;
            Tile { level, index, width }
        })
        .collect()
}

/// An index as path: three digits to each folder, all but the last marked by an `x`.
fn index_path(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// The entries as one bundle: each behind its length in two bytes, big-endian. `None` when
/// an entry is longer than [`MAX_ENTRY_BYTES`].
pub fn encode_bundle(entries: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    for entry in entries {
        bundle.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Some(bundle)
}

/// The entries of a bundle. `None` when the last one is cut.
pub fn decode_bundle(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bundle = rest;
    }
    bundle.is_empty().then_some(entries)
}

/// The hashes of a tile. `None` when the last one is cut.
pub fn decode_tile(tile: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = tile.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        let count =
            |level, full| tiles_of_level(level, 70_000).filter(|t| t.is_full() == full).count();
        assert_eq!((count(0, true), count(0, false)), (273, 1));
        assert_eq!((count(1, true), count(1, false)), (1, 1));
        let last: Vec<_> = tiles_for(70_000).filter(|t| !t.is_full()).map(|t| t.path()).collect();
        assert_eq!(last, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        let exact: Vec<_> = tiles_for(256).map(|t| t.path()).collect();
        assert_eq!(exact, ["tile/0/000", "tile/1/000.p/1"]);
        let far = Tile { level: 0, index: 1_234_067, width: 256 };
        assert_eq!(far.bundle_path(), "tile/entries/x001/x234/067");
        assert_eq!(tiles_for(0).count(), 0);
    }

    #[test]
    fn added_tiles_complete_the_old_ones() {
        for old in [0, 1, 255, 256, 257, 511, 65_535, 65_536] {
            for new in [old, old + 1, old + 255, old + 256, old + 700] {
                let mut all: Vec<_> = tiles_for(old).filter(Tile::is_full).collect();
                // A partial tile stays when its level did not grow.
                all.extend(
                    tiles_for(old)
                        .filter(|t| !t.is_full())
                        .filter(|t| tiles_for(new).any(|n| n == *t)),
                );
                all.extend(tiles_added(old, new));
                all.sort();
                all.dedup();
                let mut expected: Vec<_> = tiles_for(new).collect();
                expected.sort();
                assert_eq!(all, expected, "{old} to {new}");
            }
        }
    }

    #[test]
    fn bundles_and_back() {
        let entries = vec![vec![], vec![1], vec![2; 300]];
        let bundle = encode_bundle(&entries).unwrap();
        assert_eq!(decode_bundle(&bundle).unwrap(), entries);
        for end in [1, 3, bundle.len() - 1] {
            assert_eq!(decode_bundle(&bundle[..end]), None, "{end}");
        }
        assert_eq!(encode_bundle(&[vec![0; 65_536]]), None);
    }
}
