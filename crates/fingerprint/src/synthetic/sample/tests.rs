//! Sampled templates: reproducible, of plausible size, matched by our own comparator.

use super::*;
use crate::finger::FingerPosition;
use crate::synthetic::ImpressionConditions;
use crate::{Prepared, Template, compare};

fn print(person: u64, position: FingerPosition, impression: u32) -> Template {
    PersonSampler::new(7, person)
        .finger(position)
        .impression(impression, &ImpressionConditions::operational())
}

/// FNV-1a over the template's bytes.
fn checksum(template: &Template) -> u64 {
    template.minutiae().iter().fold(0xcbf2_9ce4_8422_2325, |hash, m| {
        [m.x, m.y, m.direction.into(), m.quality.into(), m.kind as u16]
            .iter()
            .fold(hash, |hash: u64, value| {
                (hash ^ u64::from(*value)).wrapping_mul(0x0100_0000_01b3)
            })
    })
}

#[test]
fn a_number_draws_the_same_template_on_every_machine() {
    let all = (0..20).map(|person| checksum(&print(person, FingerPosition::LeftRing, 3)));
    let sum = all.fold(0_u64, |sum, one| sum.rotate_left(5) ^ one);
    // Stored so that a change of the drawing, or a machine that computes otherwise, shows.
    assert_eq!(sum, 0x9e2f_a676_31db_1e03, "{sum:#x}");
}

#[test]
fn numbers_of_minutiae_are_those_of_plain_prints() {
    let mut counts: Vec<usize> = (0..200)
        .map(|person| print(person, FingerPosition::RightIndex, 0).minutiae().len())
        .collect();
    counts.sort_unstable();
    assert!((12..=35).contains(&counts[10]), "5 %: {}", counts[10]);
    assert!((28..=55).contains(&counts[100]), "median: {}", counts[100]);
    assert!((45..=100).contains(&counts[190]), "95 %: {}", counts[190]);
}

#[test]
fn mates_compare_and_others_do_not() {
    let prepared =
        |person, impression| Prepared::new(&print(person, FingerPosition::RightIndex, impression));
    let (mut mates, mut others) = (Vec::new(), Vec::new());
    for person in 0..60 {
        let own = prepared(person, 0);
        mates.push(compare(&own, &prepared(person, 1)).score);
        others.push(compare(&own, &prepared(person + 1, 1)).score);
    }
    mates.sort_unstable();
    others.sort_unstable();
    assert!(mates[30] > crate::CANDIDATE_THRESHOLD, "median of mates {}", mates[30]);
    assert!(mates[0] < crate::CANDIDATE_THRESHOLD, "some mates are hard: {}", mates[0]);
    assert!(others[30] < 0 && others[59] < crate::CANDIDATE_THRESHOLD, "others {}", others[59]);
}

#[test]
fn conditions_outside_their_ranges_still_give_a_template() {
    let wild = ImpressionConditions {
        width: 0,
        height: 50_000,
        rotation_sd: f32::INFINITY,
        dryness: f32::NAN,
        smudge: 9.0,
        contact: 0.0,
        ..ImpressionConditions::poor()
    };
    let template = PersonSampler::new(1, 1).finger(FingerPosition::Unknown).impression(0, &wild);
    assert_eq!((template.width(), template.height()), (96, 1000));
}
