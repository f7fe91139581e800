//! Stage 4: how far apart the ridges are.
//!
//! The x-signature of Hong, Wan and Jain (1998): grey values averaged along the ridge, over a line
//! across the ridges; the period is the distance between its extrema.

use super::orientation::Field;
use super::plane::Plane;
use super::segmentation::Mask;

/// Grid step, pixels.
const STRIDE: usize = 12;
/// Half length of the line across the ridges, pixels: 2.5 periods of an adult either way.
const ACROSS: f32 = 24.0;
/// Sampling step across, pixels.
const STEP: f32 = 1.0;
/// Half length of the average along the ridge, and its step, pixels.
const ALONG: (i32, usize) = (9, 3);
/// Periods believed, pixels: 4 for infants, 20 for wide valleys.
const BELIEVED: std::ops::RangeInclusive<f32> = 4.0..=20.0;
/// Extremum distances that must agree within [`AGREEMENT`] of their median.
const LEAST_EXTREMA: usize = 3;
/// Pixels.
const AGREEMENT: f32 = 2.0;
/// Local periods believed, as shares of the print's median.
const PLAUSIBLE: (f32, f32) = (0.6, 1.6);
/// Smoothing that carries periods into cells without one, grid steps (20 pixels).
const FILL: f32 = 20.0 / STRIDE as f32;
/// Weight of the print's median where no cell is near.
const PRIOR: f32 = 0.02;
/// Period taken when no cell has one: the adult mean at 500 dpi, pixels.
const ADULT: f32 = 9.0;

/// The ridge period on a grid, pixels.
pub(crate) struct Period(Plane);

impl Period {
    /// Pixels from ridge to ridge around a pixel.
    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        self.0.sample_shrunk(x, y, STRIDE)
    }
}

pub(super) fn estimate(print: &Plane, field: &Field, mask: &Mask) -> Period {
    let (wide, high) = (print.width.div_ceil(STRIDE), print.height.div_ceil(STRIDE));
    let mut local = Plane::new(wide, high);
    for j in 0..high {
        for i in 0..wide {
            let (x, y) = (i * STRIDE + STRIDE / 2, j * STRIDE + STRIDE / 2);
            if x < print.width && y < print.height && mask.inside[y * print.width + x] {
                let signature = signature(print, x as f32, y as f32, field);
                local.data[j * wide + i] = period_of(&signature).unwrap_or(0.0);
            }
        }
    }
    let median = median_of(local.data.iter().copied().filter(|v| *v > 0.0)).unwrap_or(ADULT);
    let weight = Plane::of(wide, high, |i, j| {
        let share = local.data[j * wide + i] / median;
        f32::from(u8::from(share > PLAUSIBLE.0 && share < PLAUSIBLE.1))
    });
    local.data.iter_mut().zip(&weight.data).for_each(|(v, w)| *v *= w);
    let (sum, weight) = (local.smooth(FILL), weight.smooth(FILL));
    let filled = sum.data.iter().zip(&weight.data);
    Period(Plane {
        width: wide,
        height: high,
        data: filled.map(|(s, w)| (s + PRIOR * median) / (w + PRIOR)).collect(),
    })
}

/// Mean grey values on lines along the ridge, at steps across it.
fn signature(print: &Plane, x: f32, y: f32, field: &Field) -> Vec<f32> {
    let (sine, cosine) = field.along(x, y).sin_cos();
    let count = (2.0 * ACROSS / STEP) as usize + 1;
    let raw: Vec<f32> = (0..count)
        .map(|k| {
            let v = k as f32 * STEP - ACROSS;
            (-ALONG.0..=ALONG.0)
                .step_by(ALONG.1)
                .map(|u| {
                    let u = u as f32;
                    print.sample(x + u * cosine - v * sine, y + u * sine + v * cosine)
                })
                .sum()
        })
        .collect();
    raw.windows(3).map(|w| w[0] + 2.0 * w[1] + w[2]).collect()
}

/// The mean distance between neighbouring peaks and between neighbouring valleys.
fn period_of(signature: &[f32]) -> Option<f32> {
    let (mut peaks, mut valleys) = (Vec::new(), Vec::new());
    for (k, w) in signature.windows(3).enumerate() {
        let bend = w[0] - 2.0 * w[1] + w[2];
        let offset = if bend.abs() < 1e-6 { 0.0 } else { 0.5 * (w[0] - w[2]) / bend };
        let place = (k as f32 + offset) * STEP;
        if w[1] > w[0] && w[1] >= w[2] {
            peaks.push(place);
        } else if w[1] < w[0] && w[1] <= w[2] {
            valleys.push(place);
        }
    }
    let gaps = |places: &[f32]| places.windows(2).map(|w| w[1] - w[0]).collect::<Vec<f32>>();
    let mut distances = gaps(&peaks);
    distances.extend(gaps(&valleys));
    distances.retain(|distance| BELIEVED.contains(distance));
    let median = median_of(distances.iter().copied())?;
    let close: Vec<f32> =
        distances.iter().copied().filter(|d| (d - median).abs() <= AGREEMENT).collect();
    let agreed = close.len() >= LEAST_EXTREMA && 2 * close.len() >= distances.len();
    agreed.then(|| close.iter().sum::<f32>() / close.len() as f32)
}

fn median_of(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    Some(*values.select_nth_unstable_by(middle, f32::total_cmp).1)
}
