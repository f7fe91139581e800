//! From measurements to evidence: a logistic combination that gives a log likelihood ratio.

use super::Parts;

/// Least score of one finger, millinats: one bad capture must not outweigh nine good fingers.
pub const FINGER_FLOOR: i32 = -3_000;
/// Largest score of one finger, millinats: more than the impostor data can support.
pub const FINGER_CEILING: i32 = 14_000;

/// The score of one comparison, millinats.
pub(super) fn score(parts: &Parts) -> i32 {
    let nats = 20.0 * (parts.relaxed - 0.2) + 0.6 * (parts.aligned - 4.0);
    ((nats * 1000.0) as i32).clamp(FINGER_FLOOR, FINGER_CEILING)
}
