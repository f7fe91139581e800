//! One print laid upon the other: the rigid motion that brings most minutiae together.
//!
//! Each of the strongest relaxed pairs proposes a motion; minutiae that come close are paired, the
//! motion is fitted to them and they are paired again. The best proposal is kept.

use super::Transform;
use super::angle::{self, TURN};
use super::local::Pair;
use super::prepared::{Point, Prepared};
use super::relaxation::Relaxed;

/// Relaxed pairs that propose a motion. Range 4 to 12; more finds little.
const PROPOSALS: usize = 8;
/// Rounds of pairing; the motion is fitted anew between them.
const ROUNDS: usize = 3;
/// Distance allowed while fitting: pixels, and per pixel from the motion's centre, where plastic
/// distortion adds up.
const LOOSE: (f32, f32) = (10.0, 0.06);
/// Distance allowed in the last round.
const TIGHT: (f32, f32) = (8.0, 0.05);
/// Direction difference allowed while fitting and in the last round, 256ths of a turn (0.5 and
/// 0.45 rad).
const TURNED: (f32, f32) = (20.4, 18.3);
/// No distance allowed exceeds this, pixels.
const FARTHEST: f32 = 40.0;
/// Fewest pairs that a motion is fitted to.
const LEAST_FITTED: usize = 3;
/// A pair is worth this much, and the rest of 1 by closeness.
const WORTH: f32 = 0.4;
/// Minutiae count as overlapping within this distance of the other print's hull, pixels.
const OVERLAP_MARGIN: f32 = 8.0;
/// Overlaps smaller than this count as this, so that three pairs of three prove little.
const LEAST_OVERLAP: f32 = 8.0;

/// The best alignment of two prints.
#[derive(Default)]
pub(super) struct Alignment {
    /// Minutiae laid upon each other, closest first.
    pub(super) pairs: Vec<(u16, u16)>,
    /// Sum over the pairs of how close they lie, each 0.4 to 1.
    pub(super) closeness: f32,
    /// Minutiae of the first print on the second, and the reverse.
    pub(super) overlap: (u16, u16),
    pub(super) transform: Transform,
}

/// A motion: turn about `from`, then move `from` to `to`.
#[derive(Clone, Copy)]
struct Motion {
    cosine: f32,
    sine: f32,
    /// 256ths of a turn.
    turn: f32,
    from: (f32, f32),
    to: (f32, f32),
}

pub(super) fn align(relaxed: &Relaxed, first: &Prepared, second: &Prepared) -> Alignment {
    let mut rows: Vec<u16> = (0..second.minutiae.len() as u16).collect();
    rows.sort_by(|a, b| {
        let y = |i: &u16| second.minutiae[usize::from(*i)].y;
        y(a).total_cmp(&y(b)).then(a.cmp(b))
    });
    let mut best = Alignment::default();
    for pair in relaxed.pairs.iter().take(PROPOSALS) {
        // A pair that the best alignment already holds would propose it again.
        if best.pairs.contains(&(pair.first, pair.second)) {
            continue;
        }
        let proposal = propose(*pair, first, second, &rows);
        if proposal.score() > best.score() {
            best = proposal;
        }
    }
    if best.pairs.len() >= LEAST_FITTED {
        best.transform = Motion::fit(&best.pairs, first, second).transform();
    }
    best
}

impl Alignment {
    /// Closeness against what the overlap could hold at most.
    pub(super) fn score(&self) -> f32 {
        let paired = self.pairs.len() as f32;
        let side = |overlap: u16| f32::from(overlap).max(paired);
        let possible = (side(self.overlap.0) * side(self.overlap.1)).sqrt().max(LEAST_OVERLAP);
        self.closeness * self.closeness / possible
    }

    /// Sum of the local similarities of pairs found by surroundings and by alignment alike.
    pub(super) fn agreed(&self, pairs: &[Pair]) -> f32 {
        pairs
            .iter()
            .filter(|pair| self.pairs.contains(&(pair.first, pair.second)))
            .map(|pair| pair.similarity)
            .sum()
    }

    /// Sum of the geometric mean quality of the pairs.
    pub(super) fn quality(&self, first: &Prepared, second: &Prepared) -> f32 {
        self.points(first, second).map(|(a, b)| (a.quality * b.quality).sqrt()).sum()
    }

    /// Pairs of equal kind.
    pub(super) fn same_kind(&self, first: &Prepared, second: &Prepared) -> u16 {
        self.points(first, second).filter(|(a, b)| a.kind == b.kind).count() as u16
    }

    fn points<'a>(
        &'a self,
        first: &'a Prepared,
        second: &'a Prepared,
    ) -> impl Iterator<Item = (&'a Point, &'a Point)> {
        self.pairs
            .iter()
            .map(|(i, j)| (&first.minutiae[usize::from(*i)], &second.minutiae[usize::from(*j)]))
    }
}

/// The alignment that starts from one pair.
fn propose(pair: Pair, first: &Prepared, second: &Prepared, rows: &[u16]) -> Alignment {
    let a = &first.minutiae[usize::from(pair.first)];
    let b = &second.minutiae[usize::from(pair.second)];
    let mut motion = Motion::of_pair(a, b);
    let mut alignment = Alignment::default();
    for round in 0..ROUNDS {
        let last = round + 1 == ROUNDS;
        let moved: Vec<Point> = first.minutiae.iter().map(|m| motion.apply(m)).collect();
        let (pairs, closeness) = pair_up(&moved, second, rows, motion.to, last);
        if last {
            alignment = Alignment {
                overlap: overlap(&moved, &motion, first, second),
                pairs,
                closeness,
                transform: motion.transform(),
            };
        } else if pairs.len() >= LEAST_FITTED {
            motion = Motion::fit(&pairs, first, second);
        }
    }
    alignment
}

/// Pairs minutiae one to one, closest first.
fn pair_up(
    moved: &[Point],
    second: &Prepared,
    rows: &[u16],
    centre: (f32, f32),
    last: bool,
) -> (Vec<(u16, u16)>, f32) {
    let ((base, slope), turned) = if last { (TIGHT, TURNED.1) } else { (LOOSE, TURNED.0) };
    let mut close: Vec<(f32, u16, u16)> = Vec::new();
    for (i, a) in moved.iter().enumerate() {
        let (rx, ry) = (a.x - centre.0, a.y - centre.1);
        let allowed = (base + slope * (rx * rx + ry * ry).sqrt()).min(FARTHEST);
        let from = rows.partition_point(|j| second.minutiae[usize::from(*j)].y < a.y - allowed);
        for j in &rows[from..] {
            let b = &second.minutiae[usize::from(*j)];
            let (dx, dy) = (a.x - b.x, a.y - b.y);
            if dy < -allowed {
                break;
            }
            let squared = dx * dx + dy * dy;
            let turn = angle::difference(a.direction, b.direction) as f32;
            if squared < allowed * allowed && turn.abs() < turned {
                let (near, straight) = (squared / (allowed * allowed), turn / turned);
                close.push((1.0 - 0.5 * near - 0.5 * straight * straight, i as u16, *j));
            }
        }
    }
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken = (vec![false; moved.len()], vec![false; second.minutiae.len()]);
    let mut pairs = Vec::new();
    let mut closeness = 0.0;
    for (value, i, j) in close {
        let (own, other) = (&mut taken.0[usize::from(i)], &mut taken.1[usize::from(j)]);
        if !*own && !*other {
            (*own, *other) = (true, true);
            pairs.push((i, j));
            closeness += WORTH + (1.0 - WORTH) * value;
        }
    }
    (pairs, closeness)
}

fn overlap(moved: &[Point], motion: &Motion, first: &Prepared, second: &Prepared) -> (u16, u16) {
    let on_second = moved.iter().filter(|m| second.hull.contains(m.x, m.y, OVERLAP_MARGIN)).count();
    let on_first = second
        .minutiae
        .iter()
        .filter(|m| {
            let (x, y) = motion.back(m.x, m.y);
            first.hull.contains(x, y, OVERLAP_MARGIN)
        })
        .count();
    (on_second as u16, on_first as u16)
}

impl Motion {
    fn of_pair(a: &Point, b: &Point) -> Self {
        let turn = b.direction.wrapping_sub(a.direction);
        let (cosine, sine) = angle::unit(turn);
        Self { cosine, sine, turn: f32::from(turn), from: (a.x, a.y), to: (b.x, b.y) }
    }

    /// The rigid motion of least squares.
    fn fit(pairs: &[(u16, u16)], first: &Prepared, second: &Prepared) -> Self {
        let points = || {
            pairs
                .iter()
                .map(|(i, j)| (&first.minutiae[usize::from(*i)], &second.minutiae[usize::from(*j)]))
        };
        let count = pairs.len() as f32;
        let (mut from, mut to) = ((0.0, 0.0), (0.0, 0.0));
        for (a, b) in points() {
            from = (from.0 + a.x, from.1 + a.y);
            to = (to.0 + b.x, to.1 + b.y);
        }
        let (from, to) = ((from.0 / count, from.1 / count), (to.0 / count, to.1 / count));
        let (mut along, mut across) = (0.0, 0.0);
        for (a, b) in points() {
            let (x, y) = (a.x - from.0, a.y - from.1);
            let (u, v) = (b.x - to.0, b.y - to.1);
            along += x * u + y * v;
            across += x * v - y * u;
        }
        let length = (along * along + across * across).sqrt();
        let (cosine, sine) =
            if length > 0.0 { (along / length, across / length) } else { (1.0, 0.0) };
        Self { cosine, sine, turn: angle::of(cosine, sine), from, to }
    }

    fn apply(&self, m: &Point) -> Point {
        let (x, y) = (m.x - self.from.0, m.y - self.from.1);
        let turned = f32::from(m.direction) + self.turn + 2.0 * TURN + 0.5;
        Point {
            x: self.to.0 + self.cosine * x - self.sine * y,
            y: self.to.1 + self.sine * x + self.cosine * y,
            direction: (turned as u32 % TURN as u32) as u8,
            ..*m
        }
    }

    fn back(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.to.0, y - self.to.1);
        (
            self.from.0 + self.cosine * x + self.sine * y,
            self.from.1 - self.sine * x + self.cosine * y,
        )
    }

    fn transform(&self) -> Transform {
        let (x, y) = self.from;
        Transform {
            cosine: self.cosine,
            sine: self.sine,
            dx: self.to.0 - (self.cosine * x - self.sine * y),
            dy: self.to.1 - (self.sine * x + self.cosine * y),
        }
    }
}
