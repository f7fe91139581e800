//! Exponentials, sines and arc tangents in plain arithmetic, so that the compiler fills every table.
//!
//! A table made while compiling rests on IEEE addition, multiplication and division alone, which
//! round alike everywhere; the system's own functions differ in their last bit between machines.

use std::f64::consts::{PI, TAU};

/// e to the power of `x`; relative error below 1e-14 for |x| under 50.
pub(crate) const fn exponential(x: f64) -> f64 {
    let mut halvings = 0;
    let mut part = x;
    while part.abs() > 0.25 {
        part /= 2.0;
        halvings += 1;
    }
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while n < 14.0 {
        term *= part / n;
        sum += term;
        n += 1.0;
    }
    while halvings > 0 {
        sum *= sum;
        halvings -= 1;
    }
    sum
}

/// The sine of `x` radians; error below 1e-13 for |x| up to a turn.
pub(crate) const fn sine(x: f64) -> f64 {
    let x = if x > PI {
        x - TAU
    } else if x < -PI {
        x + TAU
    } else {
        x
    };
    let (mut sum, mut term, mut n) = (x, x, 2.0);
    while n < 40.0 {
        term *= -x * x / (n * (n + 1.0));
        sum += term;
        n += 2.0;
    }
    sum
}

/// The cosine of `x` radians; error below 1e-13 from three quarters of a turn back to one turn forth.
pub(crate) const fn cosine(x: f64) -> f64 {
    sine(x + PI / 2.0)
}

/// The square root of `x`, 0 to 1e6; relative error below 1e-14.
pub(super) const fn square_root(x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let (mut root, mut round) = (if x > 1.0 { x } else { 1.0 }, 0);
    while round < 40 {
        root = 0.5 * (root + x / root);
        round += 1;
    }
    root
}

/// The arc tangent of `x`, 0 to 1, radians; error below 1e-12.
pub(super) const fn arc_tangent(x: f64) -> f64 {
    // Two halvings of the angle make the series short.
    let half = x / (1.0 + square_root(1.0 + x * x));
    let quarter = half / (1.0 + square_root(1.0 + half * half));
    let (mut sum, mut power, mut n) = (0.0, quarter, 1.0);
    while n < 24.0 {
        sum += power / n;
        power *= -quarter * quarter;
        n += 2.0;
    }
    4.0 * sum
}

/// The error function, by Abramowitz and Stegun 7.1.26; error below 1.5e-7.
pub(crate) const fn error_function(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly = t
        * (0.254_829_592
            + t * (-0.284_496_736
                + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let positive = 1.0 - poly * exponential(-x * x);
    if x < 0.0 { -positive } else { positive }
}

/// The logistic function falling through one half at `middle`.
pub(super) const fn falling(value: f64, middle: f64, steepness: f64) -> f64 {
    1.0 / (1.0 + exponential(steepness * (value - middle)))
}

/// The nearest integer to a value of at least 0.
pub(super) const fn rounded(value: f64) -> u32 {
    (value + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_follow_the_systems_functions() {
        for step in -1000..=1000 {
            let x = f64::from(step) * TAU / 1000.0;
            for (name, own, expected) in [
                ("exponential", exponential(x) / x.exp(), 1.0),
                ("sine", sine(x), x.sin()),
                ("cosine", cosine(x / 2.0), (x / 2.0).cos()),
                ("square root", square_root(x.abs()), x.abs().sqrt()),
                ("arc tangent", arc_tangent(x.abs() / 7.0), (x.abs() / 7.0).atan()),
                ("logistic", falling(x, 1.0, 2.0), 1.0 / (1.0 + (2.0 * (x - 1.0)).exp())),
            ] {
                assert!((own - expected).abs() < 1e-11, "{name} of {x}: {own}, not {expected}");
            }
        }
        for (x, expected) in [(0.0, 0.0), (0.5, 0.520_499_878), (-1.0, -0.842_700_793)] {
            assert!((error_function(x) - expected).abs() < 2e-7);
        }
    }
}
