//! The rounds of a search: what is compared in each, and how many persons go on to the next.

use super::prints::PersonCylinders;
use super::query::PROBE_CYLINDERS;
use super::tally::{Level, Tally};

/// Finger comparisons by bits that the last round may cost: 2,000 persons for a probe of ten fingers.
const BIT_COMPARISONS: u64 = 20_000;
/// Persons that are sieved, when votes chose them.
const SIEVED: u64 = 16_000;
/// Fingers of the probe by which persons are sieved, those with most cylinders.
const SIEVE_FINGERS: usize = 3;
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
    /// Likeness of the bits of a few fingers.
    Sieve,
}

impl Round {
    /// All, in order.
    pub const ALL: [Self; 2] = [Self::Votes, Self::Sieve];

    /// The level from which on persons go on to the next round, from the tally of the whole gallery:
    /// the sum of the tallies of its parts. The same for every split of the people.
    pub fn cut(self, probe: &PersonCylinders, tally: &Tally) -> Level {
        match self {
            Self::Votes if !trusts_votes(probe) => Level::LOWEST,
            Self::Votes => tally.best(SIEVED),
            Self::Sieve => tally.best(BIT_COMPARISONS / probe.len().max(1) as u64),
        }
    }

    /// How many of the probe's fingers have been compared by bits when this round is over.
    pub(super) fn fingers(self) -> usize {
        match self {
            Self::Votes => SIEVE_FINGERS,
            Self::Sieve => usize::MAX,
        }
    }

    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Votes => Some(Self::Sieve),
            Self::Sieve => None,
        }
    }
}

/// Whether a probe has enough for votes; everybody is sieved if not.
pub fn trusts_votes(probe: &PersonCylinders) -> bool {
    let cylinders: usize = probe.0.iter().map(|f| f.cylinders.len().min(PROBE_CYLINDERS)).sum();
    probe.len() >= LEAST_FINGERS && cylinders >= LEAST_CYLINDERS
}
