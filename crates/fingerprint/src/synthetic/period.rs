//! Ridge period over the finger, relative to its mean.

use rand_core::Rng;

use super::draw::SmoothField;
use super::orientation::REFERENCE;

/// Standard deviation of the slow variation, relative. Source: ALGORITHMS section 6 (±12 %).
const SLOW_SD: f32 = 0.06;

/// Size (px) and standard deviation (relative) of the finer variation: it lets ridges begin and end
/// elsewhere than the flow alone asks for, so that fingers of one class differ.
const FINE: (f32, f32) = (45.0, 0.09);

/// How much finer the ridges are above the core and coarser below, relative, at 200 px away.
const RISE: f32 = 0.07;

/// Relative ridge period: 1 on average, 0.8 to 1.25.
pub struct PeriodMap {
    slow: SmoothField,
    fine: SmoothField,
    core_level: f32,
}

impl PeriodMap {
    /// Draws the map of a finger whose uppermost core lies `core_level` px below the top.
    pub fn draw(rng: &mut impl Rng, core_level: f32) -> Self {
        let slow =
            SmoothField::draw(rng, REFERENCE.0 as usize, REFERENCE.1 as usize, 110.0, SLOW_SD);
        let fine =
            SmoothField::draw(rng, REFERENCE.0 as usize, REFERENCE.1 as usize, FINE.0, FINE.1);
        Self { slow, fine, core_level }
    }

    /// Period at a point of the reference frame, relative to the finger's mean.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let below = ((y - self.core_level) / 200.0).clamp(-1.0, 1.3);
        (1.0 + RISE * (below - 0.15) + self.slow.at(x, y) + self.fine.at(x, y)).clamp(0.8, 1.25)
    }
}
