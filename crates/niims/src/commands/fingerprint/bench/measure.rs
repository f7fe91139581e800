//! Time of repeated work.

use serde_json::{Value, json};

#[cfg(unix)]
mod clock {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    pub const NAME: &str = "processor time of the thread";

    /// Time that the processor gave to this thread: other work on the machine does not count.
    pub fn now() -> Duration {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    }
}

#[cfg(not(unix))]
mod clock {
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    pub const NAME: &str = "wall clock";

    pub fn now() -> Duration {
        static BEGUN: OnceLock<Instant> = OnceLock::new();
        BEGUN.get_or_init(Instant::now).elapsed()
    }
}

/// Which clock is read.
pub const CLOCK: &str = clock::NAME;

/// Time of one step over several runs, milliseconds, ascending; empty when there was no step.
pub struct Measured(Vec<f64>);

/// Does the work once to warm up, then `runs` times (at least once); each does `steps` steps.
pub fn measure(runs: usize, steps: usize, work: impl Fn()) -> Measured {
    if steps == 0 {
        return Measured(Vec::new());
    }
    work();
    let run = |_| {
        let begun = clock::now();
        work();
        clock::now().saturating_sub(begun).as_secs_f64() * 1000.0 / steps as f64
    };
    let mut times: Vec<f64> = (0..runs.max(1)).map(run).collect();
    times.sort_by(f64::total_cmp);
    Measured(times)
}

impl Measured {
    /// Milliseconds of a step, the middle of the runs; of an even number the lower.
    fn median(&self) -> Option<f64> {
        self.0.get(self.0.len().saturating_sub(1) / 2).copied()
    }

    /// Steps a second, by the median; 0 when there was none.
    pub fn per_second(&self) -> f64 {
        self.median().map_or(0.0, |median| 1000.0 / median.max(1e-9))
    }

    pub fn as_value(&self) -> Value {
        match (self.median(), self.0.first(), self.0.last()) {
            (Some(median), Some(least), Some(most)) => {
                json!({ "median": median, "least": least, "most": most })
            }
            _ => Value::Null,
        }
    }

    pub fn in_words(&self) -> String {
        match (self.median(), self.0.first(), self.0.last()) {
            (Some(median), Some(least), Some(most)) => {
                format!("{median:>10.3} ms   ({least:.3} to {most:.3})")
            }
            _ => format!("{:>10}", "none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_run() {
        let measured = Measured(vec![1.0, 2.0, 9.0]);
        assert_eq!(measured.median(), Some(2.0));
        assert!((measured.per_second() - 500.0).abs() < 1e-9);
        assert_eq!(Measured(vec![3.0, 5.0]).median(), Some(3.0));
        assert_eq!(measure(3, 0, || ()).median(), None);
    }

    #[test]
    fn work_takes_time_and_is_done_once_more_than_it_is_timed() {
        let count = std::cell::Cell::new(0_u32);
        let measured = measure(4, 2, || {
            count.set(count.get() + 1);
            std::hint::black_box((0..100_000_u64).map(std::hint::black_box).sum::<u64>());
        });
        assert_eq!((count.get(), measured.0.len()), (5, 4));
        assert!(measured.median().unwrap() > 0.0);
    }
}
