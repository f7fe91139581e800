//! Random draws (uniform, normal) and smooth random fields, all from the generator passed in.

use rand_core::Rng;

/// Uniform draw in 0 (included) to 1 (excluded), 24 bits.
pub fn unit(rng: &mut impl Rng) -> f32 {
    (rng.next_u32() >> 8) as f32 / 16_777_216.0
}

/// Uniform draw in `low` to `high`.
pub fn between(rng: &mut impl Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * unit(rng)
}

/// True with probability `p`.
pub fn chance(rng: &mut impl Rng, p: f32) -> bool {
    unit(rng) < p
}

/// Normal draw as the sum of twelve uniforms: no tail beyond six standard deviations.
pub fn normal(rng: &mut impl Rng, mean: f32, sd: f32) -> f32 {
    let sum: f32 = (0..12).map(|_| unit(rng)).sum();
    mean + sd * (sum - 6.0)
}

/// Approximately normal draw of unit variance from one word (four bytes summed): grain for pixels.
pub fn grain(rng: &mut impl Rng) -> f32 {
    let bytes = rng.next_u32().to_le_bytes();
    let sum: u32 = bytes.iter().map(|&b| u32::from(b)).sum();
    // Sum of four uniforms on 0..=255: mean 510, standard deviation 147.8.
    (sum as f32 - 510.0) / 147.8
}

/// Smooth random field: normal values on a lattice, interpolated in between.
pub struct SmoothField {
    columns: usize,
    rows: usize,
    per_pixel: f32,
    values: Vec<f32>,
}

impl SmoothField {
    /// Field over `width` × `height` px whose features are about `spacing` px across, with
    /// standard deviation `sd` at the lattice points (about two thirds of it in between).
    pub fn draw(rng: &mut impl Rng, width: usize, height: usize, spacing: f32, sd: f32) -> Self {
        let columns = (width as f32 / spacing) as usize + 3;
        let rows = (height as f32 / spacing) as usize + 3;
        let values = (0..columns * rows).map(|_| sd * grain(rng)).collect();
        Self { columns, rows, per_pixel: 1.0 / spacing, values }
    }

    /// Adds row `y` of the field to `out` (one value per pixel).
    pub fn add_row(&self, y: usize, out: &mut [f32]) {
        let (top, down) = cell(y as f32 * self.per_pixel, self.rows);
        let upper = &self.values[top * self.columns..(top + 1) * self.columns];
        let lower = &self.values[(top + 1) * self.columns..(top + 2) * self.columns];
        let line: Vec<f32> = upper.iter().zip(lower).map(|(a, b)| a + (b - a) * down).collect();
        for (x, value) in out.iter_mut().enumerate() {
            let (left, across) = cell(x as f32 * self.per_pixel, self.columns);
            *value += line[left] + (line[left + 1] - line[left]) * across;
        }
    }

    /// Value at a point in px; points outside take the value at the border.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (top, down) = cell(y * self.per_pixel, self.rows);
        let (left, across) = cell(x * self.per_pixel, self.columns);
        let row = |r: usize| {
            let line = &self.values[r * self.columns + left..];
            line[0] + (line[1] - line[0]) * across
        };
        let upper = row(top);
        upper + (row(top + 1) - upper) * down
    }
}

/// Lattice cell of a coordinate and the eased position within it (0..1).
fn cell(position: f32, count: usize) -> (usize, f32) {
    let position = position.clamp(0.0, (count - 2) as f32);
    let index = (position as usize).min(count - 2);
    let t = position - index as f32;
    (index, t * t * (3.0 - 2.0 * t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    #[test]
    fn normal_and_grain_have_the_asked_moments() {
        let mut rng = ChaCha8Rng::from_seed([1; 32]);
        for sample in [
            (0..20_000).map(|_| normal(&mut rng, 0.0, 1.0)).collect::<Vec<_>>(),
            (0..20_000).map(|_| grain(&mut rng)).collect(),
        ] {
            let mean = sample.iter().sum::<f32>() / sample.len() as f32;
            let variance =
                sample.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / sample.len() as f32;
            assert!(mean.abs() < 0.03, "mean {mean}");
            assert!((variance - 1.0).abs() < 0.05, "variance {variance}");
        }
    }

    #[test]
    fn rows_and_points_of_a_field_agree() {
        let mut rng = ChaCha8Rng::from_seed([2; 32]);
        let field = SmoothField::draw(&mut rng, 40, 30, 7.0, 1.0);
        for y in 0..30 {
            let mut row = [0.0; 40];
            field.add_row(y, &mut row);
            for (x, value) in row.iter().enumerate() {
                assert!((value - field.at(x as f32, y as f32)).abs() < 1e-5);
            }
        }
    }
}
