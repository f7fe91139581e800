//! How much of what is seen is explained by ridges: the local correlation of the normalised print
//! with the first filter's response to it.
//!
//! Parallel ridges pass the filter nearly unchanged; noise, print, faces and flat dark areas do
//! not. It needs no threshold of contrast, so it tells the same on every sensor.

use super::orientation::{Field, STRIDE};
use super::plane::Plane;
use super::segmentation::Mask;

/// Neighbourhood of the correlation, grid steps (12 pixels): a little over one ridge period.
const SIGMA: f32 = 12.0 / STRIDE as f32;
/// Ridges are believed where the correlation and the coherence of their direction reach these.
///
/// Chosen once and not tuned. With both, a share of 0.93 of the segmented area is believed on the
/// median of 717 real prints and 0.145 on the worst; none on white noise.
const BELIEVED: (f32, f32) = (0.6, 0.4);

/// Correlation on the orientation grid, 0 to 1.
pub(crate) struct Clarity(pub(crate) Plane);

impl Clarity {
    /// `normal`: the normalised print; `first`: the response of the first pass to it.
    pub(super) fn of(normal: &Plane, first: &Plane) -> Self {
        let product = |a: &Plane, b: &Plane| {
            let values = a.data.iter().zip(&b.data).map(|(a, b)| a * b).collect();
            let product = Plane { width: a.width, height: a.height, data: values };
            product.shrink(STRIDE).smooth(SIGMA)
        };
        let (mut shared, own) = (product(normal, first), product(normal, normal));
        let filtered = product(first, first);
        for ((value, a), b) in shared.data.iter_mut().zip(&own.data).zip(&filtered.data) {
            *value = (*value / ((a * b).sqrt() + 1e-6)).clamp(0.0, 1.0);
        }
        Self(shared)
    }

    /// The cells of the grid, within the finger, on which ridges are believed.
    pub(super) fn believed<'a>(
        &'a self,
        field: &'a Field,
        mask: &'a Mask,
    ) -> impl Iterator<Item = usize> + 'a {
        let (wide, width) = (self.0.width, mask.distance.width);
        let cells = self.0.data.iter().zip(&field.coherence.data).enumerate();
        let believed = cells.filter(move |(cell, (clarity, coherence))| {
            let (x, y) = (cell % wide * STRIDE, cell / wide * STRIDE);
            mask.inside[y * width + x] && **clarity > BELIEVED.0 && **coherence > BELIEVED.1
        });
        believed.map(|(cell, _)| cell)
    }

    /// Square pixels of the finger on which ridges are believed.
    pub(super) fn ridge_area(&self, field: &Field, mask: &Mask) -> usize {
        self.believed(field, mask).count() * STRIDE * STRIDE
    }
}
