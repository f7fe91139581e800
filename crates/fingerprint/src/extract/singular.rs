//! Stage 11: cores and deltas, where the ridges' direction turns about a point.
//!
//! Poincaré index of the smoothed doubled-angle field over squares of four grid cells (Kawagoe and
//! Tojo 1984); direction after Bazen and Gerez (2002). They help a person to find the way on a
//! print; nothing is aligned by them.

use std::f32::consts::{PI, TAU};

use super::endings::difference;
use super::orientation::{Field, STRIDE};
use super::plane::Plane;
use super::segmentation::Mask;
use crate::portable::{atan2, sin_cos};
use crate::template::SUBPIXEL;

/// Smoothing of the field, grid steps (12 pixels): pairs of noise turn each other out.
const SIGMA: f32 = 12.0 / STRIDE as f32;
/// Least distance to the border of the finger, pixels: one and a half ridge periods.
const BORDER: f32 = 14.0;
/// Half side of the square around the point over which direction and certainty are read, grid
/// steps (12 pixels).
const REACH: isize = 3;
/// Least mean coherence on that square; below it the field is a guess. Range 0 to 1.
const LEAST_COHERENCE: f32 = 0.25;
/// A core and a delta nearer than this undo each other, pixels: under two ridge periods.
const UNDONE: f32 = 16.0;
/// Most points of one finger: two cores and two deltas, twice over for prints of noise.
const MOST: usize = 8;

/// Whether ridges turn around the point or part from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SingularKind {
    /// Ridges turn around it: the head of a loop, the middle of a whorl (two cores).
    Core,
    /// Ridges part from it in three directions.
    Delta,
}

/// A point about which the direction of the ridges turns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SingularPoint {
    /// Core or delta.
    pub kind: SingularKind,
    /// Rightwards from the left edge, in units of 1/[`SUBPIXEL`] pixel at 500 dpi.
    pub x: u16,
    /// Downwards from the upper edge, in units of 1/[`SUBPIXEL`] pixel at 500 dpi.
    pub y: u16,
    /// Counter-clockwise from the positive x axis as the eye sees it, in 256ths of a turn: of a
    /// core, into the open side of its loop; of a delta, along one of its three ridges (the others
    /// are a third of a turn away).
    pub direction: u8,
    /// Mean coherence around it, 1 (worst) to 100 (best).
    pub quality: u8,
}

/// A singular point is biometric data: only its kind is shown.
impl std::fmt::Debug for SingularPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SingularPoint({:?})", self.kind)
    }
}

/// The singular points well inside the finger, surest first.
pub(super) fn find(field: &Field, mask: &Mask) -> Vec<SingularPoint> {
    let smooth = Doubled { cosine: field.cosine.smooth(SIGMA), sine: field.sine.smooth(SIGMA) };
    let (wide, high) = (smooth.cosine.width as isize, smooth.cosine.height as isize);
    let mut found: Vec<Found> = Vec::new();
    for y in REACH..high - 1 - REACH {
        for x in REACH..wide - 1 - REACH {
            // The middle of four cells is a corner between pixels.
            let place = [(x + 1) as usize * STRIDE, (y + 1) as usize * STRIDE];
            if mask.distance.data[place[1] * mask.distance.width + place[0]] < BORDER {
                continue;
            }
            if let Some(turn) = smooth.turn(x, y) {
                found.push(smooth.describe(x, y, turn, &field.coherence));
            }
        }
    }
    found.retain(|point| point.coherence >= LEAST_COHERENCE);
    let undone = |a: &Found| found.iter().any(|b| a.kind != b.kind && apart(a, b) < UNDONE);
    let mut left: Vec<Found> = found.iter().filter(|a| !undone(a)).copied().collect();
    left.sort_by(|a, b| {
        b.coherence.total_cmp(&a.coherence).then(a.y.total_cmp(&b.y)).then(a.x.total_cmp(&b.x))
    });
    left.truncate(MOST);
    left.iter().map(Found::point).collect()
}

/// Pixels.
fn apart(a: &Found, b: &Found) -> f32 {
    ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()
}

/// A singular point in pixels, its angle with y pointing down.
#[derive(Clone, Copy)]
struct Found {
    kind: SingularKind,
    x: f32,
    y: f32,
    angle: f32,
    coherence: f32,
}

impl Found {
    fn point(&self) -> SingularPoint {
        let place = |v: f32| (v * f32::from(SUBPIXEL)) as u16;
        SingularPoint {
            kind: self.kind,
            x: place(self.x),
            y: place(self.y),
            direction: (-self.angle / TAU * 256.0).round() as i32 as u8,
            quality: (self.coherence * 100.0).round().clamp(1.0, 100.0) as u8,
        }
    }
}

/// Twice the angle across the ridges, as a vector.
struct Doubled {
    cosine: Plane,
    sine: Plane,
}

impl Doubled {
    fn angle(&self, x: isize, y: isize) -> f32 {
        let cell = y as usize * self.cosine.width + x as usize;
        atan2(self.sine.data[cell], self.cosine.data[cell])
    }

    /// The kind of point inside the square of cells whose upper left is (x, y), if any.
    fn turn(&self, x: isize, y: isize) -> Option<SingularKind> {
        let corners =
            [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)].map(|(x, y)| self.angle(x, y));
        let total: f32 = (0..4).map(|k| difference(corners[(k + 1) % 4], corners[k])).sum();
        if total > PI {
            Some(SingularKind::Core)
        } else if total < -PI {
            Some(SingularKind::Delta)
        } else {
            None
        }
    }

    /// Around a core the doubled angle along the ridges is the place's angle plus a constant, its
    /// direction; around a delta minus the place's angle plus three times its direction.
    fn describe(&self, x: isize, y: isize, kind: SingularKind, coherence: &Plane) -> Found {
        let side = if kind == SingularKind::Core { 1.0 } else { -1.0 };
        let (mut cosine, mut sine, mut sum, mut count) = (0.0, 0.0, 0.0, 0.0);
        for dy in -REACH..=REACH + 1 {
            for dx in -REACH..=REACH + 1 {
                let around = atan2(dy as f32 - 0.5, dx as f32 - 0.5);
                let along = self.angle(x + dx, y + dy) + PI;
                let (s, c) = sin_cos(along - side * around);
                cosine += c;
                sine += s;
                sum += coherence.data[(y + dy) as usize * coherence.width + (x + dx) as usize];
                count += 1.0;
            }
        }
        let constant = atan2(sine, cosine);
        let angle = if kind == SingularKind::Core { constant } else { constant / 3.0 };
        let place = |cell: isize| ((cell + 1) * STRIDE as isize) as f32;
        Found { kind, x: place(x), y: place(y), angle, coherence: sum / count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field whose doubled angle along the ridges is `doubled(x, y)`, pixels from the middle.
    fn found(doubled: impl Fn(f32, f32) -> f32) -> Vec<SingularPoint> {
        let cell = |i: usize| (i * STRIDE) as f32 + 2.0 - 100.0;
        let plane = |f: &dyn Fn(f32) -> f32| {
            // The field holds the angle across the ridges: half a turn further when doubled.
            Plane::of(50, 50, |i, j| f(doubled(cell(i), cell(j)) + PI))
        };
        let coherence = Plane::of(50, 50, |_, _| 0.9);
        let field = Field { cosine: plane(&f32::cos), sine: plane(&f32::sin), coherence };
        let distance =
            Plane::of(200, 200, |x, y| (x + 1).min(y + 1).min(200 - x).min(200 - y) as f32);
        find(&field, &Mask { inside: vec![true; 200 * 200], distance })
    }

    #[test]
    fn parallel_ridges_have_no_singular_point() {
        assert!(found(|_, _| 0.7).is_empty());
    }

    #[test]
    fn a_core_is_found_in_its_place_and_opens_the_right_way() {
        // Ridges radial towards 60 degrees down from the x axis: 300 counter-clockwise.
        let opening = PI / 3.0;
        let points = found(|x, y| (y - 10.0).atan2(x + 20.0) + opening);
        let [core] = points[..] else { panic!("{} points", points.len()) };
        assert_eq!(core.kind, SingularKind::Core);
        assert!(core.x.abs_diff(80 * SUBPIXEL) <= 4 * SUBPIXEL, "x {}", core.x);
        assert!(core.y.abs_diff(110 * SUBPIXEL) <= 4 * SUBPIXEL, "y {}", core.y);
        assert!(core.direction.abs_diff(213) <= 4, "direction {}", core.direction);
    }

    #[test]
    fn a_delta_has_a_ridge_in_its_direction() {
        let points = found(|x, y| -y.atan2(x) + 3.0 * 0.5);
        let [delta] = points[..] else { panic!("{} points", points.len()) };
        assert_eq!(delta.kind, SingularKind::Delta);
        // 0.5 rad clockwise is 20 of 256, up to a third of a turn.
        let off = (i32::from(delta.direction) + 20).rem_euclid(85);
        assert!(off.min(85 - off) <= 4, "direction {}", delta.direction);
    }
}
