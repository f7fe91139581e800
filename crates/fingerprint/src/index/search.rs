//! A search: votes by key, then bits, each stage with fewer persons.

use std::sync::LazyLock;

use rayon::prelude::*;

use super::Index;
use super::kernel::{Kernel, ProbePrint};
use super::people::People;
use super::prints::PersonCylinders;
use super::votes::ProbeKeys;
use crate::finger::FingerPosition;
use crate::gallery::GalleryReference;
use crate::person::Assignment;

/// Finger comparisons by bits that a search may cost when votes choose the persons: 2,000 persons
/// for a probe of ten fingers.
const BIT_COMPARISONS: usize = 20_000;
/// Persons are clear by votes when one has so many times those of the last chosen. Of 1,000 mates among
/// 100,000 sampled people 90 % had most votes of all, half had 25 or more; the weakest had 0 to 4.
const CLEAR_VOTES: usize = 4;
/// So many times as many persons are sieved when nobody is clear. Of 1,990 mates among
/// 100,000 sampled people 13 are missed, 0.65 %, against about 1.2 % without; 11 of them lie beyond the
/// 18,000 most voted. Strangers take 40 ms instead of 17.
const WIDER: usize = 8;
/// Fingers of the probe by which they are sieved, those with most cylinders. With three,
/// two of 1,990 mates were lost by the sieve or by another taken for clear; others are not measured.
const SIEVE_FINGERS: usize = 3;
/// With fewer fingers than this, votes are not trusted and everybody is compared by bits. Mates
/// with four fingers lay outside the best hundredth by votes for 1.3 % of 542 pairs, with two for 13 %.
const LEAST_FINGERS: usize = 4;
/// The same when the fingers have fewer cylinders than this together.
const LEAST_CYLINDERS: usize = 64;
/// Most cylinders of a finger of the probe that are compared by bits.
const PROBE_CYLINDERS: usize = 32;
/// Largest difference of direction, 256ths of a turn, 45 degrees, and half a sector of 11 more or less.
const GATE: u8 = 32;

/// Rankings shorter than this say too little about chance.
const LEAST_RANKED: usize = 64;
/// Fewest persons of a ranking that are compared in full.
const LEAST_PROMISING: usize = 5;
/// A person stands out at this many times the distance from the middle of a ranking to its tenth.
/// Searching 100,000 sampled people of ten fingers, mates stood at 4.3 times and more (half of them
/// at 24), the best of the others at 3.3 (half of the searches) to 7.3. With 2.5 a search of an earlier
/// simulation compared 18 persons in full, two thirds of its time, and found no mate more.
const OUTSTANDING: u64 = 4;

/// How to search.
#[derive(Debug, Clone)]
pub struct SearchOptions {
    /// Only persons enrolled with a lower sequence number are seen.
    pub below_sequence: Option<u64>,
    /// Which finger of the enrolled persons each finger of the probe is looked for as.
    pub assignment: Assignment,
    /// Most persons that come back, for the full comparison.
    pub shortlist: usize,
    /// How bits are compared; all kernels give the same result.
    pub kernel: Kernel,
}

impl Default for SearchOptions {
    fn default() -> Self {
        let kernel = Kernel::fastest();
        Self { below_sequence: None, assignment: Assignment::AsStated, shortlist: 50, kernel }
    }
}

/// The persons that a search compares by bits.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Part of the index, number of the person in it, votes; in order of enrolment.
    chosen: Vec<(u32, u32, u8)>,
    /// Whether everybody was chosen because the probe has too little for votes.
    pub exhaustive: bool,
}

impl Selection {
    /// Number of persons.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }
}

/// A person worth a full comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortlisted {
    /// Who.
    pub reference: GalleryReference,
    /// The number of the enrolment.
    pub sequence: u64,
    /// Keys that agree, at most 255; 0 when everybody was compared by bits.
    pub votes: u8,
    /// Likeness of the bits, summed over fingers; about 2²⁰ for each finger that is the same.
    pub likeness: u64,
}

impl Index {
    /// The persons worth a full comparison, most alike first, equal ones in order of enrolment.
    ///
    /// The result depends on who is enrolled and on nothing else: not on segments, threads or kernel.
    pub fn search(&self, probe: &PersonCylinders, options: &SearchOptions) -> Vec<Shortlisted> {
        let mut ranked = self.rank(probe, &self.select(probe, options), options);
        ranked.truncate(promising(&ranked, options.shortlist));
        ranked
    }

    /// First stage: the persons with most votes, as many as may be compared by bits. When nobody has
    /// clearly more than the rest, they are the most alike on three fingers of more persons.
    pub fn select(&self, probe: &PersonCylinders, options: &SearchOptions) -> Selection {
        let cylinders: usize = probe.0.iter().map(|f| f.cylinders.len().min(PROBE_CYLINDERS)).sum();
        let most = BIT_COMPARISONS / probe.len().max(1);
        let exhaustive = probe.len() < LEAST_FINGERS || cylinders < LEAST_CYLINDERS;
        if !exhaustive && self.len() > most {
            return self.select_most_voted(probe, options, most);
        }
        let votes: Vec<Vec<u8>> = self.parts().map(|(people, _)| vec![0; people.len()]).collect();
        Selection { chosen: self.eligible(&votes, options.below_sequence).collect(), exhaustive }
    }

    /// The `most` persons with most votes.
    pub(super) fn select_most_voted(
        &self,
        probe: &PersonCylinders,
        options: &SearchOptions,
        most: usize,
    ) -> Selection {
        let votes = self.votes(probe, options);
        let eligible = self.eligible(&votes, options.below_sequence);
        let chosen = most_voted(eligible.clone(), most);
        let [least, greatest] =
            [chosen.iter().map(|one| one.2).min(), chosen.iter().map(|one| one.2).max()]
                .map(|votes| usize::from(votes.unwrap_or(0)));
        if greatest >= CLEAR_VOTES * least.max(1) {
            return Selection { chosen, exhaustive: false };
        }
        let wider = most_voted(eligible, most.saturating_mul(WIDER));
        Selection { chosen: self.sieve(probe, wider, most, options), exhaustive: false }
    }

    /// The `most` persons whose bits are most alike on a few fingers, in order of enrolment.
    pub(super) fn sieve(
        &self,
        probe: &PersonCylinders,
        chosen: Vec<(u32, u32, u8)>,
        most: usize,
        options: &SearchOptions,
    ) -> Vec<(u32, u32, u8)> {
        let mut fingers: Vec<_> = probe.0.iter().collect();
        fingers.sort_by_key(|finger| std::cmp::Reverse(finger.cylinders.len()));
        let fingers: Vec<Finger> = fingers
            .into_iter()
            .take(SIEVE_FINGERS)
            .map(|finger| Finger::of(finger, options.assignment))
            .collect();
        let parts: Vec<&People> = self.parts().map(|(people, _)| people).collect();
        let mut rated: Vec<_> = chosen
            .into_par_iter()
            .with_min_len(256)
            .map(|one| {
                let (people, person) = (parts[one.0 as usize], one.1 as usize);
                let likeness: u64 =
                    fingers.iter().map(|f| f.likeness(people, person, options.kernel)).sum();
                (std::cmp::Reverse(likeness), one)
            })
            .collect();
        rated.sort_unstable();
        rated.truncate(most);
        let mut kept: Vec<_> = rated.into_iter().map(|(_, one)| one).collect();
        kept.sort_unstable();
        kept
    }

    /// The votes of each person of each part.
    fn votes(&self, probe: &PersonCylinders, options: &SearchOptions) -> Vec<Vec<u8>> {
        let keys = ProbeKeys::of(probe, &self.minhash, options, self.unknown_fingers > 0);
        let mut votes: Vec<Vec<u8>> =
            self.segments.par_iter().map(|kept| keys.vote(&kept.segment)).collect();
        votes.push(keys.vote_head(&self.head));
        votes
    }

    /// Those who are enrolled and were so early enough: part, number, votes; in order of enrolment.
    fn eligible<'a>(
        &'a self,
        votes: &'a [Vec<u8>],
        below: Option<u64>,
    ) -> impl Iterator<Item = (u32, u32, u8)> + Clone + 'a {
        self.parts().zip(votes).enumerate().flat_map(move |(part, ((people, removed), votes))| {
            let number =
                below.map_or(people.len(), |b| people.sequences.partition_point(|s| *s < b));
            (0..number)
                .filter(|person| !removed[*person])
                .map(move |person| (part as u32, person as u32, votes[person]))
        })
    }

    /// Second stage: those selected, most alike by bits first; [`promising`] says how many of them
    /// are worth a full comparison.
    pub fn rank(
        &self,
        probe: &PersonCylinders,
        selection: &Selection,
        options: &SearchOptions,
    ) -> Vec<Shortlisted> {
        let fingers: Vec<Finger> =
            probe.0.iter().map(|f| Finger::of(f, options.assignment)).collect();
        let parts: Vec<&People> = self.parts().map(|(people, _)| people).collect();
        let mut rated: Vec<Shortlisted> = selection
            .chosen
            .par_iter()
            .with_min_len(256)
            .map(|(part, person, votes)| {
                let (people, person) = (parts[*part as usize], *person as usize);
                let likeness =
                    fingers.iter().map(|f| f.likeness(people, person, options.kernel)).sum();
                let (reference, sequence) = (people.references[person], people.sequences[person]);
                Shortlisted { reference, sequence, votes: *votes, likeness }
            })
            .collect();
        rated
            .sort_unstable_by(|a, b| b.likeness.cmp(&a.likeness).then(a.sequence.cmp(&b.sequence)));
        rated
    }
}

/// How many persons at the head of a ranking stand out from the rest, at most `most`.
///
/// The rest is what chance brings for this probe: a person stands out who is above the middle of the
/// ranking by four times what the tenth of it is.
pub fn promising(ranked: &[Shortlisted], most: usize) -> usize {
    if ranked.len() < LEAST_RANKED {
        return ranked.len().min(most);
    }
    let [middle, tenth] = [2, 10].map(|part| ranked[ranked.len() / part].likeness);
    let least = middle + (tenth - middle) * OUTSTANDING;
    ranked.partition_point(|one| one.likeness >= least).max(LEAST_PROMISING).min(most)
}

/// The `most` with most votes; of equal ones those who were enrolled first.
fn most_voted(
    eligible: impl Iterator<Item = (u32, u32, u8)> + Clone,
    most: usize,
) -> Vec<(u32, u32, u8)> {
    let mut by_votes = [0usize; 256];
    for (_, _, votes) in eligible.clone() {
        by_votes[usize::from(votes)] += 1;
    }
    let mut above = 0;
    let mut least = 255;
    while least > 0 && above + by_votes[least] < most {
        above += by_votes[least];
        least -= 1;
    }
    let mut equal = most - above;
    eligible
        .filter(|(_, _, votes)| match usize::from(*votes).cmp(&least) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => {
                let room = equal > 0;
                equal = equal.saturating_sub(1);
                room
            }
        })
        .collect()
}

/// A finger of the probe, ready for the bit comparison.
struct Finger {
    position: FingerPosition,
    print: ProbePrint,
    cylinders: usize,
}

/// 2¹⁶/⁴√n: a print with many cylinders finds more alike by chance. Mean miss of single fingers
/// outside the best hundredth without: 7.6 %, with the 0.3rd power on both sides 6.8 %.
static FOURTH_ROOTS: LazyLock<[u64; 65]> = LazyLock::new(|| {
    std::array::from_fn(|n| ((1u128 << 64) / n.max(1) as u128).isqrt().isqrt() as u64)
});

impl Finger {
    fn of(finger: &super::prints::FingerCylinders, assignment: Assignment) -> Self {
        let best = &finger.cylinders[..finger.cylinders.len().min(PROBE_CYLINDERS)];
        let print = ProbePrint::new(best, GATE);
        Self { position: assignment.partner(finger.finger), print, cylinders: best.len() }
    }

    /// The likeness of the person's finger that may be this one, the most alike when there are several.
    fn likeness(&self, people: &People, person: usize, kernel: Kernel) -> u64 {
        let one = |finger: FingerPosition| {
            people.print(person, finger).map_or(0, |print| {
                let norm = FOURTH_ROOTS[print.tags.len()] * FOURTH_ROOTS[self.cylinders];
                ((kernel.compare(&self.print, print) >> 10) * norm) >> 32
            })
        };
        let unknown = one(FingerPosition::Unknown);
        match self.position {
            FingerPosition::Unknown => {
                FingerPosition::all().into_iter().map(one).fold(unknown, u64::max)
            }
            known => one(known).max(unknown),
        }
    }
}
