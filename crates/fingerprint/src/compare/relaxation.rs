//! Pairs that agree with each other gain, pairs that stand alone lose (LSS-R).

use std::sync::LazyLock;

use super::angle;
use super::local::Pair;
use super::prepared::Prepared;

/// Rounds of relaxation (Cappelli 2010).
const ROUNDS: usize = 5;
/// Weight of a pair's own similarity in each round.
const OWN: f32 = 0.5;
/// Fewest other pairs among which support is shared. Three pairs of a tiny print that happen to agree
/// would otherwise weigh as much as thirty; prints of the sets fitted to have 15 pairs and more.
const LEAST_OTHERS: usize = 15;
/// Distances between two minutiae may differ by this, pixels; and steepness.
const DISTANCE: (f64, f64) = (5.0, 1.6);
/// Angles may differ by this, radians; and steepness.
const ANGLE: (f64, f64) = (std::f64::consts::PI / 12.0, 30.0);
/// Entries of the distance table per pixel.
const DISTANCE_STEPS: f32 = 8.0;
/// Entries of the angle table per 256th of a turn.
const ANGLE_STEPS: f32 = 4.0;
/// Agreements below this count as none, which spares the rest of the work.
const NEGLIGIBLE: f32 = 1e-3;

/// Agreement by difference of distance, up to 16 pixels.
static BY_DISTANCE: LazyLock<Vec<f32>> = LazyLock::new(|| {
    (0..128).map(|i| falling(f64::from(i) / f64::from(DISTANCE_STEPS), DISTANCE)).collect()
});

/// Agreement by difference of angle, up to half a turn.
static BY_ANGLE: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let radians = std::f64::consts::TAU / 256.0 / f64::from(ANGLE_STEPS);
    (0..=(128.0 * ANGLE_STEPS) as i32).map(|i| falling(f64::from(i) * radians, ANGLE)).collect()
});

fn falling(value: f64, (middle, steepness): (f64, f64)) -> f32 {
    (1.0 / (1.0 + (steepness * (value - middle)).exp())) as f32
}

/// Pairs after relaxation.
pub(super) struct Relaxed {
    /// Pairs with their relaxed similarity, most strengthened first.
    pub(super) pairs: Vec<Pair>,
}

impl Relaxed {
    /// The mean of the most strengthened pairs.
    pub(super) fn mean_of_best(&self, best: usize) -> f32 {
        let sum: f32 = self.pairs.iter().take(best).map(|pair| pair.similarity).sum();
        sum / best.max(1) as f32
    }
}

pub(super) fn relax(pairs: &[Pair], first: &Prepared, second: &Prepared) -> Relaxed {
    let links = links(pairs, first, second);
    let others = (pairs.len() - 1).max(LEAST_OTHERS) as f32;
    let mut value: Vec<f32> = pairs.iter().map(|pair| pair.similarity).collect();
    for _ in 0..ROUNDS {
        value = value
            .iter()
            .zip(&links)
            .map(|(own, links)| {
                let support: f32 = links.iter().map(|(k, weight)| weight * value[*k]).sum();
                OWN * own + (1.0 - OWN) * support / others
            })
            .collect();
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    let gain = |t: &usize| value[*t] / pairs[*t].similarity;
    order.sort_by(|a, b| gain(b).total_cmp(&gain(a)).then(a.cmp(b)));
    let relaxed = |t: usize| Pair { similarity: value[t], ..pairs[t] };
    Relaxed { pairs: order.into_iter().map(relaxed).collect() }
}

/// For each pair, the other pairs that agree with it, and how well (0 to 1).
fn links(pairs: &[Pair], first: &Prepared, second: &Prepared) -> Vec<Vec<(usize, f32)>> {
    let mut links = vec![Vec::new(); pairs.len()];
    for t in 0..pairs.len() {
        for k in t + 1..pairs.len() {
            let Some((of_t, of_k)) = agreement(pairs[t], pairs[k], first, second) else {
                continue;
            };
            links[t].push((k, of_t));
            links[k].push((t, of_k));
        }
    }
    links
}

/// How well the step from one pair to the other agrees in the two prints, seen from each.
fn agreement(t: Pair, k: Pair, first: &Prepared, second: &Prepared) -> Option<(f32, f32)> {
    let (a, c) = (&first.minutiae[usize::from(t.first)], &first.minutiae[usize::from(k.first)]);
    let (b, d) = (&second.minutiae[usize::from(t.second)], &second.minutiae[usize::from(k.second)]);
    let stretch = (a.distance(c) - b.distance(d)).abs();
    let by_distance = *BY_DISTANCE.get((stretch * DISTANCE_STEPS) as usize)?;
    let turned =
        a.direction.wrapping_sub(c.direction).wrapping_sub(b.direction.wrapping_sub(d.direction));
    let turned = i32::from(turned.cast_signed()).abs() as f32;
    let by_turn = by_distance * BY_ANGLE[(turned * ANGLE_STEPS) as usize];
    if by_turn < NEGLIGIBLE {
        return None;
    }
    let step = angle::of(c.x - a.x, c.y - a.y) - angle::of(d.x - b.x, d.y - b.y);
    let seen = |from_a: u8, from_b: u8| {
        let turn = angle::wrap(step - angle::difference(from_a, from_b) as f32).abs();
        by_turn * BY_ANGLE[((turn * ANGLE_STEPS) as usize).min(BY_ANGLE.len() - 1)]
    };
    Some((seen(a.direction, b.direction), seen(c.direction, d.direction)))
}
