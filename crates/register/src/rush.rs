//! The end of the day, when every kit comes at once. What cannot be taken now is told when to come
//! again, in the order in which kits first asked: whoever was sent away goes before whoever comes
//! for the first time, so that a kit with one packet does not wait behind one with a thousand.
//!
//! Pure: time and numbers come from outside.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use niims_record::KitId;

/// Packets that may wait to be filed before new uploads are sent away. Range 16 to 1,024: at 300
/// a second 256 are less than a second's work, and at 600 kB each 150 MB of memory.
pub(crate) const MOST_AT_WORK: usize = 256;
/// Packets filed in a second, by which the wait is reckoned. Measured: docs/BENCHMARKS.md.
const A_SECOND: usize = 300;
/// Shortest and longest wait that is told, seconds.
const WAITS: core::ops::RangeInclusive<u64> = 1..=120;
/// How long a place is held free for a kit that was told to come now, and how long before. A bad
/// line needs seconds; who takes longer keeps its turn and holds nobody up.
const GRACE: SignedDuration = SignedDuration::from_secs(5);
const BEFORE: SignedDuration = SignedDuration::from_secs(1);
/// How long the turn of a kit is remembered after that.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(300);

/// Who was sent away, since when, and for when.
#[derive(Debug, Default)]
pub(crate) struct Rush {
    line: BTreeMap<KitId, Place>,
    /// The same by the moment that was told.
    by_due: BTreeSet<(Timestamp, KitId)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    since: Timestamp,
    due: Timestamp,
}

/// The answer to a kit that wants to begin an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It may.
    Come,
    /// Not before so many seconds.
    Later(u64),
}

impl Rush {
    /// Whether a kit may begin while `at_work` packets wait to be filed. One that may leaves the
    /// line; its next packet asks anew.
    pub fn ask(&mut self, kit: KitId, at_work: usize, now: Timestamp) -> Admission {
        self.forget_before(now - KEPT_FOR);
        let known = self.line.get(&kit).copied();
        let since = known.map_or(now, |place| place.since);
        if let Some(place) = known {
            self.by_due.remove(&(place.due, kit));
        }
        let free = MOST_AT_WORK.saturating_sub(at_work);
        // Those who were told to come now and asked before; more than are free need no counting.
        let coming = self.by_due.range((now - GRACE, FIRST)..(now + BEFORE, LAST));
        let before = coming.filter(|(_, other)| {
            self.line.get(other).is_some_and(|place| (place.since, *other) < (since, kit))
        });
        if before.take(free).count() < free {
            self.line.remove(&kit);
            return Admission::Come;
        }
        let wait = ((self.line.len() + at_work) / A_SECOND) as u64;
        // Whoever comes again was on time, and is next.
        let wait = if known.is_some() { *WAITS.start() } else { wait };
        let wait = wait.clamp(*WAITS.start(), *WAITS.end());
        let due = now + SignedDuration::from_secs(wait.cast_signed());
        self.line.insert(kit, Place { since, due });
        self.by_due.insert((due, kit));
        Admission::Later(wait)
    }

    fn forget_before(&mut self, moment: Timestamp) {
        while let Some((due, kit)) = self.by_due.first().copied() {
            if due >= moment {
                return;
            }
            self.by_due.pop_first();
            self.line.remove(&kit);
        }
    }
}

/// The lowest and the highest id.
const FIRST: KitId = KitId::from_bytes([0; 16]);
const LAST: KitId = KitId::from_bytes([0xff; 16]);

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(n: u16) -> KitId {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&n.to_be_bytes());
        KitId::from_bytes(id)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_door_is_open_until_it_is_full() {
        let mut rush = Rush::default();
        assert_eq!(rush.ask(kit(1), MOST_AT_WORK - 1, at(0)), Admission::Come);
        assert_eq!(rush.ask(kit(1), MOST_AT_WORK, at(0)), Admission::Later(1));
        // Whoever was sent away first goes first.
        assert_eq!(rush.ask(kit(0), MOST_AT_WORK - 1, at(1)), Admission::Later(1));
        assert_eq!(rush.ask(kit(1), MOST_AT_WORK - 1, at(1)), Admission::Come);
        assert_eq!(rush.ask(kit(0), MOST_AT_WORK - 1, at(2)), Admission::Come);
        // A kit that never comes again holds nobody up for ever.
        assert_eq!(rush.ask(kit(7), MOST_AT_WORK, at(10)), Admission::Later(1));
        assert_eq!(rush.ask(kit(8), MOST_AT_WORK - 1, at(11)), Admission::Later(1));
        assert_eq!(rush.ask(kit(8), MOST_AT_WORK - 1, at(17)), Admission::Come);
    }

    /// Ten kits with a thousand packets each and a hundred with one: nobody with one packet waits
    /// for more than its share, and nothing is refused for good.
    #[test]
    fn small_kits_are_not_starved() {
        let mut rush = Rush::default();
        let mut left: BTreeMap<KitId, u32> = (0..110).map(|n| (kit(n), 1)).collect();
        // Lower ids ask first in each second, so that order of asking favours the large.
        for n in 0..10 {
            left.insert(kit(n), 1_000);
        }
        let slots = 20;
        let mut served_small_by = 0;
        for second in 0..40 {
            let mut at_work = MOST_AT_WORK - slots;
            for n in 0..110 {
                // A large kit asks again at once as long as it is let in.
                while left[&kit(n)] > 0 {
                    if rush.ask(kit(n), at_work, at(second)) != Admission::Come {
                        break;
                    }
                    at_work += 1;
                    *left.get_mut(&kit(n)).unwrap() -= 1;
                }
            }
            if (10..110).all(|n| left[&kit(n)] == 0) {
                served_small_by = second;
                break;
            }
        }
        // A hundred small ones beside ten large ones at twenty places a second: fair is about
        // ten seconds, first come first served would be never.
        assert!((1..=12).contains(&served_small_by), "after {served_small_by} seconds");
    }

    #[test]
    fn a_nation_waits_in_bounded_time() {
        let mut rush = Rush::default();
        for n in 0..31_500 {
            let told = rush.ask(kit(n), MOST_AT_WORK, at(0));
            let Admission::Later(wait) = told else { panic!("nobody may come") };
            assert!(wait <= 120, "{wait}");
        }
    }
}
