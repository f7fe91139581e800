//! Stage 5: ridges made clear by Gabor filters that follow them, in two passes.
//!
//! Hong, Wan and Jain (1998), with the second pass steered by the first one's result. The response
//! holds no wave shorter than a filter's period, so it is computed at every second pixel of every
//! second row and interpolated between.

use std::f32::consts::PI;
use std::sync::LazyLock;

use super::filter::{Bank, Kernel, UNIT};
use super::fixed::FixedPlane;
use super::orientation::{Field, STRIDE};
use super::period::Period;
use super::plane::{Grower, Plane, weigh};
use super::segmentation::Mask;
use super::spans::Spans;
use crate::portable::atan2;

/// Weight of the first pass's result in what the second pass filters.
const FEEDBACK: f32 = 0.5;
/// Weights of the first, second, … sample on either side of a place halfway between two. Least
/// squares over waves of 5.5 to 50 pixels: amplitudes are within 1.2 % from periods of 6 pixels on,
/// and 19 % low at 5.
const HALFWAY: [f32; 4] = [0.619_172, -0.169_089, 0.062_281, -0.021_268];
/// How far beyond the finger responses are needed by that interpolation, pixels.
const REACH: usize = 2 * HALFWAY.len();

/// 24 orientations, short along the ridge: the field is not yet trusted.
static FIRST: LazyLock<Bank> = LazyLock::new(|| Bank::new(24, 0.45));
/// 32 orientations, longer along the ridge: closes gaps of a pore or a crease.
static SECOND: LazyLock<Bank> = LazyLock::new(|| Bank::new(32, 0.65));

pub(super) fn first_pass(print: &FixedPlane, field: &Field, period: &Period, mask: &Mask) -> Plane {
    filter(&FIRST, print, field, period, mask)
}

pub(super) fn second_pass(
    normal: &Plane,
    levelled: &Plane,
    field: &Field,
    period: &Period,
    mask: &Mask,
) -> Plane {
    let mixed = FixedPlane::of(normal.width, normal.height, |y, row| {
        for (value, (n, l)) in row.iter_mut().zip(normal.row(y).iter().zip(levelled.row(y))) {
            *value = (1.0 - FEEDBACK) * n + FEEDBACK * l;
        }
    });
    filter(&SECOND, &mixed, field, period, mask)
}

/// The response at every pixel of the finger; zero elsewhere.
fn filter(bank: &Bank, print: &FixedPlane, field: &Field, period: &Period, mask: &Mask) -> Plane {
    let (width, height) = (print.width, print.height);
    let spans = Spans::of(mask, width);
    let mut choice = Choice::new(bank, field, period, width);
    // Every second row, at full width.
    let mut lines = Plane::new(width, height.div_ceil(2));
    let mut coarse = vec![0.0; width.div_ceil(2) + REACH];
    let mut between = vec![0.0; width.div_ceil(2)];
    for (j, line) in lines.data.chunks_exact_mut(width).enumerate() {
        let y = 2 * j;
        let span = spans.over(y.saturating_sub(REACH)..y + REACH);
        if span.is_empty() {
            continue;
        }
        let (first, last) = (span.start.saturating_sub(REACH) / 2, (span.end + REACH).min(width));
        choice.read_row(y);
        coarse.fill(0.0);
        for i in first..last.div_ceil(2) {
            let sum = choice.kernel(2 * i).apply(&print.data, print.index(2 * i, y), print.stride);
            coarse[i + HALFWAY.len()] = sum as f32 * (1.0 / UNIT);
        }
        let count = between.len();
        weigh(&mut between, &HALFWAY, |k| {
            (&coarse[HALFWAY.len() - k..][..count], &coarse[HALFWAY.len() + 1 + k..][..count])
        });
        for ((pair, even), odd) in line.chunks_mut(2).zip(&coarse[HALFWAY.len()..]).zip(&between) {
            pair[0] = *even;
            if let Some(pixel) = pair.get_mut(1) {
                *pixel = *odd;
            }
        }
    }
    fill_rows(&lines, &spans, mask, height)
}

/// Every row from every second one, cut to the finger.
fn fill_rows(lines: &Plane, spans: &Spans, mask: &Mask, height: usize) -> Plane {
    let mut out = Plane::new(lines.width, height);
    let last = lines.height - 1;
    for (y, row) in out.data.chunks_exact_mut(lines.width).enumerate() {
        let span = spans.over(y..y + 1);
        let (row, j) = (&mut row[span.clone()], y / 2);
        if y % 2 == 0 {
            row.copy_from_slice(&lines.row(j)[span.clone()]);
        } else {
            weigh(row, &HALFWAY, |k| {
                let (above, below) = (j.saturating_sub(k), (j + 1 + k).min(last));
                (&lines.row(above)[span.clone()], &lines.row(below)[span.clone()])
            });
        }
        let inside = &mask.inside[y * lines.width..][span];
        for (value, inside) in row.iter_mut().zip(inside) {
            *value = if *inside { *value } else { 0.0 };
        }
    }
    out
}

/// Chooses filters along one row of the print at a time.
struct Choice<'a> {
    bank: &'a Bank,
    cosine: (Grower<'a>, Vec<f32>),
    sine: (Grower<'a>, Vec<f32>),
    period: (Grower<'a>, Vec<f32>),
}

impl<'a> Choice<'a> {
    fn new(bank: &'a Bank, field: &'a Field, period: &'a Period, width: usize) -> Self {
        let row = || vec![0.0; width];
        Self {
            bank,
            cosine: (Grower::new(&field.cosine, STRIDE), row()),
            sine: (Grower::new(&field.sine, STRIDE), row()),
            period: (period.grower(), row()),
        }
    }

    fn read_row(&mut self, y: usize) {
        for (grower, row) in [&mut self.cosine, &mut self.sine, &mut self.period] {
            grower.row(y, row);
        }
    }

    #[inline]
    fn kernel(&self, x: usize) -> &'a Kernel {
        let along = 0.5 * atan2(self.sine.1[x], self.cosine.1[x]) + 0.5 * PI;
        self.bank.kernel(along, self.period.1[x])
    }
}
