//! Plastic distortion of the skin on the sensor, after Cappelli, Maio and Maltoni (2001).

use rand_core::Rng;

use super::draw;
use super::portable::sin_cos;

/// Skin around an elliptic region that sticks to the sensor is dragged and turned; the pull grows
/// from nothing at the region's edge to its full amount outside.
pub struct PlasticDistortion {
    centre: (f32, f32),
    axes: (f32, f32),
    pull: (f32, f32),
    turn: (f32, f32),
    softness: f32,
}

impl PlasticDistortion {
    /// Draws a distortion around a contact centre; `strength` 0 to 1 scales pull and turn, whose
    /// full ranges are ±24 px and ±12° (semi-axes 35–70 × 45–90 px, softness 0.5–2.5), for a
    /// finger with a 9 px period; `scale` is the finger's size relative to it.
    pub fn draw(rng: &mut impl Rng, centre: (f32, f32), strength: f32, scale: f32) -> Self {
        let pull = 10.0 * strength * scale;
        let limit = 24.0 * scale;
        let degrees = draw::normal(rng, 0.0, 5.0 * strength).clamp(-12.0, 12.0);
        Self {
            centre: (draw::normal(rng, centre.0, 8.0), draw::normal(rng, centre.1, 8.0)),
            axes: (draw::between(rng, 35.0, 70.0) * scale, draw::between(rng, 45.0, 90.0) * scale),
            pull: (
                draw::normal(rng, 0.0, pull).clamp(-limit, limit),
                draw::normal(rng, 0.0, pull).clamp(-limit, limit),
            ),
            turn: sin_cos(degrees.to_radians()),
            softness: draw::between(rng, 0.8, 2.5),
        }
    }

    /// Where the skin seen at a point of the undistorted pad really comes from, px.
    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.centre.0, y - self.centre.1);
        let (ex, ey) = (dx / self.axes.0, dy / self.axes.1);
        let outside = (ex * ex + ey * ey).sqrt() - 1.0;
        let brake = self.brake(outside);
        let (sine, cosine) = self.turn;
        let moved_x = cosine * dx - sine * dy + self.pull.0 - dx;
        let moved_y = sine * dx + cosine * dy + self.pull.1 - dy;
        (x + brake * moved_x, y + brake * moved_y)
    }

    fn brake(&self, outside: f32) -> f32 {
        if outside <= 0.0 {
            return 0.0;
        }
        if outside >= self.softness {
            return 1.0;
        }
        let (_, cosine) = sin_cos(std::f32::consts::PI * outside / self.softness);
        0.5 * (1.0 - cosine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    #[test]
    fn the_stuck_region_stays_and_the_rest_moves_without_jumps() {
        for seed in 0..20 {
            let mut rng = ChaCha8Rng::from_seed([seed; 32]);
            let distortion = PlasticDistortion::draw(&mut rng, (160.0, 200.0), 1.0, 1.0);
            let (cx, cy) = distortion.centre;
            assert_eq!(distortion.apply(cx + 5.0, cy), (cx + 5.0, cy));
            let mut last = distortion.apply(0.0, 10.0);
            for x in 1..320_u16 {
                let next = distortion.apply(f32::from(x), 10.0);
                let step = ((next.0 - last.0).powi(2) + (next.1 - last.1).powi(2)).sqrt();
                assert!(step < 2.2, "seed {seed}: step of {step} px at {x}");
                last = next;
            }
        }
    }
}
