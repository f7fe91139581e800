//! How long a session lasts.

use jiff::Timestamp;

/// Seconds without a request after which a session ends. 15 to 30 minutes is what
/// NIST SP 800-63B-4 (AAL2) allows for; a case at the desk takes fewer.
pub const IDLE_LIMIT_S: i64 = 20 * 60;
/// Seconds after which a session ends whatever happens: a shift with its handing over.
/// NIST SP 800-63B-4 allows 24 hours.
pub const ABSOLUTE_LIMIT_S: i64 = 10 * 60 * 60;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Good.
    Live,
    /// Nobody used it for too long.
    Idle,
    /// It lasted as long as a session may.
    Spent,
}

/// Where a session stands that began and was last used at these moments.
pub fn life(began: Timestamp, last_used: Timestamp, at: Timestamp) -> Life {
    if at.duration_since(began).as_secs() >= ABSOLUTE_LIMIT_S {
        Life::Spent
    } else if at.duration_since(last_used).as_secs() >= IDLE_LIMIT_S {
        Life::Idle
    } else {
        Life::Live
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_hold() {
        let at = |s: i64| Timestamp::from_second(s).unwrap();
        let check = |used: i64, now: i64, want: Life| {
            assert_eq!(life(at(0), at(used), at(now)), want, "used {used}, now {now}");
        };
        check(0, IDLE_LIMIT_S - 1, Life::Live);
        check(0, IDLE_LIMIT_S, Life::Idle);
        check(ABSOLUTE_LIMIT_S - 2, ABSOLUTE_LIMIT_S - 1, Life::Live);
        check(ABSOLUTE_LIMIT_S - 1, ABSOLUTE_LIMIT_S, Life::Spent);
        check(0, ABSOLUTE_LIMIT_S, Life::Spent);
    }
}
