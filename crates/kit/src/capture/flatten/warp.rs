//! Takes the perspective out: every pixel of the flat document from its place in the photograph.

use image::{DynamicImage, Rgb, RgbImage};

use super::Point;

/// The document between four corners, at most `greatest` pixels a side. `None` for corners in a line.
pub(super) fn flat(
    photograph: &DynamicImage,
    corners: &[Point; 4],
    greatest: f32,
) -> Option<RgbImage> {
    let side = |from: usize, to: usize| {
        (corners[from].0 - corners[to].0).hypot(corners[from].1 - corners[to].1)
    };
    let (width, height) = (side(0, 1).max(side(3, 2)), side(0, 3).max(side(1, 2)));
    let scale = (greatest / width.max(height)).min(1.0);
    // Brought to the size of the answer first: else fine print flickers between its pixels.
    let small = (scale < 1.0).then(|| {
        let side = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        photograph.thumbnail_exact(side(photograph.width()), side(photograph.height()))
    });
    let source = small.as_ref().unwrap_or(photograph).to_rgb8();
    let corners = corners.map(|(x, y)| (x * scale, y * scale));
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let map = Homography::of([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], corners)?;
    Some(RgbImage::from_fn(width as u32, height as u32, |x, y| {
        sample(&source, map.of_point((x as f32 + 0.5, y as f32 + 0.5)))
    }))
}

/// A projective map of the plane, its last part being 1.
struct Homography([f32; 8]);

impl Homography {
    /// The map that takes four points to four others; `None` where three lie in a line.
    fn of(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let mut rows = [[0.0_f64; 9]; 8];
        for (at, ((x, y), (u, v))) in from.into_iter().zip(to).enumerate() {
            let [x, y, u, v] = [x, y, u, v].map(f64::from);
            rows[2 * at] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * at + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        // Gauss and Jordan, by the largest pivot.
        for column in 0..8 {
            let pivot = (column..8)
                .max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
            rows.swap(column, pivot);
            let head = rows[column];
            if head[column].abs() < 1e-9 {
                return None;
            }
            for (at, row) in rows.iter_mut().enumerate() {
                let factor = if at == column { 0.0 } else { row[column] / head[column] };
                for (cell, above) in row.iter_mut().zip(head) {
                    *cell -= factor * above;
                }
            }
        }
        let mut solution = [0.0; 8];
        for (at, cell) in solution.iter_mut().enumerate() {
            *cell = (rows[at][8] / rows[at][at]) as f32;
        }
        Some(Self(solution))
    }

    fn of_point(&self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let below = g * x + h * y + 1.0;
        ((a * x + b * y + c) / below, (d * x + e * y + f) / below)
    }
}

/// The colour at a point, between its four pixels; the nearest one outside.
fn sample(picture: &RgbImage, (x, y): Point) -> Rgb<u8> {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (right_part, lower_part) = (x - left, y - top);
    let clamp = |value: f32, side: u32| (value.max(0.0) as u32).min(side.saturating_sub(1));
    let at =
        |x: f32, y: f32| picture.get_pixel(clamp(x, picture.width()), clamp(y, picture.height())).0;
    let (a, b) = (at(left, top), at(left + 1.0, top));
    let (c, d) = (at(left, top + 1.0), at(left + 1.0, top + 1.0));
    let mut colour = [0; 3];
    for (channel, light) in colour.iter_mut().enumerate() {
        let mix = |one: u8, other: u8| {
            f32::from(one) * (1.0 - right_part) + f32::from(other) * right_part
        };
        let upper = mix(a[channel], b[channel]);
        let lower = mix(c[channel], d[channel]);
        *light = (upper * (1.0 - lower_part) + lower * lower_part).round() as u8;
    }
    Rgb(colour)
}
