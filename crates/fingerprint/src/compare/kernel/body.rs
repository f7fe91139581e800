//! The kernels' text. Inlined into each function that is compiled for other instructions.

// Only what is inlined is compiled for the caller's instructions.
#![allow(clippy::inline_always)]

use crate::compare::bank::{Bank, Block, LANES};
use crate::compare::cylinder::{Cylinder, DISC, LAYERS};
use crate::compare::pairing::{Field, Moved, SLOTS};

/// Largest rotation between two prints considered, 256ths of a turn: a quarter turn either way.
const MOST_ROTATION: u8 = 64;
/// Least number of the 52 cells that must be valid in both: 60 % (Cappelli 2010).
const LEAST_COMMON: u64 = 31;

/// (2²⁴ − 1) ÷ n, for a division by any number of bits.
static RECIPROCALS: [u32; DISC * LAYERS + 1] = {
    let mut table = [0; DISC * LAYERS + 1];
    let mut n = 1;
    while n < table.len() {
        table[n] = ((1 << 24) - 1) / n as u32;
        n += 1;
    }
    table
};

#[inline(always)]
pub(super) fn likenesses(first: &Bank, second: &Bank, keys: &mut Vec<u32>) {
    for own in first.iter() {
        let name = u32::from(255 - own.minutia) << 8;
        for block in second.blocks().iter().filter(|block| may_be_turned_alike(&own, block)) {
            let mut found = [0; LANES];
            let mut count = 0;
            for (likeness, minutia) in likeness(&own, block).into_iter().zip(block.minutiae) {
                found[count % LANES] = likeness << 16 | name | u32::from(255 - minutia);
                count += usize::from(likeness > 0);
            }
            keys.extend_from_slice(&found[..count]);
        }
    }
}

#[inline(always)]
pub(super) fn best_likenesses(first: &Bank, second: &Bank, best: &mut Vec<u16>) {
    for own in first.iter() {
        let mut most = 0;
        for block in second.blocks().iter().filter(|block| may_be_turned_alike(&own, block)) {
            most = likeness(&own, block).into_iter().fold(most, u32::max);
        }
        best.push(most as u16);
    }
}

/// Whether any cylinder of the block may be turned by no more than a quarter turn.
#[inline(always)]
fn may_be_turned_alike(own: &Cylinder, block: &Block) -> bool {
    let (least, most) = (block.directions[0], block.directions[LANES - 1]);
    let from = own.direction.wrapping_sub(MOST_ROTATION);
    least.wrapping_sub(from) <= 2 * MOST_ROTATION
        || most.wrapping_sub(from) <= 2 * MOST_ROTATION
        || own.direction.wrapping_sub(least) <= most - least
}

/// The likeness with each of eight: bits set in both ÷ bits set in either, among the cells valid in
/// both, 65,535 when equal; 0 when they are turned too far or have too few cells in common.
#[inline(always)]
fn likeness(own: &Cylinder, block: &Block) -> [u32; LANES] {
    let mut common = [0; LANES];
    let mut cells = [0; LANES];
    for lane in 0..LANES {
        common[lane] = own.valid & block.valid[lane];
        cells[lane] = u64::from(common[lane].count_ones());
    }
    let (mut both, mut either) = ([0; LANES], [0; LANES]);
    for layer in 0..LAYERS {
        let bits = own.layers[layer];
        for lane in 0..LANES {
            let other = block.layers[layer][lane];
            both[lane] += u64::from((bits & other).count_ones());
            either[lane] += u64::from(((bits | other) & common[lane]).count_ones());
        }
    }
    let mut likeness = [0; LANES];
    for lane in 0..LANES {
        let turned = block.directions[lane].wrapping_sub(own.direction).wrapping_add(MOST_ROTATION);
        let counts = turned <= 2 * MOST_ROTATION && cells[lane] >= LEAST_COMMON;
        let share = (both[lane] as u32 * RECIPROCALS[either[lane] as usize]) >> 8;
        likeness[lane] = if counts { share } else { 0 };
    }
    likeness
}

/// Minutiae of the second print looked at in one step.
const STEP: usize = 64;

#[inline(always)]
pub(super) fn near(moved: &[Moved], second: &Field, turned: u8, found: &mut Vec<u16>) {
    const { assert!(SLOTS.is_multiple_of(STEP)) };
    for (i, own) in moved.iter().enumerate() {
        for from in (0..second.length).step_by(STEP) {
            let mut mask = near_mask(own, second, from, turned);
            while mask != 0 {
                let j = from + mask.trailing_zeros() as usize;
                found.push((i << 8 | j) as u16);
                mask &= mask - 1;
            }
        }
    }
}

/// One bit for each of the next slots that lies near.
#[inline(always)]
fn near_mask(own: &Moved, second: &Field, from: usize, turned: u8) -> u64 {
    let mut near = [false; STEP];
    let x = &second.x[from..from + STEP];
    let y = &second.y[from..from + STEP];
    let direction = &second.direction[from..from + STEP];
    for k in 0..STEP {
        let apart =
            x[k].wrapping_sub(own.x).unsigned_abs().max(y[k].wrapping_sub(own.y).unsigned_abs());
        let angle = direction[k].wrapping_sub(own.direction).wrapping_add(turned);
        near[k] = apart < own.allowed.unsigned_abs() && angle <= 2 * turned;
    }
    near.iter().enumerate().fold(0, |mask, (k, near)| mask | u64::from(*near) << k)
}
