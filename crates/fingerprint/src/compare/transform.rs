//! How one print is laid upon another, as callers see it.

use super::angle::{UNIT, UNIT_BITS};
use super::motion::Motion;
use crate::template::SUBPIXEL;

/// A rotation and a translation, in fixed point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transform {
    /// Cosine of the rotation, 16,384ths (14 binary places).
    pub cosine: i32,
    /// Sine of the rotation, 16,384ths; positive turns clockwise as the eye sees it.
    pub sine: i32,
    /// Rightwards, after the rotation about the origin, quarter pixels at 500 dpi.
    pub dx: i32,
    /// Downwards, after the rotation about the origin, quarter pixels at 500 dpi.
    pub dy: i32,
}

impl Transform {
    pub(super) fn of(motion: &Motion) -> Self {
        let (dx, dy) = motion.apply((0, 0));
        Self { cosine: motion.cosine, sine: motion.sine, dx, dy }
    }

    /// Where a place of the first print lies on the second, pixels. For drawing.
    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        let unit = |value: i32| value as f32 / UNIT as f32;
        let pixels = |value: i32| value as f32 / f32::from(SUBPIXEL);
        let (cosine, sine) = (unit(self.cosine), unit(self.sine));
        (cosine * x - sine * y + pixels(self.dx), sine * x + cosine * y + pixels(self.dy))
    }

    /// Clockwise rotation, degrees in (−180, 180]. For showing.
    pub fn rotation_degrees(&self) -> f32 {
        (self.sine as f32).atan2(self.cosine as f32).to_degrees()
    }

    /// Lays the second print upon the first.
    pub(super) fn reversed(&self) -> Self {
        let (cosine, sine) = (i64::from(self.cosine), i64::from(self.sine));
        let (dx, dy) = (i64::from(self.dx), i64::from(self.dy));
        let quarter = |value: i64| ((value + i64::from(UNIT) / 2) >> UNIT_BITS) as i32;
        Self {
            cosine: self.cosine,
            sine: -self.sine,
            dx: quarter(-cosine * dx - sine * dy),
            dy: quarter(sine * dx - cosine * dy),
        }
    }
}

impl Default for Transform {
    fn default() -> Self {
        Self { cosine: UNIT, sine: 0, dx: 0, dy: 0 }
    }
}
