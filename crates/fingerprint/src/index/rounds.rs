//! The rounds of a search: what is compared in each, and how many persons go on to the next.

use super::prints::PersonCylinders;
use super::query::PROBE_CYLINDERS;
use super::tally::{Level, Tally};

/// Finger comparisons by bits that the last round may cost: 2,000 persons for a probe of ten fingers.
const BIT_COMPARISONS: u64 = 20_000;
/// Persons who go on by votes. No mate of 2,100 is lost here, as estimated for 100,000 people from
/// 5,000 strangers; with 16,000, one of 700.
const VOTED: u64 = 32_000;
/// Persons who go on by one finger. Two of those 2,100 are lost here, and two in the round after it.
const SIEVED: u64 = 16_000;
/// Fingers of the probe by which persons are sieved, those with most cylinders.
const SIEVE_FINGERS: usize = 3;
/// What a vote is worth in the sieves, in units of likeness. Without, 18 to 29 of 700 mates are lost where
/// 8,000 pass by one finger; with 16,384, 32,768 and 65,536, two.
pub(super) const VOTE_WORTH: u64 = 16_384;
/// With fewer fingers than this, votes are not trusted and everybody is compared by bits. Mates
/// with four fingers lay outside the best hundredth by votes for 1.3 % of 542 pairs, with two for 13 %.
const LEAST_FINGERS: usize = 4;
/// The same when the fingers have fewer cylinders than this together.
const LEAST_CYLINDERS: usize = 64;

/// A round of a search. In each, every part of the gallery counts how many persons it has at each level of
/// agreement; the sum of these counts says which of them go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// Keys that agree.
    Votes,
    /// Likeness of the bits of the finger with most cylinders.
    OneFinger,
    /// Likeness of the bits of a few fingers.
    FewFingers,
}

impl Round {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Votes, Self::OneFinger, Self::FewFingers];

    /// The level from which on persons go on to the next round, from the tally of the whole gallery:
    /// the sum of the tallies of its parts. The same for every split of the people.
    pub fn cut(self, probe: &PersonCylinders, tally: &Tally) -> Level {
        match self {
            Self::Votes if !trusts_votes(probe) => Level::LOWEST,
            Self::Votes => tally.best(VOTED),
            Self::OneFinger => tally.best(SIEVED),
            Self::FewFingers => tally.best(BIT_COMPARISONS / probe.len().max(1) as u64),
        }
    }

    /// How many of the probe's fingers have been compared by bits when this round is over. Where
    /// votes chose nobody, one finger is too little to choose by.
    pub(super) fn fingers(self, by_votes: bool) -> usize {
        match self {
            Self::Votes if by_votes => 1,
            Self::Votes | Self::OneFinger => SIEVE_FINGERS,
            Self::FewFingers => usize::MAX,
        }
    }

    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Votes => Some(Self::OneFinger),
            Self::OneFinger => Some(Self::FewFingers),
            Self::FewFingers => None,
        }
    }
}

/// Whether a probe has enough for votes; everybody is sieved if not.
pub fn trusts_votes(probe: &PersonCylinders) -> bool {
    let cylinders: usize = probe.0.iter().map(|f| f.cylinders.len().min(PROBE_CYLINDERS)).sum();
    probe.len() >= LEAST_FINGERS && cylinders >= LEAST_CYLINDERS
}
