//! The kernels for any processor.

use super::{LEAST_COMMON, MOST_ROTATION, RECIPROCALS, STEP};
use crate::compare::bank::{Bank, Block, LANES};
use crate::compare::cylinder::Cylinder;
use crate::compare::pairing::{Field, Moved};

loops!();

/// The likeness with each of eight.
fn likeness(own: &Cylinder, block: &Block) -> [u32; LANES] {
    std::array::from_fn(|lane| {
        let turned = block.directions[lane].wrapping_sub(own.direction).wrapping_add(MOST_ROTATION);
        let common = own.valid & block.valid[lane];
        if turned > 2 * MOST_ROTATION || i64::from(common.count_ones()) < LEAST_COMMON {
            return 0;
        }
        let (mut both, mut either) = (0, 0);
        for (own, layer) in own.layers.iter().zip(&block.layers) {
            both += (own & layer[lane]).count_ones();
            either += ((own | layer[lane]) & common).count_ones();
        }
        (both * RECIPROCALS[either as usize].cast_unsigned()) >> 8
    })
}

/// The keys of those of eight that are alike, and how many.
fn packed(own: &Cylinder, block: &Block) -> ([u32; LANES], usize) {
    let mut packed = [0; LANES];
    let mut count = 0;
    for (likeness, minutia) in likeness(own, block).into_iter().zip(block.minutiae) {
        let names = u32::from(255 - own.minutia) << 8 | u32::from(255 - minutia);
        packed[count % LANES] = likeness << 16 | names;
        count += usize::from(likeness > 0);
    }
    (packed, count)
}

/// One bit for each minutia of a step that lies near.
fn near_mask(own: Moved, second: &Field, step: usize, turned: u8) -> u64 {
    let mut mask = 0;
    for bit in 0..STEP.min(second.length - step * STEP) {
        let slot = step * STEP + bit;
        let (x, y) = (second.x[slot].wrapping_sub(own.x), second.y[slot].wrapping_sub(own.y));
        let apart = x.unsigned_abs().max(y.unsigned_abs());
        let angle = second.direction[slot].wrapping_sub(own.direction).wrapping_add(turned);
        let near = apart < own.allowed.unsigned_abs() && angle <= 2 * turned;
        mask |= u64::from(near) << bit;
    }
    mask
}
