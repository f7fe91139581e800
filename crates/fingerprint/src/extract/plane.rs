//! A rectangle of floating values, and the smoothing that every stage uses.
//!
//! Sums run in a fixed order and nothing is fused, so every machine and every width of vector
//! register gives the same bits.

use crate::portable::exp;

/// Values of a picture or of a field, row by row.
#[derive(Clone)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<f32>,
}

impl Plane {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, data: vec![0.0; width * height] }
    }

    /// A plane of the values of `f(x, y)`.
    pub(crate) fn of(width: usize, height: usize, mut f: impl FnMut(usize, usize) -> f32) -> Self {
        let mut data = Vec::with_capacity(width * height);
        for y in 0..height {
            data.extend((0..width).map(|x| f(x, y)));
        }
        Self { width, height, data }
    }

    /// Bilinear interpolation; outside, the edge continues.
    #[inline]
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (u, v) = (x - left as f32, y - top as f32);
        let (upper, lower) = (top * self.width, bottom * self.width);
        let above = self.data[upper + left] * (1.0 - u) + self.data[upper + right] * u;
        let below = self.data[lower + left] * (1.0 - u) + self.data[lower + right] * u;
        above * (1.0 - v) + below * v
    }

    /// Gaussian smoothing of standard deviation `sigma`, in samples; the edge continues outwards.
    pub(crate) fn smooth(&self, sigma: f32) -> Self {
        let kernel = gaussian(sigma);
        let radius = kernel.len() - 1;
        let mut wide = Self::new(self.width, self.height);
        let mut padded = vec![0.0; self.width + 2 * radius];
        for (row, target) in
            self.data.chunks_exact(self.width).zip(wide.data.chunks_exact_mut(self.width))
        {
            padded[..radius].fill(row[0]);
            padded[radius..radius + self.width].copy_from_slice(row);
            padded[radius + self.width..].fill(row[self.width - 1]);
            weigh(target, &kernel, |offset| {
                (&padded[radius - offset..][..row.len()], &padded[radius + offset..][..row.len()])
            });
        }
        let mut out = Self::new(self.width, self.height);
        let last = self.height - 1;
        for (y, target) in out.data.chunks_exact_mut(self.width).enumerate() {
            weigh(target, &kernel, |offset| {
                (wide.row(y.saturating_sub(offset)), wide.row((y + offset).min(last)))
            });
        }
        out
    }

    #[inline]
    pub(crate) fn row(&self, y: usize) -> &[f32] {
        &self.data[y * self.width..][..self.width]
    }

    /// Means over squares of `stride` pixels: cell (i, j) covers pixels from (i·stride, j·stride).
    pub(crate) fn shrink(&self, stride: usize) -> Self {
        self.shrink_of(stride, |row, out| out.copy_from_slice(row))
    }

    /// [`Plane::shrink`] of what `f` writes for each row.
    pub(crate) fn shrink_of(&self, stride: usize, f: impl Fn(&[f32], &mut [f32])) -> Self {
        self.shrink_rows(stride, |y, out| f(self.row(y), out))
    }

    /// [`Plane::shrink`] of the plane of this size whose row `y` is what `f(y, row)` writes.
    pub(crate) fn shrink_rows(&self, stride: usize, mut f: impl FnMut(usize, &mut [f32])) -> Self {
        let (wide, high) = (self.width.div_ceil(stride), self.height.div_ceil(stride));
        let mut out = Self::new(wide, high);
        let mut row = vec![0.0; self.width];
        let mut sums = vec![0.0; self.width];
        for (j, target) in out.data.chunks_exact_mut(wide).enumerate() {
            let lines = j * stride..((j + 1) * stride).min(self.height);
            let count = lines.len();
            sums.fill(0.0);
            for y in lines {
                f(y, &mut row);
                sums.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
            }
            for (cell, sums) in target.iter_mut().zip(sums.chunks(stride)) {
                *cell = sums.iter().sum::<f32>() / (count * sums.len()) as f32;
            }
        }
        out
    }

    /// The value at pixel (x, y) of a plane made by [`Plane::shrink`].
    #[inline]
    pub(crate) fn sample_shrunk(&self, x: usize, y: usize, stride: usize) -> f32 {
        let place = |v: usize| (v as f32 + 0.5) / stride as f32 - 0.5;
        self.sample(place(x), place(y))
    }

    /// The inverse of [`Plane::shrink`], by bilinear interpolation.
    pub(crate) fn grow(&self, width: usize, height: usize, stride: usize) -> Self {
        let mut out = Self::new(width, height);
        let mut grower = Grower::new(self, stride);
        for (y, row) in out.data.chunks_exact_mut(width).enumerate() {
            grower.row(y, row);
        }
        out
    }
}

/// Pixels that [`Grower`] computes side by side.
const GROUP: usize = 4;

/// The rows of [`Plane::grow`], one at a time. The stride must be a multiple of [`GROUP`].
pub(crate) struct Grower<'a> {
    coarse: &'a Plane,
    stride: usize,
    /// Interpolated between rows, with the edge continued by one cell on each side.
    blend: Vec<f32>,
    /// For each group of pixels of a cell, the weights of the cell before, the cell and the next.
    groups: Vec<[[f32; GROUP]; 3]>,
}

impl<'a> Grower<'a> {
    pub(crate) fn new(coarse: &'a Plane, stride: usize) -> Self {
        let weight = |cell: usize, pixel: usize| {
            let place = (pixel as f32 + 0.5) / stride as f32 + 0.5;
            (1.0 - (place - cell as f32).abs()).max(0.0)
        };
        let group = |first: usize| {
            std::array::from_fn(|cell| std::array::from_fn(|k| weight(cell, first + k)))
        };
        let groups = (0..stride).step_by(GROUP).map(group).collect();
        Self { coarse, stride, blend: vec![0.0; coarse.width + 2], groups }
    }

    /// Row `y` of the finer plane.
    pub(crate) fn row(&mut self, y: usize, out: &mut [f32]) {
        let coarse = self.coarse;
        let place =
            ((y as f32 + 0.5) / self.stride as f32 - 0.5).clamp(0.0, (coarse.height - 1) as f32);
        let top = place as usize;
        let (above, below) = (coarse.row(top), coarse.row((top + 1).min(coarse.height - 1)));
        let v = place - top as f32;
        for ((value, a), b) in self.blend[1..].iter_mut().zip(above).zip(below) {
            *value = a * (1.0 - v) + b * v;
        }
        self.blend[0] = self.blend[1];
        self.blend[coarse.width + 1] = self.blend[coarse.width];
        let mut cells =
            self.blend.windows(3).flat_map(|cells| self.groups.iter().map(move |g| (cells, g)));
        let blend = |(cells, [before, at, next]): (&[f32], &[[f32; GROUP]; 3])| {
            let weighed = |k| cells[0] * before[k] + cells[1] * at[k] + cells[2] * next[k];
            std::array::from_fn::<f32, GROUP, _>(weighed)
        };
        let (whole, rest) = out.as_chunks_mut();
        for (pixels, place) in whole.iter_mut().zip(&mut cells) {
            *pixels = blend(place);
        }
        if let Some(place) = cells.next() {
            for (pixel, value) in rest.iter_mut().zip(blend(place)) {
                *pixel = value;
            }
        }
    }
}

/// One half of a Gaussian of unit sum, beginning with half of its middle.
fn gaussian(sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil() as usize;
    let mut kernel: Vec<f32> =
        (0..=radius).map(|i| exp(-((i * i) as f32) / (2.0 * sigma * sigma))).collect();
    let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
    for weight in &mut kernel {
        *weight /= sum;
    }
    kernel[0] *= 0.5;
    kernel
}

/// Values weighed side by side: they stay in registers over all of a kernel.
const LANES: usize = 16;

/// Fills `out` with the sums of a symmetric kernel over pairs of rows: `rows(k)` are the two that
/// get the weight `kernel[k]`, each as long as `out`.
pub(super) fn weigh<'a>(
    out: &mut [f32],
    kernel: &[f32],
    rows: impl Fn(usize) -> (&'a [f32], &'a [f32]),
) {
    let pairs: Vec<_> = kernel.iter().enumerate().map(|(k, weight)| (*weight, rows(k))).collect();
    let length = out.len();
    if length < LANES {
        for (x, value) in out.iter_mut().enumerate() {
            *value = pairs.iter().fold(0.0, |sum, (w, (a, b))| sum + w * (a[x] + b[x]));
        }
        return;
    }
    let sums_from = |from: usize| {
        let mut sums = [0.0f32; LANES];
        for (weight, (a, b)) in &pairs {
            let pair = a[from..].first_chunk::<LANES>().zip(b[from..].first_chunk::<LANES>());
            if let Some((a, b)) = pair {
                for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                    *sum += weight * (a + b);
                }
            }
        }
        sums
    };
    for (k, chunk) in out.as_chunks_mut().0.iter_mut().enumerate() {
        *chunk = sums_from(k * LANES);
    }
    // The last chunk overlaps the one before it rather than falling short.
    if let Some(chunk) = out.last_chunk_mut() {
        *chunk = sums_from(length - LANES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_constants_and_spreads_a_point_by_sigma() {
        let constant = Plane::of(30, 20, |_, _| 7.0).smooth(2.5);
        assert!(constant.data.iter().all(|v| (v - 7.0).abs() < 1e-4));
        let point =
            Plane::of(61, 61, |x, y| if (x, y) == (30, 30) { 1.0 } else { 0.0 }).smooth(4.0);
        let variance: f32 = (0..61)
            .flat_map(|y| (0..61).map(move |x| (x, y)))
            .map(|(x, y)| point.data[y * 61 + x] * (x as f32 - 30.0).powi(2))
            .sum();
        assert!((variance.sqrt() - 4.0).abs() < 0.1, "spread {}", variance.sqrt());
    }

    #[test]
    fn a_ramp_survives_shrinking_and_growing() {
        let ramp = Plane::of(64, 48, |x, y| x as f32 + 2.0 * y as f32);
        let again = ramp.shrink(4).grow(64, 48, 4);
        for y in 4..44 {
            for x in 4..60 {
                assert!((again.data[y * 64 + x] - ramp.data[y * 64 + x]).abs() < 1e-3);
            }
        }
    }
}
