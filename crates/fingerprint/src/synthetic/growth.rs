//! Ridge growth: oriented band-pass filtering with hard clipping, repeated until ridges are clear.
//!
//! The method of SFinGe (Cappelli, Maio and Maltoni 2002; Handbook of Fingerprint Recognition,
//! synthetic fingerprints), started from noise everywhere instead of a few spots. Each round replaces every
//! pixel by the response of a filter tuned to the local orientation and period. Where ridges of
//! different phase meet, or neighbouring ridges diverge, ridges end and fork by themselves. The grid is coarser than the picture
//! ([`GRID_PERIOD`] px per ridge), which costs a tenth of the work at 500 dpi and loses nothing:
//! the ridge signal is band-limited.

use std::sync::LazyLock;

use rand_core::Rng;

use super::draw;
use super::portable::{exp, sin_cos};

/// Mean ridge period on the growth grid, px. Below about 4.5 the clipped signal aliases and ridges lock
/// to the grid's directions; the cost grows with its fourth power.
pub const GRID_PERIOD: f32 = 5.0;
/// Orientations of the filter bank over half a turn (5.6° steps).
pub const ORIENTATIONS: usize = 32;

/// Half side of a filter, grid px: 2.4 standard deviations of its envelope.
const REACH: usize = 5;
/// Rows of a filter.
const ROWS: usize = 2 * REACH + 1;
/// Filter rows are padded with zeros to three vectors of four lanes.
const LANES: usize = 12;
/// Envelope of a filter in periods. Source: Cappelli; wide enough for three ridges.
const ENVELOPE: f32 = 0.42;
/// Periods of the filter bank, from 0.8 to 1.25 of the mean.
const PERIODS: usize = 8;
/// Gain before clipping: above 1 so that amplitudes settle at the clip level.
const GAIN: f32 = 4.0;
/// Standard deviation of the noise that ridges grow from, relative to the clip level.
const NOISE: f32 = 0.7;

/// A filter, row by row.
type Taps = [f32; ROWS * LANES];

/// Filter choice for every grid pixel; `None` outside the silhouette.
pub struct GrowthPlan {
    width: usize,
    height: usize,
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

/// Ridges on the growth grid: the signal and its quadrature.
pub struct Grown {
    /// Grid width, px.
    pub width: usize,
    /// Grid height, px.
    pub height: usize,
    /// Ridge signal, about −1 (valley) to 1 (ridge), weaker at minutiae; 0 outside.
    pub even: Vec<f32>,
    odd: Vec<f32>,
    filters: Vec<Option<u16>>,
}

impl Grown {
    /// Signal, quadrature and orientation step at a grid pixel of the silhouette.
    pub fn at(&self, x: usize, y: usize) -> Option<(f32, f32, i32)> {
        let at = y * self.width + x;
        let filter = (*self.filters.get(at)?)?;
        Some((self.even[at], self.odd[at], i32::from(filter) / PERIODS as i32))
    }

    /// Whether the four pixels `margin` away in each direction belong to the silhouette.
    pub fn is_inside(&self, x: usize, y: usize, margin: usize) -> bool {
        let holds = |x: usize, y: usize| {
            x < self.width && y < self.height && self.filters[y * self.width + x].is_some()
        };
        x >= margin
            && y >= margin
            && [(x - margin, y), (x + margin, y), (x, y - margin), (x, y + margin)]
                .into_iter()
                .all(|(x, y)| holds(x, y))
    }

    /// The signal at the grid pixel nearest to a place; 0 off the grid.
    pub fn ridge_at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.round().max(0.0) as usize, y.round().max(0.0) as usize);
        if x < self.width && y < self.height { self.even[y * self.width + x] } else { 0.0 }
    }
}

/// Grows ridges in `rounds` rounds: the more of them, the fewer minutiae are left.
pub fn grow(rng: &mut impl Rng, plan: GrowthPlan, rounds: usize) -> Grown {
    let mut field = Field::noise(rng, &plan);
    let mut next = field.clone();
    for _ in 0..rounds {
        field.filter_into(&mut next, &plan, &BANKS[0], |response| {
            (GAIN * response).clamp(-1.0, 1.0)
        });
        std::mem::swap(&mut field, &mut next);
    }
    // A last filtering without clipping: smooth ridge profiles, weaker where ridges end or fork.
    let mut finished = |bank: &[Taps]| {
        field.filter_into(&mut next, &plan, bank, |response| 1.5 * response);
        next.cropped(&plan)
    };
    let (even, odd) = (finished(&BANKS[0]), finished(&BANKS[1]));
    Grown { width: plan.width, height: plan.height, even, odd, filters: plan.filters }
}

/// The growing signal with a margin of zeros.
#[derive(Clone)]
struct Field {
    stride: usize,
    values: Vec<f32>,
}

impl Field {
    fn noise(rng: &mut impl Rng, plan: &GrowthPlan) -> Self {
        let stride = plan.width + 2 * LANES;
        let mut field = Self { stride, values: vec![0.0; stride * (plan.height + 2 * REACH)] };
        for (i, filter) in plan.filters.iter().enumerate() {
            if filter.is_some() {
                let at = field.offset(i % plan.width, i / plan.width);
                field.values[at] = NOISE * draw::grain(rng);
            }
        }
        field
    }

    fn offset(&self, x: usize, y: usize) -> usize {
        (y + REACH) * self.stride + x + REACH
    }

    /// One round into `next`, every response shaped.
    fn filter_into(
        &self,
        next: &mut Self,
        plan: &GrowthPlan,
        bank: &[Taps],
        shape: impl Fn(f32) -> f32,
    ) {
        for (y, row) in plan.filters.chunks_exact(plan.width).enumerate() {
            let start = self.offset(0, y);
            for (x, filter) in row.iter().enumerate() {
                if let Some(filter) = filter {
                    next.values[start + x] =
                        shape(self.response(start + x, &bank[usize::from(*filter)]));
                }
            }
        }
    }

    /// Filter response at an offset; twelve running sums, added in a fixed order.
    fn response(&self, at: usize, filter: &Taps) -> f32 {
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

    fn cropped(&self, plan: &GrowthPlan) -> Vec<f32> {
        (0..plan.height)
            .flat_map(|y| self.values[self.offset(0, y)..][..plan.width].iter().copied())
            .collect()
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

/// The even filters and the odd ones, built once.
static BANKS: LazyLock<[Vec<Taps>; 2]> = LazyLock::new(|| {
    [0, 1].map(|odd| {
        (0..ORIENTATIONS * PERIODS)
            .map(|i| {
                let angle = std::f32::consts::PI * (i / PERIODS) as f32 / ORIENTATIONS as f32;
                let relative = 0.8 + 0.45 * (i % PERIODS) as f32 / (PERIODS - 1) as f32;
                filter(angle, GRID_PERIOD * relative, odd == 1)
            })
            .collect()
    })
});

/// Gabor filter for ridges along `angle` (rad, y upwards), exact zero mean, unit L1 norm.
fn filter(angle: f32, period: f32, odd: bool) -> Taps {
    let (sine, cosine) = sin_cos(angle);
    let sigma = ENVELOPE * period;
    let mut taps = [0.0; ROWS * LANES];
    let mut envelope = [0.0; ROWS * LANES];
    for row in 0..ROWS {
        for column in 0..ROWS {
            let (dx, dy) = (column as f32 - REACH as f32, REACH as f32 - row as f32);
            let across = dy * cosine - dx * sine;
            let weight = exp(-(dx * dx + dy * dy) / (2.0 * sigma * sigma));
            let (across_wave, along_wave) = sin_cos(2.0 * std::f32::consts::PI * across / period);
            envelope[row * LANES + column] = weight;
            taps[row * LANES + column] = weight * if odd { across_wave } else { along_wave };
        }
    }
    let mean = taps.iter().sum::<f32>() / envelope.iter().sum::<f32>();
    for (tap, weight) in taps.iter_mut().zip(envelope) {
        *tap -= mean * weight;
    }
    let norm: f32 = taps.iter().map(|t| t.abs()).sum();
    taps.map(|tap| tap / norm)
}
