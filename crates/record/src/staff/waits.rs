//! Growing waits after failed tries to sign in.

use jiff::{SignedDuration, Timestamp};

/// How failures are answered. All in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Failures before the first wait.
    pub free: u32,
    /// The first wait; it doubles with each further failure.
    pub first_wait_s: i64,
    /// The longest wait.
    pub longest_wait_s: i64,
    /// Without a failure for so long, all are forgotten.
    pub forgotten_after_s: i64,
}

/// For one user name, whether an account has it or not. At the longest wait somebody
/// gets 24 tries a day, so that a six-digit code holds for years (at most 100 tries in a
/// row: NIST SP 800-63B-4, 3.2.2).
pub const ACCOUNT: Rule =
    Rule { free: 5, first_wait_s: 30, longest_wait_s: 3_600, forgotten_after_s: 86_400 };

/// For one network address. Whole offices share one, so it bears more.
pub const ADDRESS: Rule =
    Rule { free: 30, first_wait_s: 10, longest_wait_s: 900, forgotten_after_s: 3_600 };

/// For one network address that comes to the kits' door with wrong codes of enrolment. A code
/// is typed from a page by hand: twenty errors in an hour are more than a hall of new kits
/// makes, and at the longest wait somebody gets 96 tries a day against 80 bits.
pub const KIT_CODES: Rule =
    Rule { free: 20, first_wait_s: 10, longest_wait_s: 900, forgotten_after_s: 3_600 };

/// Failures so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many in a row.
    pub count: u32,
    /// When the last one was.
    pub last: Timestamp,
}

impl Failures {
    /// How long to wait still; `None` when one may try.
    pub fn wait_left(self, rule: Rule, at: Timestamp) -> Option<SignedDuration> {
        let over = self.count.checked_sub(rule.free)?;
        let doubled = rule.first_wait_s.checked_shl(over.min(30)).unwrap_or(rule.longest_wait_s);
        let wait = SignedDuration::from_secs(doubled.min(rule.longest_wait_s));
        let left = wait - at.duration_since(self.last);
        (left > SignedDuration::ZERO).then_some(left)
    }

    /// The failures after one more at `at`.
    pub fn after_one_more(before: Option<Self>, rule: Rule, at: Timestamp) -> Self {
        let kept =
            before.filter(|known| at.duration_since(known.last).as_secs() < rule.forgotten_after_s);
        Self { count: kept.map_or(0, |known| known.count).saturating_add(1), last: at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let at = |s: i64| Timestamp::from_second(s).unwrap();
        let check = |count: u32, after: i64, want: Option<i64>| {
            let left = Failures { count, last: at(0) }.wait_left(ACCOUNT, at(after));
            assert_eq!(left.map(|left| left.as_secs()), want, "{count} failures, {after} s later");
        };
        check(4, 0, None);
        check(5, 0, Some(30));
        check(5, 29, Some(1));
        check(5, 30, None);
        check(6, 0, Some(60));
        check(7, 0, Some(120));
        check(12, 0, Some(3_600));
        check(u32::MAX, 0, Some(3_600));
    }

    #[test]
    fn failures_are_forgotten() {
        let at = |s: i64| Timestamp::from_second(s).unwrap();
        let known = Failures { count: 7, last: at(0) };
        let count = |second| Failures::after_one_more(Some(known), ACCOUNT, at(second)).count;
        assert_eq!(count(1), 8);
        assert_eq!(count(86_400), 1);
        assert_eq!(Failures::after_one_more(None, ACCOUNT, at(1)).count, 1);
    }
}
