//! Stage 5: ridges made clear by Gabor filters that follow them, in two passes.
//!
//! Hong, Wan and Jain (1998), with the second pass steered by the first one's result.

use std::f32::consts::{PI, TAU};
use std::sync::LazyLock;

use super::orientation::Field;
use super::period::Period;
use super::plane::Plane;
use super::segmentation::Mask;

/// Periods that have filters of their own, pixels: infants to wide adult ridges.
const PERIODS: (f32, f32) = (5.0, 16.0);
/// Steps between them; 1.2 pixels apart, well within a filter's bandwidth.
const PERIOD_STEPS: usize = 10;
/// Standard deviation across the ridge, periods: one ridge and half of each valley.
const ACROSS: f32 = 0.42;
/// Filters end where the Gaussian has fallen to 7 %.
const REACH: f32 = 2.3;
/// Values summed side by side; the compiler turns them into vector registers.
const LANES: usize = 8;
/// Weight of the first pass's result in what the second pass filters.
const FEEDBACK: f32 = 0.5;

/// 24 orientations, short along the ridge: the field is not yet trusted.
static FIRST: LazyLock<Bank> = LazyLock::new(|| Bank::new(24, 0.45));
/// 32 orientations, longer along the ridge: closes gaps of a pore or a crease.
static SECOND: LazyLock<Bank> = LazyLock::new(|| Bank::new(32, 0.65));

pub(super) fn first_pass(print: &Plane, field: &Field, period: &Period, mask: &Mask) -> Plane {
    FIRST.filter(print, field, period, mask)
}

pub(super) fn second_pass(
    normal: &Plane,
    levelled: &Plane,
    field: &Field,
    period: &Period,
    mask: &Mask,
) -> Plane {
    let mix = normal.data.iter().zip(&levelled.data);
    let mixed = Plane {
        width: normal.width,
        height: normal.height,
        data: mix.map(|(n, l)| (1.0 - FEEDBACK) * n + FEEDBACK * l).collect(),
    };
    SECOND.filter(&mixed, field, period, mask)
}

/// Even Gabor filters of zero mean and unit absolute sum, by period and orientation.
struct Bank {
    orientations: usize,
    kernels: Vec<Kernel>,
    /// Largest half side of any kernel, rounded up to whole lanes.
    margin: usize,
}

/// One filter: `2·radius + 1` rows, each padded with zeros to whole lanes.
struct Kernel {
    radius: usize,
    row: usize,
    weights: Vec<f32>,
}

impl Bank {
    /// `along`: standard deviation along the ridge, periods.
    fn new(orientations: usize, along: f32) -> Self {
        let kernels: Vec<Kernel> = (0..PERIOD_STEPS)
            .flat_map(|p| (0..orientations).map(move |o| (p, o)))
            .map(|(p, o)| {
                let share = p as f32 / (PERIOD_STEPS - 1) as f32;
                let period = PERIODS.0 + (PERIODS.1 - PERIODS.0) * share;
                Kernel::new(period, o as f32 * PI / orientations as f32, along)
            })
            .collect();
        let widest = kernels.iter().map(|kernel| kernel.row).max().unwrap_or(0);
        Self { orientations, kernels, margin: widest }
    }

    /// The response at every pixel of the finger; zero elsewhere.
    fn filter(&self, print: &Plane, field: &Field, period: &Period, mask: &Mask) -> Plane {
        let padded = pad(print, self.margin);
        let stride = print.width + 2 * self.margin;
        let mut out = Plane::new(print.width, print.height);
        // Neighbours share their filter in squares of two pixels, a quarter of a ridge.
        for y in (0..print.height).step_by(2) {
            for x in (0..print.width).step_by(2) {
                let square = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)];
                let wanted = |(x, y): (usize, usize)| {
                    x < print.width && y < print.height && mask.inside[y * print.width + x]
                };
                if !square.into_iter().any(wanted) {
                    continue;
                }
                let kernel =
                    self.kernel(field.along(x as f32 + 0.5, y as f32 + 0.5), period.at(x, y));
                for (x, y) in square.into_iter().filter(|pixel| wanted(*pixel)) {
                    let corner = (y + self.margin - kernel.radius) * stride + x + self.margin
                        - kernel.radius;
                    out.data[y * print.width + x] = kernel.apply(&padded[corner..], stride);
                }
            }
        }
        out
    }

    fn kernel(&self, along: f32, period: f32) -> &Kernel {
        let turn = (along / PI * self.orientations as f32).round() as i32;
        let orientation = turn.rem_euclid(self.orientations as i32) as usize;
        let share = (period - PERIODS.0) / (PERIODS.1 - PERIODS.0);
        let step =
            (share * (PERIOD_STEPS - 1) as f32).round().clamp(0.0, (PERIOD_STEPS - 1) as f32);
        &self.kernels[step as usize * self.orientations + orientation]
    }
}

impl Kernel {
    fn new(period: f32, angle: f32, along: f32) -> Self {
        let (sine, cosine) = angle.sin_cos();
        let (sigma_along, sigma_across) = (along * period, ACROSS * period);
        let radius = (REACH * sigma_along.max(sigma_across)).ceil() as usize;
        let side = 2 * radius + 1;
        let row = side.next_multiple_of(LANES);
        let mut envelope = vec![0.0; side * row];
        let mut weights = vec![0.0; side * row];
        for y in 0..side {
            for x in 0..side {
                let (dx, dy) = (x as f32 - radius as f32, y as f32 - radius as f32);
                let (u, v) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
                let g = (-u * u / (2.0 * sigma_along * sigma_along)
                    - v * v / (2.0 * sigma_across * sigma_across))
                    .exp();
                envelope[y * row + x] = g;
                weights[y * row + x] = g * (TAU * v / period).cos();
            }
        }
        let mean = weights.iter().sum::<f32>() / envelope.iter().sum::<f32>();
        weights.iter_mut().zip(&envelope).for_each(|(w, g)| *w -= mean * g);
        let total: f32 = weights.iter().map(|w| w.abs()).sum();
        for weight in &mut weights {
            *weight /= total;
        }
        Self { radius, row, weights }
    }

    /// The sum over the filter, whose upper left corner is the start of `pixels`.
    #[inline]
    fn apply(&self, pixels: &[f32], stride: usize) -> f32 {
        let mut sums = [0.0f32; LANES];
        for (y, weights) in self.weights.chunks_exact(self.row).enumerate() {
            let line = &pixels[y * stride..][..self.row];
            for (w, p) in weights.chunks_exact(LANES).zip(line.chunks_exact(LANES)) {
                for lane in 0..LANES {
                    sums[lane] += w[lane] * p[lane];
                }
            }
        }
        sums.iter().sum()
    }
}

/// The print with its edge continued by `margin` pixels on each side.
fn pad(print: &Plane, margin: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity((print.width + 2 * margin) * (print.height + 2 * margin));
    for y in 0..print.height + 2 * margin {
        let row = y.saturating_sub(margin).min(print.height - 1) * print.width;
        let row = &print.data[row..row + print.width];
        out.extend(std::iter::repeat_n(row[0], margin));
        out.extend_from_slice(row);
        out.extend(std::iter::repeat_n(row[print.width - 1], margin));
    }
    out
}
