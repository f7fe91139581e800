//! Plastic distortion of the skin on the sensor, after Cappelli, Maio and Maltoni (2001).

use std::f32::consts::FRAC_PI_2;

use rand_core::Rng;

use super::draw;
use super::portable::sin_cos;

/// Most that skin is stretched or pressed together, relative to its length. Range 0.5 to 0.9; at 1
/// it would fold over itself. Effect: pulls of more than about one contact axis are shortened.
const MOST_STRETCH: f32 = 0.75;

/// Most rounds of the inversion, and the square of the distance (px) at which it is done.
const INVERSION: (usize, f32) = (16, 0.01);

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
        let sd = 10.0 * strength * scale;
        let limit = 24.0 * scale;
        let degrees = draw::normal(rng, 0.0, 5.0 * strength).clamp(-12.0, 12.0);
        let centre = (draw::normal(rng, centre.0, 8.0), draw::normal(rng, centre.1, 8.0));
        let axes = (draw::between(rng, 35.0, 70.0) * scale, draw::between(rng, 45.0, 90.0) * scale);
        let pull = [(); 2].map(|()| draw::normal(rng, 0.0, sd).clamp(-limit, limit));
        let softness = draw::between(rng, 0.8, 2.5);
        let radians = degrees.to_radians();
        // The steepest change of the brake over one axis is π/2 by softness.
        let drag = (pull[0] * pull[0] + pull[1] * pull[1]).sqrt() / axes.0.min(axes.1);
        let stretch = FRAC_PI_2 * (drag + radians.abs() * (1.0 + softness)) / softness;
        let kept = (MOST_STRETCH / stretch.max(MOST_STRETCH)).min(1.0);
        Self {
            centre,
            axes,
            pull: (kept * pull[0], kept * pull[1]),
            turn: sin_cos(kept * radians),
            softness,
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

    /// Where skin comes to lie on the undistorted pad, px: the inverse of [`Self::apply`], to
    /// within 0.3 px.
    pub fn invert(&self, x: f32, y: f32) -> (f32, f32) {
        let (mut u, mut v) = (x, y);
        for _ in 0..INVERSION.0 {
            let (there_x, there_y) = self.apply(u, v);
            let (dx, dy) = (x - there_x, y - there_y);
            u += dx;
            v += dy;
            if dx * dx + dy * dy < INVERSION.1 {
                break;
            }
        }
        (u, v)
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
