//! How long to wait for a broker that is gone.

use std::time::Duration;

/// First pause. A broker that restarts is back within seconds.
const FIRST: Duration = Duration::from_millis(500);
/// Longest pause. Range 10 s to 5 min: an hour's outage is noticed by its queue, not by us.
const LONGEST: Duration = Duration::from_secs(30);
/// A connection that lasted so long was a good one: what comes next is a new fault.
const GOOD: Duration = Duration::from_mins(1);

/// Pauses that double.
#[derive(Debug, Default)]
pub struct Backoff {
    last: Option<Duration>,
}

impl Backoff {
    /// The pause after a connection that lasted so long.
    pub fn next(&mut self, lasted: Duration) -> Duration {
        let pause = match self.last {
            Some(last) if lasted < GOOD => (last * 2).min(LONGEST),
            _ => FIRST,
        };
        self.last = Some(pause);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_begin_anew_after_a_good_connection() {
        let mut backoff = Backoff::default();
        let short = Duration::from_secs(1);
        let pauses: Vec<u64> = (0..9).map(|_| backoff.next(short).as_millis() as u64).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(backoff.next(GOOD), FIRST);
    }
}
