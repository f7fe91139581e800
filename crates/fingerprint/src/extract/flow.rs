//! How the ridges of a whole print run: skin bends them, slowly. Straight lines are those of cloth,
//! fences and letters, and directions that change within a few periods those of noise.

use super::clarity::Clarity;
use super::orientation::{Field, STRIDE};
use super::segmentation::Mask;

/// Neighbourhood within which ridges run nearly alike, grid steps (32 pixels, 1.6 mm).
const SIGMA: f32 = 32.0 / STRIDE as f32;

/// Both are lengths of a mean of doubled directions, 0 to 1, where ridges are believed.
pub(super) struct Flow {
    /// Over the whole print: 1 where all ridges are parallel.
    ///
    /// Measured on 717 real prints: 0.34 at the median, 0.83 at the most.
    pub(super) parallel: f32,
    /// Over 1.6 mm around each place, averaged: 1 where ridges do not bend.
    ///
    /// Measured on 717 real prints: 0.82 at the median, 0.56 at the least.
    pub(super) agreement: f32,
}

impl Flow {
    pub(super) fn of(field: &Field, first: &Field, clarity: &Clarity, mask: &Mask) -> Self {
        let width = field.cosine.width;
        let inside = |i: usize| {
            let (x, y) = (i % width * STRIDE, i / width * STRIDE);
            mask.inside[y * mask.distance.width + x]
        };
        let (mut cosine, mut sine) = (field.cosine.clone(), field.sine.clone());
        let mut weight = field.coherence.clone();
        for i in 0..cosine.data.len() {
            let (a, b) = (cosine.data[i], sine.data[i]);
            let kept = f32::from(u8::from(inside(i)));
            let scale = kept / ((a * a + b * b).sqrt() + 1e-6);
            (cosine.data[i], sine.data[i], weight.data[i]) = (a * scale, b * scale, kept);
        }
        let near = [&cosine, &sine, &weight].map(|plane| plane.smooth(SIGMA));
        let length = |x: f32, y: f32| (x * x + y * y).sqrt();
        let (mut sums, mut agreement, mut count) = ((0.0, 0.0), 0.0, 0.0);
        for i in clarity.believed(first, mask) {
            sums = (sums.0 + cosine.data[i], sums.1 + sine.data[i]);
            let [x, y, around] = near.each_ref().map(|plane| plane.data[i]);
            agreement += length(x, y) / (around + 1e-6);
            count += 1.0;
        }
        Self {
            parallel: length(sums.0, sums.1) / f32::max(count, 1.0),
            agreement: agreement / f32::max(count, 1.0),
        }
    }
}
