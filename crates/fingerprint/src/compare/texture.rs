//! Whether the ridges of two prints lie upon each other once their minutiae do.
//!
//! Cells of the first print, every second one as on a chessboard, are laid upon the second by the
//! motion that pairs the minutiae, moved on by what the pairs nearby are off, and may shift by
//! three pixels each way for skin that stretches. What counts is the mean share of samples that
//! agree: 0.8 and more for one finger, 0.3 for two whose ridges happen to run alike.
//!
//! Integers only: places are 65,536ths of a sample.

use super::angle::UNIT_BITS;
use super::hull::Place;
use super::motion::Motion;
use crate::template::{CELL_SAMPLES, Texture, TextureCell};

/// Quarter pixels between samples, and from the corner of a print to its first sample.
const QUARTERS: i64 = 12;
const FIRST: i64 = 6;
/// 1 in places.
const ONE: i64 = 1 << 16;
/// Cells of nothing on each side, so that a cell half off the print needs no special case.
const PAD: usize = 1;
/// Shifts tried each way, half samples (1.5 pixels). Range 2 to 4 gives the same accuracy.
const SHIFTS: usize = 2;
/// Half samples along the side of a cell with its shifts.
const FINE: usize = 2 * CELL_SAMPLES - 1 + 2 * SHIFTS;
/// Agreement that a shift must gain per squared half sample, thousandths; keeps cells without
/// ridges where they are.
const SHIFT_COST: i32 = 10;
/// Least samples compared for a cell to count, of 64.
const LEAST_SAMPLES: u32 = 40;
/// Pairs farther than this have no say in how a cell moves, quarter pixels (96 pixels).
const REACH: i64 = 384;
/// Samples along the side of what one patch can touch: 9 half samples each way of the middle, turned
/// by an eighth, with a quarter to round and one more to interpolate.
const TILE: usize = 16;
/// What is added to a place to find its nearest sample: a half, and an eighth as ridges are rounded.
const NEAREST: u32 = (1 << 15) + (1 << 13);
/// Bytes behind the last sample, so that four can be read at any.
const SPARE: usize = 3;
/// Weight of not moving, against the weight 1 of a pair on the spot.
const STAY: i64 = 3 * ((REACH * REACH) >> 8) * ((REACH * REACH) >> 8) / 10;

/// The texture of one print, ready to be sampled at any place.
#[derive(Clone)]
pub(super) struct Lattice {
    /// Sample at the corner of the padded rectangle.
    left: i64,
    top: i64,
    /// Cells a row and rows, with padding.
    columns: usize,
    rows: usize,
    /// Ridge bits: row by row of samples, `columns` bytes each, and [`SPARE`] bytes.
    ridges: Vec<u8>,
    /// 1 for each quarter of a cell that says something, row by row.
    valid: Vec<u8>,
}

/// Where a pair of minutiae lies on the first print, and how far its second minutia is from where
/// the motion brings its first one; quarter pixels.
#[derive(Clone, Copy)]
pub(super) struct Residual {
    pub(super) place: Place,
    pub(super) off: Place,
}

/// How far the ridges agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Agreement {
    /// Cells compared.
    pub(super) cells: u16,
    /// Mean of the cells' agreement, thousandths: 1000 all samples agree, 0 half of them.
    pub(super) mean: i16,
}

impl Lattice {
    pub(super) fn new(texture: &Texture) -> Self {
        let (columns, rows) = (usize::from(texture.columns()) + 2 * PAD, texture.rows() + 2 * PAD);
        let mut ridges = vec![0; columns * CELL_SAMPLES * rows + SPARE];
        let mut valid = vec![0; columns * 2 * rows * 2];
        for (index, cell) in texture.cells().iter().enumerate() {
            let (column, row) = (
                index % usize::from(texture.columns()) + PAD,
                index / usize::from(texture.columns()) + PAD,
            );
            for (j, byte) in cell.ridges.to_le_bytes().into_iter().enumerate() {
                ridges[(row * CELL_SAMPLES + j) * columns + column] = byte;
            }
            for quarter in 0..4 {
                let (x, y) = (2 * column + quarter % 2, 2 * row + quarter / 2);
                valid[y * 2 * columns + x] = cell.valid >> quarter & 1;
            }
        }
        let corner = |cells: u8| (i64::from(cells) - PAD as i64) * CELL_SAMPLES as i64;
        let (left, top) = (corner(texture.left()), corner(texture.top()));
        Self { left, top, columns, rows, ridges, valid }
    }

    /// Bytes held in memory.
    pub(super) fn memory(&self) -> usize {
        self.ridges.len() + self.valid.len()
    }

    /// Whether a place, quarter pixels, and all within 12 pixels of it are finger.
    pub(super) fn well_inside(&self, (x, y): Place) -> bool {
        [(0, 0), (-48, 0), (48, 0), (0, -48), (0, 48)].into_iter().all(|(dx, dy)| {
            let quarter = |v: i32, from: i64| (i64::from(v) / QUARTERS - from).div_euclid(4);
            let (column, row) = (quarter(x + dx, self.left), quarter(y + dy, self.top));
            let inside = (0..2 * self.columns as i64).contains(&column)
                && (0..2 * self.rows as i64).contains(&row);
            inside && self.valid[row as usize * 2 * self.columns + column as usize] == 1
        })
    }

    /// The samples and valid samples of a cell, counted with padding.
    fn cell(&self, column: usize, row: usize) -> (u64, u64) {
        let ridges =
            std::array::from_fn(|j| self.ridges[(row * CELL_SAMPLES + j) * self.columns + column]);
        let quarter = |k: usize| {
            let at = (2 * row + k / 2) * 2 * self.columns + 2 * column + k % 2;
            self.valid[at]
        };
        let set = (0..4).fold(0, |set, k| set | quarter(k) << k);
        (u64::from_le_bytes(ridges), TextureCell { valid: set, ridges: 0 }.samples())
    }
}

/// How far the ridges of `first` agree with those of `second` under `motion`.
pub(super) fn agreement(
    first: &Lattice,
    second: &Lattice,
    motion: &Motion,
    residuals: &[Residual],
) -> Agreement {
    let (mut cells, mut sum) = (0i32, 0i32);
    for row in PAD..first.rows - PAD {
        for column in (PAD..first.columns - PAD).filter(|column| (column + row) % 2 == 0) {
            let own = first.cell(column, row);
            if own.1.count_ones() < LEAST_SAMPLES {
                continue;
            }
            let middle = |cell: usize, from: i64| {
                let half = (QUARTERS * CELL_SAMPLES as i64 - QUARTERS) / 2;
                (from + (cell * CELL_SAMPLES) as i64) * QUARTERS + FIRST + half
            };
            let (x, y) = (middle(column, first.left), middle(row, first.top));
            let (u, v) = motion.apply((x as i32, y as i32));
            let (dx, dy) = drift(x, y, residuals);
            let (u, v) = (i64::from(u) + dx, i64::from(v) + dy);
            let found = Patch::of(second, u, v, motion).and_then(|p| p.best(own));
            if let Some(value) = found {
                cells += 1;
                sum += value;
            }
        }
    }
    if cells == 0 {
        return Agreement::default();
    }
    Agreement { cells: cells as u16, mean: (sum / cells) as i16 }
}

/// The mean residual of the pairs around a place, nearer ones weighing more; quarter pixels.
fn drift(x: i64, y: i64, residuals: &[Residual]) -> (i64, i64) {
    let (mut weight, mut dx, mut dy) = (STAY, 0, 0);
    for residual in residuals {
        let (u, v) = (i64::from(residual.place.0) - x, i64::from(residual.place.1) - y);
        let near = REACH * REACH - u * u - v * v;
        if near > 0 {
            let own = (near >> 8) * (near >> 8);
            weight += own;
            dx += own * i64::from(residual.off.0);
            dy += own * i64::from(residual.off.1);
        }
    }
    (dx / weight, dy / weight)
}

/// The second print around one place, turned into the first print's frame, at half samples.
struct Patch {
    /// For each shift along the rows, the eight samples of a cell's row: even rows, then odd ones,
    /// so that the rows of a cell, two apart, stand together.
    ridges: [[[u8; FINE.div_ceil(2)]; 2]; 2 * SHIFTS + 1],
    valid: [[[u8; FINE.div_ceil(2)]; 2]; 2 * SHIFTS + 1],
    /// Whether all of it is valid.
    whole: bool,
}

impl Patch {
    /// `None` where the patch reaches beyond the padded rectangle.
    fn of(print: &Lattice, x: i64, y: i64, motion: &Motion) -> Option<Self> {
        // From quarter pixels to places within the rectangle.
        let place = |v: i64, from: i64| (v - FIRST) * ONE / QUARTERS - from * ONE;
        let (x, y) = (place(x, print.left), place(y, print.top));
        // Half a sample along the first print's axes.
        let half_sample = |v: i32| i64::from(v) << (15 - UNIT_BITS);
        let (cosine, sine) = (half_sample(motion.cosine), half_sample(motion.sine));
        let half = (FINE / 2) as i64;
        let reach = half * (cosine.abs() + sine.abs()) + ONE / 4;
        let (wide, high) = (print.columns * CELL_SAMPLES, print.rows * CELL_SAMPLES);
        let within = |v: i64, side: usize| v >= reach && v + reach < (side as i64 - 1) * ONE;
        if !within(x, wide) || !within(y, high) {
            return None;
        }
        let tile = Tile::of(print, x - reach, y - reach);
        let whole = print.says_all(x - reach, y - reach, x + reach, y + reach);
        let none = [[[0; FINE.div_ceil(2)]; 2]; 2 * SHIFTS + 1];
        let mut patch = Self { ridges: none, valid: none, whole };
        for j in 0..FINE {
            let down = j as i64 - half;
            let (mut u, mut v) = (x - half * cosine - down * sine, y - half * sine + down * cosine);
            let (mut ridges, mut valid) = ([0u32; 2], [0u32; 2]);
            for i in 0..FINE {
                ridges[i % 2] |= tile.ridge(u as u32, v as u32) << (i / 2);
                if !whole {
                    valid[i % 2] |= print.said(u as u32, v as u32) << (i / 2);
                }
                (u, v) = (u + cosine, v + sine);
            }
            for shift in 0..=2 * SHIFTS {
                patch.ridges[shift][j % 2][j / 2] = (ridges[shift % 2] >> (shift / 2)) as u8;
                patch.valid[shift][j % 2][j / 2] = (valid[shift % 2] >> (shift / 2)) as u8;
            }
        }
        Some(patch)
    }

    /// The agreement of a cell at its best shift, thousandths; `None` where too little of it lies
    /// on both prints.
    fn best(&self, (ridges, samples): (u64, u64)) -> Option<i32> {
        let mut best: Option<(i32, i32)> = None;
        for across in 0..=2 * SHIFTS {
            for down in 0..=2 * SHIFTS {
                let word = |rows: &[[u8; FINE.div_ceil(2)]; 2]| {
                    let rows = &rows[down % 2];
                    u64::from_le_bytes(std::array::from_fn(|k| rows[down / 2 + k]))
                };
                let both = if self.whole { samples } else { samples & word(&self.valid[across]) };
                let count = both.count_ones();
                if count < LEAST_SAMPLES {
                    continue;
                }
                let differ = ((ridges ^ word(&self.ridges[across])) & both).count_ones();
                let value = (count as i32 - 2 * differ as i32) * 1000 / count as i32;
                let away = across.abs_diff(SHIFTS).pow(2) + down.abs_diff(SHIFTS).pow(2);
                let net = value - SHIFT_COST * away as i32;
                if best.is_none_or(|(most, _)| net > most) {
                    best = Some((net, value));
                }
            }
        }
        best.map(|(_, value)| value)
    }
}

impl Lattice {
    /// Whether the print says something at a place within the rectangle; 0 or 1.
    #[inline]
    fn said(&self, u: u32, v: u32) -> u32 {
        let (column, row) = ((u + NEAREST) >> 18, (v + NEAREST) >> 18);
        let row = (row as usize).min(2 * self.rows - 1);
        let column = (column as usize).min(2 * self.columns - 1);
        u32::from(self.valid[row * 2 * self.columns + column])
    }

    /// Whether the print says something all over a rectangle of places.
    fn says_all(&self, left: i64, top: i64, right: i64, bottom: i64) -> bool {
        let quarter = |v: i64, cells: usize| {
            ((v + i64::from(NEAREST)) >> 18).min(2 * cells as i64 - 1) as usize
        };
        let columns = quarter(left, self.columns)..=quarter(right, self.columns);
        (quarter(top, self.rows)..=quarter(bottom, self.rows)).all(|row| {
            self.valid[row * 2 * self.columns..][columns.clone()].iter().all(|said| *said == 1)
        })
    }
}

/// The samples around one place, so that reading one needs neither bounds nor rows far apart.
struct Tile {
    /// Place of the first sample.
    left: u32,
    top: u32,
    /// Bit *i* of row *j* is sample *i* of it.
    rows: [u32; TILE],
}

impl Tile {
    /// The tile whose first sample lies at or before a place within the rectangle.
    fn of(print: &Lattice, x: i64, y: i64) -> Self {
        let (i, j) = ((x >> 16) as usize, (y >> 16) as usize);
        let last = print.rows * CELL_SAMPLES - 1;
        let rows = std::array::from_fn(|k| {
            let at = (j + k).min(last) * print.columns + i / 8;
            let bytes = std::array::from_fn(|byte| print.ridges[at + byte]);
            u32::from_le_bytes(bytes) >> (i % 8)
        });
        Self { left: (i as u32) << 16, top: (j as u32) << 16, rows }
    }

    /// Whether a place of the tile is on a ridge, by the four samples around it; 0 or 1.
    #[inline]
    fn ridge(&self, u: u32, v: u32) -> u32 {
        // Rounded to quarters of a sample.
        let (u, v) = (u + (1 << 13) - self.left, v + (1 << 13) - self.top);
        let (i, j) = ((u >> 16) as usize % TILE, (v >> 16) as usize);
        let two = |j: usize| self.rows[j % TILE] >> i & 3;
        let pattern = two(j) | two(j + 1) << 2;
        let part = (v >> 14 & 3) << 2 | u >> 14 & 3;
        u32::from(RIDGE[part as usize]) >> pattern & 1
    }
}

/// Bit *p* of entry 4 *v* + *u*: whether a place *u* and *v* quarters from the upper left of four
/// samples is on a ridge when the samples are the bits of *p*; bilinear, a tie is a valley.
const RIDGE: [u16; 16] = {
    let mut table = [0u16; 16];
    let mut part = 0;
    while part < 16 {
        let (u, v) = (part & 3, part >> 2);
        let weights = [(4 - u) * (4 - v), u * (4 - v), (4 - u) * v, u * v];
        let mut pattern = 0;
        while pattern < 16 {
            let mut sum = 0;
            let mut k = 0;
            while k < 4 {
                sum += if pattern >> k & 1 == 1 { weights[k] } else { 0 };
                k += 1;
            }
            if sum > 8 {
                table[part] |= 1 << pattern;
            }
            pattern += 1;
        }
        part += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::angle::{UNIT, unit};
    use super::*;

    /// Curved ridges some fourteen pixels apart, another pattern for every `kind`.
    fn ridge(kind: f32, x: f32, y: f32) -> bool {
        let (u, v) = (x / 60.0 + kind, y / 60.0 - kind);
        (0.45 * y + 6.0 * (u * 1.3).sin() + 7.0 * (v + u * 0.7).cos()).sin() < 0.0
    }

    /// 240 × 240 pixels of a pattern, seen through a motion.
    fn lattice(kind: f32, seen: impl Fn(f32, f32) -> (f32, f32)) -> Lattice {
        let cell = |column: usize, row: usize| {
            let bit = |k: usize| {
                let pixel = |cell: usize, k: usize| (3 * (8 * cell + k)) as f32 + 1.5;
                let (x, y) = seen(pixel(column, k % 8), pixel(row, k / 8));
                u64::from(ridge(kind, x, y)) << k
            };
            TextureCell { valid: 15, ridges: (0..64).map(bit).sum() }
        };
        let cells = (0..100).map(|k| cell(k % 10, k / 10)).collect();
        Lattice::new(&Texture::new(0, 0, 10, cells).unwrap())
    }

    fn agreement_of(first: &Lattice, second: &Lattice, motion: &Motion) -> Agreement {
        agreement(first, second, motion, &[])
    }

    #[test]
    fn one_pattern_agrees_turned_and_two_do_not() {
        let first = lattice(0.0, |x, y| (x, y));
        // The second print shows, at each place, what lies 11 steps back of its turn.
        let (cosine, sine) = unit(11);
        let (c, s) = (cosine as f32 / UNIT as f32, sine as f32 / UNIT as f32);
        let back = |x: f32, y: f32| {
            let (u, v) = (x - 120.0, y - 126.0);
            (c * u + s * v + 120.0, c * v - s * u + 120.0)
        };
        let motion = Motion { cosine, sine, turn: 11 << 8, from: (480, 480), to: (480, 504) };
        let same = agreement_of(&first, &lattice(0.0, back), &motion);
        assert!(same.cells > 25 && same.mean > 700, "{same:?}");
        let other = agreement_of(&first, &lattice(2.0, back), &motion);
        assert!(other.cells > 25 && other.mean < 500, "{other:?}");
    }

    #[test]
    fn pairs_nearby_move_a_cell() {
        let first = lattice(0.0, |x, y| (x, y));
        let moved = lattice(0.0, |x, y| (x, y - 7.0));
        let still = agreement_of(&first, &moved, &Motion::default());
        let pairs: Vec<Residual> = (0..9)
            .map(|k| Residual { place: (k % 3 * 320 + 160, k / 3 * 320 + 160), off: (0, 28) })
            .collect();
        let led = agreement(&first, &moved, &Motion::default(), &pairs);
        assert!(led.mean > still.mean + 150, "{led:?} after {still:?}");
    }

    #[test]
    fn prints_that_do_not_meet_have_no_agreement() {
        let print = lattice(0.0, |x, y| (x, y));
        let away = Motion { to: (4000, 16_000), ..Motion::default() };
        assert_eq!(agreement_of(&print, &print, &away), Agreement::default());
        assert!(print.well_inside((480, 480)));
        assert!(!print.well_inside((20, 480)) && !print.well_inside((-480, 480)));
    }
}
