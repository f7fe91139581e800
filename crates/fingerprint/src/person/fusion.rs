//! Scores of several fingers as evidence about one pair of persons.

use super::FingerComparison;

/// What the strongest finger counts, the second strongest, and so on, thousandths.
///
/// Fingers of a pair of persons are not independent: with an equal correlation ρ between their
/// scores, evidence of k fingers is worth k / (1 + (k − 1) ρ) of one. These are the steps of that
/// sum for ρ = 0.05. Measured among 528 pairs of different people with eight fingers each (NIST MINEX
/// III validation): mean correlation 0.048, from −0.06 to 0.19; the sum of eight spreads by 15 % more
/// than independent ones would. Range of ρ 0 to 0.1. Ten equal fingers count as 6.9, four as 3.5.
const SHARES: [i32; 10] = [1000, 905, 822, 751, 689, 633, 585, 541, 503, 468];

/// Quality from which a print that does not match speaks fully against, 0 to 100; below it, in
/// proportion. Measured: a score at the floor is worth −4.0 to −4.6 nats where both prints have
/// quality 50 or more (1,263 mates, 86,000 others), −2.6 at 35 to 50, −1.3 at 20 to 35 (few).
const SPEAKS_AGAINST: i32 = 50;

/// The logarithm of 1 to 20 in thousandths: what choosing the best of so many pairs costs.
const LOGARITHMS: [i32; 20] = [
    0, 693, 1099, 1386, 1609, 1792, 1946, 2079, 2197, 2303, 2398, 2485, 2565, 2639, 2708, 2773,
    2833, 2890, 2944, 2996,
];

/// The evidence of all fingers, millinats.
///
/// It does not depend on their order; it never falls when a finger's score rises, and a further
/// finger that speaks for one person never lowers it.
pub(super) fn fuse(fingers: &[FingerComparison]) -> i32 {
    let mut evidence: Vec<i32> = fingers.iter().map(of_finger).collect();
    evidence.sort_unstable_by_key(|score| -score.abs());
    let side = |keep: fn(&&i32) -> bool| -> i64 {
        let shares = SHARES.iter().chain(std::iter::repeat(&SHARES[9]));
        evidence.iter().filter(keep).zip(shares).map(|(s, w)| i64::from(*s) * i64::from(*w)).sum()
    };
    let (pro, contra) = (side(|score| **score > 0), side(|score| **score < 0));
    ((pro + contra) / 1000) as i32
}

/// What one finger says of the persons.
fn of_finger(finger: &FingerComparison) -> i32 {
    if finger.among > 1 {
        // The finger may be one that the other capture does not have: it cannot speak against.
        let index = usize::from(finger.among - 1).min(LOGARITHMS.len() - 1);
        return (finger.score - LOGARITHMS[index]).max(0);
    }
    if finger.score < 0 {
        finger.score * i32::from(finger.quality).min(SPEAKS_AGAINST) / SPEAKS_AGAINST
    } else {
        finger.score
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compare::{FINGER_CEILING, FINGER_FLOOR};
    use crate::finger::FingerPosition;

    fn finger(score: i32, quality: u8) -> FingerComparison {
        let (probe, reference) = (FingerPosition::RightThumb, FingerPosition::RightThumb);
        FingerComparison { probe, reference, score, paired: 9, quality, among: 1 }
    }

    fn fuse_all(scores: &[(i32, u8)]) -> i32 {
        fuse(&scores.iter().map(|(score, quality)| finger(*score, *quality)).collect::<Vec<_>>())
    }

    #[test]
    fn further_fingers_count_for_less_and_worn_ones_hardly_speak_against() {
        for (scores, fused) in [
            (&[][..], 0),
            (&[(8_000, 90)], 8_000),
            (&[(8_000, 90), (8_000, 90)], 15_240),
            (&[(14_000, 90); 10], 96_558),
            (&[(-3_000, 90)], -3_000),
            (&[(-3_000, 25)], -1_500),
            (&[(-3_000, 0)], 0),
            (&[(10_000, 90), (-3_000, 90)], 7_000),
            (&[(10_000, 20), (9_000, 90), (-3_000, 5)], 17_845),
        ] {
            assert_eq!(fuse_all(scores), fused, "{scores:?}");
        }
    }

    #[test]
    fn the_shares_are_those_of_the_measured_correlation() {
        let worth = |k: f64| k / (1.0 + (k - 1.0) * 0.05);
        for (index, share) in SHARES.iter().enumerate() {
            let k = index as f64;
            assert!((worth(k + 1.0) - worth(k) - f64::from(*share) / 1000.0).abs() < 0.001);
        }
        for (index, logarithm) in LOGARITHMS.iter().enumerate() {
            let exact = (index as f64 + 1.0).ln() * 1000.0;
            assert!((exact - f64::from(*logarithm)).abs() < 0.51);
        }
    }

    #[test]
    fn the_best_of_many_is_worth_less_and_never_speaks_against() {
        let chosen = |score, among| fuse(&[FingerComparison { among, ..finger(score, 80) }]);
        assert_eq!(chosen(9_000, 10), 9_000 - 2_303);
        assert_eq!(chosen(9_000, 255), 9_000 - 2_996);
        assert_eq!(chosen(-3_000, 10), 0);
    }

    fn scores() -> impl Strategy<Value = Vec<(i32, u8)>> {
        prop::collection::vec((FINGER_FLOOR..=FINGER_CEILING, 0..=100_u8), 0..11)
    }

    proptest! {
        #[test]
        fn order_changes_nothing(
            (sorted, shuffled) in scores().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle())),
        ) {
            prop_assert_eq!(fuse_all(&sorted), fuse_all(&shuffled));
        }

        #[test]
        fn better_scores_and_further_matching_fingers_never_lower_it(
            all in scores(), further in 0..=FINGER_CEILING, index in 0..10_usize, quality in 0..=100_u8,
        ) {
            let before = fuse_all(&all);
            let mut more = all.clone();
            more.push((further, quality));
            prop_assert!(fuse_all(&more) >= before);
            let mut better = all.clone();
            if let Some(finger) = better.get_mut(index) {
                finger.0 = (finger.0 + further).min(FINGER_CEILING);
            }
            prop_assert!(fuse_all(&better) >= before);
        }
    }
}
