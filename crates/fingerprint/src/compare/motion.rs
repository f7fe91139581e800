//! A rigid motion of one print onto another, in fixed point.

use super::angle::{self, UNIT, UNIT_BITS};
use super::hull::Place;
use super::prepared::{Point, Prepared};

/// A motion: turn about `from`, then move `from` to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Motion {
    /// 14 binary places.
    pub(crate) cosine: i32,
    /// 14 binary places; positive turns clockwise as the eye sees it.
    pub(crate) sine: i32,
    /// The same rotation, 65,536ths of a turn.
    pub(crate) turn: u16,
    pub(crate) from: Place,
    pub(crate) to: Place,
}

impl Default for Motion {
    /// No motion.
    fn default() -> Self {
        Self { cosine: UNIT, sine: 0, turn: 0, from: (0, 0), to: (0, 0) }
    }
}

impl Motion {
    /// Lays one minutia upon another.
    pub(crate) fn of_pair(a: Point, b: Point) -> Self {
        let rotation = b.direction.wrapping_sub(a.direction);
        let (cosine, sine) = angle::unit(rotation);
        Self { cosine, sine, turn: u16::from(rotation) << 8, from: a.place(), to: b.place() }
    }

    /// The rigid motion of least squares; none for no pairs.
    pub(crate) fn fit(pairs: &[(u8, u8)], first: &Prepared, second: &Prepared) -> Self {
        let places = || {
            pairs.iter().map(|(i, j)| {
                let (a, b) = (&first.minutiae[usize::from(*i)], &second.minutiae[usize::from(*j)]);
                (a.place(), b.place())
            })
        };
        let sum = places()
            .fold([0; 4], |s: [i32; 4], (a, b)| [s[0] + a.0, s[1] + a.1, s[2] + b.0, s[3] + b.1]);
        let count = pairs.len().max(1) as i32;
        let mean = sum.map(|sum| (sum + count / 2) / count);
        let (from, to) = ((mean[0], mean[1]), (mean[2], mean[3]));
        let (mut along, mut across) = (0i64, 0i64);
        for (a, b) in places() {
            let (x, y) = (i64::from(a.0 - from.0), i64::from(a.1 - from.1));
            let (u, v) = (i64::from(b.0 - to.0), i64::from(b.1 - to.1));
            along += x * u + y * v;
            across += x * v - y * u;
        }
        Self { from, to, ..Self::rotation(along, across) }
    }

    /// The rotation towards (along, across).
    fn rotation(along: i64, across: i64) -> Self {
        let largest = along.unsigned_abs().max(across.unsigned_abs());
        // Twenty significant bits are more than a sine of 14 can show.
        let excess = (64 - largest.leading_zeros()).saturating_sub(20);
        let (along, across) = ((along >> excess) as i32, (across >> excess) as i32);
        let squared =
            |value: i32| u64::from(value.unsigned_abs()) * u64::from(value.unsigned_abs());
        let length = (squared(along) + squared(across)).isqrt() as i64;
        if length == 0 {
            return Self::default();
        }
        let share = |value: i32| {
            let scaled = i64::from(value) << UNIT_BITS;
            ((2 * scaled + length).div_euclid(2 * length)) as i32
        };
        let turn = angle::of(along, across);
        Self { cosine: share(along), sine: share(across), turn, ..Self::default() }
    }

    /// Where a place of the first print lies on the second.
    pub(crate) fn apply(&self, place: Place) -> Place {
        let (x, y) = (place.0 - self.from.0, place.1 - self.from.1);
        (
            self.to.0 + rescaled(self.cosine * x - self.sine * y),
            self.to.1 + rescaled(self.sine * x + self.cosine * y),
        )
    }

    /// How a direction of the first print, 256ths of a turn, points on the second.
    pub(crate) fn turned(&self, direction: u8) -> u8 {
        ((u16::from(direction) << 8).wrapping_add(self.turn).wrapping_add(128) >> 8) as u8
    }

    /// The motion of the second print onto the first.
    pub(crate) fn reversed(&self) -> Self {
        Self {
            cosine: self.cosine,
            sine: -self.sine,
            turn: self.turn.wrapping_neg(),
            from: self.to,
            to: self.from,
        }
    }
}

/// Takes off the binary places of a sine, to the nearest.
fn rescaled(value: i32) -> i32 {
    (value + UNIT / 2) >> UNIT_BITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Minutia, MinutiaKind, Template};

    fn print(places: &[(u16, u16)]) -> Prepared {
        let minutia = |(x, y): &(u16, u16)| Minutia {
            x: *x,
            y: *y,
            direction: 0,
            kind: MinutiaKind::Ending,
            quality: 50,
        };
        let minutiae = places.iter().map(minutia).collect();
        Prepared::new(&Template::new(4095, 4095, 50, minutiae).unwrap())
    }

    #[test]
    fn a_fit_finds_the_motion_and_its_reverse_leads_back() {
        // Turned by a quarter clockwise as the eye sees it, (x, y) becomes (−y, x).
        let places = [(1000, 2000), (1400, 2100), (900, 2600), (16_000, 100)];
        let first = print(&places);
        let second = print(&places.map(|(x, y)| (7000 - y, x + 300)));
        let pairs = [(0, 0), (1, 1), (2, 2), (3, 3)];
        let motion = Motion::fit(&pairs, &first, &second);
        assert_eq!((motion.cosine, motion.sine, motion.turn), (0, UNIT, 1 << 14));
        assert_eq!(motion.turned(10), 74);
        for (i, j) in pairs {
            let (a, b) = (first.minutiae[usize::from(i)], second.minutiae[usize::from(j)]);
            let (there, back) = (motion.apply(a.place()), motion.reversed().apply(b.place()));
            assert!(there.0.abs_diff(b.place().0) + there.1.abs_diff(b.place().1) <= 2);
            assert!(back.0.abs_diff(a.place().0) + back.1.abs_diff(a.place().1) <= 2);
        }
    }

    #[test]
    fn no_pairs_and_one_place_give_no_rotation() {
        let one = print(&[(40, 40)]);
        assert_eq!(Motion::fit(&[], &one, &one), Motion::default());
        assert_eq!(Motion::fit(&[(0, 0)], &one, &one).apply((40, 40)), (40, 40));
    }
}
