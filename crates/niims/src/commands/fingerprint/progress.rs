//! How far a long run is: a bar on a terminal, else a line now and then.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(30);

/// A piece of work with a known number of steps.
pub struct Progress {
    what: &'static str,
    total: u64,
    done: AtomicU64,
    bar: ProgressBar,
    /// When the last line was printed; none on a terminal.
    told: Option<Mutex<Instant>>,
}

impl Progress {
    /// Begins; `what` is in progress, such as `prints read`.
    pub fn new(what: &'static str, total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target =
            if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target).with_prefix(what);
        if let Ok(style) =
            ProgressStyle::with_template("{prefix} {wide_bar} {pos} of {len}, {eta} left")
        {
            bar.set_style(style);
        }
        let told = (!terminal).then(|| Mutex::new(Instant::now()));
        Self { what, total, done: AtomicU64::new(0), bar, told }
    }

    /// Some steps are done.
    pub fn advance(&self, steps: u64) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        self.bar.inc(steps);
        // A thread that finds the lock taken leaves the line to the other.
        let Some(Ok(mut told)) = self.told.as_ref().map(Mutex::try_lock) else { return };
        if told.elapsed() >= PAUSE {
            eprintln!("{done} of {} {}", self.total, self.what);
            *told = Instant::now();
        }
    }

    /// The work is over; the bar goes.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
