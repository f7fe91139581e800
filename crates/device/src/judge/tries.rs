//! Three tries of one finger, of which the best two are kept.

use super::finger::Assessment;

/// Tries of one finger before it is taken as it is. Range 1 to 5. Three is the number of the
/// programme's rule; field programmes saw little gain from more.
pub const MOST_TRIES: u8 = 3;
/// Prints of a finger that are kept: a second one makes later comparisons surer.
pub const KEPT: usize = 2;
/// Quality from which a finger needs no further try. Range 40 to 80. Of a hundred synthetic captures
/// 100 typical, 97 operational and 91 poor ones reach it (`judge/tests.rs`); how many of a real
/// population do is not measured yet.
pub const GOOD_QUALITY: u8 = 50;

/// What comes next for a finger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another try, with so many left behind it.
    Again {
        /// Tries left, this one included.
        left: u8,
    },
    /// A good print is there.
    Good,
    /// The tries are used up; the best is kept, whatever its quality.
    TakenAsItIs,
    /// The tries are used up and nothing can be read: the officer notes why.
    NeedsReason,
}

/// The tries of one finger.
#[derive(Debug, Clone, Default)]
pub struct Tries {
    used: u8,
    best: Vec<Assessment>,
}

/// What comes next after so many tries, of which the best has this quality; `None` where nothing
/// could be read.
pub const fn next_of(used: u8, best: Option<u8>) -> Next {
    match best {
        Some(quality) if quality >= GOOD_QUALITY => Next::Good,
        _ if used < MOST_TRIES => Next::Again { left: MOST_TRIES - used },
        Some(_) => Next::TakenAsItIs,
        None => Next::NeedsReason,
    }
}

impl Tries {
    /// The tries as they were kept: so many used, and their prints, best first. What is beyond the
    /// bounds, or cannot be read, is left out.
    pub fn restored(used: u8, mut kept: Vec<Assessment>) -> Self {
        kept.retain(|one| one.print.is_some());
        kept.truncate(KEPT);
        Self { used: used.min(MOST_TRIES), best: kept }
    }

    /// Adds a try and says what comes next. Of the kept ones the poorer makes way for a better; of
    /// equals the earlier stays. A try beyond the last is not taken.
    pub fn add(&mut self, assessment: Assessment) -> Next {
        if self.used < MOST_TRIES {
            self.used += 1;
            if assessment.print.is_some() {
                self.best.push(assessment);
                self.best.sort_by_key(|kept| std::cmp::Reverse(kept.quality));
                self.best.truncate(KEPT);
            }
        }
        self.next()
    }

    /// What comes next.
    pub fn next(&self) -> Next {
        next_of(self.used, self.best.first().map(|best| best.quality))
    }

    /// The prints that are kept, best first.
    pub fn kept(&self) -> &[Assessment] {
        &self.best
    }

    /// Tries used.
    pub const fn used(&self) -> u8 {
        self.used
    }

    /// Forgets the prints of a try that turned out to be of another finger. The try counts.
    pub fn discard(&mut self) {
        self.best.clear();
    }
}
