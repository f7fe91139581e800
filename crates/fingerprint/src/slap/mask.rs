//! Where skin touches the glass, on a coarse grid.

use crate::extract::plane::Plane;

/// Side of a cell, pixels (0.8 mm): wider than a ridge and its valley, narrower than the gap
/// between two fingers.
pub(super) const CELL: usize = 16;
/// Share of the strongest contrast (95th of a hundred cells) from which a cell is skin. Range 0.2
/// to 0.5: lower joins fingers by the haze around them, higher cuts faint ones.
const SHARE: f32 = 0.32;
/// Least contrast of skin, grey levels, above the noise of bare glass (4 to 12).
const LEAST: f32 = 16.0;

/// Cells with ridges.
pub(super) struct Mask {
    pub width: usize,
    pub height: usize,
    pub inside: Vec<bool>,
}

impl Mask {
    /// Standard deviation of the grey values of each cell, smoothed over its neighbours.
    pub fn of(plane: &Plane) -> Self {
        let (width, height) = (plane.width / CELL, plane.height / CELL);
        let contrast: Vec<f32> =
            (0..width * height).map(|i| contrast(plane, i % width, i / width)).collect();
        let smooth: Vec<f32> =
            (0..width * height).map(|i| around(&contrast, i, width, height)).collect();
        let mut sorted = smooth.clone();
        sorted.sort_by(f32::total_cmp);
        let strong = sorted.get(sorted.len() * 95 / 100).copied().unwrap_or_default();
        let least = (SHARE * strong).max(LEAST);
        Self { width, height, inside: smooth.into_iter().map(|value| value > least).collect() }
    }

    /// Centres of the cells that are inside, pixels.
    pub fn centres(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        (0..self.inside.len()).filter(|i| self.inside[*i]).map(|i| self.centre(i))
    }

    /// Centre of a cell, pixels.
    pub fn centre(&self, cell: usize) -> (f32, f32) {
        let place = |index: usize| (index as f32 + 0.5) * CELL as f32;
        (place(cell % self.width), place(cell / self.width))
    }
}

fn contrast(plane: &Plane, column: usize, row: usize) -> f32 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for y in row * CELL..(row + 1) * CELL {
        let start = y * plane.width + column * CELL;
        for grey in &plane.data[start..start + CELL] {
            sum += grey;
            squares += grey * grey;
        }
    }
    let count = (CELL * CELL) as f32;
    (squares / count - (sum / count).powi(2)).max(0.0).sqrt()
}

/// Mean with the four neighbours, which weigh half.
fn around(values: &[f32], i: usize, width: usize, height: usize) -> f32 {
    let (x, y) = (i % width, i / width);
    let mut sum = 2.0 * values[i];
    let mut weight = 2.0;
    let near = [
        (x > 0, i.wrapping_sub(1)),
        (x + 1 < width, i + 1),
        (y > 0, i.wrapping_sub(width)),
        (y + 1 < height, i + width),
    ];
    for (_, index) in near.into_iter().filter(|(exists, _)| *exists) {
        sum += values[index];
        weight += 1.0;
    }
    sum / weight
}
