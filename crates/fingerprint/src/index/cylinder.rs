//! The cylinder of a minutia in 256 bits: who is around it, where, and turned how.
//!
//! A disc of 52 cells of 17.5 pixels, turned with the minutia, in five layers of direction
//! difference (Cappelli, Ferrara and Maltoni 2010, with the five layers of their later work). Four
//! of the 260 bits, at the rim behind the minutia and seldom set, are left out, so that a cylinder
//! is four machine words: a fifth less work for each comparison. Integers only.

use crate::compare::series::{cosine, error_function, exponential, sine};
use std::f64::consts::{SQRT_2, TAU};
use std::sync::LazyLock;

use crate::template::{Minutia, Template};

/// Words of 64 bits in a cylinder.
pub(super) const WORDS: usize = 4;
/// Cells along the diameter of the disc.
const CELLS: i32 = 8;
/// Distance between cell centres, quarter pixels; eight make the diameter of 140 pixels.
const PITCH: i32 = 70;
/// Layers of direction difference, 72 degrees each.
const LAYERS: usize = 5;
/// Spread of a neighbour's place, quarter pixels (28/3 pixels).
const PLACE_SIGMA: f64 = 112.0 / 3.0;
/// Beyond three spreads a neighbour says nothing, quarter pixels.
const REACH: i32 = 112;
/// Spread of a neighbour's direction, radians.
const DIRECTION_SIGMA: f64 = TAU / 9.0;
/// Least sum of contributions that sets a bit, as a share of the greatest that one neighbour can
/// give (0.0427 × 0.632 in the units of the paper, whose least is 0.01).
const LEAST: i64 = (0.01 / (0.042_74 * 0.631_9) * ONE_PLACE as f64 * ONE_SHARE as f64) as i64;
/// Fewest bits of a cylinder worth keeping; with fewer, chance agreement is common.
pub(super) const LEAST_ONES: u8 = 4;
/// The greatest contribution by place, and by direction.
const ONE_PLACE: i64 = 1 << 12;
const ONE_SHARE: i64 = 1 << 12;
/// Place contributions are tabled by squared distance in steps of 16 quarter pixels squared.
const PLACE_STEP: u32 = 4;

/// The bits of one minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cylinder {
    pub(super) bits: [u64; WORDS],
    /// 256ths of a turn, clockwise as the eye sees it.
    pub(super) direction: u8,
    /// Number of bits set, 255 when all are.
    pub(super) ones: u8,
}

/// Contribution of a neighbour by squared distance from the cell's centre.
static BY_PLACE: LazyLock<Vec<i64>> = LazyLock::new(|| {
    (0..=(REACH * REACH) >> PLACE_STEP)
        .map(|step| {
            let squared = f64::from(step << PLACE_STEP);
            let share = exponential(-squared / (2.0 * PLACE_SIGMA * PLACE_SIGMA));
            (share * ONE_PLACE as f64).round() as i64
        })
        .collect()
});

/// Contribution of a neighbour to each layer by direction difference, 256ths of a turn.
static BY_DIRECTION: LazyLock<Vec<[i64; LAYERS]>> = LazyLock::new(|| {
    let width = TAU / LAYERS as f64;
    let share = |angle: f64| {
        let scale = DIRECTION_SIGMA * SQRT_2;
        error_function((angle + width / 2.0) / scale)
            - error_function((angle - width / 2.0) / scale)
    };
    let greatest = share(0.0);
    (0..256)
        .map(|step| {
            std::array::from_fn(|layer| {
                let centre = (layer as f64 + 0.5) * width - TAU / 2.0;
                let angle = centre - f64::from(step) * TAU / 256.0;
                let wrapped = (angle + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
                (share(wrapped) / greatest * ONE_SHARE as f64).round() as i64
            })
        })
        .collect()
});

/// Cosine and sine of each 256th of a turn, in 16,384ths.
static CIRCLE: LazyLock<Vec<(i32, i32)>> = LazyLock::new(|| {
    (0..256)
        .map(|step| {
            let angle = f64::from(step) * TAU / 256.0;
            [cosine(angle), sine(angle)].map(|part| (part * 16_384.0).round() as i32).into()
        })
        .collect()
});

/// The cell at column `along` and row `across`, and its number, row by row; 64 cells, of which the
/// twelve in the corners lie outside the disc.
fn in_disc(along: i32, across: i32) -> bool {
    let (u, v) = (2 * along - CELLS + 1, 2 * across - CELLS + 1);
    u * u + v * v <= CELLS * CELLS
}

/// The bit of each cell and layer.
static BITS: LazyLock<Vec<[Option<u8>; LAYERS]>> = LazyLock::new(|| {
    let mut next = 0u16;
    let mut numbers = Vec::with_capacity((CELLS * CELLS) as usize);
    for along in 0..CELLS {
        for across in 0..CELLS {
            let rim_behind = along == 0 && (across == 2 || across == CELLS - 3);
            numbers.push(std::array::from_fn(|layer| {
                let crosswise = layer == 1 || layer == 3;
                let kept = in_disc(along, across) && !(rim_behind && crosswise);
                kept.then(|| {
                    next += 1;
                    (next - 1) as u8
                })
            }));
        }
    }
    numbers
});

/// The cylinders of a template, best first: by quality of the minutia, then as the template lists
/// them. Minutiae with hardly anything around them have none.
pub(super) fn cylinders(template: &Template) -> Vec<Cylinder> {
    let minutiae = template.minutiae();
    let mut order: Vec<usize> = (0..minutiae.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(minutiae[*index].quality));
    order
        .into_iter()
        .map(|index| cylinder(minutiae[index], minutiae))
        .filter(|cylinder| cylinder.ones >= LEAST_ONES)
        .collect()
}

fn cylinder(own: Minutia, all: &[Minutia]) -> Cylinder {
    let direction = own.direction.wrapping_neg();
    let (cosine, sine) = CIRCLE[usize::from(direction)];
    let mut sums = [[0i64; LAYERS]; (CELLS * CELLS) as usize];
    for other in all {
        let (dx, dy) =
            (i32::from(other.x) - i32::from(own.x), i32::from(other.y) - i32::from(own.y));
        let farthest = PITCH * CELLS / 2 + REACH;
        let is_itself = dx == 0 && dy == 0;
        if is_itself || dx.abs() > farthest || dy.abs() > farthest {
            continue;
        }
        let (u, v) = ((dx * cosine + dy * sine) >> 14, (dy * cosine - dx * sine) >> 14);
        let turned = other.direction.wrapping_neg().wrapping_sub(direction);
        add(&mut sums, u, v, &BY_DIRECTION[usize::from(turned)]);
    }
    collect(&sums, direction)
}

/// Adds one neighbour at (u, v), quarter pixels along and across the direction.
fn add(sums: &mut [[i64; LAYERS]], u: i32, v: i32, shares: &[i64; LAYERS]) {
    let centre = |cell: i32| (2 * cell - CELLS + 1) * PITCH / 2;
    for along in 0..CELLS {
        let du = u - centre(along);
        if du.abs() > REACH {
            continue;
        }
        for across in 0..CELLS {
            let dv = v - centre(across);
            let squared = du * du + dv * dv;
            if squared > REACH * REACH {
                continue;
            }
            let place = BY_PLACE[(squared >> PLACE_STEP) as usize];
            for (sum, share) in sums[(along * CELLS + across) as usize].iter_mut().zip(shares) {
                *sum += place * share;
            }
        }
    }
}

fn collect(sums: &[[i64; LAYERS]], direction: u8) -> Cylinder {
    let mut bits = [0u64; WORDS];
    for (layers, numbers) in sums.iter().zip(BITS.iter()) {
        for (sum, number) in layers.iter().zip(numbers) {
            if let (true, Some(bit)) = (*sum >= LEAST, number) {
                bits[usize::from(bit / 64)] |= 1 << (bit % 64);
            }
        }
    }
    let ones = bits.iter().map(|word| word.count_ones()).sum::<u32>().min(255) as u8;
    Cylinder { bits, direction, ones }
}
