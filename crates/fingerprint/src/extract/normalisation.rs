//! Stage 2: the same contrast everywhere on the finger.

use super::plane::{Grower, Plane};
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
    let width = print.width;
    let inside = |y: usize| &mask.inside[y * width..][..width];
    let masked = |f: fn(f32) -> f32| {
        let cells = print.shrink_rows(STRIDE, |y, out| {
            for ((value, grey), inside) in out.iter_mut().zip(print.row(y)).zip(inside(y)) {
                *value = if *inside { f(*grey) } else { 0.0 };
            }
        });
        cells.smooth(SIGMA)
    };
    let weight = masked(|_| 1.0);
    let (mut mean, mut gain) = (masked(|grey| grey), masked(|grey| grey * grey));
    for ((mean, gain), weight) in mean.data.iter_mut().zip(&mut gain.data).zip(&weight.data) {
        let weight = weight.max(1e-4);
        *mean /= weight;
        *gain = 1.0 / ((*gain / weight - *mean * *mean).max(0.0).sqrt() + FLOOR);
    }
    let (mut means, mut gains) = (Grower::new(&mean, STRIDE), Grower::new(&gain, STRIDE));
    let mut factors = vec![0.0; width];
    let mut out = Plane::new(width, print.height);
    for (y, row) in out.data.chunks_exact_mut(width).enumerate() {
        means.row(y, row);
        gains.row(y, &mut factors);
        let greys = print.row(y).iter().zip(inside(y));
        for ((value, factor), (grey, inside)) in row.iter_mut().zip(&factors).zip(greys) {
            let normal = ((grey - *value) * factor).clamp(-CLIP, CLIP);
            *value = if *inside { normal } else { 0.0 };
        }
    }
    out
}

/// A filter response divided by its local root mean square.
pub(super) fn level(response: &Plane) -> Plane {
    let mut gain = power(response).smooth(LEVEL_SIGMA);
    gain.data.iter_mut().for_each(|v| *v = 1.0 / (v.sqrt() + LEVEL_FLOOR));
    let mut out = gain.grow(response.width, response.height, STRIDE);
    out.data.iter_mut().zip(&response.data).for_each(|(v, response)| *v *= response);
    out
}

/// Mean squares over cells of [`STRIDE`] pixels.
fn power(response: &Plane) -> Plane {
    response.shrink_of(STRIDE, |row, out| {
        out.iter_mut().zip(row).for_each(|(square, v)| *square = v * v);
    })
}
