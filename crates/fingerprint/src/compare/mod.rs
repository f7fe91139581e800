//! Two prints to a score, with the reasons: minutia cylinder code, relaxation, alignment.
//!
//! Cappelli, Ferrara and Maltoni, "Minutia Cylinder-Code", TPAMI 2010, in its bit form (MCC16b)
//! with relaxation (LSS-R), then a rigid alignment of all minutiae, then one calibrated number.
//!
//! **Determinism.** Nothing here depends on thread count, order of insertion or the processor:
//! floats are only added, multiplied, divided and square-rooted, which IEEE 754 rounds exactly,
//! always in the same order; every other function is a table rounded once from double precision.

mod prepared;

mod cylinder;

mod local;

mod relaxation;

mod alignment;

mod calibration;

mod hull;

mod angle;

pub use prepared::Prepared;

pub(crate) use local::quick_similarity;

pub use calibration::{FINGER_CEILING, FINGER_FLOOR};

/// How alike two prints are, and what the score rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Natural logarithm of the likelihood ratio "same finger : different fingers", in thousandths
    /// (millinats), from [`FINGER_FLOOR`] to [`FINGER_CEILING`]. 0 says nothing either way.
    pub score: i32,
    /// Minutiae laid upon each other: indices into the two templates' minutiae.
    pub paired: Vec<(u16, u16)>,
    /// Lays the first print upon the second.
    pub transform: Transform,
    /// The measurements behind the score.
    pub parts: Parts,
}

/// A rotation and a translation, pixels at 500 dpi with y pointing down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transform {
    /// Cosine of the rotation.
    pub cosine: f32,
    /// Sine of the rotation; positive turns clockwise as the eye sees it.
    pub sine: f32,
    /// Pixels rightwards, after the rotation about the origin.
    pub dx: f32,
    /// Pixels downwards, after the rotation about the origin.
    pub dy: f32,
}

impl Transform {
    /// Where a place of the first print lies on the second, pixels.
    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.cosine * x - self.sine * y + self.dx, self.sine * x + self.cosine * y + self.dy)
    }

    /// Clockwise rotation, degrees in (−180, 180].
    pub fn rotation_degrees(&self) -> f32 {
        self.sine.atan2(self.cosine).to_degrees()
    }
}

impl Default for Transform {
    fn default() -> Self {
        Self { cosine: 1.0, sine: 0.0, dx: 0.0, dy: 0.0 }
    }
}

/// The measurements of one comparison. All are 0 when either print has too few minutiae.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    /// Mean of the best local similarities before relaxation, 0 to 1.
    pub local: f32,
    /// Mean of the best local similarities after relaxation, 0 to 1.
    pub relaxed: f32,
    /// Sum of the closeness of all paired minutiae, each 0.4 to 1.
    pub closeness: f32,
    /// `closeness` squared over the geometric mean of the two overlaps.
    pub aligned: f32,
    /// Sum of the local similarities of the aligned pairs that were also paired locally.
    pub agreed: f32,
    /// Number of minutiae of the first print that fall on the second, and the reverse.
    pub overlap: (u16, u16),
    /// Sum of the geometric mean quality of the aligned pairs, each 0 to 1.
    pub quality: f32,
    /// Aligned pairs of equal kind (ending, bifurcation).
    pub same_kind: u16,
    /// Aligned pairs.
    pub paired: u16,
    /// The smaller number of minutiae.
    pub least: u16,
}

/// Compares two prints. `compare(a, b)` and `compare(b, a)` agree to within the asymmetry of the
/// greedy steps; the score is calibrated for either order.
pub fn compare(first: &Prepared, second: &Prepared) -> Comparison {
    let locals = local::similarities(first, second);
    let pairs = local::unique_pairs(&locals, first, second);
    if pairs.len() < 2 {
        return Comparison {
            score: 0,
            paired: Vec::new(),
            transform: Transform::default(),
            parts: Parts::default(),
        };
    }
    let best = local::number_of_best(first, second);
    let relaxed = relaxation::relax(&pairs, first, second);
    let alignment = alignment::align(&relaxed, first, second);
    let parts = Parts {
        local: local::mean_of_best(&locals, best),
        relaxed: relaxed.mean_of_best(best),
        closeness: alignment.closeness,
        aligned: alignment.score(),
        agreed: alignment.agreed(&pairs),
        overlap: alignment.overlap,
        quality: alignment.quality(first, second),
        same_kind: alignment.same_kind(first, second),
        paired: alignment.pairs.len() as u16,
        least: first.minutiae.len().min(second.minutiae.len()) as u16,
    };
    Comparison {
        score: calibration::score(&parts),
        paired: alignment.pairs,
        transform: alignment.transform,
        parts,
    }
}

#[cfg(test)]
mod tests;
