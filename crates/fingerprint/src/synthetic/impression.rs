//! An impression: the finger laid on a sensor under given conditions.

use rand_core::Rng;

use super::conditions::ImpressionConditions;
use super::draw::{self, SmoothField};
use super::finger::MasterFinger;
use super::placement::Placement;
use super::plane::{Plane, gaussian_taps};
use super::portable::{atan2, sin_cos};
use super::truth::TrueMinutia;
use crate::image::GrayImage;

/// Spacing of the coarse grid on which placement and distortion are computed, px.
const STEP: usize = 8;

/// Steepness of the transition from valley to ridge in grey values; higher is more binary.
const CONTRAST: f32 = 1.5;

/// Grey level of bare glass and depth of a full ridge, with their spread between captures.
const GROUND: (f32, f32) = (238.0, 6.0);
const DEPTH: (f32, f32) = (185.0, 14.0);

impl MasterFinger {
    /// Takes an impression: 8-bit grey, dark ridges on a bright ground, 500 dpi.
    ///
    /// Conditions outside their ranges are moved to the nearest permitted value. Equal generator
    /// states give equal images on every machine.
    pub fn impression(&self, rng: &mut impl Rng, conditions: &ImpressionConditions) -> GrayImage {
        self.labelled_impression(rng, conditions).0
    }

    /// Takes the same impression as [`Self::impression`], and tells which of the finger's minutiae
    /// ([`Self::minutiae`]) touch the sensor and where they come to lie.
    pub fn labelled_impression(
        &self,
        rng: &mut impl Rng,
        conditions: &ImpressionConditions,
    ) -> (GrayImage, Vec<TrueMinutia>) {
        let width = conditions.width.clamp(96, 1000);
        let height = conditions.height.clamp(96, 1000);
        let placement = Placement::draw(rng, self.pad, self.scale, conditions);
        let (columns, rows) = (self.ridges.width, self.ridges.height);
        let edge = SmoothField::draw(rng, columns, rows, 16.0 * self.scale, 0.05);
        let truth = visible(self, &placement, &edge, (width as f32, height as f32));
        let mut skin = lay(self, &placement, &edge, (width as usize, height as usize));
        let skin_state = SkinState::draw(rng, self.wear, conditions, &skin.signal, self.scale);
        skin_state.press(&mut skin);
        let smudge = varied(rng, conditions.smudge);
        smear(&mut skin.signal, smudge);
        skin.signal.blur(gaussian_taps(draw::between(rng, 0.5, 0.8)));
        let pixels = digitise(rng, &skin.signal, conditions.noise.clamp(0.0, 60.0));
        (picture(width, height, pixels), truth)
    }
}

/// Skin as the sensor meets it: ridge signal and how firmly each pixel touches (over 0: contact).
struct Skin {
    signal: Plane,
    contact: Vec<f32>,
}

/// Samples the finger over the whole sensor.
fn lay(
    finger: &MasterFinger,
    placement: &Placement,
    edge: &SmoothField,
    (width, height): (usize, usize),
) -> Skin {
    let columns = width.div_ceil(STEP) + 1;
    let (cx, cy) = (0.5 * width as f32, 0.5 * height as f32);
    let coarse_row = |row: usize| -> Vec<[f32; 3]> {
        let y = (row * STEP) as f32 - cy;
        (0..columns).map(|c| trace(placement, edge, (c * STEP) as f32 - cx, y)).collect()
    };
    let mut values = Vec::with_capacity(width * height);
    let mut contact = Vec::with_capacity(width * height);
    let (mut upper, mut lower) = (coarse_row(0), coarse_row(1));
    for y in 0..height {
        if y > 0 && y % STEP == 0 {
            upper = lower;
            lower = coarse_row(y / STEP + 1);
        }
        let down = (y % STEP) as f32 / STEP as f32;
        let line: Vec<[f32; 3]> = upper.iter().zip(&lower).map(|(a, b)| mix(a, b, down)).collect();
        for x in 0..width {
            let across = (x % STEP) as f32 / STEP as f32;
            let [u, v, firm] = mix(&line[x / STEP], &line[x / STEP + 1], across);
            values.push(if firm > -0.1 { finger.ridges.at(u, v) } else { 0.0 });
            contact.push(firm);
        }
    }
    Skin { signal: Plane { width, height, values }, contact }
}

/// Point of the master under a sensor point (relative to its centre), and firmness of contact.
fn trace(placement: &Placement, edge: &SmoothField, x: f32, y: f32) -> [f32; 3] {
    let (u, v) = placement.pad_under(x, y);
    let firm = placement.firmness(u, v) + edge.at(u, v);
    let (u, v) = placement.skin_at(u, v);
    [u, v, firm]
}

/// The finger's minutiae where they lie on the sensor, px, as far as they touch it.
fn visible(
    finger: &MasterFinger,
    placement: &Placement,
    edge: &SmoothField,
    (width, height): (f32, f32),
) -> Vec<TrueMinutia> {
    let on_sensor = |x: f32, y: f32| {
        let (u, v) = placement.pad_place(x, y);
        let (x, y) = placement.sensor_place(u, v);
        (x + 0.5 * width, y + 0.5 * height, placement.firmness(u, v) + edge.at(u, v))
    };
    let laid = |minutia: &TrueMinutia| {
        let (x, y, firm) = on_sensor(minutia.x, minutia.y);
        let inside = firm > 0.0 && x >= 0.0 && y >= 0.0 && x < width && y < height;
        let (sine, cosine) = sin_cos(minutia.direction);
        let (ahead_x, ahead_y, _) = on_sensor(minutia.x + 4.0 * cosine, minutia.y - 4.0 * sine);
        let direction = atan2(y - ahead_y, ahead_x - x);
        inside.then_some(TrueMinutia { x, y, direction, kind: minutia.kind })
    };
    finger.minutiae().iter().filter_map(laid).collect()
}

fn mix(a: &[f32; 3], b: &[f32; 3], t: f32) -> [f32; 3] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

/// State of the skin during one capture.
struct SkinState {
    pressure: f32,
    uneven: SmoothField,
    ragged: SmoothField,
    worn: SmoothField,
    wear: f32,
    dry_spots: SmoothField,
    dry_regions: SmoothField,
    dryness: f32,
}

impl SkinState {
    fn draw(
        rng: &mut impl Rng,
        own_wear: f32,
        conditions: &ImpressionConditions,
        sensor: &Plane,
        scale: f32,
    ) -> Self {
        let (w, h) = (sensor.width, sensor.height);
        let pressure =
            draw::normal(rng, conditions.pressure, conditions.pressure_sd).clamp(-0.6, 0.6);
        // A lightly laid finger prints drier than a pressed one.
        let dryness = (conditions.dryness * draw::between(rng, 0.3, 1.7)
            - 0.2 * pressure * conditions.dryness)
            .clamp(0.0, 0.9);
        Self {
            pressure,
            uneven: SmoothField::draw(rng, w, h, 60.0, 0.16),
            ragged: SmoothField::draw(rng, w, h, 2.6, 0.22),
            worn: SmoothField::draw(rng, w, h, 48.0 * scale, 0.5),
            wear: (own_wear + varied(rng, conditions.wear)).clamp(0.0, 1.0),
            dry_spots: SmoothField::draw(rng, w, h, 3.6, 1.0),
            dry_regions: SmoothField::draw(rng, w, h, 40.0, 0.6),
            dryness,
        }
    }

    /// Turns the ridge signal into ink, 0 bare to 1 full, in place.
    fn press(&self, skin: &mut Skin) {
        let width = skin.signal.width;
        // Spots of the dryness field above this level lose contact: 2.2 (hardly any) at dryness 0,
        // 0 (half of them) at 0.85.
        let dry_level = 2.2 - 2.6 * self.dryness;
        let mut lines = [vec![0.0; width], vec![0.0; width], vec![0.0; width]];
        let rows = skin.signal.values.chunks_exact_mut(width).zip(skin.contact.chunks_exact(width));
        for (y, (row, contact)) in rows.enumerate() {
            for line in &mut lines {
                line.fill(0.0);
            }
            let [shift, worn, dry] = &mut lines;
            self.uneven.add_row(y, shift);
            self.ragged.add_row(y, shift);
            self.worn.add_row(y, worn);
            self.dry_spots.add_row(y, dry);
            self.dry_regions.add_row(y, dry);
            for x in 0..width {
                row[x] = self.ink(row[x], contact[x], shift[x], worn[x], dry[x] - dry_level);
            }
        }
    }

    fn ink(&self, ridge: f32, contact: f32, shift: f32, worn: f32, dry: f32) -> f32 {
        let touch = (contact * 9.0).clamp(0.0, 1.0);
        if touch <= 0.0 {
            return 0.0;
        }
        // Firmer in the middle of the pad than at its rim.
        let rim = (contact * 3.0).min(1.0) - 0.75;
        // Wear flattens the relief in patches; without any, patches reach no further than 1.
        let relief = (1.0 - 1.25 * (self.wear + 0.9 * self.wear * worn)).clamp(0.03, 1.0);
        let level = relief * ridge + self.pressure + shift + 0.25 * rim;
        let ink = (0.5 + CONTRAST * 0.5 * level).clamp(0.0, 1.0);
        let lost = (dry * 1.5).clamp(0.0, 1.0);
        touch * ink * (1.0 - 0.85 * lost)
    }
}

/// A share between nothing and the double, as captures under the same conditions differ; full
/// wear and full smudging stay what they are.
fn varied(rng: &mut impl Rng, share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * (1.0 + (1.0 - share) * draw::between(rng, -1.0, 1.0))
}

/// Smudges: repeated blurring, up to a spread of half a ridge period (4.5 px).
fn smear(ink: &mut Plane, smudge: f32) {
    let passes = (smudge.clamp(0.0, 1.0) * 16.0).round() as usize;
    for _ in 0..passes {
        ink.blur(gaussian_taps(1.2));
    }
}

/// Ink to grey values with the sensor's gain and noise.
fn digitise(rng: &mut impl Rng, ink: &Plane, noise: f32) -> Vec<u8> {
    let ground = draw::normal(rng, GROUND.0, GROUND.1);
    let depth = draw::normal(rng, DEPTH.0, DEPTH.1);
    ink.values
        .iter()
        .map(|ink| {
            (ground - depth * ink + noise * draw::grain(rng)).round().clamp(0.0, 255.0) as u8
        })
        .collect()
}

#[expect(clippy::expect_used, reason = "one value per pixel is pushed above")]
fn picture(width: u32, height: u32, pixels: Vec<u8>) -> GrayImage {
    GrayImage::new(width, height, pixels).expect("pixel count equals width times height")
}
