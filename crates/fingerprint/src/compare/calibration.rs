//! From measurements to evidence: a logistic combination that gives a log likelihood ratio.

use super::Parts;

/// Least score of one finger, millinats. A worn or badly captured finger must not outweigh good
/// ones: five clearly matching fingers stand against five at the floor.
pub const FINGER_FLOOR: i32 = -3_000;
/// Largest score of one finger, millinats. The 255,000 comparisons of different fingers that the
/// combination was fitted to say nothing about rarer chances than exp(−12).
pub const FINGER_CEILING: i32 = 14_000;

/// Most that one aligned pair of minutiae can prove, nats. It binds only on prints with so few
/// minutiae that the fitted sets say little about them.
const MOST_PER_PAIR: f32 = 1.0;

/// The weights of the combination, nats per unit of each measurement.
///
/// Fitted by logistic regression to all pairs of five sets (FVC 2002 DB1 and DB3, FVC 2004 DB1 and
/// DB3, each set B; 25 persons of NIST MINEX III validation), each set's mates weighing the same,
/// mates and non-mates weighing the same. Fitted on four sets and applied to the fifth, 5.2 % of
/// mates are missed at a false match rate of 1e-3 and 7.4 % at 1e-4; with all measurements at hand
/// instead of these five, 5.9 % and 8.6 %.
struct Weights {
    constant: f32,
    relaxed: f32,
    root_closeness: f32,
    aligned: f32,
    agreed: f32,
    root_least: f32,
}

const WEIGHTS: Weights = Weights {
    constant: -2.91,
    relaxed: 229.5,
    root_closeness: 0.551,
    aligned: 1.541,
    agreed: 0.601,
    root_least: -1.606,
};

/// The score of one comparison, millinats.
pub(super) fn score(parts: &Parts) -> i32 {
    let nats = WEIGHTS.constant
        + WEIGHTS.relaxed * parts.relaxed
        + WEIGHTS.root_closeness * parts.closeness.sqrt()
        + WEIGHTS.aligned * parts.aligned
        + WEIGHTS.agreed * parts.agreed
        + WEIGHTS.root_least * f32::from(parts.least).sqrt();
    let nats = nats.min(MOST_PER_PAIR * f32::from(parts.paired));
    ((nats * 1000.0) as i32).clamp(FINGER_FLOOR, FINGER_CEILING)
}
