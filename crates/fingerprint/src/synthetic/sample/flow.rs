//! Where ridges must begin: the divergence of the orientation field, and what it says of minutiae.

use crate::synthetic::orientation::OrientationModel;
use crate::synthetic::portable::sin_cos;

/// Distance over which the orientation is differentiated, px.
const STEP: f32 = 3.0;

/// Orientation at a place and how fast ridges run apart along it.
pub struct Flow {
    /// Orientation, rad, anticlockwise from the x axis as the eye sees it.
    pub angle: f32,
    /// Divergence of the unit vector along `angle`, 1/px: above 0, ridges that run this way part
    /// and others must begin between them.
    pub divergence: f32,
}

impl Flow {
    /// The flow at a place of the reference frame.
    pub fn at(model: &OrientationModel, x: f32, y: f32) -> Self {
        let angle = model.at(x, y);
        let turned = |other: f32| {
            let half_turns = (other - angle) / std::f32::consts::PI;
            (half_turns - half_turns.round()) * std::f32::consts::PI / STEP
        };
        let (across, down) = (turned(model.at(x + STEP, y)), turned(model.at(x, y + STEP)));
        let (sine, cosine) = sin_cos(angle);
        // The unit vector is (cos, −sin) since y points down.
        Self { angle, divergence: -sine * across - cosine * down }
    }
}
