//! An impression of a sampled finger: which minutiae a sensor and an extractor would find, and where.

use std::f32::consts::{PI, TAU};

use rand_chacha::ChaCha8Rng;

use super::finger::{FingerSampler, Inborn};
use crate::synthetic::conditions::ImpressionConditions;
use crate::synthetic::draw::{self, SmoothField};
use crate::synthetic::orientation::REFERENCE;
use crate::synthetic::placement::Placement;
use crate::synthetic::portable::{atan2, exp, sin_cos};
use crate::template::{MAX_MINUTIAE, Minutia, MinutiaKind, SUBPIXEL, Template};

/// How well a capture shows the ridges; all from the quality of the finger and the conditions.
struct Clarity {
    /// Log odds that a minutia of average salience is found.
    found: f32,
    /// Density of false minutiae, per square px.
    invented: f32,
    /// Standard deviation of place, px, and direction, rad.
    jitter: (f32, f32),
    /// Finger quality, 0 to 100.
    quality: u8,
}

/// Mean log odds that a minutia is found, and how much one standard deviation of the capture's
/// quality changes them.
const FOUND: (f32, f32) = (2.25, 0.9);
/// How much a minutia's own salience changes them, and the field of clear and unclear regions.
const SALIENCE: (f32, f32) = (0.7, 1.5);
/// Size of clear and unclear regions, px.
const REGION: f32 = 55.0;
/// Density of false minutiae at average quality, per square px; a standard deviation of quality
/// less multiplies it by e to the second.
const INVENTED: (f32, f32) = (5.2e-5, 0.5);
/// Standard deviation of place, px, and of direction, rad, at average quality, and their growth.
const JITTER: (f32, f32, f32) = (1.05, 0.055, 0.2);
/// A share of the minutiae lies off by more than that: share and factor.
const HEAVY_TAIL: (f32, f32) = (0.12, 2.6);
/// Share of minutiae whose direction is found reversed.
const REVERSED: f32 = 0.01;
/// Share of minutiae whose kind is found wrongly.
const OTHER_KIND: f32 = 0.12;
/// Spread of the quality between captures of one finger, against 1 between fingers.
const CAPTURE_SD: f32 = 0.6;
/// Minutiae nearer than this to the rim of the contact are lost, share of the contact's radius.
const RIM: f32 = 0.07;

impl FingerSampler {
    /// The template of impression `number` of this finger under `conditions`.
    ///
    /// Equal numbers and conditions give equal templates on every machine. Minutiae stand best
    /// first, as from [`crate::extract`]; there are at most 255.
    pub fn impression(&self, number: u32, conditions: &ImpressionConditions) -> Template {
        let rng = &mut self.person.generator(self.position(), 1 + u64::from(number));
        let (width, height) = (conditions.width.clamp(96, 1000), conditions.height.clamp(96, 1000));
        let sensor = (width as f32, height as f32);
        let pad = (0.5 * REFERENCE.0 * self.scale, 265.0 * self.scale);
        let placement = Placement::draw(rng, pad, self.scale, conditions);
        let clarity = Clarity::draw(rng, self.quality, conditions);
        let spacing = REGION * self.scale;
        let regions = SmoothField::draw(rng, width as usize, height as usize, spacing, 1.0);
        let mut found = Vec::with_capacity(self.minutiae.len() + 16);
        for minutia in &self.minutiae {
            found.extend(clarity.show(rng, minutia, &placement, &regions, sensor));
        }
        self.invent(rng, &clarity, &placement, &regions, sensor, &mut found);
        found.sort_unstable_by_key(|minutia| std::cmp::Reverse(minutia.quality));
        found.truncate(MAX_MINUTIAE);
        template(width as u16, height as u16, clarity.quality, found)
    }

    /// Adds false minutiae, more of them where the print is unclear or ends.
    fn invent(
        &self,
        rng: &mut ChaCha8Rng,
        clarity: &Clarity,
        placement: &Placement,
        regions: &SmoothField,
        (width, height): (f32, f32),
        found: &mut Vec<Minutia>,
    ) {
        let proposals = (2.0 * clarity.invented * width * height) as usize;
        for _ in 0..proposals {
            let (x, y) = (draw::unit(rng) * width, draw::unit(rng) * height);
            let chance = 2.0 * draw::unit(rng);
            let (u, v) = placement.pad_under(x - 0.5 * width, y - 0.5 * height);
            let firm = placement.firmness(u, v);
            let likelihood = 1.0 - 0.5 * regions.at(x, y) + if firm < 0.2 { 0.5 } else { 0.0 };
            if firm < RIM || chance > likelihood {
                continue;
            }
            let flow = self.flow.at(u / self.scale, v / self.scale);
            let reverse = if draw::chance(rng, 0.5) { PI } else { 0.0 };
            let direction = flow + reverse + 0.3 * draw::grain(rng);
            let kind =
                if draw::chance(rng, 0.5) { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
            let quality = grade(clarity.found + 1.5 * draw::grain(rng) - 1.5);
            found.extend(minutia_at((x, y), direction, kind, quality, (width, height)));
        }
    }
}

impl Clarity {
    fn draw(rng: &mut ChaCha8Rng, finger: f32, conditions: &ImpressionConditions) -> Self {
        let burden = burden(conditions) - burden(&ImpressionConditions::operational());
        let quality = (finger + draw::normal(rng, 0.0, CAPTURE_SD) - burden).clamp(-5.0, 3.0);
        let growth = exp(-JITTER.2 * quality);
        Self {
            found: FOUND.0 + FOUND.1 * quality,
            invented: INVENTED.0 * exp(-INVENTED.1 * quality),
            jitter: (JITTER.0 * growth, JITTER.1 * growth),
            quality: grade(3.1 + 1.4 * quality),
        }
    }

    /// Where a minutia is found, if it is.
    fn show(
        &self,
        rng: &mut ChaCha8Rng,
        minutia: &Inborn,
        placement: &Placement,
        regions: &SmoothField,
        sensor: (f32, f32),
    ) -> Option<Minutia> {
        let (u, v) = placement.pad_place(minutia.x, minutia.y);
        if placement.firmness(u, v) < RIM {
            return None;
        }
        let (x, y) = placement.sensor_place(u, v);
        let (x, y) = (x + 0.5 * sensor.0, y + 0.5 * sensor.1);
        let odds = self.found + SALIENCE.0 * minutia.salience + SALIENCE.1 * regions.at(x, y);
        if draw::unit(rng) * (1.0 + exp(-odds)) > 1.0 {
            return None;
        }
        let (sine, cosine) = sin_cos(minutia.direction);
        let ahead = placement.pad_place(minutia.x + 5.0 * cosine, minutia.y - 5.0 * sine);
        let ahead = placement.sensor_place(ahead.0, ahead.1);
        let (dx, dy) = (ahead.0 + 0.5 * sensor.0 - x, ahead.1 + 0.5 * sensor.1 - y);
        let wide = if draw::chance(rng, HEAVY_TAIL.0) { HEAVY_TAIL.1 } else { 1.0 };
        let place = self.jitter.0 * wide;
        let x = x + place * draw::grain(rng);
        let y = y + place * draw::grain(rng);
        let reverse = if draw::chance(rng, REVERSED) { PI } else { 0.0 };
        let direction = atan2(-dy, dx) + reverse + self.jitter.1 * wide * draw::grain(rng);
        let kind = match minutia.kind {
            MinutiaKind::Ending if draw::chance(rng, OTHER_KIND) => MinutiaKind::Bifurcation,
            MinutiaKind::Bifurcation if draw::chance(rng, OTHER_KIND) => MinutiaKind::Ending,
            same => same,
        };
        minutia_at((x, y), direction, kind, grade(odds + 0.5 * draw::grain(rng) - 1.0), sensor)
    }
}

/// How many standard deviations of quality the conditions take away.
fn burden(conditions: &ImpressionConditions) -> f32 {
    4.0 * conditions.dryness.clamp(0.0, 1.0)
        + 3.0 * conditions.wear.clamp(0.0, 1.0)
        + 6.0 * conditions.smudge.clamp(0.0, 1.0)
}

/// Log odds to a quality of 1 to 100.
fn grade(odds: f32) -> u8 {
    (100.0 / (1.0 + exp(-odds))).round().clamp(1.0, 100.0) as u8
}

/// A minutia in a template's units, unless it lies off the sensor.
fn minutia_at(
    (x, y): (f32, f32),
    direction: f32,
    kind: MinutiaKind,
    quality: u8,
    (width, height): (f32, f32),
) -> Option<Minutia> {
    let inside = x >= 0.0 && y >= 0.0 && x < width && y < height;
    inside.then(|| Minutia {
        x: (x * f32::from(SUBPIXEL)) as u16,
        y: (y * f32::from(SUBPIXEL)) as u16,
        direction: ((direction / TAU * 256.0).round() as i32).rem_euclid(256) as u8,
        kind,
        quality,
    })
}

#[expect(clippy::expect_used, reason = "size, count, places and qualities are bounded above")]
fn template(width: u16, height: u16, quality: u8, minutiae: Vec<Minutia>) -> Template {
    Template::new(width, height, quality, minutiae).expect("a template within its bounds")
}
