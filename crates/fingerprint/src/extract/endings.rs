//! Stage 7: the places where a line of either skeleton ends, and which way they point.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use super::orientation::{Field, STRIDE};
use super::plane::Plane;
use super::segmentation::Mask;
use super::skeleton::Skeleton;
use crate::portable::atan2;
use crate::template::MinutiaKind;

/// Least distance to the border of the finger, pixels: ridges end there because the finger does.
const BORDER: f32 = 12.0;
/// Least length of the line behind an ending, and of it that is traced, pixels.
const LINE: (usize, usize) = (8, 18);
/// Pixels along the line after which the traced direction is read.
const READ: usize = 14;
/// Largest difference of traced direction and field, radians; beyond it the line is an artefact.
const AGREEMENT: f32 = 0.9;
/// Share of that difference added to the field's direction, which is the less noisy of the two.
const RESIDUE: f32 = 0.3;

/// A line's end that may become a minutia.
#[derive(Clone, Copy)]
pub(crate) struct Ending {
    /// Pixels.
    pub(crate) x: f32,
    /// Pixels.
    pub(crate) y: f32,
    /// From the ending along its line, radians, y pointing down.
    pub(crate) direction: f32,
    pub(crate) kind: MinutiaKind,
    /// Of the place, 0 to 1; see [`rate`].
    pub(crate) reliability: f32,
    /// How likely it is found again, 0 to 1; 0 until it is rated.
    pub(crate) quality: f32,
}

/// The endings of one skeleton that lie well inside the finger and agree with the field.
pub(super) fn find(
    skeleton: &Skeleton,
    kind: MinutiaKind,
    field: &Field,
    mask: &Mask,
) -> Vec<Ending> {
    let width = skeleton.width;
    (2 * width..(skeleton.height - 2) * width)
        .filter(|i| skeleton.pixels[*i] == 1 && mask.distance.data[*i] >= BORDER)
        .filter(|i| skeleton.crossings(*i) == 1)
        .filter_map(|i| {
            let (path, _) = skeleton.trace(i, LINE.1);
            if path.len() < LINE.0 {
                return None;
            }
            let (x, y) = ((i % width) as f32, (i / width) as f32);
            let far = path[path.len().min(READ) - 1];
            let traced = atan2((far / width) as f32 - y, (far % width) as f32 - x);
            let direction = settle(traced, field.along(x, y))?;
            Some(Ending { x, y, direction, kind, reliability: 0.0, quality: 0.0 })
        })
        .collect()
}

/// Gives each ending the reliability of its place.
pub(super) fn rate(endings: &mut [Ending], reliability: &Plane) {
    for ending in endings {
        ending.reliability =
            reliability.sample_shrunk(ending.x as usize, ending.y as usize, STRIDE);
    }
}

/// The field's direction, turned to the traced one's side and a little towards it.
fn settle(traced: f32, along: f32) -> Option<f32> {
    let facing = if difference(traced, along).abs() < FRAC_PI_2 { along } else { along + PI };
    let residue = difference(traced, facing);
    (residue.abs() <= AGREEMENT).then_some(facing + RESIDUE * residue)
}

/// `a − b` in [−π, π).
pub(super) fn difference(a: f32, b: f32) -> f32 {
    (a - b + PI).rem_euclid(TAU) - PI
}
