//! Stage 4: how far apart the ridges are.
//!
//! The x-signature of Hong, Wan and Jain (1998): grey values averaged along the ridge, over a line
//! across the ridges; the period is the distance between its extrema.

use super::fixed::{FixedPlane, MARGIN};
use super::orientation::Field;
use super::plane::{Grower, Plane};
use super::segmentation::Mask;
use crate::portable::sin_cos;

/// Grid step, pixels.
const STRIDE: usize = 12;
/// Half length of the line across the ridges, pixels: 2.5 periods of an adult either way.
const ACROSS: usize = 23;
/// Places on that line, a pixel apart.
const LINES: usize = 2 * ACROSS + 1;
/// Places that are averaged along the ridge, and pixels between them: 9 pixels either way.
const ALONG_STEPS: usize = 7;
/// See [`ALONG_STEPS`].
const ALONG_STEP: f32 = 3.0;
/// Periods believed, pixels: 4 for infants, 20 for wide valleys.
const BELIEVED: std::ops::RangeInclusive<f32> = 4.0..=20.0;
/// Extremum distances that must agree within [`AGREEMENT`] of their median.
const LEAST_EXTREMA: u32 = 3;
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

    /// The same, row by row.
    pub(super) fn grower(&self) -> Grower<'_> {
        Grower::new(&self.0, STRIDE)
    }
}

pub(super) fn estimate(print: &FixedPlane, field: &Field, mask: &Mask) -> Period {
    let (wide, high) = (print.width.div_ceil(STRIDE), print.height.div_ceil(STRIDE));
    let mut local = Plane::new(wide, high);
    for j in 0..high {
        for i in 0..wide {
            let (x, y) = (i * STRIDE + STRIDE / 2, j * STRIDE + STRIDE / 2);
            if x < print.width && y < print.height && mask.inside[y * print.width + x] {
                let signature = signature(print, x, y, field);
                local.data[j * wide + i] = period_of(&signature).unwrap_or(0.0);
            }
        }
    }
    let mut found: Vec<f32> = local.data.iter().copied().filter(|v| *v > 0.0).collect();
    let median = median_of(&mut found).unwrap_or(ADULT);
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

/// Mean grey values on lines along the ridge, at steps of a pixel across it.
///
/// Nearest pixels are read: what that blurs, the average along the ridge evens out.
fn signature(print: &FixedPlane, x: usize, y: usize, field: &Field) -> [f32; LINES] {
    let (sine, cosine) = sin_cos(field.along(x as f32, y as f32));
    let nearest = |dx: f32, dy: f32| {
        // Both are positive, so that truncation rounds down.
        let (column, row) = (dx + (MARGIN as f32 + 0.5), dy + (MARGIN as f32 + 0.5));
        row as isize * print.stride as isize + column as isize
    };
    // A line of whole pixels along the ridge, moved by whole pixels across it.
    let origin = print.index(x, y).wrapping_add_signed(-nearest(0.0, 0.0));
    let along: [isize; ALONG_STEPS] = std::array::from_fn(|k| {
        let u = (k as f32 - (ALONG_STEPS / 2) as f32) * ALONG_STEP;
        nearest(u * cosine, u * sine) - nearest(0.0, 0.0)
    });
    let raw: [i32; LINES + 2] = std::array::from_fn(|k| {
        let v = k as f32 - (ACROSS + 1) as f32;
        let centre = origin.wrapping_add_signed(nearest(-v * sine, v * cosine));
        let value = |offset: &isize| print.data.get(centre.wrapping_add_signed(*offset));
        along.iter().map(|offset| value(offset).map_or(0, |v| i32::from(*v))).sum()
    });
    std::array::from_fn(|k| (raw[k] + 2 * raw[k + 1] + raw[k + 2]) as f32)
}

/// The mean distance between neighbouring peaks and between neighbouring valleys.
fn period_of(signature: &[f32]) -> Option<f32> {
    let mut distances = [0.0; LINES];
    let mut count = 0;
    let mut last: [Option<f32>; 2] = [None; 2];
    for (k, w) in signature.windows(3).enumerate() {
        let peak = w[1] > w[0] && w[1] >= w[2];
        let valley = w[1] < w[0] && w[1] <= w[2];
        if !peak && !valley {
            continue;
        }
        let bend = w[0] - 2.0 * w[1] + w[2];
        let place = k as f32 + 0.5 * (w[0] - w[2]) / bend;
        if let Some(before) = last[usize::from(peak)].replace(place)
            && BELIEVED.contains(&(place - before))
        {
            distances[count] = place - before;
            count += 1;
        }
    }
    let distances = &mut distances[..count];
    let median = median_of(distances)?;
    let close = distances.iter().filter(|d| (*d - median).abs() <= AGREEMENT);
    let (number, sum) = close.fold((0, 0.0), |(number, sum), d| (number + 1, sum + d));
    (number >= LEAST_EXTREMA && 2 * number as usize >= count).then(|| sum / number as f32)
}

fn median_of(values: &mut [f32]) -> Option<f32> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    Some(*values.select_nth_unstable_by(middle, f32::total_cmp).1)
}
