//! Fine lines from formulas: bands of waves and rosettes, in the manner of
//! guilloche. The serial number of the card sets their phases, so no two cards
//! have quite the same; a copied ground under another serial shows.

use core::f32::consts::TAU;

use super::canvas::{Canvas, EARTH, GREEN, LEAF, OCHRE, Rgb};

/// Points of one ring of a rosette. Range 120 to 720; the file grows with it.
const STEPS: usize = 288;

/// Width of a fine line, in millimetres. Offset presses hold 0.07.
const FINE: f32 = 0.085;

/// Numbers between 0 and 1 that follow from a text.
pub(super) struct Phases(u64);

impl Phases {
    pub fn of(text: &str) -> Self {
        // FNV-1a, 64 bit: spreads a short text over all phases; no secrecy is meant.
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    pub fn next(&mut self) -> f32 {
        // A step of splitmix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z >> 40) as f32 / (1_u32 << 24) as f32
    }
}

/// A band of waves that braid, across a width, around a height.
pub(super) struct Band {
    pub x: f32,
    pub width: f32,
    pub y: f32,
    /// Half the height of the band, in millimetres.
    pub swing: f32,
    pub lines: usize,
}

pub(super) fn waves(page: &mut Canvas, band: &Band, phases: &mut Phases) {
    let (first, second) = (phases.next() * TAU, phases.next() * TAU);
    let colours: [Rgb; 3] = [LEAF, OCHRE, GREEN];
    for line in 0..band.lines {
        let share = line as f32 / band.lines as f32;
        let steps = (band.width * 1.8) as usize;
        let points = (0..=steps).map(|step| {
            let t = step as f32 / steps as f32;
            let slow = (TAU * 1.5 * t + first + share * TAU).sin();
            let quick = (TAU * 4.0 * t + second - share * TAU * 0.5).sin();
            let y = band.y + band.swing * (0.62 * slow + 0.38 * quick * (0.4 + 0.6 * share));
            (band.x + band.width * t, y)
        });
        page.line(points, FINE, colours[line % colours.len()]);
    }
}

/// A rosette: rings whose radius swells and shrinks, each turned a little.
///
/// [`STEPS`] points make a ring: about eight for each of its ripples.
pub(super) fn rosette(
    page: &mut Canvas,
    centre: (f32, f32),
    radius: f32,
    rings: usize,
    phases: &mut Phases,
) {
    let petals = 9.0 + (phases.next() * 4.0).floor();
    let turn = phases.next() * TAU;
    let colours: [Rgb; 3] = [LEAF, EARTH, OCHRE];
    for ring in 0..rings {
        let share = ring as f32 / rings as f32;
        let points = (0..=STEPS).map(|step| {
            let angle = TAU * step as f32 / STEPS as f32;
            let swell = (petals * angle + turn + share * TAU).sin();
            let ripple = (petals * 3.0 * angle - share * TAU * 2.0).sin();
            let r = radius * (0.30 + 0.58 * share + 0.10 * swell + 0.02 * ripple);
            (centre.0 + r * angle.cos(), centre.1 + r * angle.sin())
        });
        page.line(points, FINE, colours[ring * colours.len() / rings]);
    }
}

/// A small star-like device for the heading: one rosette line, filled.
pub(super) fn device(page: &mut Canvas, centre: (f32, f32), radius: f32, light: Rgb, dark: Rgb) {
    let petal = |radius: f32, petals: f32, depth: f32| {
        (0..360).map(move |degree| {
            let angle = TAU * degree as f32 / 360.0;
            let r = radius * (1.0 - depth + depth * (petals * angle).cos());
            (centre.0 + r * angle.cos(), centre.1 + r * angle.sin())
        })
    };
    page.area(petal(radius, 16.0, 0.07), light);
    page.area(petal(radius * 0.84, 16.0, 0.05), dark);
    page.area(petal(radius * 0.70, 8.0, 0.22), light);
    page.area(petal(radius * 0.30, 8.0, 0.10), dark);
}
