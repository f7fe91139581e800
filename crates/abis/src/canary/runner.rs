//! The watch itself: does what is due, counts, and raises the alarm.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use niims_fingerprint::CANDIDATE_THRESHOLD;
use niims_record::GalleryReference;
use niims_wire::Entropy;
use rand_core::Rng;

use super::judge::{
    AuditResult, CanarySettings, StageCounts, Verdict, audit_is_due, judge, search_is_due,
};
use super::measure::measure;
use crate::cascade::LocalSearcher;
use crate::search::{Among, Effort, SearchError, SearchOutcome, SearchRequest, Searcher};

/// Code under which a fall of recall is logged.
pub const RECALL_LOW: &str = "abis.recall_low";
/// Code under which a candidate is logged whom only an audit found.
pub const AUDIT_MISSED: &str = "abis.audit_missed";

/// Watches the recall of one gallery.
pub struct CanaryWatch {
    searcher: LocalSearcher,
    settings: CanarySettings,
    entropy: Entropy,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    counts: StageCounts,
    last: VecDeque<bool>,
    searched_at: Option<Timestamp>,
    audit: Option<AuditResult>,
    low_since: Option<Timestamp>,
}

/// How the watch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryReport {
    /// Searches, by stage passed.
    pub counts: StageCounts,
    /// What the last searches say.
    pub verdict: Verdict,
    /// Since when recall is low; none when it is not, or nothing is known.
    pub low_since: Option<Timestamp>,
    /// The last audit.
    pub audit: Option<AuditResult>,
}

impl CanaryWatch {
    /// A watch that has seen nothing yet.
    pub fn new(searcher: LocalSearcher, settings: CanarySettings, entropy: Entropy) -> Self {
        Self { searcher, settings, entropy, state: Mutex::default() }
    }

    /// Does what is due by now.
    ///
    /// # Errors
    /// [`SearchError`] where the gallery fails.
    pub async fn run_due(&self, now: Timestamp) -> Result<(), SearchError> {
        let (searched_at, audited_at) = {
            let state = self.state();
            (state.searched_at, state.audit.map(|audit| audit.at))
        };
        if search_is_due(searched_at, now, &self.settings) {
            self.search_one(now).await?;
        }
        if audit_is_due(audited_at, now, &self.settings) {
            self.audit(now).await?;
        }
        Ok(())
    }

    /// How the watch stands.
    pub fn report(&self) -> CanaryReport {
        let state = self.state();
        CanaryReport {
            counts: state.counts,
            verdict: judge(&state.last, &self.settings),
            low_since: state.low_since,
            audit: state.audit,
        }
    }

    /// Searches for a synthetic person drawn at random, if there is one.
    ///
    /// # Errors
    /// [`SearchError`] where the gallery fails.
    pub async fn search_one(&self, now: Timestamp) -> Result<(), SearchError> {
        let places = self.searcher.part().gallery().canary_places();
        self.state().searched_at = Some(now);
        if places.is_empty() {
            return Ok(());
        }
        let place = places[self.draw(places.len())];
        let measured = self.searcher.part().run(move |part, source| measure(part, place, source));
        let Some(measured) = measured.await? else { return Ok(()) };
        let mut state = self.state();
        state.counts.add(measured.reached, measured.exhaustively);
        state.last.push_back(measured.reached == super::Reached::Candidate);
        while state.last.len() > self.settings.window {
            state.last.pop_front();
        }
        match judge(&state.last, &self.settings) {
            Verdict::Low { permille } => {
                state.low_since.get_or_insert(now);
                let counts = state.counts;
                tracing::error!(code = RECALL_LOW, permille, ?counts, "searches miss known people");
            }
            Verdict::Sound { .. } => state.low_since = None,
            Verdict::TooFew => {}
        }
        Ok(())
    }

    /// Searches for a sample of enrolled people among those before them, as usual and comparing everybody by
    /// bits, and counts whom only the latter found.
    ///
    /// # Errors
    /// [`SearchError`] where the gallery fails.
    pub async fn audit(&self, now: Timestamp) -> Result<AuditResult, SearchError> {
        let part = self.searcher.part();
        let people = part.gallery().visible_people(u64::MAX, None);
        let mut result = AuditResult { at: now, people: 0, candidates: 0, missed: 0 };
        for _ in 0..self.settings.audit_people.min(people.len()) {
            let reference = people[self.draw(people.len())];
            let Some(place) = part.gallery().place(reference) else { continue };
            let probe =
                part.run(move |part, source| Ok(part.gallery().enrolled(reference, source)?));
            let Some(probe) = probe.await? else { continue };
            let mut found = Vec::new();
            for effort in [Effort::Exhaustive, Effort::Usual] {
                let request = SearchRequest {
                    below_sequence: place / 2,
                    among: Among::Everyone,
                    effort,
                    most_candidates: 100,
                    threshold: CANDIDATE_THRESHOLD,
                };
                found.push(references(self.searcher.search(&probe, &request).await?));
            }
            result.people += 1;
            result.candidates += found[0].len() as u64;
            result.missed += found[0].difference(&found[1]).count() as u64;
        }
        if result.missed > 0 {
            let (missed, people) = (result.missed, result.people);
            tracing::error!(code = AUDIT_MISSED, missed, people, "usual searches miss candidates");
        }
        self.state().audit = Some(result);
        Ok(result)
    }

    fn draw(&self, below: usize) -> usize {
        (self.entropy.rng().next_u64() % below as u64) as usize
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn references(outcome: SearchOutcome) -> BTreeSet<GalleryReference> {
    let (SearchOutcome::Complete { candidates } | SearchOutcome::Incomplete { candidates, .. }) =
        outcome;
    candidates.into_iter().map(|candidate| candidate.reference).collect()
}
