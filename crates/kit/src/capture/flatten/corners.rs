//! The four corners of a document: of all quadrilaterals that strong edges make, the one whose sides
//! are edges along their whole length, lighter or darker on the same side throughout.

use image::DynamicImage;
use image::imageops::{blur, resize};

use super::Point;
use super::lines::{Gradients, Line, strongest};

/// Side to which a photograph is brought for the search, pixels: 360. Edges of paper are longer than
/// those of print at this size, and the search takes some 20 ms.
const SEARCHED_SIDE: u32 = 360;
/// Least part of the photograph that a document covers: 0.12. A smaller one is too small to be read.
const LEAST_COVER: f32 = 0.12;
/// From this part on the document fills the photograph: 0.97. There is nothing to be cut off.
const FULL_COVER: f32 = 0.97;
/// Least part of each side that is an edge: 0.6. A thumb may hide a third of one side.
const LEAST_SUPPORT: f32 = 0.6;
/// Least mean over the four sides: 0.75.
const LEAST_MEAN_SUPPORT: f32 = 0.75;
/// Least difference of light across a side.
const LEAST_STEP: f32 = 10.0;
/// Corners may lie this far outside, as a part of the side of the photograph: 0.02.
const OUTSIDE: f32 = 0.02;
/// How far opposite sides may be from parallel, degrees: 35; and all corners from square: 40.
const LEAST_PARALLEL: usize = 35;
const LEAST_SQUARE: f32 = 50.0;

/// The corners in the photograph's pixels: upper left, upper right, lower right, lower left.
pub(super) fn find(photograph: &DynamicImage) -> Option<[Point; 4]> {
    let (width, height) = (photograph.width(), photograph.height());
    let scale = f64::from(SEARCHED_SIDE) / f64::from(width.max(height).max(1));
    let side = |side: u32| ((f64::from(side) * scale.min(1.0)).round() as u32).max(8);
    let grey = photograph.thumbnail_exact(side(width), side(height)).to_luma8();
    let grey = resize(&grey, side(width), side(height), image::imageops::FilterType::Triangle);
    let gradients = Gradients::of(&blur(&grey, 1.0));
    let lines = strongest(&gradients);
    let best = best(&lines, &gradients)?;
    let (across, down) =
        (width as f32 / gradients.width as f32, height as f32 / gradients.height as f32);
    Some(best.map(|(x, y)| ((x + 0.5) * across, (y + 0.5) * down)))
}

fn best(lines: &[Line], gradients: &Gradients) -> Option<[Point; 4]> {
    let pairs: Vec<(&Line, &Line)> = lines
        .iter()
        .enumerate()
        .flat_map(|(at, one)| lines[at + 1..].iter().map(move |other| (one, other)))
        .filter(|(one, other)| between(one.angle, other.angle) <= LEAST_PARALLEL)
        .collect();
    let mut best: Option<(f32, [Point; 4])> = None;
    for (at, (one, two)) in pairs.iter().enumerate() {
        for (three, four) in &pairs[at + 1..] {
            if between(one.angle, three.angle) < 90 - LEAST_PARALLEL {
                continue;
            }
            let Some(corners) = quadrilateral([one, two], [three, four], gradients) else {
                continue;
            };
            let Some(score) = score(&corners, gradients) else { continue };
            if best.is_none_or(|(before, _)| score > before) {
                best = Some((score, corners));
            }
        }
    }
    best.map(|(_, corners)| corners)
}

/// Degrees between two directions of lines, 0 to 90.
fn between(one: usize, other: usize) -> usize {
    let apart = one.abs_diff(other);
    apart.min(180 - apart)
}

/// The corners where two pairs of sides meet, in order, if they make a sensible document.
fn quadrilateral(
    [one, two]: [&Line; 2],
    [three, four]: [&Line; 2],
    gradients: &Gradients,
) -> Option<[Point; 4]> {
    let corners = [meet(one, three)?, meet(one, four)?, meet(two, four)?, meet(two, three)?];
    let (width, height) = (gradients.width as f32, gradients.height as f32);
    let inside = |(x, y): &Point| {
        (-OUTSIDE * width..=(1.0 + OUTSIDE) * width).contains(x)
            && (-OUTSIDE * height..=(1.0 + OUTSIDE) * height).contains(y)
    };
    if !corners.iter().all(inside) {
        return None;
    }
    let corners = ordered(corners);
    let cover = area(&corners) / (width * height);
    let is_square = (0..4).all(|at| {
        let (before, here, after) = (corners[(at + 3) % 4], corners[at], corners[(at + 1) % 4]);
        let (ax, ay) = (before.0 - here.0, before.1 - here.1);
        let (bx, by) = (after.0 - here.0, after.1 - here.1);
        let cross = ax * by - ay * bx;
        let degrees = cross.abs().atan2(ax * bx + ay * by).to_degrees();
        // All corners turn the same way: the quadrilateral is convex.
        cross < 0.0 && (LEAST_SQUARE..=180.0 - LEAST_SQUARE).contains(&degrees)
    });
    ((LEAST_COVER..FULL_COVER).contains(&cover) && is_square).then_some(corners)
}

fn meet(one: &Line, other: &Line) -> Option<Point> {
    let determinant = one.cos * other.sin - one.sin * other.cos;
    if determinant.abs() < 0.1 {
        return None;
    }
    let x = (one.distance * other.sin - other.distance * one.sin) / determinant;
    let y = (one.cos * other.distance - other.cos * one.distance) / determinant;
    Some((x, y))
}

/// Clockwise from the upper left.
fn ordered(mut corners: [Point; 4]) -> [Point; 4] {
    let middle = (
        corners.iter().map(|corner| corner.0).sum::<f32>() / 4.0,
        corners.iter().map(|corner| corner.1).sum::<f32>() / 4.0,
    );
    let turn = |(x, y): &Point| (y - middle.1).atan2(x - middle.0);
    corners.sort_by(|one, other| turn(one).total_cmp(&turn(other)));
    let sum = |(x, y): &Point| x + y;
    let first = (0..4).min_by(|a, b| sum(&corners[*a]).total_cmp(&sum(&corners[*b])));
    corners.rotate_left(first.unwrap_or_default());
    corners
}

fn area(corners: &[Point; 4]) -> f32 {
    let cross = |at: usize| {
        let ((ax, ay), (bx, by)) = (corners[at], corners[(at + 1) % 4]);
        ax * by - bx * ay
    };
    (0..4).map(cross).sum::<f32>().abs() / 2.0
}

/// How much the sides are edges; larger documents go first among equals, for print makes frames of its
/// own inside the paper.
fn score(corners: &[Point; 4], gradients: &Gradients) -> Option<f32> {
    let mut sum = 0.0;
    for at in 0..4 {
        let support = support(corners[at], corners[(at + 1) % 4], gradients);
        if support < LEAST_SUPPORT {
            return None;
        }
        sum += support;
    }
    let mean = sum / 4.0;
    let cover = area(corners) / (gradients.width * gradients.height) as f32;
    (mean >= LEAST_MEAN_SUPPORT).then_some(mean + 0.35 * cover.sqrt())
}

/// Part of a side along which light steps across it, always the same way.
fn support(from: Point, to: Point, gradients: &Gradients) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if length < 8.0 {
        return 0.0;
    }
    let (cos, sin) = (-dy / length, dx / length);
    let samples = (length / 2.0) as usize;
    let (mut lighter, mut darker) = (0_usize, 0_usize);
    for at in 0..samples {
        // The corners themselves are round on cards, and bent on paper.
        let part = 0.04 + 0.92 * (at as f32 + 0.5) / samples as f32;
        let (x, y) = (from.0 + part * dx, from.1 + part * dy);
        let step = (-2..=2)
            .map(|off| gradients.along(x + off as f32 * cos, y + off as f32 * sin, cos, sin))
            .fold(0.0_f32, |most, one| if one.abs() > most.abs() { one } else { most });
        lighter += usize::from(step >= LEAST_STEP);
        darker += usize::from(step <= -LEAST_STEP);
    }
    lighter.max(darker) as f32 / samples.max(1) as f32
}
