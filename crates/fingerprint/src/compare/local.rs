//! Which minutiae have alike surroundings: cylinder against cylinder, and the best pairs.

use super::kernel::{self, Instructions};
use super::list::{List, Taken};
use super::prepared::Prepared;
use super::series::{falling, rounded, square_root};

/// The number of best similarities averaged: 4 for few minutiae, 12 for many (Cappelli 2010).
const BEST: (f64, f64) = (4.0, 12.0);
/// Minutiae at which it stands half way, and steepness.
const BEST_SIGMOID: (f64, f64) = (20.0, 0.4);
/// Similarities kept for each minutia of the smaller print before pairing. Range 3 to 8: with 5 and 3
/// the mean EER of five sets rises from 1.89 to 1.96 and 2.00 %.
const KEPT_PER_MINUTIA: usize = 8;
/// Most pairs that go into relaxation; its work grows with their square. 32 misses the same mates at
/// a false match rate of 1e-3, and 2 % more at none at all.
pub(super) const MOST_PAIRS: usize = 64;
/// Binary places of a similarity: 65,536 stands for 1.
pub(super) const SIMILARITY_BITS: u32 = 16;
/// Likeness to one entry of the similarity table, as a binary shift.
const LIKENESS_SHIFT: u32 = 4;

/// Two minutiae and how alike their surroundings are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pair {
    /// 65,536ths.
    pub(super) similarity: u32,
    /// Minutia of the first print.
    pub(super) first: u8,
    /// Minutia of the second print.
    pub(super) second: u8,
}

/// At most one pair for each minutia.
pub(super) type Pairs = List<Pair, MOST_PAIRS>;

/// Similarity by likeness.
///
/// Cappelli's 1 − |a ⊕ b| ÷ (|a| + |b|), lengths being roots of bit counts, with both lengths taken
/// as that of the mean count. It depends on the share of common bits alone then, and misses fewer
/// mates at a false match rate of 1e-3: 4.90 instead of 5.65 % (mean of five sets).
static SIMILARITY: [u16; 1 << (16 - LIKENESS_SHIFT)] = {
    let mut table = [0; 1 << (16 - LIKENESS_SHIFT)];
    let mut i = 0;
    while i < table.len() {
        let likeness = (i as f64 + 0.5) / table.len() as f64;
        let apart = (1.0 - likeness) / (1.0 + likeness);
        table[i] = rounded((1.0 - square_root(apart / 2.0)) * 65_535.0) as u16;
        i += 1;
    }
    table
};

/// How many of the best similarities count, by number of cylinders of the smaller print.
static NUMBER_OF_BEST: [u8; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let share = 1.0 - falling(n as f64, BEST_SIGMOID.0, BEST_SIGMOID.1);
        let best = rounded(BEST.0 + share * (BEST.1 - BEST.0));
        table[n] = if best as usize > n { n as u8 } else { best as u8 };
        n += 1;
    }
    table
};

/// The best likenesses between all cylinders of two prints, best first, as the kernel writes them.
pub(super) fn best_likenesses(
    instructions: Instructions,
    first: &Prepared,
    second: &Prepared,
) -> Vec<u32> {
    let (own, other) = (first.cylinders.len(), second.cylinders.len());
    // A quarter turn either way is half of all pairs.
    let mut keys = Vec::with_capacity(own * other / 2 + own * 8);
    kernel::likenesses(instructions, &first.cylinders, &second.cylinders, &mut keys);
    let kept = KEPT_PER_MINUTIA * own.min(other);
    if keys.len() > kept && kept > 0 {
        keys.select_nth_unstable_by(kept - 1, |a, b| b.cmp(a));
        keys.truncate(kept);
    }
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys
}

/// Each minutia at most once, best pairs first.
pub(super) fn unique_pairs(keys: &[u32], first: &Prepared, second: &Prepared) -> Pairs {
    let most = first.cylinders.len().min(second.cylinders.len()).min(MOST_PAIRS);
    let mut taken = (Taken::default(), Taken::default());
    let mut pairs = Pairs::default();
    for key in keys {
        let (i, j) = (255 - (key >> 8) as u8, 255 - *key as u8);
        if taken.0.holds(i) || taken.1.holds(j) {
            continue;
        }
        taken.0.insert(i);
        taken.1.insert(j);
        pairs.push(Pair { similarity: similarity(key >> 16), first: i, second: j });
        if pairs.len() == most {
            break;
        }
    }
    pairs
}

fn similarity(likeness: u32) -> u32 {
    u32::from(SIMILARITY[(likeness >> LIKENESS_SHIFT) as usize])
}

/// How many of the best similarities count.
pub(super) fn number_of_best(first: &Prepared, second: &Prepared) -> usize {
    let least = first.cylinders.len().min(second.cylinders.len());
    usize::from(NUMBER_OF_BEST[least.min(255)])
}

/// The mean of the best similarities, minutiae used as often as they come (LSS), 65,536ths.
pub(super) fn mean_of_best(keys: &[u32], best: usize) -> u32 {
    let sum: u32 = keys.iter().take(best).map(|key| similarity(key >> 16)).sum();
    sum / best.max(1) as u32
}

/// A cheap score for a first sieve: for each minutia of the first print the best similarity in the
/// second, and the sum of the best of those; 0 to about 800,000.
pub(crate) fn quick_similarity(first: &Prepared, second: &Prepared) -> u32 {
    let mut best = Vec::with_capacity(first.cylinders.len());
    let instructions = Instructions::widest();
    kernel::best_likenesses(instructions, &first.cylinders, &second.cylinders, &mut best);
    best.sort_unstable_by(|a, b| b.cmp(a));
    let counted = best.iter().take(number_of_best(first, second)).filter(|likeness| **likeness > 0);
    counted.map(|likeness| similarity(u32::from(*likeness))).sum()
}
