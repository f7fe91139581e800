//! Stage 2: the same contrast everywhere on the finger.

use super::plane::Plane;
use super::segmentation::Mask;

/// Grid step of the local mean and deviation, pixels.
const STRIDE: usize = 4;
/// Standard deviation of the neighbourhood, grid steps: 12 pixels, a little over one ridge period.
const SIGMA: f32 = 12.0 / STRIDE as f32;
/// Grey levels added to the local deviation, so that noise on blank skin is not blown up.
const FLOOR: f32 = 4.0;
/// Largest value kept, deviations; it clips dust and pores.
const CLIP: f32 = 2.5;
/// Neighbourhood of the levelling between the passes, grid steps (10 pixels).
const LEVEL_SIGMA: f32 = 10.0 / STRIDE as f32;
/// Response added when levelling; a third of the median response of a clear print.
const LEVEL_FLOOR: f32 = 0.03;

/// Local mean removed, local deviation made one; zero outside the finger.
pub(super) fn normalise(print: &Plane, mask: &Mask) -> Plane {
    let masked = |f: &dyn Fn(f32) -> f32| Plane {
        width: print.width,
        height: print.height,
        data: print
            .data
            .iter()
            .zip(&mask.inside)
            .map(|(v, m)| if *m { f(*v) } else { 0.0 })
            .collect(),
    };
    let weight = masked(&|_| 1.0).shrink(STRIDE).smooth(SIGMA);
    let first = masked(&|v| v).shrink(STRIDE).smooth(SIGMA);
    let second = masked(&|v| v * v).shrink(STRIDE).smooth(SIGMA);
    let at = |plane: &Plane, i: usize| plane.data[i] / weight.data[i].max(1e-4);
    let cells = 0..weight.data.len();
    let mean = Plane {
        width: weight.width,
        height: weight.height,
        data: cells.clone().map(|i| at(&first, i)).collect(),
    };
    let spread: Vec<f32> =
        cells.map(|i| (at(&second, i) - mean.data[i].powi(2)).max(0.0).sqrt() + FLOOR).collect();
    let spread = Plane { width: mean.width, height: mean.height, data: spread };
    Plane::of(print.width, print.height, |x, y| {
        let i = y * print.width + x;
        if !mask.inside[i] {
            return 0.0;
        }
        let centred = print.data[i] - mean.sample_shrunk(x, y, STRIDE);
        (centred / spread.sample_shrunk(x, y, STRIDE)).clamp(-CLIP, CLIP)
    })
}

/// A filter response divided by its local root mean square.
pub(super) fn level(response: &Plane) -> Plane {
    let power = Plane {
        width: response.width,
        height: response.height,
        data: response.data.iter().map(|v| v * v).collect(),
    };
    let mut gain = power.shrink(STRIDE).smooth(LEVEL_SIGMA);
    gain.data.iter_mut().for_each(|v| *v = 1.0 / (v.sqrt() + LEVEL_FLOOR));
    Plane::of(response.width, response.height, |x, y| {
        let value = response.data[y * response.width + x];
        if value == 0.0 { 0.0 } else { value * gain.sample_shrunk(x, y, STRIDE) }
    })
}
