//! What the measurements say, and what is due: pure decisions.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How recall is watched.
#[derive(Debug, Clone)]
pub struct CanarySettings {
    /// Pause between two searches for a synthetic person. Range a second to an hour. Each costs four searches.
    pub every: SignedDuration,
    /// Searches that the live recall is taken from, the last so many. Range 50 to 10,000.
    pub window: usize,
    /// With fewer searches than this nothing is said. Range 20 to `window`.
    pub least: usize,
    /// Below this share of people found, in thousandths, the alarm is raised. Synthetic people have ten
    /// fingers of operational quality, of whom the engine finds more than 999 in 1,000.
    pub least_permille: u16,
    /// Pause between two audits, and how many enrolled people each looks for by both paths.
    pub audit_every: SignedDuration,
    /// See `audit_every`. Each costs a search that compares everybody by bits.
    pub audit_people: usize,
    /// Hour of the day, UTC, in which audits run; 23 is two o'clock at night in Nairobi.
    pub audit_hour: i8,
}

impl Default for CanarySettings {
    fn default() -> Self {
        Self {
            every: SignedDuration::from_mins(1),
            window: 1_000,
            least: 100,
            least_permille: 990,
            audit_every: SignedDuration::from_hours(20),
            audit_people: 50,
            audit_hour: 23,
        }
    }
}

/// How far one search for a synthetic person came. Each stage holds only if those before it do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// Lost by votes.
    Nothing,
    /// Passed the votes, lost by bits.
    Votes,
    /// Passed the bits, and did not stand out.
    Bits,
    /// Stood out, and the full comparison did not reach the threshold.
    Shortlist,
    /// Found.
    Candidate,
}

/// How many searches passed each stage, ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCounts {
    /// Searches.
    pub searched: u64,
    /// The mate was among those chosen by votes.
    pub votes: u64,
    /// And among those left after bits.
    pub bits: u64,
    /// And stood out.
    pub shortlist: u64,
    /// And was a candidate.
    pub found: u64,
    /// The mate was found when everybody was compared by bits.
    pub found_exhaustively: u64,
}

impl StageCounts {
    /// Counts one search.
    pub fn add(&mut self, reached: Reached, exhaustively: bool) {
        self.searched += 1;
        for (least, count) in [
            (Reached::Votes, &mut self.votes),
            (Reached::Bits, &mut self.bits),
            (Reached::Shortlist, &mut self.shortlist),
            (Reached::Candidate, &mut self.found),
        ] {
            *count += u64::from(reached >= least);
        }
        self.found_exhaustively += u64::from(exhaustively);
    }
}

/// What an audit found: enrolled people, searched for among those before them by both paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditResult {
    /// When.
    pub at: Timestamp,
    /// People searched for.
    pub people: u64,
    /// Candidates when everybody was compared by bits.
    pub candidates: u64,
    /// Those of them whom the usual search did not find.
    pub missed: u64,
}

/// What is to be said of recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not enough searches yet.
    TooFew,
    /// At or above the level set.
    Sound {
        /// Share found, thousandths.
        permille: u16,
    },
    /// Below it.
    Low {
        /// Share found, thousandths.
        permille: u16,
    },
}

/// Judges the last searches; true for one that found its person.
pub fn judge(last: &VecDeque<bool>, settings: &CanarySettings) -> Verdict {
    if last.is_empty() || last.len() < settings.least {
        return Verdict::TooFew;
    }
    let found = last.iter().filter(|found| **found).count();
    let permille = (found * 1_000 / last.len()) as u16;
    if permille < settings.least_permille {
        Verdict::Low { permille }
    } else {
        Verdict::Sound { permille }
    }
}

/// Whether a search for a synthetic person is due.
pub fn search_is_due(last: Option<Timestamp>, now: Timestamp, settings: &CanarySettings) -> bool {
    last.is_none_or(|last| now.duration_since(last) >= settings.every)
}

/// Whether an audit is due: at night, or whenever two were left out.
pub fn audit_is_due(last: Option<Timestamp>, now: Timestamp, settings: &CanarySettings) -> bool {
    let is_night = now.to_zoned(jiff::tz::TimeZone::UTC).hour() == settings.audit_hour;
    match last.map(|last| now.duration_since(last)) {
        None => is_night,
        Some(pause) if pause >= settings.audit_every * 2 => true,
        Some(pause) => is_night && pause >= settings.audit_every,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> CanarySettings {
        CanarySettings { least: 4, least_permille: 750, ..CanarySettings::default() }
    }

    #[test]
    fn recall_is_judged_by_the_last_searches() {
        let (yes, no) = (true, false);
        for (last, want) in [
            (vec![], Verdict::TooFew),
            (vec![no, no, no], Verdict::TooFew),
            (vec![yes, yes, no, yes], Verdict::Sound { permille: 750 }),
            (vec![yes, no, no, yes, yes], Verdict::Low { permille: 600 }),
        ] {
            assert_eq!(judge(&last.into(), &settings()), want);
        }
    }

    #[test]
    fn stages_count_up_to_where_a_search_came() {
        let mut counts = StageCounts::default();
        for reached in [Reached::Nothing, Reached::Votes, Reached::Bits, Reached::Candidate] {
            counts.add(reached, reached != Reached::Nothing);
        }
        let want = StageCounts {
            searched: 4,
            votes: 3,
            bits: 2,
            shortlist: 1,
            found: 1,
            found_exhaustively: 3,
        };
        assert_eq!(counts, want);
    }

    #[test]
    fn audits_run_at_night_and_are_made_up_for() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let night = at("2027-01-01T23:10:00Z");
        for (last, now, want) in [
            (None, night, true),
            (None, at("2027-01-01T12:00:00Z"), false),
            (Some(night), at("2027-01-01T23:50:00Z"), false),
            (Some(night), at("2027-01-02T23:00:00Z"), true),
            (Some(night), at("2027-01-02T22:00:00Z"), false),
            (Some(night), at("2027-01-03T16:00:00Z"), true),
        ] {
            assert_eq!(audit_is_due(last, now, &settings()), want, "{last:?} {now}");
        }
        assert!(search_is_due(None, night, &settings()));
        assert!(!search_is_due(Some(night), night, &settings()));
    }
}
