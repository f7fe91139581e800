//! How a finger lies on the sensor: turned, moved, dragged, and which part of it touches.

use rand_core::Rng;

use super::conditions::ImpressionConditions;
use super::distortion::PlasticDistortion;
use super::draw;
use super::portable::sin_cos;

/// Semi-axes of the contact ellipse of a firmly laid finger with a 9 px period, px, and their
/// spread between captures.
const CONTACT_AXES: [(f32, f32); 2] = [(138.0, 8.0), (182.0, 11.0)];
/// Standard deviation of the contact's size between captures, relative. Range 0 to 0.2. Effect,
/// measured on sampled mates: the median overlap falls from 0.85 to 0.79 (operational prints 0.78).
const CONTACT_SD: f32 = 0.14;
/// Standard deviation of the contact's centre on the pad, px: of a whole print, and of a partial one.
const SLIP: (f32, f32) = (9.0, 38.0);
/// Size of a partial contact relative to a whole one.
const PARTIAL_SIZE: f32 = 0.8;

/// The geometry of one capture, shared by pictures and sampled minutiae.
pub struct Placement {
    displacement: (f32, f32),
    turn: (f32, f32),
    pad: (f32, f32),
    distortion: PlasticDistortion,
    contact_centre: (f32, f32),
    contact_axes: (f32, f32),
}

impl Placement {
    /// Draws a placement of a finger whose pad has its middle at `pad` (px of the finger) and whose
    /// size relative to one with a 9 px period is `scale`.
    pub fn draw(
        rng: &mut impl Rng,
        pad: (f32, f32),
        scale: f32,
        conditions: &ImpressionConditions,
    ) -> Self {
        let sd = conditions.displacement_sd.clamp(0.0, 60.0);
        let degrees =
            draw::normal(rng, 0.0, conditions.rotation_sd.clamp(0.0, 20.0)).clamp(-35.0, 35.0);
        let is_partial = draw::chance(rng, conditions.partial);
        let (size, slip) = if is_partial { (PARTIAL_SIZE, SLIP.1) } else { (1.0, SLIP.0) };
        let size = draw::normal(rng, size, CONTACT_SD) * conditions.contact.clamp(0.4, 1.2) * scale;
        let slip = slip * scale;
        let strength = conditions.distortion.clamp(0.0, 1.0);
        Self {
            displacement: (draw::normal(rng, 0.0, sd), draw::normal(rng, 0.0, 1.4 * sd)),
            turn: sin_cos(degrees.to_radians()),
            pad,
            distortion: PlasticDistortion::draw(rng, pad, strength, scale),
            contact_centre: (draw::normal(rng, pad.0, slip), draw::normal(rng, pad.1, 1.3 * slip)),
            contact_axes: CONTACT_AXES.map(|(mean, sd)| draw::normal(rng, mean, sd) * size).into(),
        }
    }

    /// Place on the undistorted pad (px of the finger) of a sensor place given from its centre, px.
    pub fn pad_under(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.displacement.0, y - self.displacement.1);
        let (sine, cosine) = self.turn;
        (self.pad.0 + cosine * x - sine * y, self.pad.1 + sine * x + cosine * y)
    }

    /// The skin that is dragged to a place of the undistorted pad, px of the finger.
    pub fn skin_at(&self, u: f32, v: f32) -> (f32, f32) {
        self.distortion.apply(u, v)
    }

    /// How firmly a place of the undistorted pad touches: 1 in the middle, 0 at the rim, below
    /// that off the sensor.
    pub fn firmness(&self, u: f32, v: f32) -> f32 {
        let ex = (u - self.contact_centre.0) / self.contact_axes.0;
        let ey = (v - self.contact_centre.1) / self.contact_axes.1;
        1.0 - (ex * ex + ey * ey).sqrt()
    }

    /// Where the skin at a place of the finger comes to lie on the undistorted pad, px: the
    /// inverse of [`Self::skin_at`].
    pub fn pad_place(&self, x: f32, y: f32) -> (f32, f32) {
        self.distortion.invert(x, y)
    }

    /// Sensor place, from its centre, of a place on the undistorted pad: the inverse of
    /// [`Self::pad_under`].
    pub fn sensor_place(&self, u: f32, v: f32) -> (f32, f32) {
        let (u, v) = (u - self.pad.0, v - self.pad.1);
        let (sine, cosine) = self.turn;
        (cosine * u + sine * v + self.displacement.0, cosine * v - sine * u + self.displacement.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    #[test]
    fn the_way_to_the_sensor_is_the_inverse_of_the_way_back() {
        let conditions = ImpressionConditions::poor();
        for seed in 0..50 {
            let mut rng = ChaCha8Rng::from_seed([seed; 32]);
            let placement = Placement::draw(&mut rng, (208.0, 265.0), 1.0, &conditions);
            for (x, y) in [(0.0, 0.0), (-90.0, 60.0), (80.0, -120.0), (130.0, 150.0)] {
                let (u, v) = placement.pad_under(x, y);
                let skin = placement.skin_at(u, v);
                let (u, v) = placement.pad_place(skin.0, skin.1);
                let back = placement.sensor_place(u, v);
                let off = (back.0 - x).hypot(back.1 - y);
                assert!(off < 0.5, "seed {seed}: {off} px off at {x}, {y}");
            }
        }
    }
}
