//! From measurements to evidence: a logistic combination that gives a log likelihood ratio.

use super::Parts;

/// Least score of one finger, millinats. A worn or badly captured finger must not outweigh good
/// ones: five clearly matching fingers stand against five at the floor.
pub const FINGER_FLOOR: i32 = -3_000;
/// Largest score of one finger, millinats. The 255,000 comparisons of different fingers that the
/// combination was fitted to say nothing about rarer chances than exp(−12).
pub const FINGER_CEILING: i32 = 14_000;

/// Most that one aligned pair of minutiae can prove, millinats. It binds only on prints with so few
/// minutiae that the fitted sets say little about them.
const MOST_PER_PAIR: i64 = 1_000;

/// The weights of the combination, millinats per unit of each measurement.
///
/// Fitted by logistic regression to all pairs of five sets (FVC 2002 DB1 and DB3, FVC 2004 DB1 and
/// DB3, each set B; 25 persons of NIST MINEX III validation), each set's mates weighing the same,
/// mates and non-mates weighing the same. Fitted on four sets and applied to the fifth, 5.2 % of
/// mates are missed at a false match rate of 1e-3 and 7.4 % at 1e-4; with all measurements at hand
/// instead of these five, 5.9 % and 8.6 %.
struct Weights {
    constant: i64,
    relaxed: i64,
    root_closeness: i64,
    aligned: i64,
    agreed: i64,
    root_least: i64,
}

const WEIGHTS: Weights = Weights {
    constant: -2_910,
    relaxed: 229_500,
    root_closeness: 551,
    aligned: 1_541,
    agreed: 601,
    root_least: -1_606,
};

/// The score of one comparison, millinats.
pub(super) fn score(parts: &Parts) -> i32 {
    // Products keep the binary places of the measurement, which the shift takes off; both roots
    // have sixteen.
    let root_closeness = (u64::from(parts.closeness) << 16).isqrt() as i64;
    let root_least = (u64::from(parts.least) << 32).isqrt() as i64;
    let millinats = WEIGHTS.constant
        + ((WEIGHTS.relaxed * i64::from(parts.relaxed)) >> 24)
        + ((WEIGHTS.root_closeness * root_closeness) >> 16)
        + ((WEIGHTS.aligned * i64::from(parts.aligned)) >> 16)
        + ((WEIGHTS.agreed * i64::from(parts.agreed)) >> 16)
        + ((WEIGHTS.root_least * root_least) >> 16);
    let millinats = millinats.min(MOST_PER_PAIR * i64::from(parts.paired));
    millinats.clamp(i64::from(FINGER_FLOOR), i64::from(FINGER_CEILING)) as i32
}
