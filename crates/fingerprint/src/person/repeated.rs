//! One finger presented under two names within one capture.

use super::{FingerComparison, PersonTemplates, compare_fingers};

/// From this score on, millinats, two prints of one capture are of one finger. Measured: none of
/// 1,385 pairs of different fingers of one capture (NIST MINEX III validation, 50 captures) reaches
/// it, and 8 % of hard pairs of one finger do not; see [`crate::CANDIDATE_THRESHOLD`].
pub const SAME_FINGER: i32 = 7_000;

/// The pairs of prints of one capture that are of one finger, best first: somebody presented a finger
/// twice, by mistake or to hide another. Each pair once, the lower finger code as probe; 45
/// comparisons for ten fingers.
pub fn repeated_fingers(person: &PersonTemplates) -> Vec<FingerComparison> {
    let fingers: Vec<_> = person.iter().collect();
    let mut repeated = Vec::new();
    for (index, first) in fingers.iter().enumerate() {
        for second in &fingers[index + 1..] {
            let comparison = compare_fingers(*first, *second);
            if comparison.score >= SAME_FINGER {
                repeated.push(comparison);
            }
        }
    }
    repeated.sort_by_key(|pair| (-pair.score, pair.probe, pair.reference));
    repeated
}
