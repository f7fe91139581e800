//! Whether the kit's clock can be right. Dates at law depend on it: who is six, who is adult.

use jiff::{SignedDuration, Timestamp};

/// How far a clock may step back without a word, in seconds: 60. A laptop's clock is set by
/// its own drift correction in steps below that. Greater steps mean a lost battery or a hand.
const STEP_BACK_SECONDS: i64 = 60;

/// How far the clock may be ahead of the centre's last word, in days: 3,650, ten years. No
/// kit waits that long for an upload; a lost battery often lands further away.
const AHEAD_DAYS: i64 = 3_650;

/// What is wrong with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockProblem {
    /// It stands before a time at which the kit already worked.
    #[error(
        "the clock of the kit stands before the last time it was used ({last_seen}): set date and time, then go on"
    )]
    Back {
        /// When the kit last worked.
        last_seen: Timestamp,
    },
    /// It stands before the kit can have existed, or years ahead of the centre.
    #[error(
        "the clock of the kit cannot be right: it must stand between {earliest} and {latest}: set date and time, then go on"
    )]
    Implausible {
        /// The earliest time that can be right.
        earliest: Timestamp,
        /// The latest.
        latest: Timestamp,
    },
}

impl ClockProblem {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Back { .. } => "kit.clock_back",
            Self::Implausible { .. } => "kit.clock_implausible",
        }
    }
}

/// What the clock is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockBounds {
    /// First day of the country pack: nothing can be captured under it earlier.
    pub pack_from: Timestamp,
    /// Latest time that the centre said, or else when the kit was last used.
    pub reference: Timestamp,
    /// When the kit last worked.
    pub last_seen: Timestamp,
}

/// Judges the clock.
pub(crate) fn judge(now: Timestamp, bounds: &ClockBounds) -> Result<(), ClockProblem> {
    let latest = bounds
        .reference
        .saturating_add(SignedDuration::from_hours(24 * AHEAD_DAYS))
        .unwrap_or(Timestamp::MAX);
    if now < bounds.pack_from || now > latest {
        return Err(ClockProblem::Implausible { earliest: bounds.pack_from, latest });
    }
    if now.as_second() + STEP_BACK_SECONDS < bounds.last_seen.as_second() {
        return Err(ClockProblem::Back { last_seen: bounds.last_seen });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_each_side() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let bounds = ClockBounds {
            pack_from: at("2026-01-01T00:00:00Z"),
            reference: at("2026-06-01T08:00:00Z"),
            last_seen: at("2026-06-01T09:00:00Z"),
        };
        let check = |now: &str, expected: Option<&str>| {
            let judged = judge(at(now), &bounds).err().map(|problem| problem.code());
            assert_eq!(judged, expected, "{now}");
        };
        check("2026-06-01T09:00:00Z", None);
        check("2026-06-01T08:59:30Z", None);
        check("2026-06-01T08:50:00Z", Some("kit.clock_back"));
        check("2025-12-31T23:59:59Z", Some("kit.clock_implausible"));
        check("2036-05-01T00:00:00Z", None);
        check("2036-07-01T00:00:00Z", Some("kit.clock_implausible"));
        check("1970-01-01T00:00:00Z", Some("kit.clock_implausible"));
    }
}
