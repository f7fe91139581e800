//! Stage 10: from the skeleton's pixel to the place where the ridge really ends.
//!
//! Thinning eats about half a ridge width at each end, and a skeleton knows whole pixels only. The
//! end is taken where the enhanced print changes sign along the ridge's axis.

use super::endings::Ending;
use super::plane::Plane;
use crate::portable::sin_cos;
use crate::template::MinutiaKind;

/// Search from this far inside the line to this far beyond its end, pixels.
const SEARCH: (f32, f32) = (-2.0, 7.0);
/// Search step, pixels.
const STEP: f32 = 0.5;

pub(super) fn to_subpixel(endings: &mut [Ending], enhanced: &Plane) {
    for ending in endings {
        let (sine, cosine) = sin_cos(ending.direction);
        // Positive on the line: ridges are dark, so their response is negative.
        let sign = if ending.kind == MinutiaKind::Ending { -1.0 } else { 1.0 };
        let place = |t: f32| (ending.x - t * cosine, ending.y - t * sine);
        let response = |t: f32| {
            let (x, y) = place(t);
            sign * enhanced.sample(x, y)
        };
        let steps = ((SEARCH.1 - SEARCH.0) / STEP) as usize;
        let crossing = (0..steps).map(|k| SEARCH.0 + k as f32 * STEP).find_map(|t| {
            let (here, beyond) = (response(t), response(t + STEP));
            (here > 0.0 && beyond <= 0.0).then(|| t + STEP * here / (here - beyond))
        });
        if let Some(t) = crossing {
            (ending.x, ending.y) = place(t);
        }
    }
}
