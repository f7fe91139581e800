//! Which minutiae have alike surroundings: cylinder against cylinder, and the best pairs.

use std::sync::LazyLock;

use super::cylinder::{Cylinder, LAYERS};
use super::prepared::Prepared;

/// Largest rotation between two prints considered, 256ths of a turn: a quarter turn either way.
const MOST_ROTATION: i32 = 64;
/// Least share of the 52 cells that must be valid in both.
const LEAST_COMMON: u32 = 31;
/// The number of best similarities averaged: 4 for few minutiae, 12 for many (Cappelli 2010).
const BEST: (f32, f32) = (4.0, 12.0);
/// Minutiae at which it stands half way, and steepness.
const BEST_SIGMOID: (f64, f64) = (20.0, 0.4);
/// Similarities kept for each minutia of the smaller print before pairing.
const KEPT_PER_MINUTIA: usize = 8;
/// Most pairs that go into relaxation; its work grows with their square.
const MOST_PAIRS: usize = 64;
/// Similarities are integers, so that sorting them is exact: 1 is this much.
const SCALE: f32 = 65_535.0;

/// √n for every number of bits, as f32.
static ROOTS: LazyLock<Vec<f32>> =
    LazyLock::new(|| (0u16..=(64 * LAYERS) as u16).map(|n| f32::from(n).sqrt()).collect());

/// Two minutiae and how alike their surroundings are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// 0 to 1.
    pub(super) similarity: f32,
    /// Minutia of the first print.
    pub(super) first: u16,
    /// Minutia of the second print.
    pub(super) second: u16,
}

/// The best similarities between all minutiae of two prints, best first.
pub(super) fn similarities(first: &Prepared, second: &Prepared) -> Vec<Pair> {
    // One sortable number each: similarity above, then the indices, lower ones first.
    let mut keys: Vec<u64> = Vec::with_capacity(first.cylinders.len() * second.cylinders.len() / 2);
    for (i, a) in first.cylinders.iter().enumerate() {
        for (j, b) in second.cylinders.iter().enumerate() {
            let rotation = i32::from(a.direction.wrapping_sub(b.direction).cast_signed());
            if rotation.abs() > MOST_ROTATION {
                continue;
            }
            let similarity = similarity(a, b);
            if similarity > 0 {
                keys.push(
                    u64::from(similarity) << 32 | (0xffff - i as u64) << 16 | (0xffff - j as u64),
                );
            }
        }
    }
    let kept = KEPT_PER_MINUTIA * first.cylinders.len().min(second.cylinders.len());
    if keys.len() > kept && kept > 0 {
        keys.select_nth_unstable_by(kept - 1, |a, b| b.cmp(a));
        keys.truncate(kept);
    }
    keys.sort_unstable_by(|a, b| b.cmp(a));
    let index = |key: u64, shift: u32| usize::from(0xffff - (key >> shift) as u16);
    keys.into_iter()
        .map(|key| Pair {
            similarity: (key >> 32) as f32 / SCALE,
            first: first.cylinders[index(key, 16)].minutia,
            second: second.cylinders[index(key, 0)].minutia,
        })
        .collect()
}

/// 1 − |a ⊕ b| ÷ (|a| + |b|), lengths being square roots of bit counts; 65,535 when equal.
fn similarity(a: &Cylinder, b: &Cylinder) -> u32 {
    let common = a.valid & b.valid;
    if common.count_ones() < LEAST_COMMON {
        return 0;
    }
    let (mut ones_a, mut ones_b, mut differing) = (0, 0, 0);
    for (x, y) in a.layers.iter().zip(&b.layers) {
        let (x, y) = (x & common, y & common);
        ones_a += x.count_ones();
        ones_b += y.count_ones();
        differing += (x ^ y).count_ones();
    }
    let root = |count: u32| ROOTS[count as usize];
    let length = root(ones_a) + root(ones_b);
    if length == 0.0 { 0 } else { ((1.0 - root(differing) / length).max(0.0) * SCALE) as u32 }
}

/// Each minutia at most once, best pairs first.
pub(super) fn unique_pairs(locals: &[Pair], first: &Prepared, second: &Prepared) -> Vec<Pair> {
    let most = first.cylinders.len().min(second.cylinders.len()).min(MOST_PAIRS);
    let mut taken = (vec![false; first.minutiae.len()], vec![false; second.minutiae.len()]);
    let mut pairs = Vec::with_capacity(most);
    for pair in locals {
        let (i, j) = (usize::from(pair.first), usize::from(pair.second));
        if pairs.len() == most {
            break;
        }
        if !taken.0[i] && !taken.1[j] {
            taken.0[i] = true;
            taken.1[j] = true;
            pairs.push(*pair);
        }
    }
    pairs
}

/// How many of the best similarities count.
pub(super) fn number_of_best(first: &Prepared, second: &Prepared) -> usize {
    static BY_COUNT: LazyLock<Vec<usize>> = LazyLock::new(|| {
        (0..=255)
            .map(|n| {
                let share = 1.0 / (1.0 + (-BEST_SIGMOID.1 * (f64::from(n) - BEST_SIGMOID.0)).exp());
                (f64::from(BEST.0) + share * f64::from(BEST.1 - BEST.0)).round() as usize
            })
            .collect()
    });
    let least = first.cylinders.len().min(second.cylinders.len());
    BY_COUNT[least.min(255)].min(least)
}

/// The mean of the best similarities, minutiae used as often as they come (LSS).
pub(super) fn mean_of_best(locals: &[Pair], best: usize) -> f32 {
    let sum: f32 = locals.iter().take(best).map(|pair| pair.similarity).sum();
    sum / best.max(1) as f32
}

/// A cheap score for a first sieve: for each minutia of the first print the best similarity in the
/// second, and the sum of the best of those; 0 to about 800,000.
pub(crate) fn quick_similarity(first: &Prepared, second: &Prepared) -> u32 {
    let mut best: Vec<u32> = first
        .cylinders
        .iter()
        .map(|a| {
            let turned = |b: &&Cylinder| {
                i32::from(a.direction.wrapping_sub(b.direction).cast_signed()).abs()
                    <= MOST_ROTATION
            };
            second.cylinders.iter().filter(turned).map(|b| similarity(a, b)).max().unwrap_or(0)
        })
        .collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    best.iter().take(number_of_best(first, second)).sum()
}
