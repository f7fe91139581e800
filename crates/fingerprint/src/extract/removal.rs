//! Stage 8: endings that no ridge has: gaps, crossings of noise, clouds.

use std::f32::consts::PI;

use super::endings::{Ending, difference};
use super::period::Period;
use crate::portable::atan2;

/// Two endings of one kind that face each other across a gap of at most this many periods are a
/// broken line.
const GAP: f32 = 1.6;
/// How exactly they must face: opposed within π − 2.4 rad, and along the gap within 0.7 rad.
const FACING: (f32, f32) = (2.4, 0.7);
/// Two endings of one kind nearer than this many periods are an artefact of thinning.
const CLOSE: f32 = 0.7;
/// An ending and a fork nearer than this are one place, pixels; the less reliable goes.
const SAME_PLACE: f32 = 5.0;
/// More neighbours than this within the radius, pixels, are noise.
const CLOUD: (usize, f32) = (4, 20.0);
/// Least reliability kept. Range 0.05 to 0.25.
const LEAST_RELIABILITY: f32 = 0.12;

/// What is left.
pub(super) fn remove_false(endings: &[Ending], period: &Period) -> Vec<Ending> {
    let whole = keep(endings, |a, b| !broken_line(a, b, period));
    let apart = keep(&whole, |a, b| !doubled(a, b));
    let crowd = |a: &Ending| whole.iter().filter(|b| distance(a, b) < CLOUD.1).count() - 1;
    apart.into_iter().filter(|a| crowd(a) <= CLOUD.0 && a.reliability > LEAST_RELIABILITY).collect()
}

/// The endings that hold `stays` against every other one.
fn keep(endings: &[Ending], stays: impl Fn(&Ending, &Ending) -> bool) -> Vec<Ending> {
    let held = |i: usize| endings.iter().enumerate().all(|(j, b)| i == j || stays(&endings[i], b));
    (0..endings.len()).filter(|i| held(*i)).map(|i| endings[i]).collect()
}

fn broken_line(a: &Ending, b: &Ending, period: &Period) -> bool {
    if a.kind != b.kind {
        return false;
    }
    let (apart, wide) = (distance(a, b), period.at(a.x as usize, a.y as usize));
    if apart < CLOSE * wide {
        return true;
    }
    let across = atan2(b.y - a.y, b.x - a.x);
    apart < GAP * wide
        && difference(a.direction, b.direction).abs() > FACING.0
        && difference(across, a.direction + PI).abs() < FACING.1
}

/// Whether `a` gives way to `b`.
fn doubled(a: &Ending, b: &Ending) -> bool {
    distance(a, b) < SAME_PLACE && b.reliability > a.reliability
}

fn distance(a: &Ending, b: &Ending) -> f32 {
    ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()
}
