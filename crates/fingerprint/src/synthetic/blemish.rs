//! Lasting marks of a finger: creases, scars and pores. They are drawn once and appear in every print.

use rand_core::Rng;

use super::draw;
use super::plane::Plane;
use super::portable::{exp, sin_cos};

/// Draws `count` creases or scars: white lines of 1–4 px that wander across the ridges.
///
/// Lengths 20–140 px and widths from ALGORITHMS section 6, at a 9 px period; `scale` is the
/// finger's size relative to that.
pub fn cut_creases(rng: &mut impl Rng, ridges: &mut Plane, count: usize, scale: f32) {
    for _ in 0..count {
        let mut x = draw::between(rng, 0.2, 0.8) * ridges.width as f32;
        let mut y = draw::between(rng, 0.15, 0.85) * ridges.height as f32;
        // Creases of the pad run mostly across the finger.
        let mut heading = draw::normal(rng, 0.0, 0.6);
        let half_width = draw::between(rng, 0.5, 1.9) * scale;
        let depth = draw::between(rng, 0.5, 1.0);
        let length = (draw::between(rng, 20.0, 140.0) * scale) as usize;
        for step in 0..length {
            // Thin at both ends.
            let end = step.min(length - step) as f32 / 12.0;
            whiten(ridges, x, y, half_width, depth * end.min(1.0));
            heading += draw::normal(rng, 0.0, 0.05);
            let (sine, cosine) = sin_cos(heading);
            x += cosine;
            y += sine;
        }
    }
}

/// Opens sweat pores along the ridge crests, one about every ridge period.
pub fn open_pores(rng: &mut impl Rng, ridges: &mut Plane, period: f32) {
    let columns = (ridges.width as f32 / period) as usize;
    let rows = (ridges.height as f32 / period) as usize;
    for cell in 0..columns * rows {
        let x = ((cell % columns) as f32 + draw::unit(rng)) * period;
        let y = ((cell / columns) as f32 + draw::unit(rng)) * period;
        let size = draw::between(rng, 0.45, 0.9) * period / 9.0;
        let (x, y) = climb(ridges, x, y);
        if ridges.at(x, y) > 0.5 {
            whiten(ridges, x, y, size, 0.55);
        }
    }
}

/// Moves a point to the ridge crest nearby: a few steps up the gradient.
fn climb(ridges: &Plane, mut x: f32, mut y: f32) -> (f32, f32) {
    for _ in 0..4 {
        let gx = ridges.at(x + 1.0, y) - ridges.at(x - 1.0, y);
        let gy = ridges.at(x, y + 1.0) - ridges.at(x, y - 1.0);
        let steepness = (gx * gx + gy * gy).sqrt().max(0.2);
        x += gx / steepness;
        y += gy / steepness;
    }
    (x, y)
}

/// Lowers the signal around a point towards valley level with a Gaussian brush.
fn whiten(ridges: &mut Plane, x: f32, y: f32, half_width: f32, depth: f32) {
    let reach = (2.5 * half_width).ceil();
    let columns = ridges.columns_within(x - reach, x + reach);
    for row in ridges.rows_within(y - reach, y + reach) {
        for column in columns.clone() {
            let (dx, dy) = (column as f32 - x, row as f32 - y);
            let weight = depth * exp(-(dx * dx + dy * dy) / (2.0 * half_width * half_width));
            let value = &mut ridges.values[row * ridges.width + column];
            *value = value.min(1.0 - 1.8 * weight);
        }
    }
}
