//! The four corners of a document: the outline whose sides are edges along their whole length, lighter
//! or darker inside all around, that end at the corners. In doubt there is none.

use image::DynamicImage;
use image::imageops::blur;

use super::Point;
use super::gradients::Gradients;
use super::lines::{BEYOND, CORNER_BEYOND, COS_OF_LINE, STRIP, strongest};
use super::quadrilateral::{
    LEAST_SUPPORT, Quadrilateral, WEIGHT_OF_OVERRUN, all, area, contains, is_sensible, length,
};
use super::refine;

/// Side to which a photograph is brought for the search, pixels: 360. Edges of paper are longer than
/// those of print at this size.
const SEARCHED_SIDE: u32 = 360;
/// Outlines that are measured, best first: 40.
const MOST_MEASURED: usize = 40;
/// Outlines whose corners all lie nearer than this, pixels, are the same: 5.
const SAME: f32 = 5.0;
/// Least difference of light between paper and table, 0 to 255.
const LEAST_DIFFERENCE: f32 = 10.0;
/// Greatest part of the exact lines beyond the corners that is still an edge, mean of four sides: 0.7. A
/// square of a cloth makes 1; two sides of a paper may lie along joints by chance.
const MOST_EXACT_OVERRUN: f32 = 0.7;
/// Weight of uneven light along the inside of the four sides.
const WEIGHT_OF_UNEVEN: f32 = 0.3;
/// Mean difference from the middle light at which it is as uneven as can be, 0 to 255.
const UNEVEN: f32 = 60.0;
/// Least score of a document, 0 to 1.
const LEAST_SCORE: f32 = 0.7;
/// Difference that makes an edge as sharp as it need be, 0 to 255.
const SHARP: f32 = 30.0;
/// Weight of blunt edges: enough to tell a side that lies exactly on its edge from one beside it.
const WEIGHT_OF_BLUNT: f32 = 0.15;
/// Outlines whose scores differ less than this are equally good.
const MARGIN: f32 = 0.1;
/// And those that have two corners in common: three sides of one document and a false fourth.
const MARGIN_OF_VARIANTS: f32 = 0.03;

/// The corners in the photograph's pixels: upper left, upper right, lower right, lower left.
///
/// Of 240 synthetic papers on boards and on a squared cloth, no corner lay 6 pixels of 720 off, and 9
/// papers were not found, all on the cloth.
pub(super) fn find(photograph: &DynamicImage) -> Option<[Point; 4]> {
    let (width, height) = (photograph.width(), photograph.height());
    let scale = f64::from(SEARCHED_SIDE) / f64::from(width.max(height).max(1));
    let side = |side: u32| ((f64::from(side) * scale.min(1.0)).round() as u32).max(8);
    let grey = photograph.thumbnail_exact(side(width), side(height)).to_luma8();
    let gradients = Gradients::of(&blur(&grey, 1.0));
    let lines = strongest(&gradients);
    let rough = distinct(all(&lines, &gradients));
    let outlines: Vec<Outline> =
        rough.iter().filter_map(|rough| Outline::of(rough, &gradients)).collect();
    let corners = ordered(decided(&outlines)?);
    let (across, down) =
        (width as f32 / gradients.width as f32, height as f32 / gradients.height as f32);
    Some(corners.map(|(x, y)| ((x + 0.5) * across, (y + 0.5) * down)))
}

/// The best quadrilaterals, without those that are nearly the same as a better one.
fn distinct(quadrilaterals: Vec<Quadrilateral>) -> Vec<Quadrilateral> {
    let mut kept: Vec<Quadrilateral> = Vec::new();
    for quadrilateral in quadrilaterals {
        if kept.len() == MOST_MEASURED {
            break;
        }
        if !kept.iter().any(|better| is_same(&better.corners, &quadrilateral.corners)) {
            kept.push(quadrilateral);
        }
    }
    kept
}

fn is_same(one: &[Point; 4], other: &[Point; 4]) -> bool {
    (0..4).any(|turn| (0..4).all(|at| length(one[at], other[(at + turn) % 4]) < SAME))
}

/// A quadrilateral laid along its edges, and how much it looks like a document.
struct Outline {
    corners: [Point; 4],
    score: f32,
}

impl Outline {
    fn of(rough: &Quadrilateral, gradients: &Gradients) -> Option<Self> {
        let corners = refine::corners(&rough.corners, rough.is_light, gradients)?;
        let is_near = (0..4).all(|at| length(corners[at], rough.corners[at]) < 2.0 * SAME);
        if !is_near || !is_sensible(&corners, rough.is_light, gradients) {
            return None;
        }
        let (mut support, mut blunt, mut inside) = (0.0, 0.0, Vec::new());
        for at in 0..4 {
            let side = (corners[at], corners[(at + 1) % 4]);
            let (part, sharp) = step_along(side, rough.is_light, gradients, &mut inside);
            if part < LEAST_SUPPORT {
                return None;
            }
            support += part / 4.0;
            blunt += (1.0 - sharp) / 4.0;
        }
        let overrun = (0..4)
            .map(|at| overrun((corners[at], corners[(at + 1) % 4]), gradients) / 4.0)
            .sum::<f32>();
        if overrun > MOST_EXACT_OVERRUN {
            return None;
        }
        let score = support
            - WEIGHT_OF_OVERRUN * rough.overrun
            - WEIGHT_OF_UNEVEN * uneven(inside)
            - WEIGHT_OF_BLUNT * blunt;
        (score >= LEAST_SCORE).then_some(Self { corners, score })
    }
}

/// Part of a side, 0 to 1, along which it is an edge, and paper and table differ beside it; and how sharp
/// it is. Adds the light of the paper.
fn step_along(
    (from, to): (Point, Point),
    is_light: bool,
    gradients: &Gradients,
    inside: &mut Vec<f32>,
) -> (f32, f32) {
    let (along, inwards) = refine::directions(from, to);
    let sign = if is_light { 1.0 } else { -1.0 };
    let length = length(from, to);
    let (samples, mut steps, mut sharp) = ((length / 2.0) as usize, 0_usize, 0.0);
    for at in 0..samples {
        let place = (0.05 + 0.9 * (at as f32 + 0.5) / samples as f32) * length;
        let point = (from.0 + place * along.0, from.1 + place * along.1);
        let beside = |off: f32| (point.0 + off * inwards.0, point.1 + off * inwards.1);
        let paper = gradients.light(beside(STRIP));
        let table = gradients.light(beside(-STRIP));
        let edge = |off: f32| sign * gradients.along(beside(off), inwards);
        let has_edge = [-1.0, 0.0, 1.0].into_iter().any(|off| edge(off) >= LEAST_DIFFERENCE);
        steps += usize::from(has_edge && sign * (paper - table) >= LEAST_DIFFERENCE);
        sharp += (edge(0.0) / SHARP).clamp(0.0, 1.0);
        inside.push(paper);
    }
    let samples = samples.max(1) as f32;
    (steps as f32 / samples, sharp / samples)
}

/// Part of the line of a side beyond its corners, 0 to 1, that is still an edge.
fn overrun((from, to): (Point, Point), gradients: &Gradients) -> f32 {
    let (along, inwards) = refine::directions(from, to);
    let length = length(from, to);
    let (mut edges, mut within) = (0_usize, 0_usize);
    for place in 0..(BEYOND * length) as usize {
        let beyond = CORNER_BEYOND + place as f32;
        for (corner, beyond) in [(from, -beyond), (to, beyond)] {
            let point = (corner.0 + beyond * along.0, corner.1 + beyond * along.1);
            if gradients.near(point).is_none() {
                continue;
            }
            within += 1;
            edges += usize::from((-1..=1).any(|off| {
                let off = off as f32;
                let beside = (point.0 + off * inwards.0, point.1 + off * inwards.1);
                let (dx, dy) = gradients.near(beside).unwrap_or_default();
                let step = (dx * inwards.0 + dy * inwards.1).abs();
                step >= LEAST_DIFFERENCE.max(COS_OF_LINE * dx.hypot(dy))
            }));
        }
    }
    edges as f32 / within.max(1) as f32
}

/// How uneven light is, 0 to 1.
fn uneven(mut lights: Vec<f32>) -> f32 {
    lights.sort_by(f32::total_cmp);
    let Some(middle) = lights.get(lights.len() / 2).copied() else { return 1.0 };
    let mean = lights.iter().map(|light| (light - middle).abs()).sum::<f32>() / lights.len() as f32;
    (mean / UNEVEN).min(1.0)
}

/// The best outline, or the widest of those that are equally good, if it has all the others within: a box
/// printed on paper, or a card on a sheet. Where two lie apart or across, nobody knows which is meant.
fn decided(outlines: &[Outline]) -> Option<[Point; 4]> {
    let best = outlines.iter().max_by(|one, other| one.score.total_cmp(&other.score))?;
    let rivals: Vec<&Outline> = outlines
        .iter()
        .filter(|other| !is_same(&best.corners, &other.corners))
        .filter(|other| {
            let is_variant = common(&best.corners, &other.corners) >= 2;
            let margin = if is_variant { MARGIN_OF_VARIANTS } else { MARGIN };
            other.score >= best.score - margin
        })
        .collect();
    let widest = rivals
        .iter()
        .map(|rival| &rival.corners)
        .chain([&best.corners])
        .max_by(|one, other| area(one).total_cmp(&area(other)))?;
    // Nested outlines have no side in common: else one side of the two is false.
    let has_within = |other: &[Point; 4]| {
        is_same(widest, other)
            || common(widest, other) == 0
                && other.iter().all(|corner| contains(widest, *corner, SAME))
    };
    let all_within =
        has_within(&best.corners) && rivals.iter().all(|rival| has_within(&rival.corners));
    all_within.then_some(*widest)
}

/// Corners of one that are also corners of the other.
fn common(one: &[Point; 4], other: &[Point; 4]) -> usize {
    let is_common = |corner: &&Point| other.iter().any(|there| length(**corner, *there) < SAME);
    one.iter().filter(is_common).count()
}

/// Clockwise from the upper left.
fn ordered(mut corners: [Point; 4]) -> [Point; 4] {
    let sum = |(x, y): &Point| x + y;
    let first = (0..4).min_by(|a, b| sum(&corners[*a]).total_cmp(&sum(&corners[*b])));
    corners.rotate_left(first.unwrap_or_default());
    corners
}
