//! Sides laid exactly along their edges, by least squares.

use super::Point;
use super::gradients::Gradients;
use super::lines::COS_OF_LINE;
use super::quadrilateral::length;

/// Pixels to either side at which the edge is looked for first: 4. A line of the search is half a degree
/// off, which makes three pixels at the end of a long side.
const REACH: f32 = 4.0;
/// And again, round by round, once the side lies on its edge.
const ROUNDS: [f32; 3] = [2.0, 1.5, 1.0];
/// Pixels between the places that are tried across a side.
const STEP_ACROSS: f32 = 0.5;
/// Pixels between the places along a side.
const STEP_ALONG: f32 = 2.0;
/// Part of a side left out at each corner.
const CORNER: f32 = 0.05;
/// Least difference of light across an edge.
const LEAST_STEP: f32 = 10.0;
/// Difference above which an edge counts no more: 80. With 30, places beside the edge count as much as the
/// edge, and one corner in a hundred comes to lie more than 6 pixels of 720 off.
const ENOUGH_STEP: f32 = 80.0;
/// Least number of places on an edge that give a line.
const LEAST_PLACES: usize = 6;

/// The corners where the exact sides meet. `None` if a side has no edge.
pub(super) fn corners(
    rough: &[Point; 4],
    is_light: bool,
    gradients: &Gradients,
) -> Option<[Point; 4]> {
    let mut sides = [((0.0, 0.0), (0.0, 0.0)); 4];
    for (at, side) in sides.iter_mut().enumerate() {
        *side = onto_edge((rough[at], rough[(at + 1) % 4]), is_light, gradients);
        for reach in ROUNDS {
            *side = along_edge(*side, reach, is_light, gradients)?;
        }
    }
    let mut corners = *rough;
    for (at, corner) in corners.iter_mut().enumerate() {
        *corner = meet(sides[(at + 3) % 4], sides[at])?;
    }
    Some(corners)
}

/// Direction of a side, and its normal inwards: corners run clockwise.
pub(super) fn directions(from: Point, to: Point) -> (Point, Point) {
    let length = length(from, to).max(1.0);
    let along = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    (along, (-along.1, along.0))
}

/// The side moved at both ends to where it is an edge for most of its length. Unlike least squares, that
/// is not drawn aside by another edge that crosses.
fn onto_edge((from, to): (Point, Point), is_light: bool, gradients: &Gradients) -> (Point, Point) {
    let length = length(from, to);
    let (along, inwards) = directions(from, to);
    let sign = if is_light { 1.0 } else { -1.0 };
    let tries = (REACH / STEP_ACROSS) as i32;
    let samples = ((1.0 - 2.0 * CORNER) * length / STEP_ALONG) as usize;
    let part = |at: usize| CORNER + STEP_ALONG * (at as f32 + 0.5) / length;
    let beside = |point: Point, step: f32| {
        let off = step * STEP_ACROSS;
        (point.0 + off * inwards.0, point.1 + off * inwards.1)
    };
    let strengths: Vec<Vec<f32>> = (0..samples)
        .map(|at| {
            let place = part(at) * length;
            let point = (from.0 + place * along.0, from.1 + place * along.1);
            (-tries..=tries)
                .map(|step| {
                    let (dx, dy) = gradients.near(beside(point, step as f32)).unwrap_or_default();
                    let strength = sign * (dx * inwards.0 + dy * inwards.1);
                    let is_across = strength >= LEAST_STEP.max(COS_OF_LINE * dx.hypot(dy));
                    if is_across { strength.min(ENOUGH_STEP) } else { 0.0 }
                })
                .collect()
        })
        .collect();
    let mut best = (0.0, (0, 0));
    for start in -tries..=tries {
        for end in -tries..=tries {
            let at = |sample: usize| {
                let step = start as f32 + part(sample) * (end - start) as f32;
                strengths[sample][(step.round() as i32 + tries) as usize]
            };
            let sum: f32 = (0..samples).map(at).sum();
            if sum > best.0 {
                best = (sum, (start, end));
            }
        }
    }
    let (start, end) = best.1;
    (beside(from, start as f32), beside(to, end as f32))
}

/// The side moved onto the strongest edge within reach.
fn along_edge(
    (from, to): (Point, Point),
    reach: f32,
    is_light: bool,
    gradients: &Gradients,
) -> Option<(Point, Point)> {
    let length = length(from, to);
    let (along, inwards) = directions(from, to);
    let sign = if is_light { 1.0 } else { -1.0 };
    let lighter = (sign * inwards.0, sign * inwards.1);
    let samples = ((1.0 - 2.0 * CORNER) * length / STEP_ALONG) as usize;
    let tries = (reach / STEP_ACROSS) as i32;
    let mut places = Vec::with_capacity(samples);
    for at in 0..samples {
        let place = CORNER * length + STEP_ALONG * (at as f32 + 0.5);
        let point = (from.0 + place * along.0, from.1 + place * along.1);
        let (mut strongest, mut found) = (LEAST_STEP, None);
        for step in -tries..=tries {
            let off = step as f32 * STEP_ACROSS;
            let beside = (point.0 + off * inwards.0, point.1 + off * inwards.1);
            let strength = gradients.along(beside, lighter);
            if strength > strongest {
                (strongest, found) = (strength, Some(off));
            }
        }
        places.extend(found.map(|off| (place, off)));
    }
    let (start, slope) = fitted(&places)?;
    let moved = |point: Point, off: f32| (point.0 + off * inwards.0, point.1 + off * inwards.1);
    Some((moved(from, start), moved(to, start + slope * length)))
}

/// Offset at the start and slope of the line through places and offsets, by least squares.
fn fitted(places: &[(f32, f32)]) -> Option<(f32, f32)> {
    if places.len() < LEAST_PLACES {
        return None;
    }
    let count = places.len() as f32;
    let mean_place = places.iter().map(|(place, _)| place).sum::<f32>() / count;
    let mean_off = places.iter().map(|(_, off)| off).sum::<f32>() / count;
    let (mut square, mut product) = (0.0, 0.0);
    for (place, off) in places {
        square += (place - mean_place).powi(2);
        product += (place - mean_place) * (off - mean_off);
    }
    let slope = product / square.max(1.0);
    Some((mean_off - slope * mean_place, slope))
}

fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let (one, other) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let determinant = one.0 * other.1 - one.1 * other.0;
    if determinant.abs() < 1.0 {
        return None;
    }
    let part = ((c.0 - a.0) * other.1 - (c.1 - a.1) * other.0) / determinant;
    Some((a.0 + part * one.0, a.1 + part * one.1))
}
