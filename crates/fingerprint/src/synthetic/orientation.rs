//! Ridge orientation of a whole finger: zero-pole model with Vizcaya–Gerhardt corrections.

use std::f32::consts::PI;

use rand_core::Rng;

use super::draw::{self, SmoothField};
use super::pattern::PatternClass;
use super::portable::{atan2, sin_cos};

/// Width and height of the reference finger in px, at a mean ridge period of 9 px (500 dpi adult).
pub const REFERENCE: (f32, f32) = (416.0, 560.0);

/// Where the core of an average finger lies in the reference frame, px.
const CENTRE: (f32, f32) = (208.0, 235.0);

/// Standard deviation of the eight correction knots, rad. Source: Vizcaya and Gerhardt (1996),
/// ALGORITHMS range 0.1–0.15. Effect: fingers of one class differ in flow, not only in position.
const KNOT_SD: f32 = 0.11;

/// How far the ridges inside a loop run parallel instead of fanning out from the core: 0 leaves
/// the plain zero-pole field, 1 makes a half circle with parallel legs. Effect: fewer endings
/// crowd below the core.
const PARALLEL_LEGS: (f32, f32) = (0.35, 0.65);

/// Distance from the core at which that correction has halved, px.
const LEGS_REACH: f32 = 200.0;

/// Size of the slow swings of the flow, px.
const DRIFT_SPACING: f32 = 60.0;

/// A core or delta and its angular corrections.
struct Singularity {
    x: f32,
    y: f32,
    /// Piecewise-linear correction on eight knots, rad.
    knots: [f32; 8],
    /// Weight of the parallel-legs correction; 0 for deltas.
    legs: f32,
    /// Direction in which the core opens, rad.
    opening: f32,
}

/// Orientation of the ridges at every point of the reference finger.
pub struct OrientationModel {
    cores: Vec<Singularity>,
    deltas: Vec<Singularity>,
    /// Slope of the ridges at the flanks near the tip, rad: they follow the outline there.
    tip_bend: f32,
    /// Height of the wave of a plain arch (tangent of the steepest slope); 0 for other classes.
    arch: f32,
    /// Level of the arch's steepest row, px.
    arch_row: f32,
    /// Lateral centre of the flow, px.
    axis: f32,
    /// Rotation of the whole field, rad.
    tilt: f32,
    /// What no singularity explains: slow swings of the flow.
    drift: SmoothField,
}

impl OrientationModel {
    /// Draws a model of the given class; positions and knots jittered around the class's own.
    ///
    /// `drift` is the standard deviation of slow swings of the flow, rad, 0 to 0.5: what makes grown
    /// fingers of one class differ where the class leaves no choice.
    pub fn draw(rng: &mut impl Rng, class: PatternClass, drift: f32) -> Self {
        let core = (draw::normal(rng, CENTRE.0, 12.0), draw::normal(rng, CENTRE.1, 16.0));
        let (cores, deltas) = match class {
            PatternClass::Arch => (vec![], vec![]),
            PatternClass::LeftLoop => (vec![core], vec![side_delta(rng, core, 1.0)]),
            PatternClass::RightLoop => (vec![core], vec![side_delta(rng, core, -1.0)]),
            PatternClass::TentedArch => {
                let below = draw::between(rng, 45.0, 95.0);
                (vec![core], vec![(draw::normal(rng, core.0, 4.0), core.1 + below)])
            }
            PatternClass::Whorl => {
                let second =
                    (draw::normal(rng, core.0, 7.0), core.1 + draw::between(rng, 10.0, 48.0));
                (vec![core, second], both_deltas(rng, core))
            }
            PatternClass::DoubleLoop => {
                let side = if draw::chance(rng, 0.5) { 1.0 } else { -1.0 };
                let second = (
                    core.0 + side * draw::between(rng, 22.0, 50.0),
                    core.1 + draw::between(rng, 30.0, 70.0),
                );
                (vec![core, second], both_deltas(rng, core))
            }
        };
        Self {
            cores: cores.iter().map(|&core| core_at(rng, core, &cores, &deltas)).collect(),
            deltas: deltas.iter().map(|&delta| singularity(rng, delta)).collect(),
            tip_bend: draw::between(rng, 0.35, 0.65),
            arch: if class == PatternClass::Arch { draw::between(rng, 0.55, 1.3) } else { 0.0 },
            arch_row: draw::normal(rng, 330.0, 20.0),
            axis: core.0,
            tilt: draw::normal(rng, 0.0, 0.05),
            drift: SmoothField::draw(
                rng,
                REFERENCE.0 as usize,
                REFERENCE.1 as usize,
                DRIFT_SPACING,
                drift,
            ),
        }
    }

    /// Ridge orientation at a point of the reference frame (px, y downwards): radians modulo π,
    /// anticlockwise from the x axis as seen on the image.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let turn = |s: &Singularity| corrected(s, x, y);
        let cores: f32 = self.cores.iter().map(turn).sum();
        let deltas: f32 = self.deltas.iter().map(turn).sum();
        let side = ((x - self.axis) / (0.5 * REFERENCE.0)).clamp(-1.2, 1.2);
        0.5 * (cores - deltas) + self.tilt + self.wave(side, y) + self.drift.at(x, y)
    }

    /// The part of the orientation without singularities: tip curvature and the arch's wave.
    fn wave(&self, side: f32, y: f32) -> f32 {
        let up = ((CENTRE.1 + 120.0 - y) / 300.0).clamp(0.0, 1.0);
        let bend = -self.tip_bend * side * up * (1.0 - 0.3 * side * side);
        if self.arch <= 0.0 {
            return bend;
        }
        let away = (y - self.arch_row) / 130.0;
        let height = self.arch / (1.0 + away * away);
        let (sine, _) = sin_cos(PI * (side * 0.9).clamp(-1.0, 1.0));
        bend - atan2(height * sine, 1.0)
    }

    /// Level of the uppermost core, px from the top; the arch's steepest row where there is none.
    pub fn core_level(&self) -> f32 {
        self.cores.iter().map(|c| c.y).fold(f32::INFINITY, f32::min).min(self.arch_row)
    }
}

fn side_delta(rng: &mut impl Rng, core: (f32, f32), side: f32) -> (f32, f32) {
    (core.0 + side * draw::between(rng, 75.0, 122.0), core.1 + draw::between(rng, 85.0, 140.0))
}

fn both_deltas(rng: &mut impl Rng, core: (f32, f32)) -> Vec<(f32, f32)> {
    [-1.0, 1.0]
        .into_iter()
        .map(|side| {
            (
                core.0 + side * draw::between(rng, 85.0, 130.0),
                core.1 + draw::between(rng, 100.0, 160.0),
            )
        })
        .collect()
}

fn singularity(rng: &mut impl Rng, (x, y): (f32, f32)) -> Singularity {
    Singularity {
        x,
        y,
        knots: std::array::from_fn(|_| draw::normal(rng, 0.0, KNOT_SD)),
        legs: 0.0,
        opening: 0.0,
    }
}

/// A core with the direction in which it opens, which the other singularities decide: along
/// it the ray from the core and the ridge have the same direction.
fn core_at(
    rng: &mut impl Rng,
    core: (f32, f32),
    cores: &[(f32, f32)],
    deltas: &[(f32, f32)],
) -> Singularity {
    let bearing = |other: &(f32, f32)| atan2(other.1 - core.1, core.0 - other.0);
    let opening = cores.iter().map(bearing).sum::<f32>() - deltas.iter().map(bearing).sum::<f32>();
    // Two cores already close their ridges between them.
    let strength = if cores.len() > 1 { 0.5 } else { 1.0 };
    Singularity {
        legs: strength * draw::between(rng, PARALLEL_LEGS.0, PARALLEL_LEGS.1),
        opening,
        ..singularity(rng, core)
    }
}

/// The angle under which a point is seen from a singularity, with the corrections added, rad.
fn corrected(s: &Singularity, x: f32, y: f32) -> f32 {
    let (dx, dy) = (x - s.x, s.y - y);
    let angle = atan2(dy, dx);
    let position = (angle + PI) * (4.0 / PI);
    let below = position.floor();
    let knot = (below as usize) % 8;
    let (a, b) = (s.knots[knot], s.knots[(knot + 1) % 8]);
    let wavering = a + (b - a) * (position - below);
    if s.legs <= 0.0 {
        return angle + wavering;
    }
    let fade = 1.0 / (1.0 + (dx * dx + dy * dy) / (LEGS_REACH * LEGS_REACH));
    angle + wavering - s.legs * fade * legs(angle - s.opening)
}

/// Triangle wave of the angle off the opening: rises to π/2 at right angles, back to 0 behind.
fn legs(off: f32) -> f32 {
    let off = off - 2.0 * PI * (off / (2.0 * PI)).round();
    let magnitude = off.abs();
    magnitude.min(PI - magnitude) * off.signum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    /// Turns of the orientation (in half turns) along a circle that holds the whole pattern.
    fn index_around(model: &OrientationModel, x: f32, y: f32, radius: f32) -> i32 {
        let angle = |i: u16| {
            let (s, c) = sin_cos(f32::from(i) * PI / 180.0);
            model.at(x + radius * c, y - radius * s)
        };
        let sum: f32 = (0..360)
            .map(|i| {
                let step = angle(i + 1) - angle(i);
                step - PI * (step / PI).round()
            })
            .sum();
        (sum / PI).round() as i32
    }

    #[test]
    fn singularities_have_their_poincare_index_and_cancel_far_away() {
        use PatternClass::{Arch, DoubleLoop, LeftLoop, RightLoop, TentedArch, Whorl};
        for (i, class) in
            [LeftLoop, RightLoop, Whorl, DoubleLoop, Arch, TentedArch].into_iter().enumerate()
        {
            let mut rng = ChaCha8Rng::from_seed([i as u8; 32]);
            let model = OrientationModel::draw(&mut rng, class, 0.3);
            assert_eq!(index_around(&model, 208.0, 290.0, 900.0), 0, "{class:?}");
            for core in &model.cores {
                assert_eq!(index_around(&model, core.x, core.y, 3.0), 1, "{class:?}");
            }
            for delta in &model.deltas {
                assert_eq!(index_around(&model, delta.x, delta.y, 3.0), -1, "{class:?}");
            }
        }
    }
}
