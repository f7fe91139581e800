//! How well reviewers tell people apart, and when one has drifted.

use serde::{Deserialize, Serialize};

use super::figures::Rate;
use crate::adjudication::Verdict;

/// Limits beyond which a reviewer has drifted. Each counts only where the figures leave no
/// doubt: the upper end of the 95 in 100 interval lies below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftLimits {
    /// Least sensitivity on planted mates, thousandths.
    pub least_sensitivity: u16,
    /// Least specificity on planted pairs of different people, thousandths.
    pub least_specificity: u16,
    /// Least planted pairs of a kind before either counts.
    pub least_planted: u16,
    /// Least Cohen's kappa with another reviewer, thousandths.
    pub least_kappa: u16,
    /// Least cases in common before kappa counts.
    pub least_common: u16,
    /// Least median time of an opinion, seconds. Nobody compares two hands faster.
    pub least_seconds: u16,
    /// Least opinions before the time counts.
    pub least_opinions: u16,
}

impl Default for DriftLimits {
    fn default() -> Self {
        Self {
            least_sensitivity: 970,
            least_specificity: 970,
            least_planted: 20,
            least_kappa: 600,
            least_common: 30,
            least_seconds: 8,
            least_opinions: 30,
        }
    }
}

/// What has drifted, with the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "drift", rename_all = "snake_case")]
pub enum Drift {
    /// Misses planted mates: ghosts get through.
    Sensitivity {
        /// Thousandths.
        permille: u32,
    },
    /// Calls different people one: persons are erased.
    Specificity {
        /// Thousandths.
        permille: u32,
    },
    /// Agrees too little with another reviewer.
    Agreement {
        /// Kappa, thousandths.
        permille: i32,
    },
    /// Decides faster than anybody can look.
    TooFast {
        /// Median, seconds.
        seconds: i64,
    },
}

/// What is known of a reviewer in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// Of planted mates, called the same person.
    pub sensitivity: Rate,
    /// Of planted pairs of different people, called different.
    pub specificity: Rate,
    /// Seconds of each opinion.
    pub seconds: Vec<i64>,
    /// Kappa with each other reviewer, thousandths, with the cases in common.
    pub agreement: Vec<(i32, u64)>,
}

/// What has drifted.
pub fn drifts(judged: &Judged, limits: DriftLimits) -> Vec<Drift> {
    let below = |rate: Rate, least: u16| {
        let (_, high) = rate.interval()?;
        let enough = rate.of >= u64::from(limits.least_planted);
        (enough && high * 1_000.0 < f64::from(least)).then(|| rate.permille()).flatten()
    };
    let mut found = Vec::new();
    if let Some(permille) = below(judged.sensitivity, limits.least_sensitivity) {
        found.push(Drift::Sensitivity { permille });
    }
    if let Some(permille) = below(judged.specificity, limits.least_specificity) {
        found.push(Drift::Specificity { permille });
    }
    let counted = judged.agreement.iter().filter(|(_, cases)| *cases >= limits.least_common.into());
    if let Some(permille) = counted.map(|(kappa, _)| *kappa).min()
        && permille < i32::from(limits.least_kappa)
    {
        found.push(Drift::Agreement { permille });
    }
    if judged.seconds.len() >= limits.least_opinions.into()
        && let Some(seconds) = median(&judged.seconds)
        && seconds < i64::from(limits.least_seconds)
    {
        found.push(Drift::TooFast { seconds });
    }
    found
}

/// Cohen's kappa of two reviewers over the cases that both judged, thousandths: how much more
/// they agree than chance would. `None` without cases, or where both always say the same.
/// Verdicts count by their kind; of "same person" also which candidate.
pub fn kappa_permille(pairs: &[(Verdict, Verdict)]) -> Option<i32> {
    let n = pairs.len() as f64;
    if pairs.is_empty() {
        return None;
    }
    let agreed = pairs.iter().filter(|(a, b)| a == b).count() as f64 / n;
    let kinds = ["same_person", "different_people", "ask_recapture", "suspect_fraud"];
    let share = |kind: &str, side: fn(&(Verdict, Verdict)) -> &Verdict| {
        pairs.iter().filter(|pair| side(pair).name() == kind).count() as f64 / n
    };
    let chance: f64 =
        kinds.iter().map(|kind| share(kind, |pair| &pair.0) * share(kind, |pair| &pair.1)).sum();
    if chance >= 1.0 {
        return None;
    }
    Some(((agreed - chance) / (1.0 - chance) * 1_000.0).round() as i32)
}

/// Half of the values are at most this.
pub fn median(values: &[i64]) -> Option<i64> {
    quantile(values, 1, 2)
}

/// Nine tenths of the values are at most this.
pub fn ninetieth(values: &[i64]) -> Option<i64> {
    quantile(values, 9, 10)
}

/// The least value that at least `part` of `whole` parts do not exceed.
fn quantile(values: &[i64], part: usize, whole: usize) -> Option<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * part).div_ceil(whole).checked_sub(1)?;
    sorted.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ApplicationId;

    const SAME: Verdict = Verdict::SamePerson { candidate: ApplicationId::from_bytes([1; 16]) };
    const OTHER: Verdict = Verdict::SamePerson { candidate: ApplicationId::from_bytes([2; 16]) };
    const DIFFERENT: Verdict = Verdict::DifferentPeople;

    /// Cohen 1960: 20 both yes, 5 and 10 differ, 15 both no: 0.7 observed, 0.5 by chance.
    #[test]
    fn kappa_of_the_textbook() {
        let mut pairs = vec![(SAME, SAME); 20];
        pairs.extend(vec![(SAME, DIFFERENT); 5]);
        pairs.extend(vec![(DIFFERENT, SAME); 10]);
        pairs.extend(vec![(DIFFERENT, DIFFERENT); 15]);
        assert_eq!(kappa_permille(&pairs), Some(400));
        assert_eq!(kappa_permille(&[]), None);
        assert_eq!(kappa_permille(&[(SAME, SAME)]), None);
        assert_eq!(kappa_permille(&[(SAME, OTHER), (DIFFERENT, DIFFERENT)]), Some(0));
    }

    #[test]
    fn quantiles() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3, 1, 2]), Some(2));
        assert_eq!(median(&[4, 1, 2, 3]), Some(2));
        assert_eq!(ninetieth(&(1..=10).collect::<Vec<_>>()), Some(9));
    }

    #[test]
    fn drift_needs_figures_that_leave_no_doubt() {
        let limits = DriftLimits::default();
        let check = |judged: Judged, want: &[Drift]| assert_eq!(drifts(&judged, limits), want);
        check(Judged::default(), &[]);
        // One miss of two is half, and says nothing.
        check(Judged { sensitivity: Rate { hits: 1, of: 2 }, ..Judged::default() }, &[]);
        check(
            Judged { sensitivity: Rate { hits: 80, of: 100 }, ..Judged::default() },
            &[Drift::Sensitivity { permille: 800 }],
        );
        check(
            Judged { specificity: Rate { hits: 80, of: 100 }, ..Judged::default() },
            &[Drift::Specificity { permille: 800 }],
        );
        check(Judged { agreement: vec![(100, 29), (650, 40)], ..Judged::default() }, &[]);
        check(
            Judged { agreement: vec![(650, 40), (100, 30)], ..Judged::default() },
            &[Drift::Agreement { permille: 100 }],
        );
        check(Judged { seconds: vec![1; 29], ..Judged::default() }, &[]);
        check(
            Judged { seconds: vec![3; 30], ..Judged::default() },
            &[Drift::TooFast { seconds: 3 }],
        );
    }
}
