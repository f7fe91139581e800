//! Conditions under which an impression is taken: sensor, placement, skin and residue.

/// Conditions of one capture. Standard deviations and shares; each impression draws its own values.
///
/// Ranges after ALGORITHMS section 6 (placement σ 14–20 px and 9°, distortion after Cappelli).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpressionConditions {
    /// Sensor width, px at 500 dpi, 96 to 1000.
    pub width: u32,
    /// Sensor height, px at 500 dpi, 96 to 1000.
    pub height: u32,
    /// Standard deviation of the rotation, degrees; drawn values end at ±35.
    pub rotation_sd: f32,
    /// Standard deviation of the displacement, px; along the finger 1.4 times as much.
    pub displacement_sd: f32,
    /// Strength of the plastic distortion, 0 none to 1 the full range of the model.
    pub distortion: f32,
    /// Mean pressure: 0 as intended; ±0.5 closes valleys or thins ridges markedly.
    pub pressure: f32,
    /// Standard deviation of the pressure between impressions.
    pub pressure_sd: f32,
    /// Share of the ridges lost to dryness, 0 to 1.
    pub dryness: f32,
    /// Wear added to the finger's own, 0 to 1.
    pub wear: f32,
    /// Smudging by moisture and movement: 0 none; 1 leaves no ridge visible.
    pub smudge: f32,
    /// Standard deviation of the sensor noise, grey levels.
    pub noise: f32,
    /// Probability that only a part of the pad touches the sensor.
    pub partial: f32,
    /// Size of the contact area relative to a firmly laid finger, 0.4 to 1.2.
    pub contact: f32,
}

impl ImpressionConditions {
    /// An attended capture of a clean, healthy finger.
    pub const fn good() -> Self {
        Self {
            width: 320,
            height: 400,
            rotation_sd: 4.0,
            displacement_sd: 8.0,
            distortion: 0.35,
            pressure: 0.0,
            pressure_sd: 0.08,
            dryness: 0.04,
            wear: 0.0,
            smudge: 0.0,
            noise: 4.0,
            partial: 0.0,
            contact: 1.0,
        }
    }

    /// A capture in the field by a trained operator.
    pub const fn typical() -> Self {
        Self {
            rotation_sd: 8.0,
            displacement_sd: 13.0,
            distortion: 0.55,
            pressure_sd: 0.16,
            dryness: 0.12,
            wear: 0.05,
            noise: 6.0,
            partial: 0.04,
            contact: 0.95,
            ..Self::good()
        }
    }

    /// Captures of an operational system as they come: attended and hurried, clean and worn.
    ///
    /// Fitted to a public set of operational plain prints, for sampled templates and for pictures;
    /// see `SYNTHETIC.md`.
    pub const fn operational() -> Self {
        Self {
            width: 420,
            height: 480,
            displacement_sd: 19.0,
            distortion: 0.8,
            pressure_sd: 0.32,
            dryness: 0.3,
            wear: 0.27,
            smudge: 0.08,
            noise: 12.0,
            partial: 0.1,
            ..Self::typical()
        }
    }

    /// A hurried capture of a dry or worn finger.
    pub const fn poor() -> Self {
        Self {
            rotation_sd: 11.0,
            displacement_sd: 18.0,
            distortion: 1.0,
            pressure_sd: 0.28,
            dryness: 0.28,
            wear: 0.3,
            smudge: 0.12,
            noise: 10.0,
            partial: 0.15,
            contact: 0.85,
            ..Self::good()
        }
    }

    /// A print without usable ridges: worn smooth and smudged.
    pub const fn unusable() -> Self {
        Self { pressure: 0.25, dryness: 0.1, wear: 1.0, smudge: 1.0, noise: 5.0, ..Self::poor() }
    }
}

impl Default for ImpressionConditions {
    fn default() -> Self {
        Self::typical()
    }
}
