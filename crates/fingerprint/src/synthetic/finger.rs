//! The master finger: everything about one finger that lasts, grown from a seed.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::blemish;
use super::draw::{self, SmoothField};
use super::growth::{self, GRID_PERIOD, Grown, GrowthPlan};
use super::orientation::{OrientationModel, REFERENCE};
use super::pattern::PatternClass;
use super::period::PeriodMap;
use super::plane::Plane;
use super::silhouette::Silhouette;
use super::truth::{self, TrueMinutia};
use crate::finger::FingerPosition;

/// Ridge period of the reference frame, px at 500 dpi.
const REFERENCE_PERIOD: f32 = 9.0;

/// Rounds of growth, drawn for each finger, 4 to 60. Effect: fewer leave more minutiae, extracted at
/// the median 52 a print with 7 to 14 rounds and 46 with 14 to 30; operational prints have 41.
const ROUNDS: (f32, f32) = (16.0, 34.0);
/// Slow swings of the flow, rad. Measured with 96 fingers, pairs of different ones at 0 nats or more:
/// 54,000 per million at 0.16 with swings of 90 px, 36,000 at 0.3 with 60 px.
const DRIFT: f32 = 0.3;

/// What the ten fingers of a person have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonTraits {
    /// Mean ridge period, px at 500 dpi, 5 to 14: adults 9.0 ± 0.7, children of 6–12 years
    /// 7.0–7.8 (ALGORITHMS section 6). The finger's size scales with it.
    pub period_px: f32,
    /// Share of the ridge relief worn away by age or manual work, 0 to 1.
    pub wear: f32,
    /// Mean number of creases and scars per finger, 0 to 12.
    pub creases: f32,
    /// Leaning towards whorls, −1 to 1; see [`PatternClass::draw`].
    pub whorl_tendency: f32,
}

impl PersonTraits {
    /// Traits of an adult, drawn: period N(9.0, 0.7), light wear.
    pub fn adult(rng: &mut impl Rng) -> Self {
        Self {
            period_px: draw::normal(rng, 9.0, 0.7).clamp(7.4, 10.8),
            wear: draw::between(rng, 0.0, 0.15),
            creases: draw::between(rng, 0.3, 2.5),
            whorl_tendency: draw::normal(rng, 0.0, 0.4).clamp(-1.0, 1.0),
        }
    }

    /// Traits of a child of school age, drawn: finer ridges on smaller fingers, no wear.
    pub fn child(rng: &mut impl Rng) -> Self {
        Self {
            period_px: draw::normal(rng, 7.3, 0.3).clamp(6.4, 8.2),
            wear: 0.0,
            creases: draw::between(rng, 0.0, 0.8),
            ..Self::adult(rng)
        }
    }

    /// Traits of a person of heavy manual work or great age, drawn: worn relief, many creases.
    pub fn worn(rng: &mut impl Rng) -> Self {
        Self {
            wear: draw::between(rng, 0.35, 0.7),
            creases: draw::between(rng, 2.0, 6.0),
            ..Self::adult(rng)
        }
    }
}

/// One finger's lasting ridge pattern at 500 dpi, from which impressions are taken.
///
/// The same seed, position and traits give the same finger on every machine, bit for bit.
pub struct MasterFinger {
    /// Ridge signal, −1 valley to 1 ridge, 0 off the finger; 500 dpi.
    pub(super) ridges: Plane,
    /// Size relative to a finger with a 9 px period.
    pub(super) scale: f32,
    /// Wear of the relief, 0 to 1.
    pub(super) wear: f32,
    /// Middle of the pad, where the finger touches a sensor, px.
    pub(super) pad: (f32, f32),
    /// What ends and forks, before blemishes; px of `ridges`.
    minutiae: Vec<TrueMinutia>,
    position: FingerPosition,
    class: PatternClass,
}

impl MasterFinger {
    /// Grows a finger.
    ///
    /// Traits outside their ranges are moved to the nearest permitted value.
    pub fn grow(seed: [u8; 32], position: FingerPosition, traits: &PersonTraits) -> Self {
        let rng = &mut ChaCha8Rng::from_seed(seed);
        let class = PatternClass::draw(rng, position, traits.whorl_tendency);
        Self::grow_class(rng, position, class, traits)
    }

    /// Grows a finger of a chosen pattern class from a running generator.
    pub fn grow_class(
        rng: &mut impl Rng,
        position: FingerPosition,
        class: PatternClass,
        traits: &PersonTraits,
    ) -> Self {
        let scale = traits.period_px.clamp(5.0, 14.0) / REFERENCE_PERIOD;
        let flow = OrientationModel::draw(rng, class, DRIFT);
        let period = PeriodMap::draw(rng, flow.core_level());
        let outline = Silhouette::draw(rng);
        let grown = grow_ridges(rng, &flow, &period, &outline);
        let (width, height) = (REFERENCE.0 * scale, REFERENCE.1 * scale);
        let minutiae = true_minutiae(&grown, width);
        let grid = Plane { width: grown.width, height: grown.height, values: grown.even };
        let mut ridges = grid.enlarged(width as usize, height as usize);
        roughen(rng, &mut ridges, scale);
        blemish::open_pores(rng, &mut ridges, REFERENCE_PERIOD * scale);
        let creases = draw::normal(rng, traits.creases, 0.8).round().clamp(0.0, 12.0);
        blemish::cut_creases(rng, &mut ridges, creases as usize, scale);
        Self {
            ridges,
            scale,
            wear: traits.wear.clamp(0.0, 1.0),
            pad: (0.5 * REFERENCE.0 * scale, 265.0 * scale),
            minutiae,
            position,
            class,
        }
    }

    /// Where the ridges end and fork, from nail to nail: px at 500 dpi, y downwards. Found while
    /// the ridges grew, before creases and pores, without any of the extractor's steps.
    pub fn minutiae(&self) -> &[TrueMinutia] {
        &self.minutiae
    }

    /// Which finger of the hand this is.
    pub fn position(&self) -> FingerPosition {
        self.position
    }

    /// Pattern class of the finger.
    pub fn class(&self) -> PatternClass {
        self.class
    }
}

/// Grows the ridges on the coarse grid.
fn grow_ridges(
    rng: &mut impl Rng,
    flow: &OrientationModel,
    period: &PeriodMap,
    outline: &Silhouette,
) -> Grown {
    let per_grid = REFERENCE_PERIOD / GRID_PERIOD;
    let (width, height) = ((REFERENCE.0 / per_grid) as usize, (REFERENCE.1 / per_grid) as usize);
    let plan = GrowthPlan::new(width, height, |x, y| {
        let (x, y) = ((x as f32 + 0.5) * per_grid, (y as f32 + 0.5) * per_grid);
        outline.holds(x, y).then(|| (flow.at(x, y), period.at(x, y)))
    });
    let rounds = draw::between(rng, ROUNDS.0, ROUNDS.1) as usize;
    growth::grow(rng, plan, rounds)
}

/// Minutiae of the growth grid in px of the finger, which is `width` px wide.
fn true_minutiae(grown: &Grown, width: f32) -> Vec<TrueMinutia> {
    let enlarged = width.floor() / grown.width as f32;
    let place = |grid: f32| (grid + 0.5) * enlarged - 0.5;
    truth::find(grown)
        .into_iter()
        .map(|minutia| TrueMinutia { x: place(minutia.x), y: place(minutia.y), ..minutia })
        .collect()
}

/// Gives ridge edges and heights the small irregularities that recur in every print.
fn roughen(rng: &mut impl Rng, ridges: &mut Plane, scale: f32) {
    let fine = SmoothField::draw(rng, ridges.width, ridges.height, 2.5 * scale, 0.16);
    let broad = SmoothField::draw(rng, ridges.width, ridges.height, 14.0 * scale, 0.22);
    let mut change = vec![0.0; ridges.width];
    for (y, row) in ridges.values.chunks_exact_mut(ridges.width).enumerate() {
        change.fill(0.0);
        fine.add_row(y, &mut change);
        broad.add_row(y, &mut change);
        for (value, change) in row.iter_mut().zip(&change) {
            if *value != 0.0 {
                *value += change;
            }
        }
    }
}
