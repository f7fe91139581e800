//! Outline of the friction-ridge area: elliptic arcs above and below a straight part.

use rand_core::Rng;

use super::draw;
use super::orientation::REFERENCE;

/// Outline in the reference frame, px.
pub struct Silhouette {
    half_width: f32,
    top_height: f32,
    bottom_height: f32,
    shoulder: f32,
    hip: f32,
}

impl Silhouette {
    /// Draws an outline; it always stays at least 6 px inside the reference frame.
    pub fn draw(rng: &mut impl Rng) -> Self {
        let shoulder = draw::between(rng, 215.0, 245.0);
        let hip = draw::between(rng, 400.0, 440.0);
        Self {
            half_width: draw::between(rng, 178.0, 200.0),
            top_height: shoulder - draw::between(rng, 8.0, 22.0),
            bottom_height: REFERENCE.1 - hip - draw::between(rng, 8.0, 22.0),
            shoulder,
            hip,
        }
    }

    /// Whether a point of the reference frame carries ridges.
    pub fn holds(&self, x: f32, y: f32) -> bool {
        let across = (x - 0.5 * REFERENCE.0) / self.half_width;
        let along = if y < self.shoulder {
            (self.shoulder - y) / self.top_height
        } else if y > self.hip {
            (y - self.hip) / self.bottom_height
        } else {
            0.0
        };
        across * across + along * along < 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::SeedableRng;

    #[test]
    fn stays_inside_the_frame_and_holds_the_centre() {
        let mut rng = ChaCha8Rng::from_seed([3; 32]);
        for _ in 0..200 {
            let outline = Silhouette::draw(&mut rng);
            assert!(outline.holds(208.0, 280.0));
            for i in 0..=560_u16 {
                let i = f32::from(i);
                let border = [(5.0, i), (411.0, i), (i, 5.0), (i, 555.0)];
                assert!(border.iter().all(|&(x, y)| !outline.holds(x, y)));
            }
        }
    }
}
