//! Angles as parts of a turn that wrap in one byte (256ths) or two (65,536ths), and their sines.

use std::f64::consts::TAU;

use super::series::{arc_tangent, cosine, rounded, sine};

/// Sines and cosines are in units of 1/`UNIT` (Q14): 16,384 stands for 1.
pub(crate) const UNIT_BITS: u32 = 14;
/// See [`UNIT_BITS`].
pub(crate) const UNIT: i32 = 1 << UNIT_BITS;

/// Steps of the arc tangent's table; the angle found is within 0.02 256ths of a turn.
const ARC_STEPS: usize = 1024;

/// (cosine, sine) of each 256th of a turn, Q14.
static CIRCLE: [(i32, i32); 256] = circle();

/// The arc tangent of n/1024, 65,536ths of a turn.
static ARC: [u16; ARC_STEPS + 1] = arc();

const fn circle() -> [(i32, i32); 256] {
    let mut circle = [(0, 0); 256];
    let mut step = 0;
    while step < 256 {
        let angle = step as f64 * TAU / 256.0;
        // Half a turn is taken off so that the argument stays where the series is exact.
        let angle = if step < 128 { angle } else { angle - TAU };
        circle[step] = (fixed(cosine(angle)), fixed(sine(angle)));
        step += 1;
    }
    circle
}

const fn fixed(value: f64) -> i32 {
    let magnitude = rounded(value.abs() * UNIT as f64).cast_signed();
    if value < 0.0 { -magnitude } else { magnitude }
}

const fn arc() -> [u16; ARC_STEPS + 1] {
    let mut arc = [0; ARC_STEPS + 1];
    let mut step = 0;
    while step <= ARC_STEPS {
        arc[step] = rounded(arc_tangent(step as f64 / ARC_STEPS as f64) / TAU * 65_536.0) as u16;
        step += 1;
    }
    arc
}

/// Cosine and sine of a direction in 256ths of a turn, Q14.
pub(crate) fn unit(direction: u8) -> (i32, i32) {
    CIRCLE[usize::from(direction)]
}

/// `a − b`, from −128 to 127 256ths of a turn.
pub(crate) fn difference(a: u8, b: u8) -> i32 {
    i32::from(a.wrapping_sub(b).cast_signed())
}

/// The direction of (x, y), 65,536ths of a turn; 0 for (0, 0). |x| and |y| below 2²¹.
pub(crate) fn of(x: i32, y: i32) -> u16 {
    let (wide, high) = (x.unsigned_abs(), y.unsigned_abs());
    let (large, small) = if wide >= high { (wide, high) } else { (high, wide) };
    if large == 0 {
        return 0;
    }
    let steps = ARC[((small * ARC_STEPS as u32 + large / 2) / large) as usize];
    let quarter = if wide >= high { steps } else { (1 << 14) - steps };
    let half = if x >= 0 { quarter } else { (1 << 15) - quarter };
    if y >= 0 { half } else { half.wrapping_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_of_a_vector_is_its_arc_tangent() {
        for step in 0..5000 {
            let angle = f64::from(step) * TAU / 5000.0;
            let (x, y) = ((9000.0 * angle.cos()) as i32, (9000.0 * angle.sin()) as i32);
            let expected = (f64::from(y).atan2(f64::from(x)) / TAU * 65_536.0).round() as i64;
            let off = (of(x, y) as i16).wrapping_sub(expected as i16);
            assert!(off.unsigned_abs() <= 6, "{step}: off by {off} of 65,536");
        }
        assert_eq!(of(0, 0), 0);
    }

    #[test]
    fn sines_are_those_of_the_system() {
        for direction in 0..=255u8 {
            let angle = f64::from(direction) * TAU / 256.0;
            let (cosine, sine) = unit(direction);
            assert!((f64::from(cosine) - angle.cos() * f64::from(UNIT)).abs() < 0.501);
            assert!((f64::from(sine) - angle.sin() * f64::from(UNIT)).abs() < 0.501);
        }
    }

    #[test]
    fn differences_wrap() {
        assert_eq!(difference(10, 250), 16);
        assert_eq!(difference(250, 10), -16);
        assert_eq!(difference(128, 0), -128);
    }
}
