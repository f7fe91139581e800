//! What a kit says of itself at each contact.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// By how much a kit's clock may move against the centre's between two contacts, seconds. A
/// laptop drifts seconds a day; ten minutes is a hand on the clock or an empty battery.
pub const CLOCK_JUMP_SECONDS: i64 = 600;

/// Longest text in a report, bytes.
const LONGEST_TEXT: usize = 128;

/// A kit's report of itself. Counts and states, nothing of any resident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Version of the software.
    pub software: String,
    /// Version of the country pack.
    pub country_pack: String,
    /// The kit's own clock, uncorrected.
    pub clock: Timestamp,
    /// Place of the last packet that it sealed; 0 before the first.
    pub chain_place: u64,
    /// Sealed packets that the centre does not have yet.
    pub waiting: u64,
    /// Encounters that are not sealed yet.
    pub drafts: u64,
    /// Charge of the battery, 0 to 100; `None` where there is none.
    pub battery_percent: Option<u8>,
    /// Bytes that its disk still takes.
    pub free_bytes: u64,
}

impl Contact {
    /// The first part that cannot be one, by name.
    pub fn fault(&self) -> Option<&'static str> {
        let text = |text: &str| {
            (1..=LONGEST_TEXT).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
        };
        let bound = |count: u64| i64::try_from(count).is_ok();
        let parts = [
            ("software", text(&self.software)),
            ("country_pack", text(&self.country_pack)),
            ("chain_place", bound(self.chain_place)),
            ("waiting", self.waiting <= self.chain_place),
            ("drafts", bound(self.drafts)),
            ("battery_percent", self.battery_percent.is_none_or(|percent| percent <= 100)),
            ("free_bytes", bound(self.free_bytes)),
        ];
        parts.into_iter().find(|(_, good)| !good).map(|(name, _)| name)
    }

    /// How far the kit's clock is ahead of the centre's, seconds.
    pub fn clock_ahead(&self, centre: Timestamp) -> i64 {
        self.clock.as_second() - centre.as_second()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named() {
        let good = Contact {
            software: "0.1.0".into(),
            country_pack: "abc".into(),
            clock: Timestamp::UNIX_EPOCH,
            chain_place: 4,
            waiting: 4,
            drafts: 0,
            battery_percent: Some(100),
            free_bytes: 1,
        };
        assert_eq!(good.fault(), None);
        let bad = [
            ("software", Contact { software: String::new(), ..good.clone() }),
            ("software", Contact { software: "a b".into(), ..good.clone() }),
            ("country_pack", Contact { country_pack: "x".repeat(129), ..good.clone() }),
            ("chain_place", Contact { chain_place: u64::MAX, ..good.clone() }),
            ("waiting", Contact { waiting: 5, ..good.clone() }),
            ("battery_percent", Contact { battery_percent: Some(101), ..good.clone() }),
            ("free_bytes", Contact { free_bytes: u64::MAX, ..good.clone() }),
        ];
        for (part, contact) in bad {
            assert_eq!(contact.fault(), Some(part));
        }
    }
}
