//! Straight edges of a picture, by a Hough transform over gradients. A line knows on which side it is
//! lighter: the edges of a document agree in that, those of a squared cloth change from square to square.

use super::Point;
use super::gradients::Gradients;

/// Directions of a normal, one degree each: 360, for it points to the lighter side.
const DIRECTIONS: usize = 360;
/// Lines that are looked at, strongest first: 96. A document has four; a squared cloth adds some seventy.
const MOST_LINES: usize = 96;
/// Least strength of an edge, as difference of light across two pixels, 0 to 255.
const LEAST_GRADIENT: f32 = 10.0;
/// Strength above which an edge counts no more: print is not to outdo the edge of the paper.
const ENOUGH_GRADIENT: f32 = 40.0;
/// Degrees by which noise turns a gradient, to either side: 5.
const TURNED_BY_NOISE: i32 = 5;
/// A gradient belongs to a line if no more than 30 degrees off its normal.
pub(super) const COS_OF_LINE: f32 = 0.866;
/// Lines nearer than this in degrees and pixels are one.
const NEAR_ANGLE: usize = 3;
const NEAR_DISTANCE: usize = 3;
/// Pixels beside a line at which its edge is still looked for: 2, for half a degree makes as much at the
/// end of a long side.
const BESIDE: i32 = 2;
/// Pixels beside an edge at which the paper and the table are compared: 5. Print and a printed frame are
/// thinner, and have the same paper on both sides.
pub(super) const STRIP: f32 = 5.0;
/// Part of a side left out at each corner: 0.04. Corners are round on cards and bent on paper.
const CORNER: f32 = 0.04;
/// Part of its length by which a side is followed beyond each corner: 0.25.
pub(super) const BEYOND: f32 = 0.25;
/// Pixels left out beyond a corner: 5. The blurred edge of the other side lies there.
pub(super) const CORNER_BEYOND: f32 = 5.0;

/// A line: all points with `x · cos + y · sin = distance`. Its normal points to the lighter side.
pub(super) struct Line {
    pub cos: f32,
    pub sin: f32,
    pub distance: f32,
    /// Degrees of its normal, 0 to 359.
    pub degree: usize,
    /// Where the line is nearest to the middle of the picture.
    foot: Point,
    /// For each place along the line, how many before it are edges lighter on the side of the normal,
    /// edges at all, and within the picture.
    before: Vec<[u16; 3]>,
}

impl Line {
    fn of(degree: usize, from_middle: f32, gradients: &Gradients) -> Self {
        let (sin, cos) = (degree as f32).to_radians().sin_cos();
        let (x, y) = middle(gradients);
        let foot = (x + from_middle * cos, y + from_middle * sin);
        let half = reach(gradients) as i32;
        let mut before = vec![[0_u16; 3]];
        let mut sum = [0_u16; 3];
        for place in -half..=half {
            let place = place as f32;
            let here = (foot.0 - place * sin, foot.1 + place * cos);
            let (mut lighter, mut darker) = (false, false);
            let strip = |off: f32| gradients.light((here.0 + off * cos, here.1 + off * sin));
            let is_lighter = strip(STRIP) - strip(-STRIP) >= LEAST_GRADIENT;
            for off in -BESIDE..=BESIDE {
                let off = off as f32;
                let point = (here.0 + off * cos, here.1 + off * sin);
                let Some((dx, dy)) = gradients.near(point) else { continue };
                let step = dx * cos + dy * sin;
                if step.abs() >= LEAST_GRADIENT && step.abs() >= COS_OF_LINE * dx.hypot(dy) {
                    lighter |= step > 0.0 && is_lighter;
                    darker |= step < 0.0;
                }
            }
            sum[0] += u16::from(lighter);
            sum[1] += u16::from(lighter || darker);
            sum[2] += u16::from(gradients.near(here).is_some());
            before.push(sum);
        }
        Self { cos, sin, distance: foot.0 * cos + foot.1 * sin, degree, foot, before }
    }

    /// Part of a side, 0 to 1, along which the line is an edge, lighter on the side of its normal.
    pub fn support(&self, from: Point, to: Point) -> f32 {
        let (from, to) = self.places(from, to);
        let trim = CORNER * (to - from);
        let (from, to) = (self.place(from + trim), self.place(to - trim));
        let edges = self.before[to][0] - self.before[from][0];
        f32::from(edges) / (to - from).max(1) as f32
    }

    /// Part of the line beyond both corners, 0 to 1, that is still an edge: the sides of a document end
    /// at its corners, the joints of boards and the squares of a cloth go on.
    pub fn overrun(&self, from: Point, to: Point) -> f32 {
        let (from, to) = self.places(from, to);
        let length = BEYOND * (to - from);
        let ends = [
            (from - CORNER_BEYOND - length, from - CORNER_BEYOND),
            (to + CORNER_BEYOND, to + CORNER_BEYOND + length),
        ];
        let (mut edges, mut within) = (0, 0);
        for (from, to) in ends.map(|(from, to)| (self.place(from), self.place(to))) {
            edges += self.before[to][1] - self.before[from][1];
            within += self.before[to][2] - self.before[from][2];
        }
        f32::from(edges) / f32::from(within.max(1))
    }

    /// Two points of the line as distances from its foot, the lesser first.
    fn places(&self, from: Point, to: Point) -> (f32, f32) {
        let along = |(x, y): Point| (y - self.foot.1) * self.cos - (x - self.foot.0) * self.sin;
        let (from, to) = (along(from), along(to));
        (from.min(to), from.max(to))
    }

    fn place(&self, along: f32) -> usize {
        let half = (self.before.len() - 2) as f32 / 2.0;
        ((along + half).round().max(0.0) as usize).min(self.before.len() - 1)
    }
}

fn middle(gradients: &Gradients) -> Point {
    (gradients.width as f32 / 2.0, gradients.height as f32 / 2.0)
}

/// Pixels from the middle to a corner.
fn reach(gradients: &Gradients) -> usize {
    let (x, y) = middle(gradients);
    x.hypot(y).ceil() as usize
}

/// The strongest straight edges.
pub(super) fn strongest(gradients: &Gradients) -> Vec<Line> {
    let reach = reach(gradients);
    let row = 2 * reach + 1;
    let directions: Vec<(f32, f32)> =
        (0..DIRECTIONS).map(|degree| (degree as f32).to_radians().sin_cos()).collect();
    let (middle_x, middle_y) = middle(gradients);
    let mut votes = vec![0.0_f32; DIRECTIONS * row];
    for y in 0..gradients.height {
        for x in 0..gradients.width {
            let (dx, dy) = gradients.at(x, y);
            let strength = dx.hypot(dy);
            if strength < LEAST_GRADIENT {
                continue;
            }
            let degree = dy.atan2(dx).to_degrees().round() as i32;
            for turned in -TURNED_BY_NOISE..=TURNED_BY_NOISE {
                let direction = (degree + turned).rem_euclid(DIRECTIONS as i32) as usize;
                let (sin, cos) = directions[direction];
                let distance = (x as f32 - middle_x) * cos + (y as f32 - middle_y) * sin;
                let place = (distance.round() + reach as f32) as usize;
                votes[direction * row + place.min(row - 1)] += strength.min(ENOUGH_GRADIENT);
            }
        }
    }
    peaks(&votes, row)
        .into_iter()
        .map(|(degree, place)| Line::of(degree, place as f32 - reach as f32, gradients))
        .collect()
}

/// The highest votes, none near a higher one: degree and place.
fn peaks(votes: &[f32], row: usize) -> Vec<(usize, usize)> {
    // An edge of a twentieth of the picture at least: nothing shorter is a side of a document.
    let least = LEAST_GRADIENT * row as f32 / 20.0;
    let mut order: Vec<usize> = (0..votes.len()).filter(|at| votes[*at] >= least).collect();
    order.sort_by(|one, other| votes[*other].total_cmp(&votes[*one]));
    let mut peaks: Vec<(usize, usize)> = Vec::new();
    for (degree, place) in order.into_iter().map(|at| (at / row, at % row)) {
        if peaks.len() == MOST_LINES {
            break;
        }
        let is_near = |(other, there): &(usize, usize)| {
            let apart = degree.abs_diff(*other);
            apart.min(DIRECTIONS - apart) <= NEAR_ANGLE && place.abs_diff(*there) <= NEAR_DISTANCE
        };
        if !peaks.iter().any(is_near) {
            peaks.push((degree, place));
        }
    }
    peaks
}
