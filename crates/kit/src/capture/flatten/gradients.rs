//! Light of a small picture and its gradients, pixel by pixel.

use image::GrayImage;

use super::Point;

/// A small picture, and how its light changes.
pub(super) struct Gradients {
    pub width: usize,
    pub height: usize,
    light: Vec<f32>,
    across: Vec<f32>,
    down: Vec<f32>,
}

impl Gradients {
    pub fn of(picture: &GrayImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let light: Vec<f32> = picture.as_raw().iter().map(|light| f32::from(*light)).collect();
        let mut across = vec![0.0; width * height];
        let mut down = vec![0.0; width * height];
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                // Sobel, so that one noisy pixel makes no edge.
                let at = |x: usize, y: usize| light[y * width + x];
                let column = |x: usize| at(x, y - 1) + 2.0 * at(x, y) + at(x, y + 1);
                let row = |y: usize| at(x - 1, y) + 2.0 * at(x, y) + at(x + 1, y);
                across[y * width + x] = (column(x + 1) - column(x - 1)) / 4.0;
                down[y * width + x] = (row(y + 1) - row(y - 1)) / 4.0;
            }
        }
        Self { width, height, light, across, down }
    }

    /// Gradient at a pixel.
    pub fn at(&self, x: usize, y: usize) -> (f32, f32) {
        (self.across[y * self.width + x], self.down[y * self.width + x])
    }

    /// Gradient at the pixel of a point; `None` outside.
    pub fn near(&self, (x, y): Point) -> Option<(f32, f32)> {
        let (x, y) = (x.round(), y.round());
        let is_inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32;
        is_inside.then(|| self.at(x as usize, y as usize))
    }

    /// Gradient along a direction between the pixels; zero outside.
    pub fn along(&self, (x, y): Point, (cos, sin): Point) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (right_part, lower_part) = (x - left, y - top);
        let corner = |x: f32, y: f32, weight: f32| {
            self.near((x, y)).map_or(0.0, |(dx, dy)| weight * (dx * cos + dy * sin))
        };
        corner(left, top, (1.0 - right_part) * (1.0 - lower_part))
            + corner(left + 1.0, top, right_part * (1.0 - lower_part))
            + corner(left, top + 1.0, (1.0 - right_part) * lower_part)
            + corner(left + 1.0, top + 1.0, right_part * lower_part)
    }

    /// Light at the pixel of a point, 0 to 255; that of the nearest pixel outside.
    pub fn light(&self, (x, y): Point) -> f32 {
        let clamp = |value: f32, side: usize| (value.round().max(0.0) as usize).min(side - 1);
        self.light[clamp(y, self.height) * self.width + clamp(x, self.width)]
    }
}
