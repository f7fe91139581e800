//! When to write a segment, which to merge, what to purge: pure decisions.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

/// How a gallery is kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// People in the journal before they become a segment. Range 64 to 65,536. More are read again from
    /// the journal at the next start, at about 0.4 ms each on two cores.
    pub flush_people: usize,
    /// Most people of a segment. Range 4,096 to 524,288, the index's own bound. A removal rewrites its
    /// segment; a search looks into each segment, 8 of them for a million people at 262,144.
    pub segment_people: u64,
    /// A removed or replaced person's bytes are gone from every file after this time, if
    /// [`super::GalleryFolder::maintain`] is called at least once in each half of it.
    pub purge_within: SignedDuration,
    /// One insertion in so many is followed by that of a synthetic person; 0 for none. See
    /// [`crate::canary`].
    pub canary_one_in: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            flush_people: 4_096,
            segment_people: 1 << 18,
            purge_within: SignedDuration::from_hours(24),
            canary_one_in: 2_000,
        }
    }
}

impl Settings {
    /// Whether something that died then must be rewritten now: half the time is left for the next
    /// call and for the work.
    pub(super) fn is_due(&self, died: i64, now: Timestamp) -> bool {
        let half = self.purge_within.as_millis() / 2;
        i128::from(now.as_millisecond()) - i128::from(died) >= half
    }
}

/// Neighbouring segments that are worth one: the newest pair of which the older has at most twice as many
/// as the newer, and those before it that have at most twice as many as all that follow. So everybody
/// is written about once for each doubling of the gallery.
pub(super) fn worth_merging(people: &[u64], most: u64) -> Option<Range<usize>> {
    let fits = |older: u64, newer: u64| older <= 2 * newer && older + newer <= most;
    let last = (1..people.len()).rev().find(|at| fits(people[at - 1], people[*at]))?;
    let (mut first, mut sum) = (last, people[last]);
    while first > 0 && fits(people[first - 1], sum) {
        first -= 1;
        sum += people[first];
    }
    Some(first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_merged_when_they_are_of_a_size() {
        for (people, want) in [
            (&[][..], None),
            (&[5], None),
            (&[5, 5], Some(0..2)),
            (&[20, 5, 5], Some(0..3)),
            (&[21, 5, 5], Some(1..3)),
            (&[100, 20, 5], None),
            (&[10, 10, 3], Some(0..2)),
            (&[90, 80], None),
        ] {
            assert_eq!(worth_merging(people, 100), want, "{people:?}");
        }
    }

    #[test]
    fn nobody_is_written_more_often_than_the_gallery_doubles() {
        let (mut segments, mut written) = (Vec::new(), 0);
        for _ in 0..256 {
            segments.push(1);
            while let Some(range) = worth_merging(&segments, 1_000) {
                let sum = segments[range.clone()].iter().sum();
                written += sum;
                segments.splice(range, [sum]);
            }
        }
        assert!(written <= 256 * 8 && segments.len() <= 8, "{written} {segments:?}");
    }

    #[test]
    fn what_died_is_due_after_half_the_time() {
        let settings =
            Settings { purge_within: SignedDuration::from_secs(10), ..Settings::default() };
        let now = |ms| Timestamp::from_millisecond(ms).unwrap();
        assert!(!settings.is_due(1_000, now(5_999)));
        assert!(settings.is_due(1_000, now(6_000)));
    }
}
