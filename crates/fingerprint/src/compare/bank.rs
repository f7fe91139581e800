//! The cylinders of one print, eight to a block, as vector units read them.

use super::cylinder::{Cylinder, LAYERS};
use super::kernel::MOST_ROTATION;

/// Cylinders in one block: 64-bit lanes of the widest vector registers in use.
pub(crate) const LANES: usize = 8;

/// Eight cylinders side by side. Lanes without one have no valid cell, so nothing is like them.
#[derive(Clone, Copy, Default)]
#[repr(C, align(64))]
pub(crate) struct Block {
    pub(crate) valid: [u64; LANES],
    pub(crate) layers: [[u64; LANES]; LAYERS],
    pub(crate) directions: [u8; LANES],
    pub(crate) minutiae: [u8; LANES],
}

/// Cylinders in order of direction, then of minutia.
#[derive(Clone, Default)]
pub(crate) struct Bank {
    blocks: Vec<Block>,
    length: usize,
}

impl Bank {
    pub(crate) fn new(mut cylinders: Vec<Cylinder>) -> Self {
        cylinders.sort_unstable_by_key(|cylinder| (cylinder.direction, cylinder.minutia));
        let blocks = cylinders.chunks(LANES).map(Block::new).collect();
        Self { blocks, length: cylinders.len() }
    }

    /// Number of cylinders.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The cylinders one by one, in order of direction, then of minutia.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Cylinder> {
        (0..self.length).map(|place| self.blocks[place / LANES].cylinder(place % LANES))
    }

    /// Bytes held beside the value itself.
    pub(crate) fn memory(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>()
    }
}

impl Block {
    fn new(cylinders: &[Cylinder]) -> Self {
        let mut block = Self::default();
        for (lane, cylinder) in cylinders.iter().enumerate() {
            block.valid[lane] = cylinder.valid;
            block.directions[lane] = cylinder.direction;
            block.minutiae[lane] = cylinder.minutia;
            for (layer, bits) in cylinder.layers.iter().enumerate() {
                block.layers[layer][lane] = *bits;
            }
        }
        // Empty lanes repeat the last direction, which keeps the block's directions in order.
        for lane in cylinders.len().max(1)..LANES {
            block.directions[lane] = block.directions[lane - 1];
        }
        block
    }

    /// Whether any cylinder of the block may be turned by no more than a quarter turn against a
    /// direction. The block's directions are in order, so its ends tell.
    #[inline]
    pub(crate) fn may_be_turned_like(&self, direction: u8) -> bool {
        let (least, most) = (self.directions[0], self.directions[LANES - 1]);
        let from = direction.wrapping_sub(MOST_ROTATION);
        least.wrapping_sub(from) <= 2 * MOST_ROTATION
            || most.wrapping_sub(from) <= 2 * MOST_ROTATION
            || direction.wrapping_sub(least) <= most - least
    }

    #[inline]
    pub(crate) fn cylinder(&self, lane: usize) -> Cylinder {
        Cylinder {
            minutia: self.minutiae[lane],
            direction: self.directions[lane],
            valid: self.valid[lane],
            layers: self.layers.map(|layer| layer[lane]),
        }
    }
}
