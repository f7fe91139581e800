//! Wall time and processor time.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Runs from its start.
pub(super) struct Meter {
    start: Instant,
    processor: Duration,
}

/// What a piece of work took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// By the clock on the wall.
    pub wall: Duration,
    /// Of all threads of this process.
    pub processor: Duration,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), processor: processor() }
    }

    pub(super) fn stop(&self) -> Spent {
        let processor = processor().saturating_sub(self.processor);
        Spent { wall: self.start.elapsed(), processor }
    }
}

fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.max(0) as u64, time.tv_nsec.max(0) as u32)
}

/// The value below which a share of them lies, 0 to 1; zero of none.
pub(super) fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let at = (share * sorted.len() as f64) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
