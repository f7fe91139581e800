//! Whether one region of ridges is two fingers: a waist between two that lie side by side, or two
//! centres of ridge flow farther apart than one finger has them.

use super::clarity::Clarity;
use super::orientation::{Field, STRIDE};
use super::plane::Plane;
use super::segmentation::Mask;
use crate::portable::atan2;

/// Millimetres of a step of the grid (4 pixels at 500 dpi).
const STEP: f32 = 0.0508 * STRIDE as f32;

/// Smoothing of the field before turns are looked for, grid steps (12 pixels).
const SIGMA: f32 = 12.0 / STRIDE as f32;
/// Half side of the square walked around a place, grid steps (24 pixels): a loop's core is within,
/// and pairs of noise turn each other out.
const RING: usize = 6;
/// Least distance of a centre to the border of the finger, pixels: the walk stays on ridges.
const BORDER: f32 = 30.0;
/// Least places of a centre, of the 144 that walk around a clear core.
const LEAST_PLACES: usize = 40;
/// Least mean of coherence and clarity around a centre, 0 to 1: creases and smudges turn, too.
///
/// Measured on 717 real prints: with 0.45 the farthest centres of one finger are 9.8 mm apart, with
/// 0.40 10.4 mm, with 0.30 14.7 mm.
const LEAST_CLEAR: f32 = 0.45;
/// Centres of two fingers are at least this far apart, millimetres; see [`LEAST_CLEAR`]. Two cores
/// of a double loop have up to 10.
const APART: f32 = 12.0;

/// A waist is narrower than this share of the narrower part. Range 0 to 1. Measured: of 717 real
/// prints none has a waist between parts side by side below 0.89.
const WAIST: f32 = 0.75;
/// Least half width of either part, millimetres: half a child's little finger.
const LEAST_HALF_WIDTH: f32 = 3.5;
/// Least area of the smaller part, grid cells (5 mm²) wider than the waist.
const LEAST_PART: usize = 120;
/// No finger is wider than this from nail to nail, nor a palm's print narrower, millimetres.
const WIDEST: f32 = 45.0;

/// Whether the region is wider both ways than any finger.
pub(super) fn is_too_wide(mask: &Mask) -> bool {
    let width = mask.distance.width;
    let (mut columns, mut rows) = (vec![false; width], vec![false; mask.distance.height]);
    for (i, _) in mask.inside.iter().enumerate().filter(|(_, inside)| **inside) {
        (columns[i % width], rows[i / width]) = (true, true);
    }
    let extent = |set: &[bool]| {
        let ends = (set.iter().position(|s| *s), set.iter().rposition(|s| *s));
        if let (Some(first), Some(last)) = ends { last - first } else { 0 }
    };
    extent(&columns).min(extent(&rows)) as f32 * STEP / STRIDE as f32 > WIDEST
}

/// The middle of everything around which the ridges turn by half a turn or more, millimetres.
pub(super) fn centres(
    field: &Field,
    first: &Field,
    clarity: &Clarity,
    mask: &Mask,
) -> Vec<(f32, f32)> {
    let (cosine, sine) = (field.cosine.smooth(SIGMA), field.sine.smooth(SIGMA));
    let (width, height) = (cosine.width, cosine.height);
    if width <= 2 * RING || height <= 2 * RING {
        return Vec::new();
    }
    let turns = Turns::of(&cosine, &sine);
    let mut clear = field.coherence.clone();
    let least = first.coherence.data.iter().zip(&clarity.0.data).map(|(a, b)| a.min(*b));
    clear.data.iter_mut().zip(least).for_each(|(value, least)| *value *= least);
    let clear = clear.smooth(RING as f32 / 2.0);
    let mut turning = vec![false; width * height];
    for y in RING..height - RING {
        for x in RING..width - RING {
            let pixel = y * STRIDE * mask.distance.width + x * STRIDE;
            turning[y * width + x] = mask.distance.data[pixel] >= BORDER && turns.around(x, y) >= 1;
        }
    }
    let mut found = Vec::new();
    for start in 0..turning.len() {
        let places = take_connected(&mut turning, width, start);
        let count = places.len() as f32;
        let mean = |of: &dyn Fn(usize) -> f32| places.iter().map(|i| of(*i)).sum::<f32>() / count;
        if places.len() >= LEAST_PLACES && mean(&|i| clear.data[i]) >= LEAST_CLEAR {
            let place = |steps: f32| steps * STEP;
            found
                .push((place(mean(&|i| (i % width) as f32)), place(mean(&|i| (i / width) as f32))));
        }
    }
    found
}

/// Whether some two centres cannot be of one finger.
pub(super) fn are_of_two_fingers(centres: &[(f32, f32)]) -> bool {
    let far = |a: &(f32, f32), b: &(f32, f32)| {
        let (dx, dy) = (a.0 - b.0, a.1 - b.1);
        dx * dx + dy * dy >= APART * APART
    };
    centres.iter().any(|a| centres.iter().any(|b| far(a, b)))
}

/// Takes the set cells connected with one, by sides and corners; none when it is not set.
fn take_connected(set: &mut [bool], width: usize, start: usize) -> Vec<usize> {
    let mut cells = Vec::new();
    if set[start] {
        set[start] = false;
        cells.push(start);
    }
    let mut next = 0;
    while next < cells.len() {
        for near in around(cells[next], width, set.len()) {
            if std::mem::take(&mut set[near]) {
                cells.push(near);
            }
        }
        next += 1;
    }
    cells
}

/// The up to eight neighbours of a cell.
fn around(cell: usize, width: usize, count: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (cell % width, cell / width);
    let rows = y.saturating_sub(1)..=(y + 1).min(count / width - 1);
    rows.flat_map(move |v| (x.saturating_sub(1)..=(x + 1).min(width - 1)).map(move |u| (u, v)))
        .map(move |(u, v)| v * width + u)
        .filter(move |near| *near != cell)
}

/// How far the doubled angle turns from the first cell of a row or column to each, 65,536ths of a
/// turn: whole numbers, so that a walk that comes back adds up to whole turns.
struct Turns {
    width: usize,
    along_rows: Vec<i32>,
    along_columns: Vec<i32>,
}

impl Turns {
    fn of(cosine: &Plane, sine: &Plane) -> Self {
        let (width, cells) = (cosine.width, cosine.data.len());
        let unit = 32_768.0 / std::f32::consts::PI;
        let angles: Vec<i16> = (0..cells)
            .map(|i| (atan2(sine.data[i], cosine.data[i]) * unit).round() as i32 as i16)
            .collect();
        let step = |from: usize, to: usize| i32::from(angles[to].wrapping_sub(angles[from]));
        let (mut along_rows, mut along_columns) = (vec![0; cells], vec![0; cells]);
        for i in 0..cells {
            if i % width > 0 {
                along_rows[i] = along_rows[i - 1] + step(i - 1, i);
            }
            if i >= width {
                along_columns[i] = along_columns[i - width] + step(i - width, i);
            }
        }
        Self { width, along_rows, along_columns }
    }

    /// Half turns of the ridges on the walk around a place at [`RING`] steps.
    fn around(&self, x: usize, y: usize) -> i32 {
        let at = |x: usize, y: usize| y * self.width + x;
        let (left, right, top, bottom) = (x - RING, x + RING, y - RING, y + RING);
        let row = |y| self.along_rows[at(right, y)] - self.along_rows[at(left, y)];
        let column = |x| self.along_columns[at(x, bottom)] - self.along_columns[at(x, top)];
        (row(top) + column(right) - row(bottom) - column(left)) / 65_536
    }
}

/// Whether the region is drawn in between two parts that lie more beside than above each other: the
/// border of one finger is round, and the joint to the phalanx lies below the tip.
///
/// Cells join in the order of their distance from the border; where two parts meet, the distance is
/// half the width of the waist between them (a saddle of the distance).
pub(super) fn has_waist(mask: &Mask) -> bool {
    let depth = Depth::of(mask);
    let mut order: Vec<usize> = (0..depth.values.len()).filter(|i| depth.values[*i] > 0).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(depth.values[*i]), *i));
    let mut parts = Parts { parent: vec![NONE; depth.values.len()], parts: Vec::new() };
    for cell in order {
        let own = parts.begin(cell, depth.width, depth.values[cell]);
        for near in around(cell, depth.width, depth.values.len()) {
            if parts.parent[near] == NONE {
                continue;
            }
            let (a, b) = (parts.root(own), parts.root(parts.parent[near]));
            if a != b {
                let (lesser, greater) =
                    if parts.parts[a].deepest < parts.parts[b].deepest { (a, b) } else { (b, a) };
                if parts.is_waist(lesser, greater, depth.values[cell]) {
                    return true;
                }
                parts.join(lesser, greater);
            }
        }
    }
    false
}

/// No part yet.
const NONE: usize = usize::MAX;

/// Steps to the border of the finger in tenths of a grid step; the picture's edge is no border.
struct Depth {
    width: usize,
    values: Vec<u32>,
}

impl Depth {
    /// Chamfer distance: 10 along, 14 across.
    fn of(mask: &Mask) -> Self {
        let (wide, high) = (mask.distance.width, mask.distance.height);
        let (width, height) = (wide.div_ceil(STRIDE), high.div_ceil(STRIDE));
        let inside = |i: usize| mask.inside[i / width * STRIDE * wide + i % width * STRIDE];
        let far = 20 * (width + height) as u32;
        let mut values: Vec<u32> =
            (0..width * height).map(|i| if inside(i) { far } else { 0 }).collect();
        let relax = |values: &mut Vec<u32>, cell: usize| {
            let least = around(cell, width, width * height)
                .map(|near| {
                    let straight = near % width == cell % width || near / width == cell / width;
                    values[near] + if straight { 10 } else { 14 }
                })
                .min();
            values[cell] = values[cell].min(least.unwrap_or(far));
        };
        (0..width * height).for_each(|cell| relax(&mut values, cell));
        (0..width * height).rev().for_each(|cell| relax(&mut values, cell));
        Self { width, values }
    }
}

/// Cells that have joined so far.
struct Part {
    deepest: u32,
    cells: usize,
    /// Sums of the cells' places.
    x: usize,
    y: usize,
    joined: usize,
}

struct Parts {
    parent: Vec<usize>,
    parts: Vec<Part>,
}

impl Parts {
    fn begin(&mut self, cell: usize, width: usize, deepest: u32) -> usize {
        let own = self.parts.len();
        self.parent[cell] = own;
        self.parts.push(Part { deepest, cells: 1, x: cell % width, y: cell / width, joined: own });
        own
    }

    fn root(&mut self, mut part: usize) -> usize {
        while self.parts[part].joined != part {
            let above = self.parts[self.parts[part].joined].joined;
            self.parts[part].joined = above;
            part = above;
        }
        part
    }

    fn join(&mut self, lesser: usize, greater: usize) {
        let Part { cells, x, y, .. } = self.parts[lesser];
        self.parts[lesser].joined = greater;
        let whole = &mut self.parts[greater];
        (whole.cells, whole.x, whole.y) = (whole.cells + cells, whole.x + x, whole.y + y);
    }

    /// Whether two parts that meet at this depth are two fingers side by side.
    fn is_waist(&self, lesser: usize, greater: usize, depth: u32) -> bool {
        let (a, b) = (&self.parts[lesser], &self.parts[greater]);
        let middle =
            |part: &Part| (part.x as f32 / part.cells as f32, part.y as f32 / part.cells as f32);
        let ((x, y), (u, v)) = (middle(a), middle(b));
        let tenths = |millimetres: f32| (10.0 * millimetres / STEP) as u32;
        (depth as f32) < WAIST * a.deepest as f32
            && a.deepest >= tenths(LEAST_HALF_WIDTH)
            && a.cells >= LEAST_PART
            && (x - u).abs() > (y - v).abs()
    }
}
