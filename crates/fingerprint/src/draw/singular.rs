//! Cores and deltas as signs that no minutia has: squares and triangles, yellow with a dark rim.

use std::f32::consts::TAU;
use std::fmt::Write;

use crate::extract::{SingularKind, SingularPoint};
use crate::template::SUBPIXEL;

/// From the middle of a sign to its corners, pixels at 500 dpi.
const RADIUS: f32 = 7.5;
/// Length of the tail that shows where a core opens, pixels.
const TAIL: f32 = 17.0;

/// A square with a tail into the open side of a core's loop; a triangle whose corners lie along the
/// three ridges of a delta.
pub(super) fn put_point(svg: &mut String, point: SingularPoint) {
    let place = |value: u16| f32::from(value) / f32::from(SUBPIXEL);
    let turn = f32::from(point.direction) / 256.0;
    // Directions are counted counter-clockwise, and y points down.
    let at = |share: f32, away: f32| {
        let (sine, cosine) = ((turn + share) * TAU).sin_cos();
        (place(point.x) + away * cosine, place(point.y) - away * sine)
    };
    let (name, corners) = match point.kind {
        SingularKind::Core => ("core", 4u8),
        SingularKind::Delta => ("delta", 3),
    };
    // A square lies with an edge and a triangle with a corner towards the direction.
    let first = if point.kind == SingularKind::Core { 0.125 } else { 0.0 };
    // Writing to a String cannot fail.
    let _ = write!(svg, "<path class=\"{name}\" d=\"");
    if point.kind == SingularKind::Core {
        let ((x, y), (u, v)) = (at(0.0, 0.0), at(0.0, TAIL));
        let _ = write!(svg, "M{x:.1} {y:.1}L{u:.1} {v:.1}");
    }
    for corner in 0..corners {
        let (x, y) = at(first + f32::from(corner) / f32::from(corners), RADIUS);
        let _ = write!(svg, "{}{x:.1} {y:.1}", if corner == 0 { 'M' } else { 'L' });
    }
    svg.push_str("z\"/>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_points_into_its_loop_and_a_delta_has_three_corners() {
        let point = |kind| SingularPoint { kind, x: 400, y: 800, direction: 192, quality: 90 };
        let drawn = |kind| {
            let mut svg = String::new();
            put_point(&mut svg, point(kind));
            svg
        };
        let core = drawn(SingularKind::Core);
        assert!(core.contains("M100.0 200.0L100.0 217.0M"), "the tail points down: {core}");
        assert_eq!(core.matches('L').count(), 4, "{core}");
        let delta = drawn(SingularKind::Delta);
        assert!(delta.contains("class=\"delta\" d=\"M100.0 207.5L"), "{delta}");
        assert_eq!(delta.matches('L').count(), 2, "{delta}");
    }
}
