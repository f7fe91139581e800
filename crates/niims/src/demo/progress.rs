//! Progress bars of the demonstration.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over a known number of steps. Where nobody watches, each stage prints one
/// line at its end instead.
pub fn bar(title: &'static str, length: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template("{msg:34} {bar:32} {pos}/{len} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_message(title);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// Ends a stage: its bar and a line that stays.
pub fn done(bar: &ProgressBar, line: &str) {
    let seconds = bar.elapsed().as_secs_f32();
    bar.finish_and_clear();
    println!("{line} ({seconds:.1} s)");
}
