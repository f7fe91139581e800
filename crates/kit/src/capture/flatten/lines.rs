//! Straight edges of a picture, by a Hough transform over gradients.

use image::GrayImage;

/// Steps of angle: 180, one degree each.
const ANGLES: usize = 180;
/// Lines that are looked at, strongest first: 18. A document has four, its print and a busy table add
/// some ten; the work grows with the fourth power.
const MOST_LINES: usize = 18;
/// Least strength of an edge, as difference of light across two pixels, 0 to 255.
const LEAST_GRADIENT: f32 = 12.0;
/// Strength above which an edge counts no more: print is not to outdo the edge of the paper.
const ENOUGH_GRADIENT: f32 = 40.0;
/// Lines nearer than this in degrees and pixels are one.
const NEAR_ANGLE: usize = 4;
const NEAR_DISTANCE: usize = 7;

/// Gradients of light, pixel by pixel.
pub(super) struct Gradients {
    pub width: usize,
    pub height: usize,
    across: Vec<f32>,
    down: Vec<f32>,
}

/// A line: all points with `x · cos + y · sin = distance`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub cos: f32,
    pub sin: f32,
    pub distance: f32,
    /// Degrees of its normal, 0 to 179.
    pub angle: usize,
}

impl Gradients {
    pub fn of(picture: &GrayImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let light = |x: usize, y: usize| f32::from(picture.as_raw()[y * width + x]);
        let mut across = vec![0.0; width * height];
        let mut down = vec![0.0; width * height];
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                // Sobel, so that one noisy pixel makes no edge.
                let column = |x: usize| light(x, y - 1) + 2.0 * light(x, y) + light(x, y + 1);
                let row = |y: usize| light(x - 1, y) + 2.0 * light(x, y) + light(x + 1, y);
                across[y * width + x] = (column(x + 1) - column(x - 1)) / 4.0;
                down[y * width + x] = (row(y + 1) - row(y - 1)) / 4.0;
            }
        }
        Self { width, height, across, down }
    }

    /// Gradient along a direction at a point; zero outside.
    pub fn along(&self, x: f32, y: f32, cos: f32, sin: f32) -> f32 {
        let (x, y) = (x.round(), y.round());
        if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
            return 0.0;
        }
        let at = y as usize * self.width + x as usize;
        self.across[at] * cos + self.down[at] * sin
    }
}

/// The strongest straight edges.
pub(super) fn strongest(gradients: &Gradients) -> Vec<Line> {
    let reach = ((gradients.width.pow(2) + gradients.height.pow(2)) as f32).sqrt().ceil() as usize;
    let directions: Vec<(f32, f32)> = (0..ANGLES)
        .map(|degree| {
            let (sin, cos) = (degree as f32).to_radians().sin_cos();
            (cos, sin)
        })
        .collect();
    let mut votes = vec![0.0_f32; ANGLES * (2 * reach + 1)];
    for y in 0..gradients.height {
        for x in 0..gradients.width {
            let at = y * gradients.width + x;
            let (dx, dy) = (gradients.across[at], gradients.down[at]);
            let strength = dx.hypot(dy);
            if strength < LEAST_GRADIENT {
                continue;
            }
            let degree = dy.atan2(dx).to_degrees().round() as i32;
            for near in -2..=2 {
                let angle = (degree + near).rem_euclid(ANGLES as i32) as usize;
                let (cos, sin) = directions[angle];
                let distance = x as f32 * cos + y as f32 * sin;
                let place = (distance.round() as i64 + reach as i64) as usize;
                votes[angle * (2 * reach + 1) + place] += strength.min(ENOUGH_GRADIENT);
            }
        }
    }
    peaks(&mut votes, reach, &directions)
}

/// Takes the highest votes, one after the other, and everything near each with it.
fn peaks(votes: &mut [f32], reach: usize, directions: &[(f32, f32)]) -> Vec<Line> {
    let row = 2 * reach + 1;
    let mut lines = Vec::new();
    while lines.len() < MOST_LINES {
        let best = votes.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
        let Some((at, highest)) = best else { break };
        if *highest <= 0.0 {
            break;
        }
        let (angle, place) = (at / row, at % row);
        let (cos, sin) = directions[angle];
        lines.push(Line { cos, sin, distance: place as f32 - reach as f32, angle });
        for near in 0..=2 * NEAR_ANGLE {
            let turned = angle as i64 + near as i64 - NEAR_ANGLE as i64;
            let other = turned.rem_euclid(ANGLES as i64) as usize;
            // Past half a turn the same line lies at the opposite distance.
            let middle =
                if (0..ANGLES as i64).contains(&turned) { place } else { 2 * reach - place };
            let from = middle.saturating_sub(NEAR_DISTANCE);
            let to = (middle + NEAR_DISTANCE).min(row - 1);
            votes[other * row + from..=other * row + to].fill(0.0);
        }
    }
    lines
}
