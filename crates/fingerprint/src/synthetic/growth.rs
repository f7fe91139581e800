//! Ridge growth: oriented band-pass filtering with hard clipping, repeated until ridges fill the area.
//!
//! The method of SFinGe (Cappelli, Maio and Maltoni 2002; Handbook of Fingerprint Recognition,
//! synthetic fingerprints). Starting from a few spots, each round replaces every
//! pixel by the response of a filter tuned to the local orientation and period. Ridges spread
//! outwards; where fronts of different phase meet, or neighbouring ridges diverge, ridges end and
//! fork by themselves. The grid is coarser than the picture ([`GRID_PERIOD`] px per ridge), which
//! costs a tenth of the work at 500 dpi and loses nothing: the ridge signal is band-limited.

use rand_core::Rng;

use super::draw;
use super::portable::{exp, sin_cos};

/// Mean ridge period on the growth grid, px. Below about 4.5 the clipped signal aliases and ridges lock
/// to the grid's directions; the cost grows with its fourth power.
pub const GRID_PERIOD: f32 = 5.0;

/// Half side of a filter, grid px: 2.4 standard deviations of its envelope.
const REACH: usize = 5;
/// Rows of a filter.
const ROWS: usize = 2 * REACH + 1;
/// Filter rows are padded with zeros to three vectors of four lanes.
const LANES: usize = 12;
/// Envelope of a filter in periods. Source: Cappelli; wide enough for three ridges.
const ENVELOPE: f32 = 0.42;
/// Orientations of the filter bank over half a turn (5.6° steps).
const ORIENTATIONS: usize = 32;
/// Periods of the filter bank, from 0.8 to 1.25 of the mean.
const PERIODS: usize = 8;
/// Gain before clipping: above 1 so that a front spreads and amplitudes settle at the clip level.
const GAIN: f32 = 4.0;
/// Side of the square blocks that are skipped while nothing changes in or around them, grid px.
const BLOCK: usize = 8;
/// Change of a pixel below which it counts as settled.
const SETTLED: f32 = 0.06;
/// Mean magnitude of a filled block; a block below it that holds the faint tail of a front
/// stays awake however little it changes, because the tail is still being amplified.
const FILLED: f32 = 0.4;
/// Share of blocks that may stay below [`FILLED`] (deltas, crowded minutiae) in a filled finger.
const UNFILLED_SHARE: f32 = 0.01;
/// Rounds after filling, in which fronts that met find their shape. More rounds straighten ridges
/// and remove minutiae.
const SETTLING_ROUNDS: usize = 4;
/// Most rounds altogether; fronts from the fewest spots meet well before.
const MOST_ROUNDS: usize = 60;

/// Filter choice for every grid pixel; `None` outside the silhouette.
pub struct GrowthPlan {
    /// Grid width, px.
    pub width: usize,
    /// Grid height, px.
    pub height: usize,
    /// Index of the filter per pixel, row by row.
    filters: Vec<Option<u16>>,
}

impl GrowthPlan {
    /// Plans a grid; `flow` gives orientation (rad) and relative period where ridges may grow.
    pub fn new(
        width: usize,
        height: usize,
        flow: impl Fn(usize, usize) -> Option<(f32, f32)>,
    ) -> Self {
        let filters = (0..width * height)
            .map(|i| flow(i % width, i / width).map(|(angle, period)| filter_index(angle, period)))
            .collect();
        Self { width, height, filters }
    }
}

/// Grows ridges: −1 (valley) to 1 (ridge) on the plan's grid, 0 outside the silhouette.
///
/// `spots` starting points are drawn: more of them make more fronts meet, hence more minutiae.
pub fn grow(rng: &mut impl Rng, plan: &GrowthPlan, spots: usize) -> Vec<f32> {
    let bank = filter_bank();
    let mut field = Field::new(plan);
    plant(rng, plan, &mut field, spots);
    let mut next = field.clone();
    let mut settling = 0;
    for _ in 0..MOST_ROUNDS {
        field.filter_into(&mut next, plan, &bank);
        std::mem::swap(&mut field, &mut next);
        settling += usize::from(settling > 0 || field.is_filled());
        if settling > SETTLING_ROUNDS {
            break;
        }
    }
    field.finish(plan, &bank)
}

/// Sets single spots on the field at random places of the silhouette.
fn plant(rng: &mut impl Rng, plan: &GrowthPlan, field: &mut Field, spots: usize) {
    let mut planted = 0;
    // The silhouette covers about three quarters of the grid; the bound only guards an empty one.
    for _ in 0..spots * 50 {
        if planted == spots {
            break;
        }
        let x = (draw::unit(rng) * plan.width as f32) as usize;
        let y = (draw::unit(rng) * plan.height as f32) as usize;
        if plan.filters[y * plan.width + x].is_some() {
            let at = field.offset(x, y);
            field.values[at] = 1.0;
            let block = field.block(x, y);
            field.blocks[block] = Block::Filling;
            planted += 1;
        }
    }
}

/// What the last round did in a block of the grid.
#[derive(Clone, Copy)]
enum Block {
    /// Off the silhouette.
    Outside,
    /// No ridge has come near.
    Bare,
    /// A front passes through.
    Filling,
    /// Full of ridges that still change.
    Moving,
    /// Full of ridges that no longer change.
    Settled,
}

impl Block {
    /// Whether this block, and those around it, can change in the next round.
    fn wakes(self) -> bool {
        matches!(self, Self::Filling | Self::Moving)
    }
}

/// The growing signal with a margin of zeros, and the state of its blocks.
#[derive(Clone)]
struct Field {
    stride: usize,
    values: Vec<f32>,
    blocks: Vec<Block>,
    block_columns: usize,
    block_rows: usize,
}

impl Field {
    fn new(plan: &GrowthPlan) -> Self {
        let stride = plan.width + 2 * LANES;
        let (block_columns, block_rows) = (plan.width.div_ceil(BLOCK), plan.height.div_ceil(BLOCK));
        let mut blocks = vec![Block::Outside; block_columns * block_rows];
        for (i, filter) in plan.filters.iter().enumerate() {
            if filter.is_some() {
                blocks[i / plan.width / BLOCK * block_columns + i % plan.width / BLOCK] =
                    Block::Bare;
            }
        }
        Self {
            stride,
            values: vec![0.0; stride * (plan.height + 2 * REACH)],
            blocks,
            block_columns,
            block_rows,
        }
    }

    fn offset(&self, x: usize, y: usize) -> usize {
        (y + REACH) * self.stride + x + REACH
    }

    fn block(&self, x: usize, y: usize) -> usize {
        (y / BLOCK) * self.block_columns + x / BLOCK
    }

    /// One round into `next`.
    fn filter_into(&self, next: &mut Self, plan: &GrowthPlan, bank: &[[f32; ROWS * LANES]]) {
        next.values.copy_from_slice(&self.values);
        for row in 0..self.block_rows {
            for column in 0..self.block_columns {
                let index = row * self.block_columns + column;
                next.blocks[index] = match self.blocks[index] {
                    Block::Outside => Block::Outside,
                    asleep if !self.is_awake(column, row) => asleep,
                    _ => self.filter_block(next, plan, bank, column, row),
                };
            }
        }
    }

    /// Whether ridges have reached all blocks but a few.
    fn is_filled(&self) -> bool {
        let (mut all, mut unfilled) = (0, 0);
        for block in &self.blocks {
            match block {
                Block::Outside => {}
                Block::Bare | Block::Filling => (all, unfilled) = (all + 1, unfilled + 1),
                Block::Moving | Block::Settled => all += 1,
            }
        }
        unfilled as f32 <= UNFILLED_SHARE * all as f32
    }

    /// Whether the block or one of its eight neighbours changed in the last round.
    fn is_awake(&self, column: usize, row: usize) -> bool {
        let rows = row.saturating_sub(1)..(row + 2).min(self.block_rows);
        let columns = column.saturating_sub(1)..(column + 2).min(self.block_columns);
        rows.into_iter()
            .any(|r| columns.clone().any(|c| self.blocks[r * self.block_columns + c].wakes()))
    }

    /// Filters one block into `next` and tells its new state.
    fn filter_block(
        &self,
        next: &mut Self,
        plan: &GrowthPlan,
        bank: &[[f32; ROWS * LANES]],
        column: usize,
        row: usize,
    ) -> Block {
        let (mut largest, mut total, mut count) = (0.0_f32, 0.0_f32, 0.0_f32);
        for y in row * BLOCK..((row + 1) * BLOCK).min(plan.height) {
            for x in column * BLOCK..((column + 1) * BLOCK).min(plan.width) {
                if let Some(filter) = plan.filters[y * plan.width + x] {
                    let at = self.offset(x, y);
                    let value =
                        (GAIN * self.response(at, &bank[usize::from(filter)])).clamp(-1.0, 1.0);
                    largest = largest.max((value - self.values[at]).abs());
                    next.values[at] = value;
                    total += value.abs();
                    count += 1.0;
                }
            }
        }
        if total <= 0.0 {
            Block::Bare
        } else if total < FILLED * count {
            Block::Filling
        } else if largest > SETTLED {
            Block::Moving
        } else {
            Block::Settled
        }
    }

    /// Filter response at an offset; twelve running sums, added in a fixed order.
    fn response(&self, at: usize, filter: &[f32; ROWS * LANES]) -> f32 {
        let mut sums = [0.0_f32; LANES];
        let corner = at - REACH * self.stride - REACH;
        for (r, taps) in filter.as_chunks::<LANES>().0.iter().enumerate() {
            let start = corner + r * self.stride;
            if let Some(pixels) = self.values.get(start..start + LANES) {
                for lane in 0..LANES {
                    sums[lane] += pixels[lane] * taps[lane];
                }
            }
        }
        sums.iter().sum()
    }

    /// A last filtering without clipping: smooth ridge profiles, weaker where ridges end or fork.
    fn finish(&self, plan: &GrowthPlan, bank: &[[f32; ROWS * LANES]]) -> Vec<f32> {
        let pixel = |(i, filter): (usize, &Option<u16>)| match filter {
            Some(f) => {
                1.5 * self
                    .response(self.offset(i % plan.width, i / plan.width), &bank[usize::from(*f)])
            }
            None => 0.0,
        };
        plan.filters.iter().enumerate().map(pixel).collect()
    }
}

/// Index of the filter nearest to an orientation (rad) and relative period.
fn filter_index(angle: f32, period: f32) -> u16 {
    let half_turns = angle / std::f32::consts::PI;
    let step =
        ((half_turns - half_turns.floor()) * ORIENTATIONS as f32).round() as usize % ORIENTATIONS;
    let level = (period - 0.8) / 0.45 * (PERIODS - 1) as f32;
    let level = (level.round().max(0.0) as usize).min(PERIODS - 1);
    (step * PERIODS + level) as u16
}

fn filter_bank() -> Vec<[f32; ROWS * LANES]> {
    (0..ORIENTATIONS * PERIODS)
        .map(|i| {
            let angle = std::f32::consts::PI * (i / PERIODS) as f32 / ORIENTATIONS as f32;
            let relative = 0.8 + 0.45 * (i % PERIODS) as f32 / (PERIODS - 1) as f32;
            filter(angle, GRID_PERIOD * relative)
        })
        .collect()
}

/// Even Gabor filter for ridges along `angle` (rad, y upwards), exact zero mean, unit L1 norm.
fn filter(angle: f32, period: f32) -> [f32; ROWS * LANES] {
    let (sine, cosine) = sin_cos(angle);
    let sigma = ENVELOPE * period;
    let mut taps = [0.0; ROWS * LANES];
    let mut envelope = [0.0; ROWS * LANES];
    for row in 0..ROWS {
        for column in 0..ROWS {
            let (dx, dy) = (column as f32 - REACH as f32, REACH as f32 - row as f32);
            let across = dy * cosine - dx * sine;
            let weight = exp(-(dx * dx + dy * dy) / (2.0 * sigma * sigma));
            let (_, wave) = sin_cos(2.0 * std::f32::consts::PI * across / period);
            envelope[row * LANES + column] = weight;
            taps[row * LANES + column] = weight * wave;
        }
    }
    let mean = taps.iter().sum::<f32>() / envelope.iter().sum::<f32>();
    for (tap, weight) in taps.iter_mut().zip(envelope) {
        *tap -= mean * weight;
    }
    let norm: f32 = taps.iter().map(|t| t.abs()).sum();
    taps.map(|tap| tap / norm)
}
