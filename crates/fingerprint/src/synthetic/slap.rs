//! A slap: several fingers of one hand laid on a large sensor at once.

use rand_core::Rng;

use super::conditions::ImpressionConditions;
use super::draw;
use super::finger::MasterFinger;
use super::portable::sin_cos;
use crate::image::GrayImage;

/// Size of the sensor, pixels at 500 dpi: 3.2 × 3.0 inches.
const SIZE: (u32, u32) = (1600, 1500);
/// Where the middles of four fingertips lie, from the index to the little finger: along the row and
/// below the highest, pixels (16 mm apart; the little finger 15 mm below the index).
const PLACES: [(f32, f32); 4] = [(0.0, 90.0), (330.0, 0.0), (650.0, 50.0), (950.0, 390.0)];
/// How far below its tip the next phalanx touches, pixels.
const PHALANX: f32 = 400.0;
/// Grey level of bare glass.
const GLASS: u8 = 240;

/// How a hand lies on the glass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlapConditions {
    /// The hand is turned by at most so many degrees, 0 to 25.
    pub turn: f32,
    /// The fingers lie so much closer than spread fingers, 0 to 1. At 1 they touch.
    pub closeness: f32,
    /// Whether the phalanges below touch as well.
    pub phalanges: bool,
    /// How each finger touches.
    pub impression: ImpressionConditions,
}

impl Default for SlapConditions {
    fn default() -> Self {
        let impression = ImpressionConditions::typical();
        Self { turn: 12.0, closeness: 0.4, phalanges: true, impression }
    }
}

/// Lays fingers on the glass. They stand from left to right as they lie there, palm down: index to
/// little finger for a right hand, little to index finger for a left one; `None` where a finger is
/// missing. `left` says which. Two fingers are two thumbs side by side.
///
/// With each finger comes the place of the middle of its pad, pixels.
pub fn slap(
    fingers: &[Option<&MasterFinger>],
    left: bool,
    rng: &mut impl Rng,
    conditions: &SlapConditions,
) -> (GrayImage, Vec<(f32, f32)>) {
    let mut canvas = Canvas { pixels: vec![GLASS; (SIZE.0 * SIZE.1) as usize] };
    let most = conditions.turn.clamp(0.0, 25.0).to_radians();
    let turn = draw::between(rng, -most, most);
    let mut centres = Vec::new();
    for (index, finger) in fingers.iter().enumerate() {
        let Some(finger) = finger else { continue };
        let (x, y) = place(index, fingers.len(), left, conditions.closeness);
        let picture = finger.impression(rng, &conditions.impression);
        let centre = turned((x, y), turn);
        canvas.lay(&picture, centre, turn, false);
        if conditions.phalanges {
            let below = turned((x, y + PHALANX), turn);
            canvas.lay(&picture, below, turn, true);
        }
        centres.push(centre);
    }
    let picture = GrayImage::new(SIZE.0, SIZE.1, canvas.pixels);
    (picture.unwrap_or_else(|_| unreachable!("the canvas has its own size")), centres)
}

/// Middle of a pad before the hand is turned, relative to the middle of the sensor.
fn place(index: usize, count: usize, left: bool, closeness: f32) -> (f32, f32) {
    if count == 2 {
        return (if index == 0 { -230.0 } else { 230.0 }, 0.0);
    }
    let own = if left { 3 - index.min(3) } else { index.min(3) };
    let (x, y) = PLACES[own];
    let narrow = 1.0 - 0.14 * closeness.clamp(0.0, 1.0);
    let across = (x - 475.0) * narrow;
    (if left { -across } else { across }, y - 330.0)
}

fn turned((x, y): (f32, f32), turn: f32) -> (f32, f32) {
    let (sin, cos) = sin_cos(turn);
    let (cx, cy) = (SIZE.0 as f32 / 2.0, SIZE.1 as f32 / 2.0);
    (cx + x * cos - y * sin, cy + x * sin + y * cos)
}

struct Canvas {
    pixels: Vec<u8>,
}

impl Canvas {
    /// Lays a picture around `centre`, turned; what is darker stays.
    fn lay(&mut self, picture: &GrayImage, centre: (f32, f32), turn: f32, upside_down: bool) {
        let (sin, cos) = sin_cos(turn);
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let reach = (width.hypot(height) / 2.0) as i32 + 1;
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (x, y) = (centre.0 as i32 + dx, centre.1 as i32 + dy);
                if x < 0 || y < 0 || x >= SIZE.0 as i32 || y >= SIZE.1 as i32 {
                    continue;
                }
                let (dx, dy) = (dx as f32, dy as f32);
                let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
                let v = if upside_down { -v } else { v };
                let Some(grey) = sample(picture, u + width / 2.0, v + height / 2.0) else {
                    continue;
                };
                let pixel = &mut self.pixels[y as usize * SIZE.0 as usize + x as usize];
                *pixel = (*pixel).min(grey);
            }
        }
    }
}

/// Bilinear; nothing outside.
fn sample(picture: &GrayImage, x: f32, y: f32) -> Option<u8> {
    let (left, upper) = (x.floor(), y.floor());
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if left < 0.0 || upper < 0.0 || left as usize + 1 >= width || upper as usize + 1 >= height {
        return None;
    }
    let (across, down) = (x - left, y - upper);
    let at = |dx: usize, dy: usize| {
        f32::from(picture.pixels()[(upper as usize + dy) * width + left as usize + dx])
    };
    let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
    let grey = mix(mix(at(0, 0), at(1, 0), across), mix(at(0, 1), at(1, 1), across), down);
    Some(grey as u8)
}
