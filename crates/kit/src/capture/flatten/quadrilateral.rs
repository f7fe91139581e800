//! Quadrilaterals that four lines make, and what of them can be the outline of a document.

use super::Point;
use super::gradients::Gradients;
use super::lines::Line;

/// Least angle between sides that meet, degrees: 50, greatest 130. A card held at 45 degrees has 60.
const LEAST_CORNER: usize = 50;
/// Least part of each side that is an edge: 0.6. A thumb may hide a third of one side.
pub(super) const LEAST_SUPPORT: f32 = 0.6;
/// Least length of a side as a part of the longest: 0.25.
const LEAST_SIDE: f32 = 0.25;
/// Least part of the picture that a document lighter than its table covers: 0.18. Below, a card has too
/// few pixels to be read.
const LEAST_COVER_LIGHT: f32 = 0.18;
/// And one darker than its table: 0.3. The portrait on a card that fills the picture covers up to 0.25,
/// and is darker than what is around it.
const LEAST_COVER_DARK: f32 = 0.3;
/// From this part on the document fills the picture: 0.9. There is little to be cut off, and a frame
/// printed near the edge of the paper looks like a table.
const FULL_COVER: f32 = 0.9;
/// Weight of edges that go on beyond the corners.
pub(super) const WEIGHT_OF_OVERRUN: f32 = 0.5;
/// Greatest part of the lines beyond the corners that is still an edge, mean of four sides: 0.4. Two
/// joints of boards make 0.5, a cloth 1; one side may lie along a joint by chance.
const MOST_OVERRUN: f32 = 0.4;

/// Four sides in order, clockwise, and the corners before each.
pub(super) struct Quadrilateral {
    pub corners: [Point; 4],
    /// Lighter than what is around it.
    pub is_light: bool,
    /// Part of the lines beyond the corners that is still an edge, 0 to 1.
    pub overrun: f32,
    /// How much the sides are edges, less what goes on beyond them.
    pub score: f32,
}

/// Every quadrilateral whose sides are edges, all lighter inside or all darker, best first.
pub(super) fn all(lines: &[Line], gradients: &Gradients) -> Vec<Quadrilateral> {
    let mut found = Vec::new();
    for is_light in [true, false] {
        let mut sides: Vec<Side> = lines.iter().map(|line| Side::of(line, is_light)).collect();
        sides.sort_by_key(|side| side.degree);
        for (at, first) in sides.iter().enumerate() {
            with_first(first, &sides[at + 1..], is_light, gradients, &mut found);
        }
    }
    found.sort_by(|one, other| other.score.total_cmp(&one.score));
    found
}

/// A line as a side: its normal turned inwards.
struct Side<'a> {
    line: &'a Line,
    /// Degrees of the normal inwards.
    degree: usize,
    inwards: f32,
}

impl<'a> Side<'a> {
    fn of(line: &'a Line, is_light: bool) -> Self {
        let degree = if is_light { line.degree } else { (line.degree + 180) % 360 };
        Self { line, degree, inwards: if is_light { 1.0 } else { -1.0 } }
    }

    fn has_inside(&self, (x, y): Point) -> bool {
        self.inwards * (x * self.line.cos + y * self.line.sin - self.line.distance) > 0.0
    }
}

/// The corner of two sides, the second following the first clockwise; `None` outside of the picture.
fn corner(one: &Side, next: &Side, gradients: &Gradients) -> Option<Point> {
    let degrees = (next.degree + 360 - one.degree) % 360;
    if !(LEAST_CORNER..=180 - LEAST_CORNER).contains(&degrees) {
        return None;
    }
    let (one, next) = (one.line, next.line);
    let determinant = one.cos * next.sin - one.sin * next.cos;
    let x = (one.distance * next.sin - next.distance * one.sin) / determinant;
    let y = (one.cos * next.distance - next.cos * one.distance) / determinant;
    let (width, height) = (gradients.width as f32, gradients.height as f32);
    ((0.0..=width).contains(&x) && (0.0..=height).contains(&y)).then_some((x, y))
}

/// Adds the quadrilaterals of which `one` has the least degree; `sides` have greater ones.
fn with_first(
    one: &Side,
    sides: &[Side],
    is_light: bool,
    gradients: &Gradients,
    found: &mut Vec<Quadrilateral>,
) {
    for (second, two) in sides.iter().enumerate() {
        let Some(b) = corner(one, two, gradients) else { continue };
        for (third, three) in sides.iter().enumerate().skip(second + 1) {
            let Some(c) = corner(two, three, gradients).filter(|c| one.has_inside(*c)) else {
                continue;
            };
            if !three.has_inside(b) || two.line.support(b, c) < LEAST_SUPPORT {
                continue;
            }
            for four in &sides[third + 1..] {
                let corners = corner(three, four, gradients).zip(corner(four, one, gradients));
                let Some((d, a)) = corners else { continue };
                let made = of_sides([one, two, three, four], [a, b, c, d], is_light, gradients);
                found.extend(made);
            }
        }
    }
}

fn of_sides(
    sides: [&Side; 4],
    corners: [Point; 4],
    is_light: bool,
    gradients: &Gradients,
) -> Option<Quadrilateral> {
    let is_inside = (0..4).all(|at| {
        sides[at].has_inside(corners[(at + 2) % 4]) && sides[at].has_inside(corners[(at + 3) % 4])
    });
    if !is_inside || !is_sensible(&corners, is_light, gradients) {
        return None;
    }
    let (mut support, mut overrun) = (0.0, 0.0);
    for (at, side) in sides.iter().enumerate() {
        let (from, to) = (corners[at], corners[(at + 1) % 4]);
        let part = side.line.support(from, to);
        if part < LEAST_SUPPORT {
            return None;
        }
        support += part / 4.0;
        overrun += side.line.overrun(from, to) / 4.0;
    }
    let score = support - WEIGHT_OF_OVERRUN * overrun;
    (overrun <= MOST_OVERRUN).then_some(Quadrilateral { corners, is_light, overrun, score })
}

/// Neither too small, nor the whole picture, nor a mere strip.
pub(super) fn is_sensible(corners: &[Point; 4], is_light: bool, gradients: &Gradients) -> bool {
    let cover = area(corners) / (gradients.width * gradients.height) as f32;
    let least = if is_light { LEAST_COVER_LIGHT } else { LEAST_COVER_DARK };
    let lengths = [0, 1, 2, 3].map(|at| length(corners[at], corners[(at + 1) % 4]));
    let longest = lengths.into_iter().fold(0.0, f32::max);
    (least..FULL_COVER).contains(&cover)
        && lengths.into_iter().all(|length| length >= LEAST_SIDE * longest)
}

pub(super) fn length(from: Point, to: Point) -> f32 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

pub(super) fn area(corners: &[Point; 4]) -> f32 {
    let cross = |at: usize| {
        let ((ax, ay), (bx, by)) = (corners[at], corners[(at + 1) % 4]);
        ax * by - bx * ay
    };
    (0..4).map(cross).sum::<f32>().abs() / 2.0
}

/// Whether a point lies in a quadrilateral, or no farther than `near` pixels outside.
pub(super) fn contains(corners: &[Point; 4], (x, y): Point, near: f32) -> bool {
    (0..4).all(|at| {
        let (from, to) = (corners[at], corners[(at + 1) % 4]);
        let cross = (to.0 - from.0) * (y - from.1) - (to.1 - from.1) * (x - from.0);
        cross >= -near * length(from, to)
    })
}
