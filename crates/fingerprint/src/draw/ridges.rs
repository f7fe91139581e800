//! Ridge lines and their direction as lines that can be drawn: pictures to SVG paths.

use std::fmt::Write;

use crate::extract::Trace;
use crate::image::GrayImage;

/// How far a drawn line may lie from the pixels of its ridge, pixels: the steps of the pixels go,
/// the bends stay.
const TOLERANCE: f32 = 0.75;
/// Shortest ridge line drawn, pixels.
const SHORTEST: usize = 4;
/// Between two strokes of the direction field, pixels.
const SPACING: u16 = 16;
/// Half length of such a stroke, pixels.
const STROKE: f32 = 6.0;
/// Least coherence of a place that gets a stroke, 0 to 255.
const LEAST_COHERENCE: u8 = 70;

type Place = (i32, i32);

/// The lines of a skeleton (black on white) as the `d` of an SVG path.
pub(super) fn skeleton_path(skeleton: &GrayImage) -> String {
    let (width, height) = (skeleton.width() as i32, skeleton.height() as i32);
    let mut left: Vec<bool> = skeleton.pixels().iter().map(|grey| *grey < 128).collect();
    let neighbours = |left: &[bool], (x, y): Place| -> Vec<Place> {
        // Straight steps first, so that a walk does not cut corners.
        [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1)]
            .into_iter()
            .map(|(dx, dy)| (x + dx, y + dy))
            .filter(|(x, y)| (0..width).contains(x) && (0..height).contains(y))
            .filter(|(x, y)| left[(y * width + x) as usize])
            .collect()
    };
    let mut path = String::new();
    // Ends first, so that open lines are walked in one go; then closed ones.
    for ends_only in [true, false] {
        for index in 0..left.len() {
            let start = (index as i32 % width, index as i32 / width);
            if !left[index] || (ends_only && neighbours(&left, start).len() != 1) {
                continue;
            }
            let mut line = vec![start];
            left[index] = false;
            let mut at = start;
            while let Some(next) = neighbours(&left, at).first().copied() {
                left[(next.1 * width + next.0) as usize] = false;
                line.push(next);
                at = next;
            }
            if line.len() >= SHORTEST {
                put_line(&mut path, &simplify(&line));
            }
        }
    }
    path
}

fn put_line(path: &mut String, line: &[Place]) {
    let mut last: Option<Place> = None;
    for (x, y) in line {
        // Writing to a String cannot fail.
        let _ = match last {
            None => write!(path, "M{x} {y}"),
            Some((a, b)) => write!(path, "l{} {}", x - a, y - b),
        };
        last = Some((*x, *y));
    }
}

/// Douglas and Peucker 1973: the fewest of the places from which none strays.
fn simplify(line: &[Place]) -> Vec<Place> {
    let mut kept = vec![false; line.len()];
    let mut stack = vec![(0, line.len() - 1)];
    kept[0] = true;
    kept[line.len() - 1] = true;
    while let Some((first, last)) = stack.pop() {
        let strays = |index: &usize| distance(line[*index], line[first], line[last]);
        let farthest = (first + 1..last).max_by(|a, b| strays(a).total_cmp(&strays(b)));
        if let Some(index) = farthest.filter(|index| strays(index) > TOLERANCE) {
            kept[index] = true;
            stack.extend([(first, index), (index, last)]);
        }
    }
    line.iter().zip(kept).filter_map(|(place, kept)| kept.then_some(*place)).collect()
}

/// From a place to the straight line through two others, or to them where they are one.
fn distance(place: Place, from: Place, to: Place) -> f32 {
    let (dx, dy) = ((to.0 - from.0) as f32, (to.1 - from.1) as f32);
    let (px, py) = ((place.0 - from.0) as f32, (place.1 - from.1) as f32);
    let length = dx.hypot(dy);
    if length > 0.0 { (dx * py - dy * px).abs() / length } else { px.hypot(py) }
}

/// The direction field as short strokes: the `d` of an SVG path.
pub(super) fn direction_path(trace: &Trace) -> String {
    let mut path = String::new();
    let grid = |place: u16| place % SPACING < 4;
    for cell in &trace.orientation {
        if cell.coherence < LEAST_COHERENCE || !grid(cell.x) || !grid(cell.y) {
            continue;
        }
        let angle = f32::from(cell.angle) / 256.0 * std::f32::consts::PI;
        let (dx, dy) = (angle.cos() * STROKE, -angle.sin() * STROKE);
        let (x, y) = (f32::from(cell.x) - dx, f32::from(cell.y) - dy);
        let _ = write!(path, "M{x:.0} {y:.0}l{:.1} {:.1}", 2.0 * dx, 2.0 * dy);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> String {
        let pixels: Vec<u8> = rows
            .iter()
            .flat_map(|row| row.bytes().map(|c| if c == b'#' { 0 } else { 255 }))
            .collect();
        skeleton_path(&GrayImage::new(rows[0].len() as u32, rows.len() as u32, pixels).unwrap())
    }

    #[test]
    fn a_straight_ridge_is_one_stroke_and_a_bend_stays() {
        assert_eq!(drawn(&["......", ".#####", "......"]), "M1 1l4 0");
        assert_eq!(drawn(&["#.....", "#.....", "#.....", "######"]), "M0 0l0 3l5 0");
        assert_eq!(drawn(&["##....", "......"]), "", "specks are not drawn");
        assert_eq!(drawn(&["."]), "");
    }

    #[test]
    fn closed_and_forked_lines_are_walked_whole() {
        let ring = drawn(&["####", "#..#", "#..#", "####"]);
        assert!(ring.starts_with("M0 0") && ring.matches('l').count() >= 3, "{ring}");
        let fork = drawn(&["#.......", ".#......", "..######", ".#......", "#.......", "........"]);
        assert!(fork.starts_with("M0 0"), "{fork}");
    }

    #[test]
    fn staircases_become_straight() {
        assert_eq!(drawn(&["##....", "..##..", "....##"]), "M0 0l5 2");
    }
}
