//! A picture in 16-bit fixed point with its edge continued, as the filters read it.
//!
//! Sums of products of 16-bit integers are exact, so their order does not matter: every machine
//! gives the same template, however many products its vector registers take at once.

use super::plane::Plane;

/// Pixels by which the edge is continued on each side: more than any filter or line reaches.
pub(super) const MARGIN: usize = 40;
/// Units of one deviation. With values within ±4 deviations all fit into 15 bits.
pub(super) const SCALE: f32 = 4096.0;
/// Largest magnitude kept, units.
const LIMIT: f32 = 4.0 * SCALE;

/// Rows of `stride` values; pixel (0, 0) is at `MARGIN` of row `MARGIN`.
pub(super) struct FixedPlane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) stride: usize,
    pub(super) data: Vec<i16>,
}

impl FixedPlane {
    /// What `f` writes for each row of a picture, in deviations.
    pub(super) fn of(width: usize, height: usize, mut f: impl FnMut(usize, &mut [f32])) -> Self {
        let stride = width + 2 * MARGIN;
        let mut data = vec![0; stride * (height + 2 * MARGIN)];
        let mut row = vec![0.0; width];
        for (y, target) in data.chunks_exact_mut(stride).skip(MARGIN).take(height).enumerate() {
            f(y, &mut row);
            for (fixed, value) in target[MARGIN..].iter_mut().zip(&row) {
                let rounded = (value * SCALE).clamp(-LIMIT, LIMIT);
                *fixed = rounded as i32 as i16;
            }
            let (first, last) = (target[MARGIN], target[MARGIN + width - 1]);
            target[..MARGIN].fill(first);
            target[MARGIN + width..].fill(last);
        }
        let (top, bottom) = (MARGIN * stride, (MARGIN + height - 1) * stride);
        for y in 0..MARGIN {
            data.copy_within(top..top + stride, y * stride);
            data.copy_within(bottom..bottom + stride, bottom + (y + 1) * stride);
        }
        Self { width, height, stride, data }
    }

    /// A picture as it is.
    pub(super) fn from_plane(plane: &Plane) -> Self {
        Self::of(plane.width, plane.height, |y, row| row.copy_from_slice(plane.row(y)))
    }

    /// Where pixel (x, y) stands in `data`.
    #[inline]
    pub(super) fn index(&self, x: usize, y: usize) -> usize {
        (y + MARGIN) * self.stride + x + MARGIN
    }
}
