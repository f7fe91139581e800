//! When a reviewer must rest: tired eyes see sameness.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Limits of one reviewer's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FatigueLimits {
    /// Opinions in any sixty minutes, 1 to 200. 40 leaves a minute and a half for each.
    pub per_hour: u16,
    /// Opinions in a day, 1 to 1,000.
    pub per_day: u16,
    /// Minutes of work without a pause, 10 to 240.
    pub minutes_without_pause: u16,
    /// Minutes without an opinion that count as a pause, 3 to 60.
    pub pause_minutes: u16,
}

impl Default for FatigueLimits {
    fn default() -> Self {
        Self { per_hour: 40, per_day: 200, minutes_without_pause: 90, pause_minutes: 10 }
    }
}

/// Why a reviewer must rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestReason {
    /// Too many in an hour.
    Hour,
    /// As many as a day allows.
    Day,
    /// Too long without a pause.
    Pause,
}

/// Whether a reviewer may go on, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Why not and until when, if not. For the day: the end of the day.
    pub needed: Option<(RestReason, Timestamp)>,
    /// Opinions left today.
    pub left_today: u16,
    /// Opinions left in this hour.
    pub left_this_hour: u16,
}

/// Judges by the times of the opinions given today, in any order.
pub fn rest(
    given: &[Timestamp],
    day_ends: Timestamp,
    limits: FatigueLimits,
    at: Timestamp,
) -> Rest {
    let mut given: Vec<Timestamp> = given.iter().copied().filter(|t| *t <= at).collect();
    given.sort_unstable();
    let hour_ago = at - SignedDuration::from_hours(1);
    let in_hour: Vec<Timestamp> = given.iter().copied().filter(|t| *t > hour_ago).collect();
    let left =
        |limit: u16, done: usize| limit.saturating_sub(u16::try_from(done).unwrap_or(u16::MAX));
    let (left_today, left_this_hour) =
        (left(limits.per_day, given.len()), left(limits.per_hour, in_hour.len()));
    let needed = if left_today == 0 {
        Some((RestReason::Day, day_ends))
    } else if left_this_hour == 0 {
        // The oldest that still counts leaves the hour first.
        let oldest = in_hour[in_hour.len() - usize::from(limits.per_hour)];
        Some((RestReason::Hour, oldest + SignedDuration::from_hours(1)))
    } else {
        pause(&given, limits, at).map(|until| (RestReason::Pause, until))
    };
    Rest { needed, left_today, left_this_hour }
}

/// Until when the reviewer must pause, if they have worked too long at a stretch.
fn pause(given: &[Timestamp], limits: FatigueLimits, at: Timestamp) -> Option<Timestamp> {
    let pause = SignedDuration::from_mins(limits.pause_minutes.into());
    let last = *given.last()?;
    let until = last + pause;
    if at >= until {
        return None;
    }
    let mut begun = last;
    for earlier in given.iter().rev() {
        if begun.duration_since(*earlier) >= pause {
            break;
        }
        begun = *earlier;
    }
    let longest = SignedDuration::from_mins(limits.minutes_without_pause.into());
    (last.duration_since(begun) >= longest).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(n: i64) -> Timestamp {
        Timestamp::from_second(n * 60).unwrap()
    }

    fn check(given: &[i64], at: i64, want: Option<(RestReason, i64)>) {
        let limits = FatigueLimits {
            per_hour: 5,
            per_day: 12,
            minutes_without_pause: 50,
            pause_minutes: 20,
        };
        let given: Vec<Timestamp> = given.iter().copied().map(minute).collect();
        let rest = rest(&given, minute(1_000), limits, minute(at));
        assert_eq!(rest.needed, want.map(|(why, until)| (why, minute(until))), "{given:?} at {at}");
    }

    #[test]
    fn hour_day_and_pause() {
        check(&[], 0, None);
        check(&[1, 2, 3], 4, None);
        check(&[4, 1, 3, 2, 0], 5, Some((RestReason::Hour, 60)));
        check(&[0, 1, 2, 3, 4], 60, None);
        // Fifty-one minutes without twenty of pause.
        check(&[10, 28, 46, 61], 62, Some((RestReason::Pause, 81)));
        check(&[10, 28, 46, 61], 81, None);
        check(&[10, 31, 46, 61], 62, None);
        let day: Vec<i64> = (0..12).map(|n| n * 70).collect();
        check(&day, 900, Some((RestReason::Day, 1_000)));
    }

    #[test]
    fn what_is_left_falls_with_each_opinion() {
        let limits = FatigueLimits::default();
        for n in 0..=250_u16 {
            let given = vec![minute(0); n.into()];
            let rest = rest(&given, minute(1_440), limits, minute(1_000));
            assert_eq!(rest.left_today, limits.per_day.saturating_sub(n));
            assert_eq!(rest.needed.is_some(), n >= limits.per_day);
        }
    }
}
