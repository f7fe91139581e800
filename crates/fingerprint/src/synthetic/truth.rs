//! Where the ridges of a grown finger end and fork, read from the phase of the ridge signal.
//!
//! Along a closed way around a place where one ridge begins, the phase of the ridges grows by one
//! whole turn more than it falls (Larkin and Fletcher 2007). No picture is needed, and none of the extractor's
//! steps, so that extraction can be held against it.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use super::growth::{Grown, ORIENTATIONS};
use super::portable::{atan2, sin_cos};
use crate::template::MinutiaKind;

/// Pairs of opposite minutiae nearer than this, grid px (0.8 of a ridge period), are one
/// ridge's flaw, not two minutiae.
const FLAW: f32 = 4.0;
/// Minutiae nearer to the silhouette than this, grid px, are where the finger ends.
const BORDER: usize = 5;
/// Where it is told which begins, ridge or valley: grid px ahead of the minutia.
const AHEAD: f32 = 5.0;

/// A minutia of the finger itself, before any print.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrueMinutia {
    /// Rightwards, px.
    pub x: f32,
    /// Downwards, px.
    pub y: f32,
    /// Along the ridge or valley that begins, rad, anticlockwise as the eye sees it.
    pub direction: f32,
    /// What begins.
    pub kind: MinutiaKind,
}

/// The minutiae of a grown finger, in px of the growth grid.
pub fn find(grown: &Grown) -> Vec<TrueMinutia> {
    let mut turns = Vec::new();
    for y in BORDER..grown.height.saturating_sub(BORDER + 1) {
        for x in BORDER..grown.width.saturating_sub(BORDER + 1) {
            turns.extend(minutia(grown, x, y));
        }
    }
    without_flaws(&turns).into_iter().map(|(minutia, _)| minutia).collect()
}

/// The minutia between a pixel and its right and lower neighbours, and whether its phase turns
/// anticlockwise.
fn minutia(grown: &Grown, x: usize, y: usize) -> Option<(TrueMinutia, bool)> {
    // Anticlockwise, as the eye sees it.
    let corners = [(x, y + 1), (x + 1, y + 1), (x + 1, y), (x, y)];
    let mut seen = [(0_i32, 0.0_f32, 0.0_f32); 4];
    for (corner, (cx, cy)) in seen.iter_mut().zip(corners) {
        *corner = phase(grown, cx, cy)?;
    }
    let (mut turn, mut flips) = (0.0, 0);
    for i in 0..4 {
        let (step, from, _) = seen[i];
        let (other, to, _) = seen[(i + 1) % 4];
        // Orientations have no sign; where the two are counted from opposite ends, so is phase.
        let flipped = (step - other).abs() > ORIENTATIONS as i32 / 2;
        flips += i32::from(flipped);
        let against = |step: i32| (step - seen[0].0).abs() > ORIENTATIONS as i32 / 2;
        let own = if against(step) { -from } else { from };
        let next = if against(other) { -to } else { to };
        turn += wrapped(next - own);
    }
    if flips % 2 != 0 || turn.abs() < PI || !grown.is_inside(x, y, BORDER) {
        return None;
    }
    let weights = seen.map(|(_, _, power)| 1.0 / (power + 1e-6));
    let total: f32 = weights.iter().sum();
    let mean = |of: fn((usize, usize)) -> usize| -> f32 {
        corners.iter().zip(weights).map(|(corner, weight)| of(*corner) as f32 * weight).sum::<f32>()
            / total
    };
    let (x, y) = (mean(|corner| corner.0), mean(|corner| corner.1));
    let begins_ahead = turn > 0.0;
    let flow = PI * seen[0].0 as f32 / ORIENTATIONS as f32;
    let direction = if begins_ahead { flow } else { flow + PI };
    let (sine, cosine) = sin_cos(direction);
    let kind = if grown.ridge_at(x + AHEAD * cosine, y - AHEAD * sine) > 0.0 {
        MinutiaKind::Ending
    } else {
        MinutiaKind::Bifurcation
    };
    Some((TrueMinutia { x, y, direction, kind }, begins_ahead))
}

/// Orientation step, phase (rad) and power of the ridge signal at a grid pixel.
fn phase(grown: &Grown, x: usize, y: usize) -> Option<(i32, f32, f32)> {
    let (even, odd, step) = grown.at(x, y)?;
    Some((step, atan2(-odd, even), even * even + odd * odd))
}

fn wrapped(angle: f32) -> f32 {
    angle - TAU * (angle / TAU).round()
}

/// Leaves out pairs that turn oppositely side by side, nearest first.
fn without_flaws(turns: &[(TrueMinutia, bool)]) -> Vec<(TrueMinutia, bool)> {
    let mut pairs = Vec::new();
    for (i, (a, left)) in turns.iter().enumerate() {
        for (j, (b, right)) in turns.iter().enumerate().skip(i + 1) {
            let squared = (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
            let off = wrapped(a.direction - b.direction).abs();
            if squared < FLAW * FLAW && (left != right || off > FRAC_PI_2) {
                pairs.push((squared, i, j));
            }
        }
    }
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut gone = vec![false; turns.len()];
    for (_, i, j) in pairs {
        if !gone[i] && !gone[j] {
            (gone[i], gone[j]) = (true, true);
        }
    }
    turns.iter().zip(gone).filter(|(_, gone)| !gone).map(|(turn, _)| *turn).collect()
}
