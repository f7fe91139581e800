//! A sampled finger: minutiae placed into its orientation field.

use std::f32::consts::PI;

use rand_chacha::ChaCha8Rng;

use super::flow::Flow;
use super::person::PersonSampler;
use crate::finger::FingerPosition;
use crate::synthetic::draw::{self, SmoothField};
use crate::synthetic::orientation::{OrientationModel, REFERENCE};
use crate::synthetic::pattern::PatternClass;
use crate::synthetic::portable::exp;
use crate::synthetic::silhouette::Silhouette;
use crate::template::MinutiaKind;

/// Ridge period of the reference frame, px.
const REFERENCE_PERIOD: f32 = 9.0;
/// Density of minutiae where ridges run parallel, per square px at a 9 px period (0.26 per mm²),
/// and the spread of its logarithm between fingers. Fitted: 40 minutiae a print like the operational
/// set's 41; the spread that lognormal counts of 0.28 (SFinGe) leave beside the contact's size.
const DENSITY: (f32, f32) = (6.7e-4, 0.18);
/// Share of the variance of density and quality that the fingers of a person have in common.
/// Source: a guess between the correlations of finger quality in the literature, 0.3 to 0.5.
const KINSHIP: f32 = 0.4;
/// Share of the ridges that must begin by divergence that do begin as minutiae; the others are
/// made room for by wider ridges. Range 0 to 1.2. Effect: minutiae crowd below cores and at deltas and
/// point away from there, which makes fingers of one class alike. Measured, pairs of different
/// fingers at 0 nats or more by minutiae: 650 per million at 0.5, 6,000 at 0.9, 15,000 at 1.2; real
/// 6,000 then. At 0.95, by the present weights, 4,900 for 3,700.
const BEGINNING: f32 = 0.95;
/// Most density that divergence adds, per square px.
const MOST_BEGINNING: f32 = 1.5e-3;
/// Least distance between minutiae of a finger, px at a 9 px period.
const HARD_CORE: f32 = 8.0;
/// Spread of the smooth field that makes some regions rich in minutiae and others poor, relative,
/// and the size of its features, px.
const PATCHES: (f32, f32) = (0.45, 70.0);
/// Slow swings of the flow, rad. None: chance already places the minutiae that a grown finger needs
/// swings for, and the densities above are fitted without.
const DRIFT: f32 = 0.0;
/// Standard deviation of a minutia's direction about the field, rad (4.6°). Effect: the less, the
/// more alike different fingers (a tenth more of them at 0 nats for 0.04 less).
const WAVERING: f32 = 0.08;

/// A minutia of the finger itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inborn {
    /// Px of the finger at 500 dpi.
    pub(super) x: f32,
    pub(super) y: f32,
    /// Rad, anticlockwise as the eye sees it.
    pub(super) direction: f32,
    pub(super) kind: MinutiaKind,
    /// How clearly it shows in any print, standard normal.
    pub(super) salience: f32,
}

/// One finger of a sampled person: its minutiae, in px at 500 dpi; about 2 kB.
pub struct FingerSampler {
    pub(super) person: PersonSampler,
    position: FingerPosition,
    class: PatternClass,
    pub(super) flow: OrientationModel,
    /// Size relative to a finger with a 9 px period.
    pub(super) scale: f32,
    /// Quality of the skin, standard normal over all fingers.
    pub(super) quality: f32,
    pub(super) minutiae: Vec<Inborn>,
}

impl FingerSampler {
    pub(super) fn draw(person: &PersonSampler, position: FingerPosition) -> Self {
        let rng = &mut person.generator(position, 0);
        let class = PatternClass::draw(rng, position, person.traits.whorl_tendency);
        let flow = OrientationModel::draw(rng, class, DRIFT);
        let kin = |rng: &mut ChaCha8Rng, shared: f32| {
            KINSHIP.sqrt() * shared + (1.0 - KINSHIP).sqrt() * draw::normal(rng, 0.0, 1.0)
        };
        let quality = kin(rng, person.quality);
        let density = DENSITY.0 * exp(DENSITY.1 * kin(rng, person.count));
        let scale = person.traits.period_px.clamp(5.0, 14.0) / REFERENCE_PERIOD;
        let minutiae = place(rng, &flow, density, scale);
        Self { person: person.clone(), position, class, flow, scale, quality, minutiae }
    }

    /// Which finger of the hand this is.
    pub fn position(&self) -> FingerPosition {
        self.position
    }

    /// Pattern class of the finger.
    pub fn class(&self) -> PatternClass {
        self.class
    }

    /// Number of minutiae of the whole finger, from nail to nail.
    pub fn minutiae(&self) -> usize {
        self.minutiae.len()
    }
}

/// Places minutiae: a Poisson process thinned by density, with a hard core.
fn place(rng: &mut ChaCha8Rng, flow: &OrientationModel, density: f32, scale: f32) -> Vec<Inborn> {
    let outline = Silhouette::draw(rng);
    let (width, height) = REFERENCE;
    let patches = SmoothField::draw(rng, width as usize, height as usize, PATCHES.1, PATCHES.0);
    let most = density * (1.0 + 2.0 * PATCHES.0) + MOST_BEGINNING;
    let proposals = (most * width * height) as usize;
    let mut taken = Taken::new();
    let mut minutiae = Vec::with_capacity(128);
    for _ in 0..proposals {
        let (x, y) = (draw::unit(rng) * width, draw::unit(rng) * height);
        let chance = draw::unit(rng) * most;
        let wavering = draw::grain(rng);
        let ground = density * (1.0 + patches.at(x, y)).max(0.1);
        if chance > ground + MOST_BEGINNING || !outline.holds(x, y) {
            continue;
        }
        let here = Flow::at(flow, x, y);
        let beginning =
            (BEGINNING * here.divergence / REFERENCE_PERIOD).clamp(-MOST_BEGINNING, MOST_BEGINNING);
        let total = ground.max(beginning.abs());
        if chance > total || !taken.take(x, y) {
            continue;
        }
        // Ridges begin along the flow and against it; the difference of the two densities is
        // what the divergence asks for.
        let along = draw::unit(rng) * 2.0 * total < total + beginning;
        let direction = here.angle + WAVERING * wavering + if along { 0.0 } else { PI };
        let kind =
            if draw::chance(rng, 0.5) { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
        let salience = draw::grain(rng);
        minutiae.push(Inborn { x: x * scale, y: y * scale, direction, kind, salience });
    }
    minutiae
}

/// The places taken so far, by cells of the hard core's size.
struct Taken {
    cells: Vec<(f32, f32)>,
    columns: usize,
}

impl Taken {
    fn new() -> Self {
        let columns = (REFERENCE.0 / HARD_CORE) as usize + 3;
        let rows = (REFERENCE.1 / HARD_CORE) as usize + 3;
        Self { cells: vec![(-100.0, -100.0); columns * rows], columns }
    }

    /// Takes a place unless another lies within the hard core.
    fn take(&mut self, x: f32, y: f32) -> bool {
        let at = (y / HARD_CORE) as usize * self.columns + (x / HARD_CORE) as usize;
        let far =
            |(u, v): &(f32, f32)| (u - x) * (u - x) + (v - y) * (v - y) >= HARD_CORE * HARD_CORE;
        // The cell lies in the middle of three rows of three.
        let free = (0..3).all(|row| {
            let from = at + row * self.columns;
            self.cells[from..from + 3].iter().all(far)
        });
        if free {
            self.cells[at + self.columns + 1] = (x, y);
        }
        free
    }
}
