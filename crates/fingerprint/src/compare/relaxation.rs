//! Pairs that agree with each other gain, pairs that stand alone lose (LSS-R).

use std::f64::consts::{PI, TAU};

use super::angle;
use super::hull::Place;
use super::local::{MOST_PAIRS, Pair, Pairs, SIMILARITY_BITS};
use super::prepared::Prepared;
use super::series::{falling, rounded};

/// Rounds of relaxation (Cappelli 2010).
const ROUNDS: usize = 5;
/// Fewest other pairs among which support is shared. Three pairs of a tiny print that happen to agree
/// would otherwise weigh as much as thirty; prints of the sets fitted to have 15 pairs and more.
const LEAST_OTHERS: u64 = 15;
/// Distances between two minutiae may differ by this, pixels; and steepness (Cappelli 2010).
const DISTANCE: (f64, f64) = (5.0, 1.6);
/// Angles may differ by this, radians; and steepness (Cappelli 2010).
const ANGLE: (f64, f64) = (PI / 12.0, 30.0);
/// Entries of the distance table per pixel.
const DISTANCE_STEPS: usize = 8;
/// Entries of the distance table; beyond them, 9.4 pixels, the agreement is below 1e-3.
const DISTANCES: usize = 75;
/// 65,536ths of a turn to one entry of the angle table, as a binary shift.
const ANGLE_SHIFT: u32 = 6;
/// Entries of the angle table: half a turn.
const ANGLES: usize = (1 << 15 >> ANGLE_SHIFT) + 1;
/// Rotations of two pairs may differ by this, 256ths of a turn; beyond it the agreement is below 1e-3.
const MOST_TURNED: i32 = 20;
/// Agreements below this, 65,536ths, count as none, which spares the rest of the work.
const NEGLIGIBLE: u32 = 65;
/// Binary places of a relaxed similarity.
pub(super) const RELAXED_BITS: u32 = 24;

/// Agreement by difference of distance, 65,536ths.
static BY_DISTANCE: [u16; DISTANCES] = {
    let mut table = [0; DISTANCES];
    let mut i = 0;
    while i < DISTANCES {
        let apart = i as f64 / DISTANCE_STEPS as f64;
        table[i] = rounded(falling(apart, DISTANCE.0, DISTANCE.1) * 65_535.0) as u16;
        i += 1;
    }
    table
};

/// Agreement by difference of angle, 65,536ths.
static BY_ANGLE: [u16; ANGLES] = {
    let mut table = [0; ANGLES];
    let mut i = 0;
    while i < ANGLES {
        let apart = (i << ANGLE_SHIFT) as f64 * TAU / 65_536.0;
        table[i] = rounded(falling(apart, ANGLE.0, ANGLE.1) * 65_535.0) as u16;
        i += 1;
    }
    table
};

/// Pairs after relaxation.
pub(super) struct Relaxed {
    /// Pairs with their relaxed similarity, 24 binary places, most strengthened first.
    pub(super) pairs: Pairs,
}

impl Relaxed {
    /// The mean of the most strengthened pairs, 24 binary places.
    pub(super) fn mean_of_best(&self, best: usize) -> u32 {
        let sum: u32 = self.pairs.iter().take(best).map(|pair| pair.similarity).sum();
        sum / best.max(1) as u32
    }
}

/// What relaxation needs of a pair.
#[derive(Clone, Copy, Default)]
struct Node {
    first: Place,
    second: Place,
    /// From the second minutia's direction to the first's, 256ths of a turn.
    rotation: u8,
}

/// Two pairs that agree, and how well as seen from each, 65,536ths.
#[derive(Clone, Copy)]
struct Link {
    one: u8,
    other: u8,
    seen_from_one: u16,
    seen_from_other: u16,
}

pub(super) fn relax(pairs: &Pairs, first: &Prepared, second: &Prepared) -> Relaxed {
    let links = links(&nodes(pairs, first, second)[..pairs.len()]);
    let others = (pairs.len().saturating_sub(1) as u64).max(LEAST_OTHERS);
    // Half of each value is its own, half what the others lend it.
    let share = (1 << 32) / (2 * others);
    let mut value = [0u64; MOST_PAIRS];
    for (value, pair) in value.iter_mut().zip(pairs.iter()) {
        *value = u64::from(pair.similarity) << (RELAXED_BITS - SIMILARITY_BITS);
    }
    for _ in 0..ROUNDS {
        let mut support = [0u64; MOST_PAIRS];
        for link in &links {
            let (one, other) = (usize::from(link.one), usize::from(link.other));
            support[one] += u64::from(link.seen_from_one) * value[other];
            support[other] += u64::from(link.seen_from_other) * value[one];
        }
        for (value, support) in value.iter_mut().zip(&support) {
            *value = *value / 2 + (((support >> 16) * share) >> 32);
        }
    }
    most_strengthened(pairs, &value)
}

/// The pairs in order of what they gained, equal ones in the order they came.
fn most_strengthened(pairs: &Pairs, value: &[u64; MOST_PAIRS]) -> Relaxed {
    let mut order = [0u64; MOST_PAIRS];
    for (t, pair) in pairs.iter().enumerate() {
        let gain = (value[t] << 24) / u64::from(pair.similarity.max(1));
        order[t] = gain << 8 | (255 - t as u64);
    }
    let order = &mut order[..pairs.len()];
    order.sort_unstable_by(|a, b| b.cmp(a));
    let mut relaxed = Pairs::default();
    for key in order {
        let t = 255 - usize::from(*key as u8);
        relaxed.push(Pair { similarity: value[t] as u32, ..pairs[t] });
    }
    Relaxed { pairs: relaxed }
}

fn nodes(pairs: &Pairs, first: &Prepared, second: &Prepared) -> [Node; MOST_PAIRS] {
    let mut nodes = [Node::default(); MOST_PAIRS];
    for (node, pair) in nodes.iter_mut().zip(pairs.iter()) {
        let a = &first.minutiae[usize::from(pair.first)];
        let b = &second.minutiae[usize::from(pair.second)];
        let rotation = a.direction.wrapping_sub(b.direction);
        *node = Node { first: a.place(), second: b.place(), rotation };
    }
    nodes
}

/// All agreements.
fn links(nodes: &[Node]) -> Vec<Link> {
    let mut links = Vec::with_capacity(4 * nodes.len());
    for (t, one) in nodes.iter().enumerate() {
        for (k, other) in nodes.iter().enumerate().skip(t + 1) {
            if angle::difference(one.rotation, other.rotation).abs() > MOST_TURNED {
                continue;
            }
            if let Some((seen_from_one, seen_from_other)) = agreement(one, other) {
                links.push(Link { one: t as u8, other: k as u8, seen_from_one, seen_from_other });
            }
        }
    }
    links
}

/// How well the step from one pair to the other agrees in the two prints, seen from each.
fn agreement(one: &Node, other: &Node) -> Option<(u16, u16)> {
    let (x, y) = (other.first.0 - one.first.0, other.first.1 - one.first.1);
    let (u, v) = (other.second.0 - one.second.0, other.second.1 - one.second.1);
    // Squared eighths of pixels: below 2³¹ for the largest template.
    let squared = |x: i32, y: i32| (4 * (x * x + y * y)).cast_unsigned();
    let (first, second) = (squared(x, y), squared(u, v));
    // |a − b| = |a² − b²| ÷ (a + b), and no length exceeds its octagon: most roots are spared.
    let octagon = |x: u32, y: u32| 2 * x.max(y) + x.min(y);
    let most =
        octagon(x.unsigned_abs(), y.unsigned_abs()) + octagon(u.unsigned_abs(), v.unsigned_abs());
    if first.abs_diff(second) >= DISTANCES as u32 * (most + 1) {
        return None;
    }
    let stretch = first.isqrt().abs_diff(second.isqrt()) as usize;
    let by_distance = u32::from(*BY_DISTANCE.get(stretch)?);
    let turned = angle::difference(one.rotation, other.rotation).unsigned_abs() << 8;
    let by_turn = (by_distance * u32::from(by_angle(turned as u16))) >> 16;
    if by_turn < NEGLIGIBLE {
        return None;
    }
    let step = angle::of(x, y).wrapping_sub(angle::of(u, v));
    let seen = |rotation: u8| {
        ((by_turn * u32::from(by_angle(step.wrapping_sub(u16::from(rotation) << 8)))) >> 16) as u16
    };
    Some((seen(one.rotation), seen(other.rotation)))
}

/// Agreement by a difference of angles in 65,536ths of a turn.
fn by_angle(difference: u16) -> u16 {
    BY_ANGLE[usize::from(difference.cast_signed().unsigned_abs() >> ANGLE_SHIFT)]
}
