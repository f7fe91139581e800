//! The rounds of a search: what is compared in each, and how many persons go on to the next.

use super::prints::PersonCylinders;
use super::query::PROBE_CYLINDERS;
use super::tally::{Level, Tally};
use crate::person::Assignment;

/// How many persons go on after a round: a share of the gallery, so that mates are lost no more often in a
/// large one, and at least a few, so that chance decides no more in a small one.
#[derive(Clone, Copy)]
struct Cut {
    per_million: u64,
    least: u64,
}

impl Cut {
    const fn new(per_million: u64, least: u64) -> Self {
        Self { per_million, least }
    }

    fn of(self, people: u64) -> u64 {
        (people.saturating_mul(self.per_million) / 1_000_000).max(self.least)
    }
}

/// The cuts after the three rounds, and what is looked up for the first.
struct Cuts {
    /// Most cylinders of a finger whose keys are looked up, those of best quality; 1 to 64.
    cylinders: usize,
    /// By votes.
    voted: Cut,
    /// By one finger.
    sieved: Cut,
    /// By a few fingers.
    finalists: Cut,
}

/// Cuts by the mean quality of the probe's fingers, from a quality on. The ranks of sampled mates among 100,000, people
/// before the mate in a million, from which they are chosen stand in DESIGN.md; `index_bench --ranks 1` measures them.
const BY_QUALITY: [(u8, Cuts); 5] = [
    (
        90,
        Cuts {
            cylinders: 16,
            voted: Cut::new(4_000, 3_000),
            sieved: Cut::new(2_000, 1_500),
            finalists: Cut::new(300, 300),
        },
    ),
    (
        86,
        Cuts {
            cylinders: 32,
            voted: Cut::new(6_000, 3_000),
            sieved: Cut::new(3_000, 1_500),
            finalists: Cut::new(400, 300),
        },
    ),
    (
        80,
        Cuts {
            cylinders: 32,
            voted: Cut::new(50_000, 10_000),
            sieved: Cut::new(10_000, 4_000),
            finalists: Cut::new(1_000, 400),
        },
    ),
    (
        70,
        Cuts {
            cylinders: 32,
            voted: Cut::new(110_000, 30_000),
            sieved: Cut::new(30_000, 10_000),
            finalists: Cut::new(3_000, 1_000),
        },
    ),
    (
        0,
        Cuts {
            cylinders: 32,
            voted: Cut::new(250_000, 50_000),
            sieved: Cut::new(40_000, 20_000),
            finalists: Cut::new(12_000, 3_000),
        },
    ),
];
/// Where votes are not trusted: everybody is compared by one finger, which says less than the votes of many.
const WITHOUT_VOTES: Cuts = Cuts {
    cylinders: 0,
    voted: Cut::new(1_000_000, 0),
    sieved: Cut::new(100_000, 20_000),
    finalists: Cut::new(20_000, 10_000),
};
/// For fingers looked for as others than stated. Nearly everybody for whom this is done is new, and the mistake it
/// finds leaves good prints good: it may cost little.
const REARRANGED: [(u8, Cuts); 3] = [
    (
        90,
        Cuts {
            cylinders: 8,
            voted: Cut::new(1_000, 1_000),
            sieved: Cut::new(500, 500),
            finalists: Cut::new(100, 100),
        },
    ),
    (
        84,
        Cuts {
            cylinders: 12,
            voted: Cut::new(2_000, 1_000),
            sieved: Cut::new(1_000, 500),
            finalists: Cut::new(200, 100),
        },
    ),
    (
        0,
        Cuts {
            cylinders: 20,
            voted: Cut::new(8_000, 4_000),
            sieved: Cut::new(3_000, 1_500),
            finalists: Cut::new(400, 300),
        },
    ),
];
/// Mean quality of a probe's fingers from which on it is good: its mate stands out. Range 70 to 90.
const GOOD_QUALITY: u8 = 82;
/// Fingers of the probe by which persons are sieved, those of best quality.
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
    pub fn cut(self, asked: &Asked<'_>, tally: &Tally) -> Level {
        let cuts = asked.cuts();
        let cut = match self {
            Self::Votes if !trusts_votes(asked.probe) => return Level::LOWEST,
            Self::Votes => cuts.voted,
            Self::OneFinger => cuts.sieved,
            Self::FewFingers => cuts.finalists,
        };
        tally.best(cut.of(asked.people))
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

/// What a search is for, as far as its cuts depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The probe.
    pub probe: &'a PersonCylinders,
    /// Which finger of the enrolled persons each finger of the probe is looked for as.
    pub assignment: Assignment,
    /// How many people may be found in the whole gallery: the total of its first tally.
    pub people: u64,
}

impl Asked<'_> {
    fn cuts(&self) -> &'static Cuts {
        cuts(self.probe, self.assignment)
    }
}

fn cuts(probe: &PersonCylinders, assignment: Assignment) -> &'static Cuts {
    if !trusts_votes(probe) {
        return &WITHOUT_VOTES;
    }
    let by_quality: &[(u8, Cuts)] = match assignment {
        Assignment::AsStated => &BY_QUALITY,
        _ => &REARRANGED,
    };
    let quality = probe.quality();
    let found = by_quality.iter().find(|(from, _)| quality >= *from);
    found.map_or(&WITHOUT_VOTES, |(_, cuts)| cuts)
}

/// Cylinders of a finger whose keys are looked up.
pub(super) fn voting_cylinders(probe: &PersonCylinders, assignment: Assignment) -> usize {
    cuts(probe, assignment).cylinders
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
