//! Angles as 256ths of a turn, so that a full turn wraps in one byte.

use std::f64::consts::TAU;
use std::sync::LazyLock;

/// Steps of a turn.
pub(super) const TURN: f32 = 256.0;

/// (cosine, sine) of each 256th of a turn.
static CIRCLE: LazyLock<Vec<(f32, f32)>> = LazyLock::new(|| {
    (0..256)
        .map(|step| {
            let (sine, cosine) = (f64::from(step) * TAU / 256.0).sin_cos();
            (cosine as f32, sine as f32)
        })
        .collect()
});

/// Cosine and sine of a direction.
pub(super) fn unit(direction: u8) -> (f32, f32) {
    CIRCLE[usize::from(direction)]
}

/// `a − b`, from −128 to 127 steps.
pub(super) fn difference(a: u8, b: u8) -> i32 {
    i32::from(a.wrapping_sub(b).cast_signed())
}

/// `value` brought into −128 (inclusive) to 128 (exclusive) steps.
pub(super) fn wrap(value: f32) -> f32 {
    let mut value = value;
    while value >= TURN / 2.0 {
        value -= TURN;
    }
    while value < -TURN / 2.0 {
        value += TURN;
    }
    value
}

/// The direction of (x, y), steps from −128 to 128; within 0.01 steps.
///
/// A polynomial instead of the system's arc tangent, whose last bit differs between machines.
/// Coefficients: Abramowitz and Stegun 4.4.49, error below 1e-5 rad.
pub(super) fn of(x: f32, y: f32) -> f32 {
    let (wide, high) = (x.abs(), y.abs());
    let (large, small) = if wide >= high { (wide, high) } else { (high, wide) };
    if large == 0.0 {
        return 0.0;
    }
    let t = small / large;
    let s = t * t;
    let arc =
        t * (0.999_866 + s * (-0.330_299_5 + s * (0.180_141 + s * (-0.085_133 + s * 0.020_835_1))));
    let steps = arc * (TURN / std::f32::consts::TAU);
    let quarter = if wide >= high { steps } else { TURN / 4.0 - steps };
    let half = if x >= 0.0 { quarter } else { TURN / 2.0 - quarter };
    if y >= 0.0 { half } else { -half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polynomial_follows_the_arc_tangent() {
        for step in 0..1000 {
            let angle = step as f32 * std::f32::consts::TAU / 1000.0;
            let expected = angle.sin().atan2(angle.cos()) / std::f32::consts::TAU * TURN;
            let found = of(7.0 * angle.cos(), 7.0 * angle.sin());
            assert!(wrap(found - expected).abs() < 0.01, "{step}: {found} instead of {expected}");
        }
    }

    #[test]
    fn differences_wrap() {
        assert_eq!(difference(10, 250), 16);
        assert_eq!(difference(250, 10), -16);
        assert_eq!(difference(128, 0), -128);
    }
}
