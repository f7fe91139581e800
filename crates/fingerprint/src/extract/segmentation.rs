//! Stage 1: where the finger is. Strong gradients, smoothed, closed, holes filled, opened.
//!
//! After GMFS (gradient magnitude segmentation, Cappelli, `pyfing`), on a grid of four pixels.

use super::plane::Plane;

/// Grid step, pixels; the finger's border need not be known better than half a ridge.
const STRIDE: usize = 4;
/// Standard deviation of the smoothing, grid steps: 13/3 pixels, half a ridge period.
const SIGMA: f32 = 13.0 / 3.0 / STRIDE as f32;
/// A cell is finger when its mean gradient exceeds this share of the 95th percentile. Range 0.02
/// to 0.25 over the sensors in `pyfing`; 0.2 suits optical and capacitive ones alike.
const SHARE: f32 = 0.2;
/// Cells weaker than this share of the finger's own upper quartile are residue of an earlier one.
///
/// `SHARE` is of the whole picture, so it sinks with the finger's share of the glass, and residue
/// passes. Range 0 (off) to 0.6. Measured on five real sets, mean EER and FMR1000 in %: off
/// 1.37/3.35, 0.3 1.35/3.35, 0.35 1.49/3.33, 0.4 1.48/3.38, 0.5 1.74/4.00. With another finger's
/// print of 30 % contrast laid under 104 prints of two sets, mean over sets and blends: off
/// 1.86/41.54, 0.3 1.63/31.13, 0.4 1.71/5.48; but there dry prints lose their weak parts.
const RESIDUE_SHARE: f32 = 0.3;
/// Radius that closes gaps between ridges, grid steps (6 pixels).
const CLOSING: f32 = 1.5;
/// Radius that cuts off threads and residue, grid steps (10 pixels).
const OPENING: f32 = 2.5;

/// A second region of at least this share of the largest may be a second finger.
///
/// Range 0.2 to 0.5. Assumed, not measured: fingers side by side differ by less than that in area.
/// Pairs put together from two prints had 0.72 and more.
const SECOND_SHARE: f32 = 0.35;

/// Where the finger is, and where another one may be.
pub(super) struct Segmentation {
    /// The largest region.
    pub(super) finger: Mask,
    /// The next largest, when it is large enough to be looked at.
    pub(super) other: Option<Other>,
}

/// A second region.
pub(super) struct Other {
    pub(super) mask: Mask,
    /// It lies more beside the first than above or below it, where a phalanx does not lie.
    pub(super) beside: bool,
}

/// The finger's area and each pixel's distance to its border.
pub(crate) struct Mask {
    /// Whether a pixel is finger, row by row.
    pub(crate) inside: Vec<bool>,
    /// Pixels to the nearest pixel that is not finger, or off the picture.
    pub(crate) distance: Plane,
}

impl Mask {
    /// Pixels of finger.
    pub(crate) fn area(&self) -> usize {
        self.inside.iter().filter(|inside| **inside).count()
    }
}

pub(super) fn segment(print: &Plane) -> Segmentation {
    let gradient = gradient_magnitude(print);
    let threshold = SHARE * percentile_95(&gradient.data);
    let cells = gradient.shrink(STRIDE).smooth(SIGMA);
    let mut grid = Grid::above(&cells, threshold);
    let mut regions = grid.clean_regions();
    let own = regions.first().map_or(0.0, |finger| RESIDUE_SHARE * upper_quartile(&cells, finger));
    if own > threshold {
        grid = Grid::above(&cells, own);
        regions = grid.clean_regions();
    }
    let mask = |cells: &[usize]| grid.region(cells).mask(print);
    let other = match &regions[..] {
        [first, second, ..] if second.len() as f32 >= SECOND_SHARE * first.len() as f32 => {
            Some(Other { mask: mask(second), beside: grid.is_beside(first, second) })
        }
        _ => None,
    };
    Segmentation { finger: mask(regions.first().map_or(&[], Vec::as_slice)), other }
}

/// Sobel magnitude.
fn gradient_magnitude(print: &Plane) -> Plane {
    let mut out = Plane::new(print.width, print.height);
    for y in 1..print.height - 1 {
        let row = |dy: usize| &print.data[(y + dy - 1) * print.width..][..print.width];
        let (a, b, c) = (row(0), row(1), row(2));
        let target = &mut out.data[y * print.width..][..print.width];
        for x in 1..print.width - 1 {
            let (l, r) = (x - 1, x + 1);
            let gx = a[r] - a[l] + 2.0 * (b[r] - b[l]) + c[r] - c[l];
            let gy = c[l] - a[l] + 2.0 * (c[x] - a[x]) + c[r] - a[r];
            target[x] = (gx * gx + gy * gy).sqrt();
        }
    }
    out
}

fn percentile_95(values: &[f32]) -> f32 {
    let mut sample: Vec<f32> = values.iter().step_by(5).copied().collect();
    let rank = sample.len() * 95 / 100;
    *sample.select_nth_unstable_by(rank, f32::total_cmp).1
}

/// The mean gradient that a quarter of these cells exceed; of no cells, 0.
fn upper_quartile(cells: &Plane, region: &[usize]) -> f32 {
    let mut levels: Vec<f32> = region.iter().map(|cell| cells.data[*cell]).collect();
    if levels.is_empty() {
        return 0.0;
    }
    let rank = (levels.len() - 1) * 3 / 4;
    *levels.select_nth_unstable_by(rank, f32::total_cmp).1
}

/// A small binary picture; beyond its edge the edge continues.
struct Grid {
    width: usize,
    height: usize,
    set: Vec<bool>,
}

impl Grid {
    /// The cells whose value exceeds the threshold.
    fn above(cells: &Plane, threshold: f32) -> Self {
        Self {
            width: cells.width,
            height: cells.height,
            set: cells.data.iter().map(|value| *value > threshold).collect(),
        }
    }

    /// Closes, fills and opens; the regions that are left, largest first.
    fn clean_regions(&mut self) -> Vec<Vec<usize>> {
        self.dilate(CLOSING);
        self.erode(CLOSING);
        self.fill_holes();
        self.erode(OPENING);
        let mut regions = self.components(true);
        regions.sort_by_key(|cells| std::cmp::Reverse(cells.len()));
        regions
    }

    fn dilate(&mut self, radius: f32) {
        self.set = self.any_within(radius, true);
    }

    fn erode(&mut self, radius: f32) {
        self.set = self.any_within(radius, false).into_iter().map(|near| !near).collect();
    }

    /// Whether a cell of the given value lies within `radius` of each cell.
    fn any_within(&self, radius: f32, value: bool) -> Vec<bool> {
        let reach = radius as isize;
        let offsets: Vec<(isize, isize)> = (-reach..=reach)
            .flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)))
            .filter(|(dx, dy)| ((dx * dx + dy * dy) as f32) <= radius * radius)
            .collect();
        let (width, height) = (self.width as isize, self.height as isize);
        let near = |x: isize, y: isize| {
            offsets.iter().any(|(dx, dy)| {
                let (x, y) = ((x + dx).clamp(0, width - 1), (y + dy).clamp(0, height - 1));
                self.set[(y * width + x) as usize] == value
            })
        };
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| near(x, y)).collect()
    }

    /// Some cells alone, grown by what the opening took.
    fn region(&self, cells: &[usize]) -> Self {
        let mut set = vec![false; self.set.len()];
        for cell in cells {
            set[*cell] = true;
        }
        let mut region = Self { set, ..*self };
        region.dilate(OPENING);
        region
    }

    /// The pixels of the cells.
    fn mask(&self, print: &Plane) -> Mask {
        let coarse = Plane {
            width: self.width,
            height: self.height,
            data: self.set.iter().map(|set| f32::from(u8::from(*set))).collect(),
        };
        let inside: Vec<bool> =
            coarse.grow(print.width, print.height, STRIDE).data.iter().map(|v| *v >= 0.5).collect();
        let distance = distance_to_border(&inside, print.width, print.height);
        Mask { inside, distance }
    }

    /// Whether the second region lies more beside the first than above or below it.
    fn is_beside(&self, first: &[usize], second: &[usize]) -> bool {
        let middle = |cells: &[usize]| {
            let (x, y) = cells
                .iter()
                .fold((0, 0), |(x, y), cell| (x + cell % self.width, y + cell / self.width));
            (x as f32 / cells.len() as f32, y as f32 / cells.len() as f32)
        };
        let (a, b) = (middle(first), middle(second));
        (a.0 - b.0).abs() > (a.1 - b.1).abs()
    }

    fn fill_holes(&mut self) {
        for hole in self.components(false) {
            let at_edge = |cell: &usize| {
                let (x, y) = (cell % self.width, cell / self.width);
                x == 0 || y == 0 || x + 1 == self.width || y + 1 == self.height
            };
            if !hole.iter().any(at_edge) {
                for cell in hole {
                    self.set[cell] = true;
                }
            }
        }
    }

    /// The connected parts (four neighbours) of cells of one value.
    fn components(&self, value: bool) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.set.len()];
        let mut components = Vec::new();
        for start in 0..self.set.len() {
            if self.set[start] != value || seen[start] {
                continue;
            }
            seen[start] = true;
            let mut cells = vec![start];
            let mut next = 0;
            while next < cells.len() {
                for neighbour in self.neighbours(cells[next]) {
                    if self.set[neighbour] == value && !seen[neighbour] {
                        seen[neighbour] = true;
                        cells.push(neighbour);
                    }
                }
                next += 1;
            }
            components.push(cells);
        }
        components
    }

    fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> + use<> {
        let (x, y, width) = (cell % self.width, cell / self.width, self.width);
        [
            (x > 0).then(|| cell - 1),
            (x + 1 < width).then(|| cell + 1),
            (y > 0).then(|| cell - width),
            (y + 1 < self.height).then(|| cell + width),
        ]
        .into_iter()
        .flatten()
    }
}

/// Chamfer distance (1 along, √2 across), off the picture counting as border.
fn distance_to_border(inside: &[bool], width: usize, height: usize) -> Plane {
    const DIAGONAL: f32 = std::f32::consts::SQRT_2;
    let mut plane = Plane::of(width, height, |x, y| {
        let edge = (x + 1).min(y + 1).min(width - x).min(height - y);
        if inside[y * width + x] { edge as f32 } else { 0.0 }
    });
    let data = &mut plane.data;
    for y in 1..height {
        for x in 1..width - 1 {
            let i = y * width + x;
            let above = (data[i - width] + 1.0)
                .min(data[i - width - 1] + DIAGONAL)
                .min(data[i - width + 1] + DIAGONAL);
            data[i] = data[i].min(data[i - 1] + 1.0).min(above);
        }
    }
    for y in (0..height - 1).rev() {
        for x in (1..width - 1).rev() {
            let i = y * width + x;
            let below = (data[i + width] + 1.0)
                .min(data[i + width - 1] + DIAGONAL)
                .min(data[i + width + 1] + DIAGONAL);
            data[i] = data[i].min(data[i + 1] + 1.0).min(below);
        }
    }
    plane
}
