//! Regions of skin that are fingertips, each a finger of its own.

use super::direction::turned;
use super::mask::{CELL, Mask};

/// Smallest region that is a finger, cells: 6 × 6 mm.
const LEAST_CELLS: usize = 56;
/// Widest single finger, pixels: 23 mm. The widest adult thumbs lie at 22 mm.
const WIDEST: f32 = 453.0;
/// Narrowest finger that a wide region may be cut into, pixels: 8 mm.
const NARROWEST: f32 = 157.0;
/// Longest fingertip, from its end to the first joint, pixels: 26 mm.
const LONGEST: f32 = 512.0;
/// Share of its width by which a region lies under another to be its phalanx.
const UNDER: f32 = 0.5;

/// A fingertip. `left` to `bottom` bound it in the picture; `across` and `top` are where it lies
/// with the fingers upright.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub left: f32,
    pub right: f32,
    pub upper: f32,
    pub lower: f32,
    pub across: (f32, f32),
    pub top: f32,
}

/// The fingertips from left to right.
pub(super) fn fingertips(mask: &Mask, turn: f32) -> Vec<Region> {
    let mut regions: Vec<Region> = connected(mask)
        .into_iter()
        .flat_map(|cells| apart(mask, cells, turn, 0))
        .filter(|cells| cells.len() >= LEAST_CELLS)
        .map(|cells| tip(mask, &cells, turn))
        .collect();
    regions.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut tips: Vec<Region> = Vec::new();
    for region in regions {
        if !tips.iter().any(|above| covers(above, &region)) {
            tips.push(region);
        }
    }
    tips.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    tips
}

fn middle(region: &Region) -> f32 {
    f32::midpoint(region.across.0, region.across.1)
}

/// Whether `below` is a part of the same finger, further down.
fn covers(above: &Region, below: &Region) -> bool {
    let shared = above.across.1.min(below.across.1) - above.across.0.max(below.across.0);
    let narrower = (above.across.1 - above.across.0).min(below.across.1 - below.across.0);
    shared > UNDER * narrower
}

/// Regions of cells that touch along an edge.
fn connected(mask: &Mask) -> Vec<Vec<usize>> {
    let mut seen = vec![false; mask.inside.len()];
    let mut regions = Vec::new();
    for start in 0..mask.inside.len() {
        if seen[start] || !mask.inside[start] {
            continue;
        }
        seen[start] = true;
        let (mut region, mut next) = (vec![start], 0);
        while let Some(&cell) = region.get(next) {
            next += 1;
            let (x, y) = (cell % mask.width, cell / mask.width);
            let near = [
                (x > 0, cell.wrapping_sub(1)),
                (x + 1 < mask.width, cell + 1),
                (y > 0, cell.wrapping_sub(mask.width)),
                (y + 1 < mask.height, cell + mask.width),
            ];
            for (_, other) in near.into_iter().filter(|(exists, _)| *exists) {
                if mask.inside[other] && !seen[other] {
                    seen[other] = true;
                    region.push(other);
                }
            }
        }
        regions.push(region);
    }
    regions
}

/// Cuts a region that is wider than a finger where its shadow is least, until each part is one.
fn apart(mask: &Mask, cells: Vec<usize>, turn: f32, depth: u8) -> Vec<Vec<usize>> {
    let across: Vec<f32> = cells.iter().map(|i| turned(mask.centre(*i), turn).0).collect();
    let least = across.iter().copied().fold(f32::MAX, f32::min);
    let width = across.iter().copied().fold(f32::MIN, f32::max) - least;
    if width <= WIDEST || depth > 4 {
        return vec![cells];
    }
    let mut columns = vec![0_u32; (width / CELL as f32) as usize + 1];
    for place in &across {
        columns[((place - least) / CELL as f32) as usize] += 1;
    }
    let narrow = (NARROWEST / CELL as f32) as usize;
    let Some(cut) = (narrow..columns.len().saturating_sub(narrow)).min_by_key(|i| columns[*i])
    else {
        return vec![cells];
    };
    let edge = least + (cut as f32 + 0.5) * CELL as f32;
    let (left, right): (Vec<_>, Vec<_>) =
        cells.into_iter().zip(across).partition(|(_, place)| *place < edge);
    let cells = |half: Vec<(usize, f32)>| half.into_iter().map(|(cell, _)| cell).collect();
    let mut parts = apart(mask, cells(left), turn, depth + 1);
    parts.extend(apart(mask, cells(right), turn, depth + 1));
    parts
}

/// The region down to the first joint.
fn tip(mask: &Mask, cells: &[usize], turn: f32) -> Region {
    let places: Vec<((f32, f32), (f32, f32))> =
        cells.iter().map(|i| (mask.centre(*i), turned(mask.centre(*i), turn))).collect();
    let top = places.iter().map(|(_, (_, along))| *along).fold(f32::MAX, f32::min);
    let mut region = Region {
        left: f32::MAX,
        right: f32::MIN,
        upper: f32::MAX,
        lower: f32::MIN,
        across: (f32::MAX, f32::MIN),
        top,
    };
    for ((x, y), (across, _)) in places.iter().filter(|(_, (_, along))| along - top <= LONGEST) {
        region.left = region.left.min(*x);
        region.right = region.right.max(*x);
        region.upper = region.upper.min(*y);
        region.lower = region.lower.max(*y);
        region.across = (region.across.0.min(*across), region.across.1.max(*across));
    }
    region
}
