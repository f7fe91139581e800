//! The rounds of a search: what is compared in each, and how many persons go on to the next.

use super::prints::PersonCylinders;
use super::query::PROBE_CYLINDERS;
use super::tally::{Level, Tally};

/// How many go on after each round.
struct Cuts {
    /// By votes.
    voted: u64,
    /// By one finger.
    sieved: u64,
    /// Finger comparisons by bits that the last round may cost: persons times the probe's fingers.
    comparisons: u64,
}

/// For a good probe: 400 persons of ten fingers at last. Among 100,000 sampled people none of some 1,740
/// good probes misses its mate, and a search compares a sixth of what [`POOR`] compares. With 8,000, 4,000
/// and 500, or 16,000, 8,000 and 1,000 persons none is missed either.
const GOOD: Cuts = Cuts { voted: 6_000, sieved: 3_000, comparisons: 4_000 };
/// For a poor one. Of 520 poor probes 3 are missed, as many as with 32,000, 16,000 and 2,000 persons; with
/// 16,000, 8,000 and 1,000, 4 of 260. Poor probes alone pay for it.
const POOR: Cuts = Cuts { voted: 40_000, sieved: 20_000, comparisons: 20_000 };
/// Mean quality of a probe's fingers from which on it is good. Range 70 to 90: all mates missed by any cuts
/// tried had probes below 80, the poorest tenth of the sampled ones.
const GOOD_QUALITY: u8 = 82;
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
        let cuts = if is_good(probe) { &GOOD } else { &POOR };
        match self {
            Self::Votes if !trusts_votes(probe) => Level::LOWEST,
            Self::Votes => tally.best(cuts.voted),
            Self::OneFinger => tally.best(cuts.sieved),
            Self::FewFingers => tally.best(cuts.comparisons / probe.len().max(1) as u64),
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

/// Whether the probe's prints are such that its mate stands out early.
pub(super) fn is_good(probe: &PersonCylinders) -> bool {
    probe.quality() >= GOOD_QUALITY
}

/// Whether a probe has enough for votes; everybody is sieved if not.
pub fn trusts_votes(probe: &PersonCylinders) -> bool {
    let cylinders: usize = probe.0.iter().map(|f| f.cylinders.len().min(PROBE_CYLINDERS)).sum();
    probe.len() >= LEAST_FINGERS && cylinders >= LEAST_CYLINDERS
}
