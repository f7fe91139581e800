//! Minutiae of a moved print paired one to one with those of another, closest first.

use super::angle;
use super::kernel::{self, Instructions};
use super::list::{List, Taken};
use super::motion::Motion;
use super::prepared::{Point, Prepared};
use crate::template::MAX_MINUTIAE;

/// How far two minutiae may lie apart and be a pair.
pub(super) struct Tolerance {
    /// Distance at the motion's centre, quarter pixels.
    base: i32,
    /// More for each unit of distance from the centre, where plastic distortion adds up; 1,024ths.
    slope: i32,
    /// Difference of direction, 256ths of a turn.
    pub(super) turned: u8,
    /// The square of that difference, at which nothing is left of the closeness, in units of 1/65,536,
    /// for one 256th of a turn.
    straight: u32,
}

/// While the motion is sought: 10 pixels, 0.06 of the distance, 0.5 rad.
pub(super) const LOOSE: Tolerance = Tolerance { base: 40, slope: 61, turned: 20, straight: 157 };
/// At last: 8 pixels, 0.05 of the distance, 0.45 rad.
pub(super) const TIGHT: Tolerance = Tolerance { base: 32, slope: 51, turned: 18, straight: 195 };
/// No distance allowed exceeds this, quarter pixels (40 pixels).
const FARTHEST: i32 = 160;
/// Binary places of closeness: 65,536 stands for 1.
pub(super) const CLOSENESS_BITS: u32 = 16;
/// A pair is worth this much, and the rest of 1 by closeness: 0.4, 65,536ths.
const WORTH: u32 = 26_214;
/// Most slots of a field, a whole number of the kernel's steps.
pub(crate) const SLOTS: usize = 256;

/// Places and directions side by side, as vector units read them.
pub(crate) struct Field {
    pub(crate) x: [i16; SLOTS],
    pub(crate) y: [i16; SLOTS],
    pub(crate) direction: [u8; SLOTS],
    /// Slots in use; the others lie out of everybody's reach.
    pub(crate) length: usize,
}

/// A minutia of the first print as it lies on the second.
#[derive(Clone, Copy, Default)]
pub(crate) struct Moved {
    pub(crate) x: i16,
    pub(crate) y: i16,
    /// Distance within which it is paired, quarter pixels.
    pub(crate) allowed: i16,
    pub(crate) direction: u8,
}

/// Minutiae laid upon each other.
#[derive(Clone, Copy, Default)]
pub(super) struct Pairing {
    /// Indices into the two prints' minutiae, closest first.
    pub(super) pairs: List<(u8, u8), MAX_MINUTIAE>,
    /// Sum over the pairs of how close they lie, each 0.4 to 1, 16 binary places.
    pub(super) closeness: u32,
}

/// What pairing one print with others needs again and again.
pub(super) struct Workbench {
    second: Field,
    moved: Vec<Moved>,
    near: Vec<u16>,
    keys: Vec<u32>,
    instructions: Instructions,
}

impl Field {
    pub(crate) fn new(minutiae: &[Point]) -> Self {
        let mut field =
            Self { x: [i16::MAX; SLOTS], y: [i16::MAX; SLOTS], direction: [0; SLOTS], length: 0 };
        for (slot, minutia) in minutiae.iter().take(SLOTS).enumerate() {
            field.x[slot] = minutia.x;
            field.y[slot] = minutia.y;
            field.direction[slot] = minutia.direction;
            field.length += 1;
        }
        field
    }
}

impl Moved {
    fn new(minutia: Point, motion: &Motion, tolerance: &Tolerance) -> Self {
        let (x, y) = motion.apply(minutia.place());
        let (dx, dy) = ((x - motion.to.0).abs(), (y - motion.to.1).abs());
        let (long, short) = (dx.max(dy), dx.min(dy));
        // The distance by an octagon, within 3 %.
        let distance = long.max((7 * long + 4 * short) >> 3);
        let allowed = (tolerance.base + ((tolerance.slope * distance) >> 10)).min(FARTHEST);
        // Minutiae of the second print lie from 0 to 16,379 and empty slots at 32,767: what is
        // cut off here was out of reach of both.
        let cut = |value: i32| value.clamp(-16_000, 32_000) as i16;
        let direction = motion.turned(minutia.direction);
        Self { x: cut(x), y: cut(y), allowed: allowed as i16, direction }
    }
}

impl Workbench {
    pub(super) fn new(second: &Prepared, instructions: Instructions) -> Self {
        let second = Field::new(&second.minutiae);
        let (moved, near, keys) =
            (Vec::with_capacity(64), Vec::with_capacity(64), Vec::with_capacity(64));
        Self { second, moved, near, keys, instructions }
    }

    /// Pairs the first print, moved, with the second.
    pub(super) fn pair(
        &mut self,
        first: &[Point],
        motion: &Motion,
        tolerance: &Tolerance,
    ) -> Pairing {
        self.moved.clear();
        self.moved.extend(first.iter().map(|minutia| Moved::new(*minutia, motion, tolerance)));
        self.near.clear();
        kernel::near(
            self.instructions,
            &self.moved,
            &self.second,
            tolerance.turned,
            &mut self.near,
        );
        self.keys.clear();
        for names in &self.near {
            let (i, j) = (names >> 8, names & 255);
            let key = self.closeness(usize::from(i), usize::from(j), tolerance);
            self.keys.extend(key.map(|value| value << 16 | u32::from(!names)));
        }
        self.keys.sort_unstable_by(|a, b| b.cmp(a));
        greedy(&self.keys)
    }

    /// 1 at the same place and direction, 0 where both are at the limit, 16 binary places less one;
    /// none beyond the distance allowed.
    fn closeness(&self, i: usize, j: usize, tolerance: &Tolerance) -> Option<u32> {
        let (moved, second) = (&self.moved[i], &self.second);
        let dx = i32::from(second.x[j]) - i32::from(moved.x);
        let dy = i32::from(second.y[j]) - i32::from(moved.y);
        let squared = (dx * dx + dy * dy).cast_unsigned();
        let limit =
            u32::from(moved.allowed.unsigned_abs()) * u32::from(moved.allowed.unsigned_abs());
        if squared >= limit {
            return None;
        }
        let turned = angle::difference(moved.direction, second.direction[j]);
        let straight = (turned * turned).cast_unsigned() * tolerance.straight;
        Some(65_535 - (squared << 15) / limit - straight / 2)
    }
}

/// Takes pairs from the closest on, each minutia once.
fn greedy(keys: &[u32]) -> Pairing {
    let mut taken = (Taken::default(), Taken::default());
    let mut pairing = Pairing::default();
    for key in keys {
        let (i, j) = (!(key >> 8) as u8, !key as u8);
        if !taken.0.holds(i) && !taken.1.holds(j) {
            taken.0.insert(i);
            taken.1.insert(j);
            pairing.pairs.push((i, j));
            pairing.closeness += WORTH + (((key >> 16) * (65_536 - WORTH)) >> CLOSENESS_BITS);
        }
    }
    pairing
}
