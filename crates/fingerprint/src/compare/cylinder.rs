//! The cylinder of a minutia: who is around it, where, and turned how, as 312 bits.
//!
//! A disc of 52 cells around the minutia, turned with it, in six layers of direction difference. A
//! bit is set where neighbouring minutiae lie. Values from Cappelli et al. 2010, table 3.

use std::f64::consts::{SQRT_2, TAU};
use std::sync::LazyLock;

use super::angle::difference;
use super::hull::Hull;
use super::prepared::Point;

/// Radius of the disc, pixels (3.6 mm).
const RADIUS: f32 = 70.0;
/// Cells along the diameter.
const CELLS: usize = 8;
/// Layers of direction difference.
pub(super) const LAYERS: usize = 6;
/// Spread of a neighbour's place, pixels.
const PLACE_SIGMA: f32 = 28.0 / 3.0;
/// Spread of a neighbour's direction, radians.
const DIRECTION_SIGMA: f64 = TAU / 9.0;
/// Least sum of contributions that sets a bit.
const LEAST: f32 = 0.01;
/// Cells farther than this outside the hull of all minutiae say nothing, pixels.
const MARGIN: f32 = 50.0;
/// Least share of cells that must say something.
const LEAST_VALID: f32 = 0.75;
/// Least number of neighbours.
const LEAST_NEIGHBOURS: usize = 2;
/// Entries of the place table per square pixel.
const PLACE_STEPS: f32 = 2.0;

/// The bits of one minutia. Bit *c* of layer *k* is cell *c*, 52 of 64 bits used.
#[derive(Clone, Copy)]
pub(super) struct Cylinder {
    /// Which minutia.
    pub(super) minutia: u16,
    pub(super) direction: u8,
    /// Cells that say something.
    pub(super) valid: u64,
    pub(super) layers: [u64; LAYERS],
}

/// Contribution of a neighbour by squared distance, in steps of half a square pixel.
static BY_PLACE: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let sigma = f64::from(PLACE_SIGMA);
    let end = (9.0 * PLACE_SIGMA * PLACE_SIGMA * PLACE_STEPS) as usize;
    (0..=end)
        .map(|i| {
            let squared = i as f64 / f64::from(PLACE_STEPS);
            ((-squared / (2.0 * sigma * sigma)).exp() / (sigma * TAU.sqrt())) as f32
        })
        .collect()
});

/// Contribution of a neighbour to each layer by direction difference, 256ths of a turn.
static BY_DIRECTION: LazyLock<Vec<[f32; LAYERS]>> = LazyLock::new(|| {
    let width = TAU / LAYERS as f64;
    let share = |angle: f64| {
        let scale = DIRECTION_SIGMA * SQRT_2;
        0.5 * (error_function((angle + width / 2.0) / scale)
            - error_function((angle - width / 2.0) / scale))
    };
    (0..256)
        .map(|step| {
            std::array::from_fn(|layer| {
                let centre = (layer as f64 + 0.5) * width - TAU / 2.0;
                let angle = centre - f64::from(step) * TAU / 256.0;
                share((angle + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0) as f32
            })
        })
        .collect()
});

/// Places of the 52 cell centres relative to the minutia, along and across its direction, pixels.
static CENTRES: LazyLock<Vec<(f32, f32)>> = LazyLock::new(|| {
    let place = |i: usize| (i as f32 - (CELLS as f32 - 1.0) / 2.0) * (2.0 * RADIUS / CELLS as f32);
    (0..CELLS)
        .flat_map(|i| (0..CELLS).map(move |j| (place(i), place(j))))
        .filter(|(u, v)| u * u + v * v <= RADIUS * RADIUS)
        .collect()
});

/// The cylinders of all minutiae that have enough around them.
pub(super) fn build(minutiae: &[Point], hull: &Hull) -> Vec<Cylinder> {
    (0..minutiae.len()).filter_map(|index| cylinder(index, minutiae, hull)).collect()
}

fn cylinder(index: usize, minutiae: &[Point], hull: &Hull) -> Option<Cylinder> {
    let own = &minutiae[index];
    let reach = RADIUS + 3.0 * PLACE_SIGMA;
    let near: Vec<Point> = minutiae
        .iter()
        .enumerate()
        .filter(|(i, other)| *i != index && own.distance(other) <= reach)
        .map(|(_, other)| *other)
        .collect();
    if near.len() < LEAST_NEIGHBOURS {
        return None;
    }
    let (cosine, sine) = own.unit();
    let mut valid = 0u64;
    let mut layers = [0; LAYERS];
    for (cell, (u, v)) in CENTRES.iter().enumerate() {
        let (x, y) = (own.x + u * cosine - v * sine, own.y + u * sine + v * cosine);
        if !hull.contains(x, y, MARGIN) {
            continue;
        }
        valid |= 1 << cell;
        for (layer, sum) in contributions(x, y, own.direction, &near).into_iter().enumerate() {
            layers[layer] |= u64::from(sum >= LEAST) << cell;
        }
    }
    let enough = valid.count_ones() as f32 >= LEAST_VALID * CENTRES.len() as f32;
    enough.then_some(Cylinder { minutia: index as u16, direction: own.direction, valid, layers })
}

fn contributions(x: f32, y: f32, direction: u8, near: &[Point]) -> [f32; LAYERS] {
    let mut sums = [0.0; LAYERS];
    for other in near {
        let (dx, dy) = (other.x - x, other.y - y);
        let step = ((dx * dx + dy * dy) * PLACE_STEPS) as usize;
        let Some(place) = BY_PLACE.get(step) else { continue };
        let turned = difference(direction, other.direction) as u8;
        for (sum, share) in sums.iter_mut().zip(&BY_DIRECTION[usize::from(turned)]) {
            *sum += place * share;
        }
    }
    sums
}

/// Abramowitz and Stegun 7.1.26; error below 1.5e-7.
fn error_function(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly = t
        * (0.254_829_592
            + t * (-0.284_496_736
                + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    x.signum() * (1.0 - poly * (-x * x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disc_has_52_cells_and_layers_share_each_neighbour() {
        assert_eq!(CENTRES.len(), 52);
        for shares in BY_DIRECTION.iter() {
            let sum: f32 = shares.iter().sum();
            assert!((0.9..=1.001).contains(&sum), "{sum}");
        }
    }
}
