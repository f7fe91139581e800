//! Choosing the best of a gallery that lies in parts: levels that every part counts for itself.
//!
//! Who is among the best of all cannot be told from one part. But how many persons a part has at each level
//! of agreement is a short list of numbers; the lists add up, the sum tells at which level to cut, and each part
//! can make that cut alone. So any split of the people chooses the same persons as one index.

/// Number of levels.
const LEVELS: usize = 1 << 12;
/// Bits of a level that come from the enrolment's number and only part persons of equal votes.
const SHARE_BITS: u32 = 4;
/// Bits of a likeness below its greatest that a level keeps: steps of 1 to 1.6 %.
const STEP_BITS: u32 = 6;

/// How well a person agrees with a probe in one round of a search, 0 to 4,095; comparable within a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u16);

impl Level {
    /// Everybody is at this level or above.
    pub const LOWEST: Self = Self(0);

    /// The level with this number, cut to 4,095.
    pub fn new(number: u16) -> Self {
        Self(number.min(LEVELS as u16 - 1))
    }

    /// 0 to 4,095.
    pub fn number(self) -> u16 {
        self.0
    }

    /// By votes and the person's [`share`].
    pub(super) fn of_votes(votes: u8, share: u8) -> Self {
        Self(u16::from(votes) << SHARE_BITS | u16::from(share & ((1 << SHARE_BITS) - 1)))
    }

    /// Fewest votes of a person at this level.
    pub(super) fn least_votes(self) -> u8 {
        (self.0 >> SHARE_BITS) as u8
    }

    /// By likeness of bits, in 64 even steps to each doubling.
    pub(super) fn of_likeness(likeness: u64) -> Self {
        let exponent = likeness.max(1).ilog2();
        let leading = likeness << (63 - exponent) >> (63 - STEP_BITS);
        let steps = (leading & ((1 << STEP_BITS) - 1)) as u16;
        Self((exponent as u16) << STEP_BITS | steps)
    }
}

/// Parts persons of equal votes evenly by their enrolment's number, 0 to 15, which nobody chooses, since there are too
/// many of them to be taken or left together.
pub(super) fn share(sequence: u64) -> u8 {
    // Fibonacci hashing: successive numbers fall evenly.
    (sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SHARE_BITS)) as u8
}

/// How many persons there are at each level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    counts: Vec<u32>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { counts: vec![0; LEVELS] }
    }
}

impl Tally {
    /// The tally with these numbers for levels 0 and up; missing ones are 0, surplus ones left out.
    pub fn from_counts(counts: &[u32]) -> Self {
        let mut all = counts.to_vec();
        all.resize(LEVELS, 0);
        Self { counts: all }
    }

    /// Number of persons at each level, 4,096 numbers.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// Adds another part's.
    pub fn add(&mut self, other: &Self) {
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own = own.saturating_add(*other);
        }
    }

    /// Number of persons.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// Counts persons by their votes and shares, but those removed. Two tables in turn: most persons have few
    /// votes, and adding to one number twice waits.
    pub(super) fn count_votes(&mut self, votes: &[u8], shares: &[u8], removed: &[bool]) {
        let mut tables = [vec![0u32; LEVELS], vec![0u32; LEVELS]];
        let persons = votes.iter().zip(shares).zip(removed);
        for (number, ((votes, share), removed)) in persons.enumerate() {
            let level = usize::from(Level::of_votes(*votes, *share).0);
            tables[number & 1][level] += u32::from(!*removed);
        }
        for counts in tables {
            self.add(&Self { counts });
        }
    }

    pub(super) fn count(&mut self, level: Level) {
        let count = &mut self.counts[usize::from(level.0)];
        *count = count.saturating_add(1);
    }

    /// The lowest level with at most `most` persons at it or above. Levels are not divided: when
    /// the greatest that anybody has holds more than that, it is the one.
    pub(super) fn best(&self, most: u64) -> Level {
        let mut above = 0;
        for (level, count) in self.counts.iter().enumerate().rev() {
            let before = above;
            above += u64::from(*count);
            if above > most {
                let first = before == 0;
                return Level(level as u16 + u16::from(!first));
            }
        }
        Level::LOWEST
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn more_alike_is_never_a_lower_level(a in any::<u64>(), b in any::<u64>(), shift in 0u32..64) {
            let (less, more) = ((a >> shift).min(b >> shift), (a >> shift).max(b >> shift));
            prop_assert!(Level::of_likeness(less) <= Level::of_likeness(more));
            prop_assert!(usize::from(Level::of_likeness(more).0) < LEVELS);
        }

        #[test]
        fn votes_come_before_the_share(votes in any::<u8>(), sequence in any::<u64>()) {
            let level = Level::of_votes(votes, share(sequence));
            prop_assert_eq!(level.0 >> SHARE_BITS, u16::from(votes));
            prop_assert!(usize::from(level.0) < LEVELS);
        }

        #[test]
        fn the_cut_is_the_lowest_that_bounds(
            levels in prop::collection::vec(0u16..40, 0..60),
            most in 0u64..70,
        ) {
            let mut tally = Tally::default();
            for level in &levels {
                tally.count(Level(*level));
            }
            let cut = tally.best(most);
            let at_least = |least: u16| levels.iter().filter(|level| **level >= least).count() as u64;
            prop_assert!(at_least(cut.0) <= most || Some(&cut.0) == levels.iter().max());
            prop_assert!(levels.is_empty() || at_least(cut.0) > 0 || most == 0);
            prop_assert!(cut.0 == 0 || at_least(cut.0 - 1) > most);
        }
    }
}
