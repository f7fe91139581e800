//! A rectangle of floating values, and the smoothing that every stage uses.

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
        let radius = (3.0 * sigma).ceil() as usize;
        let mut kernel: Vec<f32> =
            (0..=radius).map(|i| (-((i * i) as f32) / (2.0 * sigma * sigma)).exp()).collect();
        let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
        for weight in &mut kernel {
            *weight /= sum;
        }
        self.smooth_rows(&kernel).smooth_columns(&kernel)
    }

    fn smooth_rows(&self, kernel: &[f32]) -> Self {
        let radius = kernel.len() - 1;
        let mut out = Self::new(self.width, self.height);
        let mut padded = vec![0.0; self.width + 2 * radius];
        for (row, target) in
            self.data.chunks_exact(self.width).zip(out.data.chunks_exact_mut(self.width))
        {
            padded[..radius].fill(row[0]);
            padded[radius..radius + self.width].copy_from_slice(row);
            padded[radius + self.width..].fill(row[self.width - 1]);
            for (offset, weight) in kernel.iter().enumerate() {
                let left = &padded[radius - offset..][..self.width];
                let right = &padded[radius + offset..][..self.width];
                let weight = if offset == 0 { weight * 0.5 } else { *weight };
                for ((value, a), b) in target.iter_mut().zip(left).zip(right) {
                    *value += weight * (a + b);
                }
            }
        }
        out
    }

    fn smooth_columns(&self, kernel: &[f32]) -> Self {
        let mut out = Self::new(self.width, self.height);
        let row = |y: isize| {
            let y = y.clamp(0, self.height as isize - 1) as usize;
            &self.data[y * self.width..][..self.width]
        };
        for (y, target) in out.data.chunks_exact_mut(self.width).enumerate() {
            for (offset, weight) in kernel.iter().enumerate() {
                let (above, below) =
                    (row(y as isize - offset as isize), row((y + offset) as isize));
                let weight = if offset == 0 { weight * 0.5 } else { *weight };
                for ((value, a), b) in target.iter_mut().zip(above).zip(below) {
                    *value += weight * (a + b);
                }
            }
        }
        out
    }

    /// Means over squares of `stride` pixels: cell (i, j) covers pixels from (i·stride, j·stride).
    pub(crate) fn shrink(&self, stride: usize) -> Self {
        let (wide, high) = (self.width.div_ceil(stride), self.height.div_ceil(stride));
        Self::of(wide, high, |i, j| {
            let (left, top) = (i * stride, j * stride);
            let (right, bottom) =
                ((left + stride).min(self.width), (top + stride).min(self.height));
            let sum: f32 = (top..bottom)
                .flat_map(|y| &self.data[y * self.width + left..y * self.width + right])
                .sum();
            sum / ((right - left) * (bottom - top)) as f32
        })
    }

    /// The value at pixel (x, y) of a plane made by [`Plane::shrink`].
    #[inline]
    pub(crate) fn sample_shrunk(&self, x: usize, y: usize, stride: usize) -> f32 {
        let place = |v: usize| (v as f32 + 0.5) / stride as f32 - 0.5;
        self.sample(place(x), place(y))
    }

    /// The inverse of [`Plane::shrink`], by bilinear interpolation.
    pub(crate) fn grow(&self, width: usize, height: usize, stride: usize) -> Self {
        Self::of(width, height, |x, y| self.sample_shrunk(x, y, stride))
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
