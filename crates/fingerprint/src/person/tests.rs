//! Persons of made-up minutiae: fused, exchanged, repeated.

use proptest::prelude::*;

use super::*;
use crate::compare::{FINGER_CEILING, FINGER_FLOOR};
use crate::template::{Minutia, MinutiaKind, Template};
use FingerPosition::{
    LeftIndex, LeftThumb, RightIndex, RightMiddle, RightRing, RightThumb, Unknown,
};

/// A print of minutiae strewn by a linear congruence.
fn print_of_quality(seed: u32, quality: u8) -> Prepared {
    let mut state = seed;
    let mut next = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % limit
    };
    let minutiae = (0..40)
        .map(|_| Minutia {
            x: 80 + next(1100) as u16,
            y: 80 + next(1500) as u16,
            direction: next(256) as u8,
            kind: MinutiaKind::Ending,
            quality: 60,
        })
        .collect();
    Prepared::new(&Template::new(320, 420, quality, minutiae).unwrap())
}

fn print(seed: u32) -> Prepared {
    print_of_quality(seed, 70)
}

fn person(fingers: &[(FingerPosition, u32)]) -> PersonTemplates {
    fingers.iter().map(|(finger, seed)| (*finger, print(*seed))).collect()
}

/// A person of the given fingers, each with a print of its own.
fn whole(fingers: &[FingerPosition], first_seed: u32) -> PersonTemplates {
    fingers.iter().map(|f| (*f, print(first_seed + 977 * u32::from(f.code())))).collect()
}

#[test]
fn fingers_add_up_and_missing_ones_do_not_count() {
    let two = person(&[(RightThumb, 1), (RightIndex, 2)]);
    let floor = FINGER_FLOOR;
    for (reference, fingers, score) in [
        (person(&[(RightThumb, 1), (RightIndex, 2)]), 2, FINGER_CEILING * 1905 / 1000),
        (person(&[(RightThumb, 1), (LeftThumb, 9)]), 1, FINGER_CEILING),
        (person(&[(RightThumb, 1), (RightIndex, 9)]), 2, FINGER_CEILING + floor),
        (person(&[(Unknown, 2), (LeftThumb, 9)]), 1, FINGER_CEILING - 693),
        (person(&[(Unknown, 9)]), 1, 0),
        (person(&[(LeftIndex, 8)]), 0, 0),
        (PersonTemplates::new(), 0, 0),
    ] {
        let comparison = compare_persons(&two, &reference);
        assert_eq!(comparison.fingers.len(), fingers);
        assert_eq!(comparison.assignment, Assignment::AsStated);
        assert!(comparison.score.abs_diff(score) < 2_000, "{} {score}", comparison.score);
    }
}

#[test]
fn every_mistake_of_capture_is_found_and_named() {
    let true_names = whole(&FingerPosition::all(), 5);
    let stranger = whole(&FingerPosition::all(), 50_000);
    for assignment in Assignment::ALL {
        let captured = true_names.rearranged(assignment);
        let found = compare_persons(&captured, &true_names);
        assert_eq!(found.assignment, assignment);
        let price = assignment.price();
        let least = compare_persons(&true_names, &true_names).score - price - 2_000;
        assert!(found.score >= least, "{assignment:?} {}", found.score);
        let back = compare_persons(&true_names, &captured);
        assert_eq!((back.assignment, back.fingers.len()), (assignment, 10));
        let different = compare_persons(&captured, &stranger);
        assert_eq!(different.assignment, Assignment::AsStated);
        assert!(different.score < -8_000, "{}", different.score);
    }
}

#[test]
fn a_single_hand_under_the_name_of_the_other_is_found() {
    let right = whole(&[RightThumb, RightIndex, RightMiddle, RightRing], 5);
    let left = right.rearranged(Assignment::HandsExchanged);
    let found = compare_persons(&left, &right);
    assert_eq!(found.assignment, Assignment::HandsExchanged);
    assert!(found.score > 20_000);
    assert_eq!((found.fingers[0].probe, found.fingers[0].reference), (LeftThumb, RightThumb));
}

#[test]
fn different_people_cost_hardly_more_than_their_fingers() {
    let (one, other) = (whole(&FingerPosition::all(), 5), whole(&FingerPosition::all(), 50_000));
    let stated = compare_as(&one, &other, Assignment::AsStated);
    assert_eq!(stated.fingers.len(), 10);
    assert_eq!(screening::worth_trying(&one, &other, &stated), []);
}

#[test]
fn worn_fingers_neither_prove_nor_disprove() {
    let good = || [(RightThumb, print(1)), (RightIndex, print(2))];
    let with_worn = |seed| -> PersonTemplates {
        let worn = (RightMiddle, print_of_quality(seed, 5));
        good().into_iter().chain([worn]).collect()
    };
    let without = compare_persons(&good().into_iter().collect(), &with_worn(3)).score;
    let with = compare_persons(&with_worn(4), &with_worn(3)).score;
    assert!(with <= without && with > without - 500, "{with} {without}");
}

#[test]
fn a_finger_presented_twice_is_found() {
    let mut fingers = whole(&FingerPosition::all(), 5);
    assert_eq!(repeated_fingers(&fingers), []);
    fingers.insert(RightRing, print(5 + 977 * u32::from(LeftIndex.code())));
    let repeated = repeated_fingers(&fingers);
    assert_eq!(repeated.len(), 1);
    assert_eq!((repeated[0].probe, repeated[0].reference), (RightRing, LeftIndex));
    assert!(repeated[0].score >= SAME_FINGER);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn order_of_insertion_and_of_the_two_persons_change_little(
        shared in prop::collection::vec(any::<bool>(), 10), order in Just((0..10_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let seed = |index: usize, who: u32| if shared[index] { 7 } else { who } + 31 * index as u32;
        let of = |who: u32, order: &[usize]| -> PersonTemplates {
            order.iter().map(|i| (FingerPosition::all()[*i], print(seed(*i, who)))).collect()
        };
        let straight: Vec<usize> = (0..10).collect();
        let (a, b) = (of(1_000, &straight), of(9_000, &straight));
        let there = compare_persons(&a, &b);
        prop_assert_eq!(&there, &compare_persons(&of(1_000, &order), &of(9_000, &order)));
        let back = compare_persons(&b, &a);
        prop_assert_eq!(there.assignment, back.assignment);
        prop_assert!(there.score.abs_diff(back.score) < 3_000, "{} {}", there.score, back.score);
    }

    #[test]
    fn a_further_matching_finger_never_lowers_the_score(count in 1..9_usize) {
        let all = FingerPosition::all();
        let (few, more) = (whole(&all[..count], 5), whole(&all[..=count], 5));
        prop_assert!(compare_persons(&more, &more).score >= compare_persons(&few, &few).score);
    }
}
