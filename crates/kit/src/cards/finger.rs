//! Whether a finger is the one of the card. Pure: a template and a print in, a score out.

use niims_fingerprint::template::record::card;
use niims_fingerprint::{FingerPosition, Prepared, Template, compare};
use niims_wire::card::{CardAct, ChipFinger};

/// Evidence from which on a finger counts as the card's, thousandths of a nat: 5,000. Range 3,000
/// to 7,000. Measured with cards of 60 minutiae on five sets: 4 of 179,858 strangers reach it, 1 in
/// 45,000, and 7.7 % of holders do not at their first try. Two fingers tried three times each let a
/// stranger through once in some 7,500. At 4,000 it would be 10 strangers and 6.5 % of holders, at
/// 7,000 one and 10.6 % (`docs/BENCHMARKS.md`, "One finger against a card").
pub const SAME_FINGER: i32 = 5_000;

/// What a comparison gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// Evidence, thousandths of a nat; below 0 it speaks for another finger.
    pub score: i32,
}

impl Compared {
    /// Whether it counts as the same finger.
    pub const fn is_match(self) -> bool {
        self.score >= SAME_FINGER
    }

    /// What it was, for the line that the person sees.
    pub const fn act(self) -> CardAct {
        if self.is_match() { CardAct::FingerMatched } else { CardAct::FingerNotMatched }
    }
}

/// Compares the best of the prints with a finger of a chip. `None` when the chip's minutiae do not
/// read, or no print is of a finger that could be that one.
pub fn compare_with_chip(
    finger: &ChipFinger,
    prints: &[(FingerPosition, Template)],
) -> Option<Compared> {
    let held = Prepared::new(&card::read(&finger.minutiae).ok()?);
    let position = FingerPosition::from_code(finger.position)?;
    let scores = prints
        .iter()
        .filter(|(of, _)| *of == position || *of == FingerPosition::Unknown)
        .map(|(_, print)| compare(&held, &Prepared::new(print)).score);
    scores.max().map(|score| Compared { score })
}
