//! Tries, exceptions, suspicions and slaps, on synthetic fingers.

use std::collections::BTreeSet;
use std::sync::Arc;

use niims_fingerprint::synthetic::{
    ImpressionConditions, MasterFinger, PersonTraits, SlapConditions, slap,
};
use niims_fingerprint::{FingerPosition, GrayImage, Prepared};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::capture::Wanted;
use crate::vocabulary::SubDevice;
use ExceptionReason as R;
use FingerPosition as P;

fn grow(position: P, seed: u64) -> MasterFinger {
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    let traits = PersonTraits::adult(rng);
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    seed[0] ^= position.code();
    MasterFinger::grow(seed, position, &traits)
}

fn print(finger: &MasterFinger, occasion: u64) -> Arc<Prepared> {
    let rng = &mut ChaCha8Rng::seed_from_u64(occasion);
    let picture = finger.impression(rng, &ImpressionConditions::good());
    assess(picture, 500).print.expect("a good print is read")
}

fn of_quality(quality: u8) -> Assessment {
    let picture = Arc::new(GrayImage::new(1, 1, vec![0]).unwrap());
    let print = (quality > 0).then(|| print(&grow(P::RightIndex, 1), 1));
    Assessment { picture, dpi: 500, quality, advice: Vec::new(), print, block: None }
}

#[test]
fn a_finger_is_done_as_soon_as_it_is_good_and_the_best_two_are_kept() {
    let mut tries = Tries::default();
    assert_eq!(tries.next(), Next::Again { left: 3 });
    assert_eq!(tries.add(of_quality(0)), Next::Again { left: 2 });
    assert_eq!(tries.add(of_quality(30)), Next::Again { left: 1 });
    assert_eq!(tries.add(of_quality(20)), Next::TakenAsItIs);
    assert_eq!(tries.kept().iter().map(|kept| kept.quality).collect::<Vec<_>>(), [30, 20]);
    let mut good = Tries::default();
    assert_eq!(good.add(of_quality(GOOD_QUALITY)), Next::Good);
    let mut none = Tries::default();
    for _ in 0..MOST_TRIES {
        none.add(of_quality(0));
    }
    assert_eq!(none.next(), Next::NeedsReason);
    none.add(of_quality(90));
    assert_eq!(none.next(), Next::NeedsReason, "a try beyond the last is not taken");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the order of the tries, the best two of those that could be read are kept.
    #[test]
    fn the_best_two_of_three_are_kept(qualities in prop::collection::vec(0_u8..=49, 0..6)) {
        let mut tries = Tries::default();
        for quality in &qualities {
            tries.add(of_quality(*quality));
        }
        let mut wanted: Vec<u8> =
            qualities.iter().copied().take(MOST_TRIES.into()).filter(|quality| *quality > 0).collect();
        wanted.sort_unstable_by(|a, b| b.cmp(a));
        wanted.truncate(KEPT);
        let kept: Vec<u8> = tries.kept().iter().map(|kept| kept.quality).collect();
        prop_assert_eq!(kept, wanted);
    }
}

#[test]
fn poor_prints_come_with_cause_and_remedy() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let finger = grow(P::RightThumb, 3);
    let unusable = finger.impression(&mut rng, &ImpressionConditions::unusable());
    let poor = assess(unusable, 500);
    assert!(poor.quality < GOOD_QUALITY && !poor.advice.is_empty(), "{poor:?}");
    let bare = assess(GrayImage::new(300, 300, vec![240; 90_000]).unwrap(), 500);
    assert_eq!((bare.quality, bare.advice), (0, vec![Advice::NoFinger]));
    let coarse = assess(GrayImage::new(300, 300, vec![240; 90_000]).unwrap(), 72);
    assert_eq!(coarse.advice, [Advice::Picture]);
}

#[test]
fn every_advice_has_its_own_code_and_words_in_two_languages() {
    let mut seen = BTreeSet::new();
    for advice in Advice::ALL {
        for text in [advice.code(), advice.english(), advice.swahili()] {
            assert!(seen.insert(text), "{text}");
        }
        assert!(advice.english().ends_with('.') && advice.swahili().ends_with('.'));
    }
    for suspicion in [
        Suspicion::SameFingerTwice { now: P::LeftIndex, before: P::RightIndex },
        Suspicion::HandsExchanged,
        Suspicion::NotTheSameFinger { finger: P::LeftIndex },
        Suspicion::OfficersFinger { finger: P::LeftIndex },
    ] {
        for text in [suspicion.code(), suspicion.english(), suspicion.swahili()] {
            assert!(seen.insert(text), "{text}");
        }
    }
}

#[test]
fn whose_finger_it_is() {
    let (index, middle) = (grow(P::RightIndex, 21), grow(P::RightMiddle, 22));
    let known = Comparisons {
        resident: vec![(P::RightIndex, print(&index, 1)), (P::RightMiddle, print(&middle, 1))],
        officers: vec![print(&grow(P::LeftThumb, 23), 1)],
    };
    let told = |captured: &[(P, Arc<Prepared>)]| suspicions(captured, &known);
    // Another finger of the same person, and the same finger again: nothing to say.
    assert_eq!(told(&[(P::RightRing, print(&grow(P::RightRing, 24), 1))]), []);
    assert_eq!(told(&[(P::RightIndex, print(&index, 2))]), []);
    assert_eq!(
        told(&[(P::RightRing, print(&middle, 2))]),
        [Suspicion::SameFingerTwice { now: P::RightRing, before: P::RightMiddle }]
    );
    assert_eq!(
        told(&[(P::LeftIndex, print(&index, 2)), (P::LeftMiddle, print(&middle, 2))]),
        [Suspicion::HandsExchanged]
    );
    assert_eq!(
        told(&[(P::RightThumb, print(&grow(P::LeftThumb, 23), 2))]),
        [Suspicion::OfficersFinger { finger: P::RightThumb }]
    );
    assert_eq!(
        told(&[(P::RightIndex, print(&middle, 2))]),
        [
            Suspicion::SameFingerTwice { now: P::RightIndex, before: P::RightMiddle },
            Suspicion::NotTheSameFinger { finger: P::RightIndex },
        ]
    );
}

#[test]
fn exceptions_need_what_their_reason_needs() {
    let whole = |reason| Exception {
        finger: P::LeftRing,
        reason,
        permanent: false,
        photo: true,
        tries: MOST_TRIES,
        officer: 1,
        second: Some(2),
    };
    let code = |exception: Exception<u8>| {
        check_exception(&exception).map_or_else(ExceptionProblem::code, |()| "stands")
    };
    for reason in R::ALL {
        assert_eq!(code(whole(reason)), "stands", "{reason:?}");
        assert_eq!(R::from_name(reason.name()), Some(reason));
        let alone = Exception { second: None, ..whole(reason) };
        assert_eq!(code(alone), "exception.second_missing", "{reason:?}");
    }
    let bandaged = whole(R::Bandaged);
    assert_eq!(code(Exception { photo: false, ..bandaged.clone() }), "exception.photo_missing");
    assert_eq!(code(Exception { permanent: true, ..bandaged.clone() }), "exception.not_permanent");
    assert_eq!(code(Exception { second: Some(1), ..bandaged }), "exception.second_is_first");
    assert_eq!(code(Exception { tries: 1, ..whole(R::Worn) }), "exception.not_tried");
    let worn = Exception { photo: false, permanent: true, ..whole(R::Worn) };
    assert_eq!(code(worn), "stands", "nothing is seen of worn ridges");
}

#[test]
fn a_slap_is_named_from_left_to_right_and_the_other_hand_is_told() {
    let rng = &mut ChaCha8Rng::seed_from_u64(31);
    let hand = SubDevice::RightSlap.fingers();
    let masters: Vec<_> = hand.iter().map(|finger| grow(*finger, 31)).collect();
    let laid: Vec<_> = masters.iter().map(Some).collect();
    let conditions = SlapConditions { turn: 4.0, ..SlapConditions::default() };
    let (picture, _) = slap(&laid, false, rng, &conditions);
    let apart = segment_slap(&picture, 500, SubDevice::RightSlap, hand).unwrap();
    assert_eq!(apart.iter().map(|(finger, _)| *finger).collect::<Vec<_>>(), hand);
    let code = |part: SubDevice, present: &[P]| {
        segment_slap(&picture, 500, part, present).map_or_else(SlapProblem::code, |_| "apart")
    };
    assert_eq!(code(SubDevice::LeftSlap, SubDevice::LeftSlap.fingers()), "capture.other_hand");
    assert_eq!(code(SubDevice::RightSlap, &hand[..3]), "capture.fingers_too_many");
    let (picture, _) = slap(&laid[..3], false, rng, &conditions);
    let few = segment_slap(&picture, 500, SubDevice::RightSlap, hand).unwrap_err();
    assert_eq!(few.code(), "capture.fingers_absent");
    let bare = GrayImage::new(1600, 1500, vec![240; 1600 * 1500]).unwrap();
    let none = segment_slap(&bare, 500, SubDevice::RightSlap, hand).unwrap_err();
    assert_eq!(none.code(), "capture.no_finger");
}

/// A good capture of these fingers of one person.
fn captured(fingers: &[P], seed: u64, occasion: u64) -> Vec<(P, Assessment)> {
    let take = |finger: &P| {
        let rng = &mut ChaCha8Rng::seed_from_u64(occasion + u64::from(finger.code()));
        let picture = grow(*finger, seed).impression(rng, &ImpressionConditions::good());
        (*finger, assess(picture, 500))
    };
    fingers.iter().map(take).collect()
}

#[test]
fn ten_fingers_are_asked_for_in_three_pictures_until_each_is_captured_or_explained() {
    let mut hands = Hands::new(Vec::new());
    hands.note_missing(P::RightRing, ExceptionReason::Amputated);
    let mut asked = Vec::new();
    while let Some(Wanted::Fingers { part, present, .. }) = hands.next() {
        assert!(!present.contains(&P::RightRing));
        let outcome = hands.take(captured(&present, 61, u64::from(part.number())));
        assert_eq!(outcome.suspicions, []);
        asked.push((part, present.len()));
    }
    let parts = [(SubDevice::RightSlap, 3), (SubDevice::LeftSlap, 4), (SubDevice::Thumbs, 2)];
    assert_eq!(asked, parts);
    assert!(hands.is_complete());
    assert_eq!(hands.standing(P::RightRing), Standing::Missing(ExceptionReason::Amputated));
    assert_eq!(hands.prints(P::LeftIndex).len(), 1);
}

#[test]
fn a_part_is_captured_again_while_a_finger_needs_it_and_what_cannot_be_read_needs_a_reason() {
    let mut hands = Hands::new(Vec::new());
    let thumbs = SubDevice::Thumbs.fingers();
    for finger in FingerPosition::all().into_iter().filter(|finger| !thumbs.contains(finger)) {
        hands.note_missing(finger, ExceptionReason::Refused);
    }
    hands.take(vec![(P::LeftThumb, of_quality(0)), (P::RightThumb, of_quality(80))]);
    let wanted = hands.next().unwrap();
    assert_eq!(wanted, Wanted::part(SubDevice::Thumbs, &[]));
    for _ in 0..2 {
        hands.take(vec![(P::LeftThumb, of_quality(0))]);
    }
    assert_eq!((hands.next(), hands.unexplained()), (None, vec![P::LeftThumb]));
    assert!(!hands.is_complete());
    hands.note_missing(P::LeftThumb, ExceptionReason::Unreadable);
    assert!(hands.is_complete());
    hands.note_present(P::LeftThumb);
    assert!(hands.next().is_some(), "a note taken back asks for the finger again");
}

#[test]
fn prints_under_suspicion_are_not_kept_and_cost_no_try() {
    let mut hands = Hands::new(vec![print(&grow(P::LeftThumb, 71), 1)]);
    let right = SubDevice::RightSlap.fingers();
    hands.take(captured(right, 61, 1));
    // The right hand once more, under the names of the left one.
    let names = [P::LeftIndex, P::LeftMiddle, P::LeftRing, P::LeftLittle];
    let again = captured(right, 61, 50).into_iter().zip(names).map(|((_, one), name)| (name, one));
    let outcome = hands.take(again.collect());
    assert_eq!(outcome.suspicions, [Suspicion::HandsExchanged]);
    for name in names {
        assert_eq!(hands.standing(name), Standing::Captured(Next::Again { left: MOST_TRIES }));
        assert!(hands.prints(name).is_empty());
    }
    let officers = captured(&[P::LeftThumb], 71, 3);
    let outcome = hands.take(officers);
    assert_eq!(outcome.suspicions, [Suspicion::OfficersFinger { finger: P::LeftThumb }]);
    assert!(hands.prints(P::LeftThumb).is_empty());
}

#[test]
#[ignore = "a minute; prints what the constants cite"]
fn measured() {
    let share = |conditions: &ImpressionConditions| {
        let good = (0..100).filter(|seed| {
            let rng = &mut ChaCha8Rng::seed_from_u64(*seed);
            let finger = grow(P::all()[(*seed % 10) as usize], *seed);
            assess(finger.impression(rng, conditions), 500).quality >= GOOD_QUALITY
        });
        good.count()
    };
    println!("good of 100 typical: {}", share(&ImpressionConditions::typical()));
    println!("good of 100 operational: {}", share(&ImpressionConditions::operational()));
    println!("good of 100 poor: {}", share(&ImpressionConditions::poor()));
    // Another try of the same finger must not be told as another finger.
    let (mut mates, mut others) = (Vec::new(), Vec::new());
    for seed in 0..100 {
        let (one, two) = (grow(P::RightIndex, seed), grow(P::RightIndex, seed + 1000));
        let take = |finger: &MasterFinger, occasion| {
            let rng = &mut ChaCha8Rng::seed_from_u64(occasion);
            assess(finger.impression(rng, &ImpressionConditions::typical()), 500)
        };
        let (a, b, c) = (take(&one, 1), take(&one, 2), take(&two, 3));
        let sure = |x: &Assessment, y: &Assessment| x.quality.min(y.quality) >= GOOD_QUALITY;
        let score = |x: &Assessment, y: &Assessment| {
            Some(niims_fingerprint::compare(x.print.as_ref()?, y.print.as_ref()?).score)
        };
        mates.extend(score(&a, &b).filter(|_| sure(&a, &b)));
        others.extend(score(&a, &c).filter(|_| sure(&a, &c)));
    }
    mates.sort_unstable();
    others.sort_unstable();
    println!("mates: {} least {:?}", mates.len(), &mates[..5.min(mates.len())]);
    let below = |limit: i32| others.iter().filter(|score| **score <= limit).count();
    println!("others: {} at most −1,500: {}, −2,000: {}", others.len(), below(-1500), below(-2000));
    println!("others largest: {:?}", &others[others.len().saturating_sub(5)..]);
}
