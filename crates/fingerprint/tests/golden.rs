//! Templates and scores of a few synthetic prints, held against `data/golden.tsv` byte for byte: the
//! same on every machine, and with every set of instructions.
//!
//! After a change of extraction or comparison that is meant:
//! `NIIMS_GOLDEN=write cargo test -p niims-fingerprint --test golden`.

use std::fmt::Write;

use niims_fingerprint::compare::{Instructions, compare_with};
use niims_fingerprint::synthetic::{ImpressionConditions, MasterFinger, PersonTraits};
use niims_fingerprint::{FingerPosition, GrayImage, Prepared, Template, extract};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

const GOLDEN: &str = "tests/data/golden.tsv";
const HEADING: &str = "finger\tprint\tpicture\ttemplate\tminutiae\tscore with the print before\n";

fn generator(seed: u8) -> ChaCha8Rng {
    ChaCha8Rng::from_seed([seed; 32])
}

/// Three impressions of each of four fingers, by name.
fn prints() -> Vec<(FingerPosition, &'static str, GrayImage)> {
    use FingerPosition::{LeftLittle, LeftRing, RightIndex, RightThumb};
    let mut prints = Vec::new();
    for position in [RightThumb, RightIndex, LeftRing, LeftLittle] {
        let seed = 40 + position.code();
        let master =
            MasterFinger::grow([seed; 32], position, &PersonTraits::adult(&mut generator(seed)));
        for (index, (name, conditions)) in [
            ("good", ImpressionConditions::good()),
            ("operational", ImpressionConditions::operational()),
            ("poor", ImpressionConditions::poor()),
        ]
        .into_iter()
        .enumerate()
        {
            let mut generator = generator(seed + 100 + index as u8);
            prints.push((position, name, master.impression(&mut generator, &conditions)));
        }
    }
    prints
}

/// The score of two templates, the same for every set of instructions and either order.
fn score(first: &Template, second: &Template) -> i32 {
    let (first, second) = (Prepared::new(first), Prepared::new(second));
    let all = Instructions::all();
    let expected = compare_with(&first, &second, all[0]);
    for instructions in all {
        let found = compare_with(&first, &second, instructions);
        assert!(found == expected, "{instructions:?} differs from {:?}", Instructions::all()[0]);
        assert_eq!(compare_with(&second, &first, instructions).score, expected.score);
    }
    expected.score
}

#[test]
fn templates_and_scores_are_the_same_everywhere() {
    let mut found = HEADING.to_owned();
    let mut before: Option<Template> = None;
    for (position, name, picture) in prints() {
        let picture_sum = crc32fast::hash(picture.pixels());
        let _ = write!(found, "{position}\t{name}\t{picture_sum:08x}\t");
        match extract(&picture, 500) {
            Ok(extraction) => {
                let template = extraction.template;
                let again = extract(&picture, 500).unwrap().template;
                assert!(template == again, "{position} {name}: two runs differ");
                let score = before.as_ref().map(|before| score(before, &template).to_string());
                let _ = writeln!(
                    found,
                    "{:08x}\t{}\t{}",
                    crc32fast::hash(&template.to_bytes()),
                    template.minutiae().len(),
                    score.as_deref().unwrap_or("-"),
                );
                before = Some(template);
            }
            Err(refused) => {
                let _ = writeln!(found, "{}\t-\t-", refused.code());
            }
        }
    }
    if std::env::var("NIIMS_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(GOLDEN, &found).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap();
    for (found, golden) in found.lines().zip(golden.lines()) {
        assert_eq!(found, golden, "the heading of {GOLDEN} says what the columns are");
    }
    assert_eq!(found.lines().count(), golden.lines().count());
}
