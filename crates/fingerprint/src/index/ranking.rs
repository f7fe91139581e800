//! The persons that bits say are most alike, and how many of them are worth a full comparison.

use super::rounds::{Asked, is_good};
use crate::gallery::GalleryReference;
use crate::person::Assignment;

/// Rankings shorter than this say too little about chance.
const LEAST_RANKED: usize = 64;
/// Fewest persons of a ranking that are compared in full, for a good probe, beside those who stand out.
/// With 3, a search takes 3 ms more and finds no mate more (2,000 sampled ones).
const LEAST_PROMISING: usize = 1;
/// The same for a poor one, whose mate may stand lower: 1 of 260 poor probes had its mate beyond the
/// tenth place and before the fiftieth. Each costs about half a millisecond. Range 3 to 50.
const LEAST_PROMISING_POOR: usize = 40;
/// A person stands out at this many times the distance from the middle of a ranking to its tenth.
/// With an earlier version of the rounds, searching 100,000 sampled people of ten fingers, mates stood at 4.3 times and more (half of them
/// at 24), the best of the others at 3.3 (half of the searches) to 7.3. With 2.5 a search of an earlier
/// simulation compared 18 persons in full, two thirds of its time, and found no mate more.
const OUTSTANDING: u64 = 4;

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

/// The rankings of several parts of a gallery as one: most alike first, equal ones in order of
/// enrolment, then of reference.
pub fn merge_rankings(rankings: impl IntoIterator<Item = Vec<Shortlisted>>) -> Vec<Shortlisted> {
    let mut all: Vec<Shortlisted> = rankings.into_iter().flatten().collect();
    all.sort_unstable_by(|a, b| {
        let earlier = a.sequence.cmp(&b.sequence).then(a.reference.cmp(&b.reference));
        b.likeness.cmp(&a.likeness).then(earlier)
    });
    all
}

/// How many persons at the head of a ranking stand out from the rest, at most `most`.
///
/// The rest is what chance brings for this probe: a person stands out who is above the middle of the
/// ranking by four times what the tenth of it is. The ranking must be that of the whole gallery, see
/// [`merge_rankings`].
pub fn promising(asked: &Asked<'_>, ranked: &[Shortlisted], most: usize) -> usize {
    if ranked.len() < LEAST_RANKED {
        return ranked.len().min(most);
    }
    let [middle, tenth] = [2, 10].map(|part| ranked[ranked.len() / part].likeness);
    let least = middle + (tenth - middle) * OUTSTANDING;
    let fewest = match asked.assignment {
        Assignment::AsStated if is_good(asked.probe) => LEAST_PROMISING,
        Assignment::AsStated => LEAST_PROMISING_POOR,
        // Whoever does not stand out is most likely nobody's mate; see the cuts of such a search.
        _ => 0,
    };
    ranked.partition_point(|one| one.likeness >= least).max(fewest).min(ranked.len()).min(most)
}
