//! What may be published: counts in which nobody can be singled out.

use serde::{Deserialize, Serialize};

/// A count, or that it is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "figure", rename_all = "snake_case")]
pub enum Figure {
    /// So many.
    Count {
        /// How many.
        count: u64,
    },
    /// Too few to say, or a figure from which such a one could be worked out.
    Suppressed,
}

impl Figure {
    /// The count, unless suppressed.
    pub const fn count(self) -> Option<u64> {
        match self {
            Self::Count { count } => Some(count),
            Self::Suppressed => None,
        }
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// How many.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Rate {
    /// Thousandths, rounded; `None` of nothing.
    pub fn permille(self) -> Option<u32> {
        let permille = (u128::from(self.hits) * 2_000 + u128::from(self.of))
            .checked_div(u128::from(self.of) * 2)?;
        u32::try_from(permille).ok()
    }

    /// Where the true rate lies with 95 in 100: Wilson's interval, 0 to 1. `None` of nothing.
    pub fn interval(self) -> Option<(f64, f64)> {
        /// Standard deviations that hold 95 in 100 of a normal distribution.
        const Z: f64 = 1.96;
        if self.of == 0 {
            return None;
        }
        let (n, p) = (self.of as f64, self.hits as f64 / self.of as f64);
        let middle = p + Z * Z / (2.0 * n);
        let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let whole = 1.0 + Z * Z / n;
        Some(((middle - reach) / whole, (middle + reach) / whole))
    }
}

/// Suppresses the counts of one column of a table whose total may be known: those from 1 to
/// below `least`, and, where their sum stays below `least`, the smallest others until no
/// suppressed one can be worked out from the total. Zero says nothing of anybody and stays,
/// unless it is needed for that.
pub fn suppress(counts: &[u64], least: u64) -> Vec<Figure> {
    let small = |count: u64| (1..least).contains(&count);
    let mut hidden: Vec<bool> = counts.iter().map(|&count| small(count)).collect();
    if hidden.contains(&true) {
        let mut order: Vec<usize> = (0..counts.len()).filter(|&at| !hidden[at]).collect();
        order.sort_by_key(|&at| (counts[at] == 0, counts[at], at));
        for at in order {
            let sum: u64 =
                counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(c, _)| c).sum();
            let many = hidden.iter().filter(|hidden| **hidden).count();
            if many > 1 && sum >= least {
                break;
            }
            hidden[at] = true;
        }
    }
    counts
        .iter()
        .zip(hidden)
        .map(|(&count, hidden)| if hidden { Figure::Suppressed } else { Figure::Count { count } })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(counts: &[u64]) -> Vec<Option<u64>> {
        suppress(counts, 5).into_iter().map(Figure::count).collect()
    }

    #[test]
    fn small_counts_and_what_gives_them_away_are_suppressed() {
        assert_eq!(shown(&[]), []);
        assert_eq!(shown(&[0, 7, 100]), [Some(0), Some(7), Some(100)]);
        // One alone would follow from the total: the next smallest goes too.
        assert_eq!(shown(&[3, 7, 100]), [None, None, Some(100)]);
        assert_eq!(shown(&[3, 4, 100]), [None, None, Some(100)]);
        assert_eq!(shown(&[1, 1, 9, 100]), [None, None, None, Some(100)]);
        assert_eq!(shown(&[2]), [None]);
        assert_eq!(shown(&[2, 0]), [None, None]);
    }

    /// From what is shown and the total nobody can tell a small count: at least two cells are
    /// hidden and their sum is not small. And a planted fault: a table without the second rule
    /// gives it away.
    #[test]
    fn no_small_count_follows_from_the_total() {
        let mut seed = 7_u64;
        for _ in 0..2_000 {
            let counts: Vec<u64> = (0..6)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 33) % 12
                })
                .collect();
            let figures = suppress(&counts, 5);
            let hidden: Vec<u64> = counts
                .iter()
                .zip(&figures)
                .filter(|(_, figure)| figure.count().is_none())
                .map(|(&count, _)| count)
                .collect();
            if hidden.is_empty() {
                assert!(counts.iter().all(|&count| count == 0 || count >= 5));
            } else {
                let all = hidden.len() == counts.len();
                let safe = hidden.len() > 1 && hidden.iter().sum::<u64>() >= 5;
                assert!(all || safe, "{counts:?}");
            }
        }
        let naive = |counts: &[u64]| counts.iter().filter(|c| (1..5).contains(*c)).count();
        assert_eq!(naive(&[3, 7, 100]), 1, "one hidden cell follows from the total");
    }

    #[test]
    fn rates_and_their_reach() {
        assert_eq!(Rate { hits: 1, of: 0 }.permille(), None);
        assert_eq!(Rate { hits: 1, of: 3 }.permille(), Some(333));
        assert_eq!(Rate { hits: 2, of: 3 }.permille(), Some(667));
        let (low, high) = Rate { hits: 95, of: 100 }.interval().unwrap();
        // Wilson's interval of 95 in 100, by any table: 0.888 to 0.978.
        assert!((low - 0.888).abs() < 0.001 && (high - 0.978).abs() < 0.001, "{low} {high}");
    }
}
