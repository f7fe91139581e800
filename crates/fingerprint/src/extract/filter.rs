//! Even Gabor filters for every orientation and period, in fixed point.

use std::f32::consts::{PI, TAU};

use super::fixed::{MARGIN, SCALE};
use super::products::{LANES, Sums};
use crate::portable::{exp, sin_cos};

/// Periods that have filters of their own, pixels: infants to wide adult ridges.
const PERIODS: (f32, f32) = (5.0, 16.0);
/// Steps between them; 1.2 pixels apart, well within a filter's bandwidth.
const PERIOD_STEPS: usize = 10;
/// Standard deviation across the ridge, periods: one ridge and half of each valley.
const ACROSS: f32 = 0.42;
/// Filters end where the Gaussian has fallen to 5 %.
const REACH: f32 = 2.45;
/// [`PERIOD_STEPS`] less one.
const STEPS: f32 = (PERIOD_STEPS - 1) as f32;
/// Absolute sum of a filter's weights. With pixels of at most four deviations no sum leaves 32
/// bits; the widest filter's largest weight is still some 500.
const WEIGHT_SUM: f32 = 100_000.0;
/// The sum of a filter over a picture that equals its signs by one deviation.
pub(super) const UNIT: f32 = WEIGHT_SUM * SCALE;

/// Filters by period and orientation.
pub(super) struct Bank {
    orientations: usize,
    kernels: Vec<Kernel>,
}

impl Bank {
    /// `along`: standard deviation along the ridge, periods.
    pub(super) fn new(orientations: usize, along: f32) -> Self {
        let kernels: Vec<Kernel> = (0..PERIOD_STEPS)
            .flat_map(|p| (0..orientations).map(move |o| (p, o)))
            .map(|(p, o)| {
                let share = p as f32 / STEPS;
                let period = PERIODS.0 + (PERIODS.1 - PERIODS.0) * share;
                Kernel::new(period, o as f32 * PI / orientations as f32, along)
            })
            .collect();
        Self { orientations, kernels }
    }

    /// The filter for ridges of a direction in radians and a period in pixels.
    #[inline]
    pub(super) fn kernel(&self, along: f32, period: f32) -> &Kernel {
        let turn = (along * (self.orientations as f32 / PI) + 0.5) as i32;
        let orientation = turn.rem_euclid(self.orientations as i32) as usize;
        let share = (period - PERIODS.0) * (STEPS / (PERIODS.1 - PERIODS.0));
        let step = (share.clamp(0.0, STEPS) + 0.5) as usize;
        &self.kernels[step * self.orientations + orientation]
    }
}

/// One filter of zero mean and unit absolute sum, cut to its ellipse: pieces of its rows.
pub(super) struct Kernel(Vec<Piece>);

struct Piece {
    /// Of the first weight, rows and columns from the filter's centre.
    row: isize,
    column: isize,
    weights: [i16; LANES],
}

impl Kernel {
    fn new(period: f32, angle: f32, along: f32) -> Self {
        let (sine, cosine) = sin_cos(angle);
        let (sigma_along, sigma_across) = (along * period, ACROSS * period);
        let radius = (REACH * sigma_along.max(sigma_across)).ceil() as isize;
        // Gaussian and wave of each place within the ellipse, row by row.
        let mut places = Vec::new();
        for row in -radius..=radius {
            for column in -radius..=radius {
                let (dx, dy) = (column as f32, row as f32);
                let (u, v) = (dx * cosine + dy * sine, dy * cosine - dx * sine);
                let away =
                    (u / sigma_along) * (u / sigma_along) + (v / sigma_across) * (v / sigma_across);
                if away <= REACH * REACH {
                    let envelope = exp(-0.5 * away);
                    places.push((row, column, envelope, envelope * sin_cos(TAU * v / period).1));
                }
            }
        }
        let mean = places.iter().map(|place| place.3).sum::<f32>()
            / places.iter().map(|place| place.2).sum::<f32>();
        let weight = |place: &(isize, isize, f32, f32)| place.3 - mean * place.2;
        let total: f32 = places.iter().map(|place| weight(place).abs()).sum();
        let mut pieces: Vec<Piece> = Vec::new();
        for place in &places {
            let (row, column) = (place.0, place.1);
            let fits = pieces
                .last()
                .is_some_and(|piece| piece.row == row && column - piece.column < LANES as isize);
            if !fits {
                pieces.push(Piece { row, column, weights: [0; LANES] });
            }
            if let Some(piece) = pieces.last_mut() {
                let units = (weight(place) / total * WEIGHT_SUM).round();
                piece.weights[(column - piece.column) as usize] = units as i16;
            }
        }
        debug_assert!(radius as usize + LANES <= MARGIN);
        Self(pieces)
    }

    /// The sum over the filter, centred at `pixels[centre]`, in 1/[`UNIT`].
    #[inline]
    pub(super) fn apply(&self, pixels: &[i16], centre: usize, stride: usize) -> i32 {
        let mut sums = Sums::default();
        for piece in &self.0 {
            let offset = piece.row.wrapping_mul(stride as isize).wrapping_add(piece.column);
            let start = centre.wrapping_add_signed(offset);
            // The margin is wider than any filter, so there always are enough pixels.
            let Some(pixels) = pixels.get(start..).and_then(|p| p.first_chunk::<LANES>()) else {
                return 0;
            };
            sums.add(pixels, &piece.weights);
        }
        sums.total()
    }
}
