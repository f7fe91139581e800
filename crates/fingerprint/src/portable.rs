//! Elementary functions from IEEE-exact steps only, so that a seed draws the same finger on every machine.
//!
//! The system's `sinf`, `expf` and `atan2f` differ in the last bit between C libraries; the growth
//! of ridges is chaotic enough to turn one bit into another minutia. Addition, multiplication,
//! division, square root and rounding are exact by IEEE 754, and nothing else is used here.

use std::f32::consts::{FRAC_PI_2, PI};

/// Natural exponential. Argument clamped to ±80; relative error below 1e-6.
pub(crate) fn exp(x: f32) -> f32 {
    let x = x.clamp(-80.0, 80.0);
    let n = (x * std::f32::consts::LOG2_E).round();
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let series = 1.0
        + r * (1.0
            + r * (0.5
                + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    // n is within ±116, so the biased exponent is a valid normal one.
    series * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// Sine and cosine of an angle in radians; absolute error below 1e-6 for |x| under 1000.
pub(crate) fn sin_cos(x: f32) -> (f32, f32) {
    let quadrant = (x / FRAC_PI_2).round();
    let r = (x - quadrant * 1.570_312_5) - quadrant * 4.838_268e-4;
    let r2 = r * r;
    let sine = r * (1.0 + r2 * (-1.0 / 6.0 + r2 * (1.0 / 120.0 + r2 * (-1.0 / 5040.0))));
    let cosine = 1.0 + r2 * (-0.5 + r2 * (1.0 / 24.0 + r2 * (-1.0 / 720.0 + r2 / 40320.0)));
    match (quadrant as i32).rem_euclid(4) {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

/// Angle of the vector (x, y) in radians, −π to π; absolute error below 2e-5; 0 for the null vector.
pub(crate) fn atan2(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let largest = ax.max(ay);
    if largest <= 0.0 {
        return 0.0;
    }
    let t = ax.min(ay) / largest;
    let t2 = t * t;
    // Minimax polynomial for atan on 0..1 (odd, degree 11).
    let mut angle = t
        * (0.999_977_3
            + t2 * (-0.332_623_5
                + t2 * (0.193_543_5
                    + t2 * (-0.116_432_9 + t2 * (0.052_653_3 - t2 * 0.011_721_2)))));
    if ay > ax {
        angle = FRAC_PI_2 - angle;
    }
    if x < 0.0 {
        angle = PI - angle;
    }
    if y < 0.0 { -angle } else { angle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_system_functions() {
        for i in -400..=400_i16 {
            let x = f32::from(i) * 0.05;
            let (s, c) = sin_cos(x);
            assert!((s - x.sin()).abs() < 4e-6, "sin {x}");
            assert!((c - x.cos()).abs() < 4e-6, "cos {x}");
            assert!((exp(x) / x.exp() - 1.0).abs() < 4e-6, "exp {x}");
            let y = f32::from(i % 7) - 3.0;
            assert!((atan2(y, x) - y.atan2(x)).abs() < 4e-5, "atan2 {y} {x}");
        }
    }
}
