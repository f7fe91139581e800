//! Synthetic slaps taken apart.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::FingerPosition;
use crate::extract::extract;
use crate::synthetic::{MasterFinger, PersonTraits, SlapConditions, slap};

use FingerPosition as P;

const RIGHT: [P; 4] = [P::RightIndex, P::RightMiddle, P::RightRing, P::RightLittle];
const LEFT: [P; 4] = [P::LeftLittle, P::LeftRing, P::LeftMiddle, P::LeftIndex];

fn hand(positions: &[P], rng: &mut ChaCha8Rng) -> Vec<MasterFinger> {
    let traits = PersonTraits::adult(rng);
    let grow = |position: &P| {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        MasterFinger::grow(seed, *position, &traits)
    };
    positions.iter().map(grow).collect()
}

/// How often fingers were found where they lie, hands told right and told wrong.
#[derive(Debug, Default)]
struct Found {
    slaps: u32,
    whole: u32,
    right: u32,
    wrong: u32,
    readable: u32,
    fingers: u32,
}

fn measure(hands: u32, impressions: u32, conditions: &SlapConditions) -> Found {
    let mut found = Found::default();
    for seed in 0..hands {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed.into());
        let left = seed % 2 == 1;
        let fingers = hand(if left { &LEFT } else { &RIGHT }, rng);
        let present: Vec<_> = fingers.iter().map(Some).collect();
        for _ in 0..impressions {
            let (picture, places) = slap(&present, left, rng, conditions);
            found.slaps += 1;
            let Ok(slap) = segment(&picture, 500) else { continue };
            let inside = |(finger, (x, y)): (&SlapFinger, &(f32, f32))| {
                let (left, upper) = (finger.x as f32, finger.y as f32);
                (left..left + finger.width as f32).contains(x)
                    && (upper..upper + finger.height as f32).contains(y)
            };
            if slap.fingers.len() == 4 && slap.fingers.iter().zip(&places).all(inside) {
                found.whole += 1;
                let readable = slap
                    .fingers
                    .iter()
                    .filter_map(|finger| finger.cut(&picture))
                    .filter(|print| extract(print, 500).is_ok());
                found.readable += readable.count() as u32;
                found.fingers += 4;
            }
            match slap.hand {
                Some(hand) if (hand == Hand::Left) == left => found.right += 1,
                Some(_) => found.wrong += 1,
                None => {}
            }
        }
    }
    found
}

#[test]
fn four_fingers_are_found_where_they_lie() {
    let found = measure(4, 3, &SlapConditions::default());
    assert!(found.whole >= found.slaps - 1, "{found:?}");
    assert_eq!(found.wrong, 0, "{found:?}");
    assert!(found.right * 10 >= found.slaps * 8, "{found:?}");
    assert!(found.readable * 10 >= found.fingers * 9, "{found:?}");
}

#[test]
#[ignore = "minutes; prints what the constants cite"]
fn measured() {
    for (turn, closeness, phalanges) in [
        (0.0, 0.0, false),
        (12.0, 0.4, true),
        (15.0, 0.4, true),
        (20.0, 0.7, true),
        (12.0, 1.0, true),
    ] {
        let conditions = SlapConditions { turn, closeness, phalanges, ..SlapConditions::default() };
        println!("{turn}° {closeness} {phalanges}: {:?}", measure(10, 10, &conditions));
    }
}

#[test]
fn missing_fingers_leave_gaps_and_no_hand() {
    let rng = &mut ChaCha8Rng::seed_from_u64(3);
    let fingers = hand(&RIGHT, rng);
    let present = [Some(&fingers[0]), None, Some(&fingers[2]), Some(&fingers[3])];
    let (picture, _) = slap(&present, false, rng, &SlapConditions::default());
    let slap = segment(&picture, 500).unwrap();
    assert_eq!((slap.fingers.len(), slap.hand), (3, None));
}

#[test]
fn two_thumbs_are_two() {
    let rng = &mut ChaCha8Rng::seed_from_u64(4);
    let thumbs = hand(&[P::LeftThumb, P::RightThumb], rng);
    let present: Vec<_> = thumbs.iter().map(Some).collect();
    let (picture, places) = slap(&present, false, rng, &SlapConditions::default());
    let slap = segment(&picture, 500).unwrap();
    assert_eq!((slap.fingers.len(), places.len()), (2, 2));
    assert!(slap.fingers[0].x < slap.fingers[1].x);
}

#[test]
fn bare_glass_noise_and_odd_sizes_are_answered() {
    let code =
        |picture: &GrayImage, dpi| segment(picture, dpi).map_or_else(|e| e.code(), |_| "found");
    let bare = GrayImage::new(1600, 1500, vec![240; 1600 * 1500]).unwrap();
    assert_eq!(code(&bare, 500), "slap.no_finger");
    assert_eq!(code(&bare, 100), "slap.resolution");
    let tiny = GrayImage::new(20, 20, vec![10; 400]).unwrap();
    assert_eq!(code(&tiny, 500), "slap.no_finger");
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut pixels = vec![0; 1600 * 1500];
    rng.fill_bytes(&mut pixels);
    // Noise is skin all over: some boxes or too many, never a panic and never outside the picture.
    let noise = GrayImage::new(1600, 1500, pixels).unwrap();
    if let Ok(slap) = segment(&noise, 500) {
        assert!(slap.fingers.iter().all(|f| f.x + f.width <= 1600 && f.y + f.height <= 1500));
    }
}
