//! A plane of floating values: sampling between pixels, enlarging, blurring.

use std::ops::Range;

/// Values row by row, y downwards.
#[derive(Clone)]
pub struct Plane {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width · height` values.
    pub values: Vec<f32>,
}

impl Plane {
    /// Bilinear value at a point in px; 0 outside.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        if !(x >= 0.0 && y >= 0.0 && x < (self.width - 1) as f32 && y < (self.height - 1) as f32) {
            return 0.0;
        }
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let at = top * self.width + left;
        let (upper, lower) =
            (&self.values[at..at + 2], &self.values[at + self.width..at + self.width + 2]);
        let a = upper[0] + (upper[1] - upper[0]) * fx;
        let b = lower[0] + (lower[1] - lower[0]) * fx;
        a + (b - a) * fy
    }

    /// Columns between two abscissae, cut to the plane.
    pub fn columns_within(&self, from: f32, to: f32) -> Range<usize> {
        clip(from, to, self.width)
    }

    /// Rows between two ordinates, cut to the plane.
    pub fn rows_within(&self, from: f32, to: f32) -> Range<usize> {
        clip(from, to, self.height)
    }

    /// The plane enlarged to `width` × `height` by cubic (Catmull–Rom) interpolation.
    pub fn enlarged(&self, width: usize, height: usize) -> Self {
        let columns = cubic_steps(self.width, width);
        let rows = cubic_steps(self.height, height);
        let mut values = Vec::with_capacity(width * height);
        let mut line = vec![0.0_f32; self.width];
        for (first, weights) in &rows {
            line.fill(0.0);
            for (tap, weight) in weights.iter().enumerate() {
                let source = &self.values[(first + tap) * self.width..][..self.width];
                line.iter_mut().zip(source).for_each(|(sum, value)| *sum += weight * value);
            }
            values.extend(columns.iter().map(|(first, weights)| {
                let taps = &line[*first..first + 4];
                taps[0] * weights[0]
                    + taps[1] * weights[1]
                    + taps[2] * weights[2]
                    + taps[3] * weights[3]
            }));
        }
        Self { width, height, values }
    }

    /// Blurs in place with the symmetric five-tap kernel whose centre and sides are given.
    pub fn blur(&mut self, taps: [f32; 3]) {
        let (width, height) = (self.width, self.height);
        let mut padded = vec![0.0; width + 4];
        for row in self.values.chunks_exact_mut(width) {
            padded[2..width + 2].copy_from_slice(row);
            padded[..2].fill(row[0]);
            padded[width + 2..].fill(row[width - 1]);
            for (x, value) in row.iter_mut().enumerate() {
                let p = &padded[x..x + 5];
                *value = taps[0] * p[2] + taps[1] * (p[1] + p[3]) + taps[2] * (p[0] + p[4]);
            }
        }
        let source = self.values.clone();
        let line = |y: isize| {
            let y = y.clamp(0, height as isize - 1) as usize;
            &source[y * width..(y + 1) * width]
        };
        for (y, row) in self.values.chunks_exact_mut(width).enumerate() {
            let y = y as isize;
            let (a, b, c, d, e) = (line(y - 2), line(y - 1), line(y), line(y + 1), line(y + 2));
            for x in 0..width {
                row[x] = taps[0] * c[x] + taps[1] * (b[x] + d[x]) + taps[2] * (a[x] + e[x]);
            }
        }
    }
}

fn clip(from: f32, to: f32, size: usize) -> Range<usize> {
    (from.max(0.0) as usize)..((to + 1.0).max(0.0) as usize).min(size)
}

/// For each target pixel: the first of four source pixels and their cubic weights.
fn cubic_steps(source: usize, target: usize) -> Vec<(usize, [f32; 4])> {
    let ratio = source as f32 / target as f32;
    (0..target)
        .map(|i| {
            let position = ((i as f32 + 0.5) * ratio - 0.5).clamp(1.0, (source - 3) as f32);
            let below = position.floor();
            let t = position - below;
            let (t2, t3) = (t * t, t * t * t);
            let weights = [
                0.5 * (-t3 + 2.0 * t2 - t),
                0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
                0.5 * (-3.0 * t3 + 4.0 * t2 + t),
                0.5 * (t3 - t2),
            ];
            (below as usize - 1, weights)
        })
        .collect()
}

/// Centre and side weights of a five-tap Gaussian of standard deviation `sigma` px.
pub fn gaussian_taps(sigma: f32) -> [f32; 3] {
    let side = super::portable::exp(-0.5 / (sigma * sigma));
    let outer = super::portable::exp(-2.0 / (sigma * sigma));
    let sum = 1.0 + 2.0 * (side + outer);
    [1.0 / sum, side / sum, outer / sum]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enlarging_keeps_a_ramp_and_blurring_keeps_a_level() {
        let ramp =
            Plane { width: 12, height: 10, values: (0..120).map(|i| (i % 12) as f32).collect() };
        let large = ramp.enlarged(24, 20);
        for x in 6..16 {
            let expected = 0.5 * x as f32 - 0.25;
            assert!((large.values[10 * 24 + x] - expected).abs() < 1e-4);
        }
        let mut level = Plane { width: 8, height: 8, values: vec![3.0; 64] };
        level.blur(gaussian_taps(0.7));
        assert!(level.values.iter().all(|v| (v - 3.0).abs() < 1e-5));
    }
}
