//! When the hits of a kit, officer or place jump beyond its own past and its neighbours.

use serde::{Deserialize, Serialize};

use super::figures::Rate;

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A kit, by id.
    Kit,
    /// An officer who captures, by id.
    Officer,
    /// A place of capture, by code.
    Place,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kit, Self::Officer, Self::Place];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kit => "kit",
            Self::Officer => "officer",
            Self::Place => "place",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// When hits have jumped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkLimits {
    /// Hours of the window, 1 to 168.
    pub window_hours: u16,
    /// Days of the past that it is held against, 1 to 365.
    pub past_days: u16,
    /// Least hits in the window, 3 to 1,000. A family that comes twice is no fraud.
    pub least_hits: u16,
    /// How many times the expected rate, tenths; 30 is three times.
    pub least_factor_tenths: u16,
    /// How unlikely chance must be, tenths of a nat. 138 is one in a million: with 30,000
    /// sources judged each day a false alarm comes about once a month.
    pub least_evidence: u16,
}

impl Default for BulkLimits {
    fn default() -> Self {
        Self {
            window_hours: 24,
            past_days: 30,
            least_hits: 8,
            least_factor_tenths: 30,
            least_evidence: 138,
        }
    }
}

/// Searches and hits of a source in the window, of its past, and of its neighbours in the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowCounts {
    /// The source in the window.
    pub window: Rate,
    /// The source in its past, without the window.
    pub past: Rate,
    /// The others of the same county in the window.
    pub neighbours: Rate,
}

/// A jump, with the figures that show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitJump {
    /// What was counted.
    pub counts: WindowCounts,
    /// Hits of a thousand searches that were to be expected.
    pub expected_permille: u32,
    /// How unlikely chance is, tenths of a nat; at least this.
    pub evidence: u32,
}

/// Searches of a source without a past that a guess counts for, and the hits of a thousand
/// that it guesses: the share of double registrations in the synthetic village is 10 to 20.
const GUESS_WEIGHT: f64 = 200.0;
const GUESS: f64 = 0.02;

/// Whether the hits of a source have jumped: beyond its own past and beyond its neighbours,
/// whichever expects more. Chernoff's bound of the binomial tail says how unlikely that is by
/// chance: n · (k/n · ln(k/n / p) + (1 − k/n) · ln((1 − k/n) / (1 − p))) nats at least.
pub fn hit_jump(counts: WindowCounts, limits: BulkLimits) -> Option<HitJump> {
    let Rate { hits, of } = counts.window;
    if hits < u64::from(limits.least_hits) || hits > of {
        return None;
    }
    let smoothed =
        |rate: Rate| (rate.hits as f64 + GUESS * GUESS_WEIGHT) / (rate.of as f64 + GUESS_WEIGHT);
    let expected = smoothed(counts.past).max(smoothed(counts.neighbours)).min(0.999);
    let (n, share) = (of as f64, hits as f64 / of as f64);
    if share * 10.0 < expected * f64::from(limits.least_factor_tenths) {
        return None;
    }
    let rest =
        if share < 1.0 { (1.0 - share) * ((1.0 - share) / (1.0 - expected)).ln() } else { 0.0 };
    let evidence = n * (share * (share / expected).ln() + rest) * 10.0;
    (evidence >= f64::from(limits.least_evidence)).then(|| HitJump {
        counts,
        expected_permille: (expected * 1_000.0).round() as u32,
        evidence: evidence.min(1e6) as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(hits: u64, of: u64) -> Rate {
        Rate { hits, of }
    }

    fn jumps(window: Rate, past: Rate, neighbours: Rate) -> bool {
        hit_jump(WindowCounts { window, past, neighbours }, BulkLimits::default()).is_some()
    }

    #[test]
    fn what_is_a_jump_and_what_is_not() {
        let (past, near) = (rate(20, 2_000), rate(100, 10_000));
        assert!(jumps(rate(15, 60), past, near));
        assert!(jumps(rate(20, 20), past, near), "every one a hit");
        // Few, ordinary, usual here, or usual everywhere today.
        assert!(!jumps(rate(7, 10), past, near));
        assert!(!jumps(rate(8, 700), past, near));
        assert!(!jumps(rate(15, 60), rate(400, 2_000), near));
        assert!(!jumps(rate(15, 60), past, rate(2_000, 10_000)));
        // A new kit is held against the guess.
        assert!(jumps(rate(15, 60), rate(0, 0), rate(0, 0)));
        assert!(!jumps(rate(0, 0), rate(0, 0), rate(0, 0)));
        assert!(!jumps(rate(9, 8), past, near), "a count that cannot be");
    }

    /// More hits of as many searches are never less of a jump, and a busier past never more.
    #[test]
    fn evidence_grows_with_hits_and_falls_with_the_past() {
        let at = |hits, past_hits| {
            let counts = WindowCounts {
                window: rate(hits, 100),
                past: rate(past_hits, 1_000),
                neighbours: rate(10, 1_000),
            };
            hit_jump(counts, BulkLimits::default()).map_or(0, |jump| jump.evidence)
        };
        for hits in 8..100 {
            assert!(at(hits + 1, 10) >= at(hits, 10), "{hits}");
            assert!(at(hits, 30) <= at(hits, 10), "{hits}");
        }
    }

    /// By chance alone, at a steady rate of hits, no alarm in a hundred thousand windows.
    #[test]
    fn a_steady_source_raises_no_alarm() {
        let mut seed = 3_u64;
        let mut draw = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for _ in 0..20_000 {
            let hits = (0..100).filter(|_| draw() < 0.03).count() as u64;
            assert!(!jumps(rate(hits, 100), rate(90, 3_000), rate(300, 10_000)), "{hits}");
        }
    }
}
