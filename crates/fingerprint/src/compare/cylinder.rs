//! The cylinder of a minutia: who is around it, where, and turned how, as 260 bits.
//!
//! A disc of 52 cells around the minutia, turned with it, in five layers of direction difference. A
//! bit is set where neighbouring minutiae lie. Values from Cappelli et al. 2010, table 3.

use std::f64::consts::{SQRT_2, TAU};

use super::angle::{UNIT_BITS, difference, unit};
use super::hull::{Hull, Place};
use super::prepared::Point;
use super::series::{error_function, exponential, rounded, square_root};

/// Radius of the disc, quarter pixels (70 pixels, 3.6 mm).
const RADIUS: i32 = 280;
/// Cells along the diameter.
const CELLS: usize = 8;
/// Cells whose centre lies in the disc.
pub(crate) const DISC: usize = 52;
/// Layers of direction difference. Six (Cappelli 2010) and five (his later work) err alike: EER 1.89
/// and 1.83 %, misses at a false match rate of 1e-3 5.65 and 5.21 % (mean of five sets).
pub(crate) const LAYERS: usize = 5;
/// Spread of a neighbour's place, pixels.
const PLACE_SIGMA: f64 = 28.0 / 3.0;
/// Spread of a neighbour's direction, radians.
const DIRECTION_SIGMA: f64 = TAU / 9.0;
/// Neighbours farther than three spreads from a cell do not count for it, quarter pixels.
const PLACE_REACH: i32 = 112;
/// Least sum of contributions that sets a bit: 0.01 with 23 binary places.
const LEAST: u32 = 83_886;
/// Cells farther than this outside the hull of all minutiae say nothing, quarter pixels (50 pixels).
const MARGIN: i32 = 200;
/// Least number of cells that must say something: three quarters.
const LEAST_VALID: u32 = 39;
/// Least number of neighbours.
const LEAST_NEIGHBOURS: usize = 2;
/// Squared quarter pixels to one entry of the place table, as a binary shift: half a square pixel.
const PLACE_SHIFT: u32 = 3;
/// Entries of the place table.
const PLACES: usize = ((PLACE_REACH * PLACE_REACH) >> PLACE_SHIFT) as usize + 1;

/// The bits of one minutia. Bit *c* of layer *k* is cell *c*, 52 of 64 bits used.
#[derive(Clone, Copy)]
pub(crate) struct Cylinder {
    /// Which minutia of the print.
    pub(crate) minutia: u8,
    /// Its direction, 256ths of a turn, clockwise as the eye sees it.
    pub(crate) direction: u8,
    /// Cells that say something; no layer has a bit elsewhere.
    pub(crate) valid: u64,
    pub(crate) layers: [u64; LAYERS],
}

/// Contribution of a neighbour by squared distance, 20 binary places.
static BY_PLACE: [u16; PLACES] = by_place();

/// Contribution of a neighbour to each layer by direction difference, 15 binary places.
static BY_DIRECTION: [[u16; LAYERS]; 256] = by_direction();

/// Places of the cell centres relative to the minutia, along and across its direction.
static CENTRES: [Place; DISC] = centres();

const fn by_place() -> [u16; PLACES] {
    let mut table = [0; PLACES];
    let mut i = 0;
    while i < PLACES {
        let squared = (i << PLACE_SHIFT) as f64 / 16.0;
        let value = exponential(-squared / (2.0 * PLACE_SIGMA * PLACE_SIGMA))
            / (PLACE_SIGMA * square_root(TAU));
        table[i] = rounded(value * (1 << 20) as f64) as u16;
        i += 1;
    }
    table
}

const fn by_direction() -> [[u16; LAYERS]; 256] {
    let width = TAU / LAYERS as f64;
    let scale = DIRECTION_SIGMA * SQRT_2;
    let mut table = [[0; LAYERS]; 256];
    let mut step = 0;
    while step < 256 {
        let mut layer = 0;
        while layer < LAYERS {
            let centre = (layer as f64 + 0.5) * width - TAU / 2.0;
            let mut angle = centre - step as f64 * TAU / 256.0;
            while angle < -TAU / 2.0 {
                angle += TAU;
            }
            let share = 0.5
                * (error_function((angle + width / 2.0) / scale)
                    - error_function((angle - width / 2.0) / scale));
            table[step][layer] = rounded(share * (1 << 15) as f64) as u16;
            layer += 1;
        }
        step += 1;
    }
    table
}

const fn centres() -> [Place; DISC] {
    let mut centres = [(0, 0); DISC];
    let (mut cell, mut count) = (0, 0);
    while cell < CELLS * CELLS {
        // Cells are 17.5 pixels wide, so their centres lie at odd multiples of 35 quarter pixels.
        let u = (2 * (cell / CELLS) as i32 - 7) * (RADIUS / 8);
        let v = (2 * (cell % CELLS) as i32 - 7) * (RADIUS / 8);
        if u * u + v * v <= RADIUS * RADIUS {
            centres[count] = (u, v);
            count += 1;
        }
        cell += 1;
    }
    assert!(count == DISC);
    centres
}

/// The cylinders of all minutiae that have enough around them.
pub(crate) fn build(minutiae: &[Point], hull: &Hull) -> Vec<Cylinder> {
    (0..minutiae.len()).filter_map(|index| cylinder(index, minutiae, hull)).collect()
}

fn cylinder(index: usize, minutiae: &[Point], hull: &Hull) -> Option<Cylinder> {
    let own = &minutiae[index];
    let near = neighbours(index, minutiae);
    if near.len() < LEAST_NEIGHBOURS {
        return None;
    }
    let (cosine, sine) = unit(own.direction);
    let half = 1 << (UNIT_BITS - 1);
    let mut valid = 0u64;
    let mut layers = [0; LAYERS];
    for (cell, (u, v)) in CENTRES.iter().enumerate() {
        let x = i32::from(own.x) + ((u * cosine - v * sine + half) >> UNIT_BITS);
        let y = i32::from(own.y) + ((u * sine + v * cosine + half) >> UNIT_BITS);
        if !hull.contains((x, y), MARGIN) {
            continue;
        }
        valid |= 1 << cell;
        for (layer, sum) in contributions((x, y), &near).into_iter().enumerate() {
            layers[layer] |= u64::from(sum >= LEAST) << cell;
        }
    }
    let cylinder = Cylinder { minutia: index as u8, direction: own.direction, valid, layers };
    (valid.count_ones() >= LEAST_VALID).then_some(cylinder)
}

/// Place and direction difference of the minutiae that can reach a cell.
fn neighbours(index: usize, minutiae: &[Point]) -> Vec<(Place, u8)> {
    let own = &minutiae[index];
    let reach = RADIUS + PLACE_REACH;
    let others = minutiae.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, other)| other);
    others
        .filter(|other| {
            let (x, y) = (i32::from(other.x - own.x), i32::from(other.y - own.y));
            x * x + y * y <= reach * reach
        })
        .map(|other| (other.place(), difference(own.direction, other.direction) as u8))
        .collect()
}

/// What each layer of a cell receives, 23 binary places.
fn contributions(cell: Place, near: &[(Place, u8)]) -> [u32; LAYERS] {
    let mut sums = [0; LAYERS];
    for ((x, y), turned) in near {
        let (dx, dy) = (x - cell.0, y - cell.1);
        let Some(place) = BY_PLACE.get(((dx * dx + dy * dy) >> PLACE_SHIFT) as usize) else {
            continue;
        };
        for (sum, share) in sums.iter_mut().zip(&BY_DIRECTION[usize::from(*turned)]) {
            *sum += (u32::from(*place) * u32::from(*share)) >> 12;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_share_each_neighbour() {
        for shares in &BY_DIRECTION {
            let sum: u32 = shares.iter().map(|share| u32::from(*share)).sum();
            assert!((29_500..=32_800).contains(&sum), "{sum} of 32,768");
        }
    }

    #[test]
    fn a_neighbour_sets_bits_where_it_lies() {
        let point = |x, y, direction| Point {
            x,
            y,
            direction,
            quality: 50,
            kind: super::super::prepared::Kind::Unknown,
        };
        // One neighbour ahead, turned alike, and one far enough not to reach a cell.
        let minutiae = [point(2000, 2000, 0), point(2175, 2035, 0), point(2000, 2390, 0)];
        let wide = Hull::of([(0, 0), (4000, 0), (4000, 4000), (0, 4000)].into_iter());
        let cylinder = cylinder(0, &minutiae, &wide).unwrap();
        assert_eq!(cylinder.valid.count_ones(), DISC as u32);
        let cell = CENTRES.iter().position(|centre| *centre == (175, 35)).unwrap();
        assert!(cylinder.layers[LAYERS / 2] >> cell & 1 == 1);
        for (other, (u, v)) in CENTRES.iter().enumerate() {
            let reached = cylinder.layers.iter().any(|layer| layer >> other & 1 == 1);
            let (dx, dy) = (u - 175, v - 35);
            assert!(!reached || dx * dx + dy * dy < 112 * 112 || *v > 200, "{u} {v}");
        }
    }
}
