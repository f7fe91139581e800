//! Tests of the search: right answers, whatever the order, the threads and the size.

use super::*;
use crate::person::CANDIDATE_THRESHOLD;
use crate::template::{Minutia, MinutiaKind, SUBPIXEL, Template};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

fn below(rng: &mut ChaCha8Rng, limit: u16) -> u16 {
    (rng.next_u32() % u32::from(limit)) as u16
}

fn finger(seed: u64) -> Template {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let minutiae = (0..36)
        .map(|_| Minutia {
            x: 100 + below(&mut rng, 1000),
            y: 100 + below(&mut rng, 1400),
            direction: rng.next_u32() as u8,
            kind: if rng.next_u32() & 1 == 0 {
                MinutiaKind::Ending
            } else {
                MinutiaKind::Bifurcation
            },
            quality: 60,
        })
        .collect();
    Template::new(320, 400, 70, minutiae).unwrap()
}

/// Another impression of a finger: moved by three pixels, a sixth of the minutiae lost.
fn again(template: &Template) -> Template {
    let minutiae = template
        .minutiae()
        .iter()
        .enumerate()
        .filter(|(i, _)| i % 6 != 0)
        .map(|(i, m)| Minutia { x: m.x + 3 * SUBPIXEL, y: m.y + (i % 7) as u16, ..*m })
        .collect();
    Template::new(340, 420, 70, minutiae).unwrap()
}

/// Two fingers of person `seed`.
fn person(seed: u64) -> PersonTemplates {
    let fingers = [FingerPosition::RightIndex, FingerPosition::LeftIndex];
    let prints: Vec<Template> = (0..2).map(|k| finger(seed * 10 + k)).collect();
    PersonTemplates::from_templates(fingers.into_iter().zip(&prints))
}

fn person_again(seed: u64, fingers: &[(FingerPosition, u64)]) -> PersonTemplates {
    let prints: Vec<(FingerPosition, Template)> =
        fingers.iter().map(|(position, k)| (*position, again(&finger(seed * 10 + k)))).collect();
    PersonTemplates::from_templates(prints.iter().map(|(position, print)| (*position, print)))
}

fn gallery(order: impl Iterator<Item = u64>) -> Gallery {
    let mut gallery = Gallery::new();
    for seed in order {
        assert!(gallery.insert(GalleryReference(u128::from(seed)), person(seed), seed));
    }
    gallery
}

const BOTH: [(FingerPosition, u64); 2] =
    [(FingerPosition::RightIndex, 0), (FingerPosition::LeftIndex, 1)];

#[test]
fn the_right_person_comes_first_in_small_and_large_galleries() {
    for size in [20, 700] {
        let gallery = gallery(0..size);
        for seed in [0, 7, size - 1] {
            for fingers in [&BOTH[..], &BOTH[..1], &[(FingerPosition::Unknown, 1)]] {
                let found = gallery.identify(&person_again(seed, fingers), None, 5);
                assert_eq!(
                    found[0].reference,
                    GalleryReference(seed.into()),
                    "{size}, {fingers:?}"
                );
                assert!(found[0].score >= CANDIDATE_THRESHOLD, "{size}: {}", found[0].score);
                assert!(found[1].score < CANDIDATE_THRESHOLD, "{size}: {}", found[1].score);
            }
        }
    }
}

#[test]
fn answers_depend_neither_on_order_nor_on_threads() {
    let probe = person_again(42, &BOTH);
    let expected = gallery(0..700).identify(&probe, None, 20);
    assert_eq!(expected.len(), 20);
    assert_eq!(gallery((0..700).rev()).identify(&probe, None, 20), expected);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| gallery(0..700).identify(&probe, None, 20));
        assert_eq!(found, expected, "{threads} threads");
    }
}

#[test]
fn only_earlier_persons_are_searched_when_asked() {
    let gallery = gallery(0..30);
    let first = |below| gallery.identify(&person_again(20, &BOTH), below, 1)[0].reference.0;
    assert_eq!(first(None), 20);
    assert_eq!(first(Some(21)), 20);
    assert_ne!(first(Some(20)), 20);
    assert!(gallery.identify(&person_again(20, &BOTH), Some(0), 5).is_empty());
}

#[test]
fn persons_without_common_fingers_are_no_candidates() {
    let mut gallery = gallery(0..5);
    let thumb = person_again(1, &[(FingerPosition::RightThumb, 0)]);
    assert!(gallery.identify(&thumb, None, 5).is_empty());
    assert!(gallery.identify(&PersonTemplates::new(), None, 5).is_empty());
    assert!(gallery.remove(GalleryReference(1)) && !gallery.remove(GalleryReference(1)));
    assert_eq!(gallery.len(), 4);
    assert_ne!(gallery.identify(&person_again(1, &BOTH), None, 1)[0].reference.0, 1);
}
