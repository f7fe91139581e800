//! One print laid upon the other: the rigid motion that brings most minutiae together.
//!
//! Each of the strongest relaxed pairs proposes a motion. Where most minutiae come close, the motion is
//! fitted to them and they are paired again, more tightly. The closest is kept.

use super::kernel::Instructions;
use super::list::List;
use super::local::Pairs;
use super::motion::Motion;
use super::pairing::{CLOSENESS_BITS, LOOSE, Pairing, TIGHT, Workbench};
use super::prepared::{Point, Prepared};
use super::relaxation::Relaxed;
use crate::template::MAX_MINUTIAE;

/// Relaxed pairs that propose a motion. Range 3 to 12: mean EER of five sets 2.17 % with 3, 1.92 with
/// 5, 1.89 with 8, 1.82 with 12, when each was refined twice.
const PROPOSALS: usize = 8;
/// Proposals that are refined, the closest. Range 1 to 8: refined once, 2, 3, 4 and 5 give a mean EER
/// of 1.68, 1.71, 1.65 and 1.64 % and misses at a false match rate of 1e-3 of 4.63, 4.49, 4.46 and
/// 4.39 %. A second round of fitting costs a fifth of the time and errs more: 1.63 and 4.89 % with 4.
const REFINED: usize = 4;
/// Fewest pairs that a motion is fitted to.
const LEAST_FITTED: usize = 3;
/// Minutiae count as overlapping within this distance of the other print's hull, quarter pixels.
const OVERLAP_MARGIN: i32 = 32;
/// Overlaps smaller than this count as this, so that three pairs of three prove little.
const LEAST_OVERLAP: u64 = 8;

/// The best alignment of two prints.
#[derive(Clone, Copy, Default)]
pub(super) struct Alignment {
    /// Minutiae laid upon each other, closest first: indices into the two prints' minutiae.
    pub(super) pairs: List<(u8, u8), MAX_MINUTIAE>,
    /// Sum over the pairs of how close they lie, each 0.4 to 1, 16 binary places.
    pub(super) closeness: u32,
    /// Minutiae of the first print on the second, and the reverse.
    pub(super) overlap: (u16, u16),
    /// Lays the first print upon the second; fitted to the pairs when they are three or more.
    pub(super) motion: Motion,
}

pub(super) fn align(
    relaxed: &Relaxed,
    first: &Prepared,
    second: &Prepared,
    instructions: Instructions,
) -> Alignment {
    let mut bench = Workbench::new(second, instructions);
    let (mut best, mut best_motion) = (Pairing::default(), Motion::default());
    for (proposal, motion) in proposals(relaxed, first, second, &mut bench).iter().take(REFINED) {
        let motion = match proposal.pairs.len() {
            LEAST_FITTED.. => Motion::fit(&proposal.pairs, first, second),
            _ => *motion,
        };
        let pairing = bench.pair(&first.minutiae, &motion, &TIGHT);
        if pairing.closeness > best.closeness {
            (best, best_motion) = (pairing, motion);
        }
    }
    let overlap = overlap(&best_motion, first, second);
    if best.pairs.len() >= LEAST_FITTED {
        best_motion = Motion::fit(&best.pairs, first, second);
    }
    Alignment { pairs: best.pairs, closeness: best.closeness, overlap, motion: best_motion }
}

/// What each of the strongest pairs brings together when one minutia is laid upon the other, closest
/// first, equal ones in the order of the pairs.
fn proposals(
    relaxed: &Relaxed,
    first: &Prepared,
    second: &Prepared,
    bench: &mut Workbench,
) -> Vec<(Pairing, Motion)> {
    let strongest = relaxed.pairs.iter().take(PROPOSALS);
    let mut proposals: Vec<(Pairing, Motion)> = strongest
        .map(|pair| {
            let a = first.minutiae[usize::from(pair.first)];
            let b = second.minutiae[usize::from(pair.second)];
            let motion = Motion::of_pair(a, b);
            (bench.pair(&first.minutiae, &motion, &LOOSE), motion)
        })
        .collect();
    proposals.sort_by_key(|(pairing, _)| std::cmp::Reverse(pairing.closeness));
    proposals
}

fn overlap(motion: &Motion, first: &Prepared, second: &Prepared) -> (u16, u16) {
    let on_second = first.minutiae.iter().map(|m| motion.apply(m.place()));
    let on_second = on_second.filter(|place| second.hull.contains(*place, OVERLAP_MARGIN)).count();
    let back = motion.reversed();
    let on_first = second.minutiae.iter().map(|m| back.apply(m.place()));
    let on_first = on_first.filter(|place| first.hull.contains(*place, OVERLAP_MARGIN)).count();
    (on_second as u16, on_first as u16)
}

impl Alignment {
    /// Closeness squared against what the overlap could hold at most, 16 binary places.
    pub(super) fn score(&self) -> u32 {
        let paired = self.pairs.len() as u64;
        let side = |overlap: u16| u64::from(overlap).max(paired);
        // The root has eight binary places.
        let possible = ((side(self.overlap.0) * side(self.overlap.1)) << 16).isqrt();
        let possible = possible.max(LEAST_OVERLAP << 8);
        let squared = (u64::from(self.closeness) * u64::from(self.closeness)) >> CLOSENESS_BITS;
        ((squared << 8) / possible) as u32
    }

    /// Sum of the local similarities of pairs found by surroundings and by alignment alike, 65,536ths.
    pub(super) fn agreed(&self, pairs: &Pairs) -> u32 {
        let mut partner = [None; 256];
        for (i, j) in self.pairs.iter() {
            partner[usize::from(*i)] = Some(*j);
        }
        let agreed = pairs.iter().filter(|p| partner[usize::from(p.first)] == Some(p.second));
        agreed.map(|pair| pair.similarity).sum()
    }

    /// Sum of the geometric mean quality of the pairs, thousandths.
    pub(super) fn quality(&self, first: &Prepared, second: &Prepared) -> u32 {
        let mean =
            |(a, b): (&Point, &Point)| (100 * u32::from(a.quality) * u32::from(b.quality)).isqrt();
        self.points(first, second).map(mean).sum()
    }

    /// Pairs of equal kind.
    pub(super) fn same_kind(&self, first: &Prepared, second: &Prepared) -> u16 {
        self.points(first, second).filter(|(a, b)| a.kind == b.kind).count() as u16
    }

    fn points<'a>(
        &'a self,
        first: &'a Prepared,
        second: &'a Prepared,
    ) -> impl Iterator<Item = (&'a Point, &'a Point)> {
        self.pairs
            .iter()
            .map(|(i, j)| (&first.minutiae[usize::from(*i)], &second.minutiae[usize::from(*j)]))
    }
}
