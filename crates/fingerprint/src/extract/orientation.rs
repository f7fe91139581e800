//! Stage 3: which way the ridges run.
//!
//! Averaged squared gradients (Bazen and Gerez 2002; Cappelli's GBFOE) on a grid of four pixels;
//! where the fine average is incoherent, a coarser one takes over.

use super::plane::Plane;
use super::segmentation::Mask;
use crate::portable::atan2;

/// Grid step, pixels.
pub(crate) const STRIDE: usize = 4;
/// Smoothing before the gradient, pixels: removes pores and pixel noise.
const PRE_SIGMA: f32 = 1.25;
/// Fine average of the first pass, grid steps (8 pixels).
const FINE: f32 = 8.0 / STRIDE as f32;
/// Coarse average, grid steps (17.6 pixels), for wet, dry and scarred places.
const COARSE: f32 = 17.6 / STRIDE as f32;
/// Coherence at which the fine average is not used, and at which only it is used.
const BLEND: (f32, f32) = (0.35, 0.65);
/// Average of the second pass, grid steps (6 pixels): the enhanced print has less noise.
const SECOND: f32 = 6.0 / STRIDE as f32;

/// The doubled-angle field on the grid: (cos 2φ, sin 2φ) of the gradient, scaled by coherence.
pub(crate) struct Field {
    pub(crate) cosine: Plane,
    pub(crate) sine: Plane,
    /// 0 (no direction) to 1 (parallel ridges).
    pub(crate) coherence: Plane,
}

impl Field {
    /// Direction along the ridge at a pixel, radians in [0, π).
    #[inline]
    pub(crate) fn along(&self, x: f32, y: f32) -> f32 {
        let place = |v: f32| (v + 0.5) / STRIDE as f32 - 0.5;
        let (x, y) = (place(x), place(y));
        let across = 0.5 * atan2(self.sine.sample(x, y), self.cosine.sample(x, y));
        across + std::f32::consts::FRAC_PI_2
    }

    /// Coherence around a pixel, 0 to 1.
    pub(super) fn coherence_at(&self, x: usize, y: usize) -> f32 {
        self.coherence.sample_shrunk(x, y, STRIDE).min(1.0)
    }
}

/// First pass: fine where the ridges agree, coarse where they do not.
pub(super) fn estimate_adaptive(print: &Plane, mask: &Mask) -> Field {
    let moments = Moments::of(print, mask);
    let (fine, coarse) = (moments.average(FINE), moments.average(COARSE));
    let cells = fine.coherence.data.len();
    let share: Vec<f32> = (0..cells)
        .map(|i| ((fine.coherence.data[i] - BLEND.0) / (BLEND.1 - BLEND.0)).clamp(0.0, 1.0))
        .collect();
    let blend = |a: &Plane, b: &Plane| Plane {
        width: a.width,
        height: a.height,
        data: (0..cells).map(|i| share[i] * a.data[i] + (1.0 - share[i]) * b.data[i]).collect(),
    };
    // A coarse agreement is worth a little less than a fine one.
    let coherence = fine.coherence.data.iter().zip(&coarse.coherence.data);
    Field {
        cosine: blend(&fine.cosine, &coarse.cosine),
        sine: blend(&fine.sine, &coarse.sine),
        coherence: Plane {
            width: fine.coherence.width,
            height: fine.coherence.height,
            data: coherence.map(|(f, c)| f.max(0.9 * c)).collect(),
        },
    }
}

/// Second pass, on the enhanced print.
pub(super) fn estimate(print: &Plane, mask: &Mask) -> Field {
    Moments::of(print, mask).average(SECOND)
}

/// Cell means of gx² − gy², 2 gx gy and gx² + gy².
struct Moments {
    difference: Plane,
    product: Plane,
    energy: Plane,
}

impl Moments {
    fn of(print: &Plane, mask: &Mask) -> Self {
        let smooth = print.smooth(PRE_SIGMA);
        let (width, height) = (print.width, print.height);
        let blank = || Plane::new(width.div_ceil(STRIDE), height.div_ceil(STRIDE));
        let (mut difference, mut product, mut energy) = (blank(), blank(), blank());
        let wide = difference.width;
        for j in 0..difference.height {
            // Down the rows of the cells first, where neighbours can be summed side by side.
            let mut sums = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
            for y in (j * STRIDE).max(1)..((j + 1) * STRIDE).min(height - 1) {
                let rows = [smooth.row(y - 1), smooth.row(y), smooth.row(y + 1)];
                add_products(&mut sums, rows, &mask.inside[y * width..][..width]);
            }
            let [xx, xy, yy] = &sums;
            let cells = xx.chunks(STRIDE).zip(xy.chunks(STRIDE)).zip(yy.chunks(STRIDE));
            for (i, ((xx, xy), yy)) in cells.enumerate() {
                let sum = |values: &[f32]| values.iter().sum::<f32>();
                let (xx, xy, yy) = (sum(xx), sum(xy), sum(yy));
                difference.data[j * wide + i] = xx - yy;
                product.data[j * wide + i] = 2.0 * xy;
                energy.data[j * wide + i] = xx + yy;
            }
        }
        Self { difference, product, energy }
    }

    fn average(&self, sigma: f32) -> Field {
        let energy = self.energy.smooth(sigma);
        let relative = |plane: &Plane| {
            let mut mean = plane.smooth(sigma);
            mean.data.iter_mut().zip(&energy.data).for_each(|(v, e)| *v /= e + 1e-6);
            mean
        };
        let (cosine, sine) = (relative(&self.difference), relative(&self.product));
        let coherence = Plane {
            width: energy.width,
            height: energy.height,
            data: cosine.data.iter().zip(&sine.data).map(|(c, s)| (c * c + s * s).sqrt()).collect(),
        };
        Field { cosine, sine, coherence }
    }
}

/// Adds gx², gx gy and gy² of the pixels of one row, from it and the rows above and below it.
fn add_products(sums: &mut [Vec<f32>; 3], rows: [&[f32]; 3], inside: &[bool]) {
    let inner = 1..inside.len() - 1;
    let [xx, xy, yy] = sums.each_mut().map(|sums| &mut sums[inner.clone()]);
    let steps = rows[1].windows(3).zip(&rows[0][inner.clone()]).zip(&rows[2][inner.clone()]);
    let sums = xx.iter_mut().zip(xy).zip(yy).zip(&inside[inner]);
    for ((((xx, xy), yy), inside), ((beside, above), below)) in sums.zip(steps) {
        let counted = f32::from(u8::from(*inside));
        let (gx, gy) = ((beside[2] - beside[0]) * counted, (below - above) * counted);
        *xx += gx * gx;
        *xy += gx * gy;
        *yy += gy * gy;
    }
}
