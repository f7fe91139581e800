//! Every set of instructions against the plain definition, on random cylinders.

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::compare::angle::difference;
use crate::compare::cylinder::{Cylinder, DISC, LAYERS};
use crate::compare::prepared::{Kind, Point};

/// Cylinders as dense as those of prints, many with cells that say nothing.
fn cylinders(rng: &mut ChaCha8Rng, count: usize) -> Vec<Cylinder> {
    let cells = (1u64 << DISC) - 1;
    (0..count)
        .map(|minutia| {
            let missing = match rng.next_u32() % 3 {
                0 => 0,
                1 => rng.next_u64() & rng.next_u64() & rng.next_u64(),
                _ => rng.next_u64() & rng.next_u64(),
            };
            let valid = cells & !missing;
            let thin = rng.next_u32().is_multiple_of(2);
            let layers = std::array::from_fn(|_: usize| {
                let bits = rng.next_u64() & rng.next_u64() & valid;
                if thin { bits & rng.next_u64() } else { bits }
            });
            let direction = rng.next_u32() as u8;
            Cylinder { minutia: minutia as u8, direction, valid, layers }
        })
        .collect()
}

/// The definition, cell by cell.
fn defined(a: &Cylinder, b: &Cylinder) -> u32 {
    let turned = i32::from(a.direction) - i32::from(b.direction);
    let turned = turned.abs().min(256 - turned.abs());
    let common: Vec<usize> =
        (0..64).filter(|cell| a.valid >> cell & b.valid >> cell & 1 == 1).collect();
    if turned > 64 || common.len() < 31 {
        return 0;
    }
    let (mut both, mut either) = (0, 0);
    for (cell, layer) in common.iter().flat_map(|cell| (0..LAYERS).map(move |k| (cell, k))) {
        let (x, y) = (a.layers[layer] >> cell & 1, b.layers[layer] >> cell & 1);
        both += (x & y) as u32;
        either += (x | y) as u32;
    }
    ((1u32 << 24) - 1).checked_div(either).map_or(0, |share| (both * share) >> 8)
}

fn sorted_keys(instructions: Instructions, first: &Bank, second: &Bank) -> Vec<u32> {
    let mut keys = Vec::new();
    likenesses(instructions, first, second, &mut keys);
    keys.sort_unstable();
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_instructions_give_what_the_definition_says(
        seed in any::<u64>(), counts in (0usize..40, 0usize..40),
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (first, second) = (cylinders(&mut rng, counts.0), cylinders(&mut rng, counts.1));
        let mut keys = Vec::new();
        for (a, b) in first.iter().flat_map(|a| second.iter().map(move |b| (a, b))) {
            let likeness = defined(a, b);
            if likeness > 0 {
                keys.push(
                    likeness << 16 | u32::from(255 - a.minutia) << 8 | u32::from(255 - b.minutia),
                );
            }
        }
        keys.sort_unstable();
        let best: Vec<u16> = Bank::new(first.clone())
            .iter()
            .map(|a| second.iter().map(|b| defined(&a, b)).max().unwrap_or(0) as u16)
            .collect();
        let (first, second) = (Bank::new(first), Bank::new(second));
        for instructions in Instructions::all() {
            prop_assert_eq!(&sorted_keys(instructions, &first, &second), &keys);
            let mut found = Vec::new();
            best_likenesses(instructions, &first, &second, &mut found);
            prop_assert_eq!(&found, &best);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_instructions_find_the_same_near_minutiae(
        second in prop::collection::vec((0i16..16_380, 0i16..16_380, any::<u8>()), 0..255),
        moved in prop::collection::vec(
            (any::<prop::sample::Index>(), -200i16..200, -200i16..200, any::<u8>(), 1i16..160), 0..60,
        ),
        turned in 0u8..40,
    ) {
        let points: Vec<Point> = second.iter().map(|(x, y, direction)| point(*x, *y, *direction)).collect();
        let field = Field::new(&points);
        let moved: Vec<Moved> = moved
            .into_iter()
            .map(|(beside, dx, dy, direction, allowed)| {
                let (x, y, _) = if second.is_empty() { (0, 0, 0) } else { *beside.get(&second) };
                Moved { x: x + dx, y: y + dy, allowed, direction }
            })
            .chain([Moved { x: -16_000, y: 32_000, allowed: 160, direction: 0 }])
            .collect();
        let mut expected = Vec::new();
        for (i, own) in moved.iter().enumerate() {
            for (j, other) in points.iter().enumerate() {
                let apart = |a: i16, b: i16| (i32::from(a) - i32::from(b)).abs();
                let square = apart(own.x, other.x).max(apart(own.y, other.y));
                let angle = difference(own.direction, other.direction).abs();
                if square < i32::from(own.allowed) && angle <= i32::from(turned) {
                    expected.push((i << 8 | j) as u16);
                }
            }
        }
        for instructions in Instructions::all() {
            let mut found = Vec::new();
            near(instructions, &moved, &field, turned, &mut found);
            prop_assert_eq!(&found, &expected);
        }
    }
}

fn point(x: i16, y: i16, direction: u8) -> Point {
    Point { x, y, direction, quality: 50, kind: Kind::Ending }
}

#[test]
fn equal_cylinders_are_wholly_alike_and_a_planted_bit_shows() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut own = cylinders(&mut rng, 8);
    own[3].valid = (1 << DISC) - 1;
    let mut other = own[3];
    for instructions in Instructions::all() {
        let keys = sorted_keys(instructions, &Bank::new(own.clone()), &Bank::new(vec![other]));
        assert_eq!(keys.last().unwrap() >> 8, 0xff_fffc);
    }
    other.layers[2] ^= 1 << 17;
    for instructions in Instructions::all() {
        let keys = sorted_keys(instructions, &Bank::new(own.clone()), &Bank::new(vec![other]));
        assert!(keys.last().unwrap() >> 16 < 65_535);
    }
}
