//! A searcher that holds everybody in memory and compares everybody in full: the plainest answer,
//! for small galleries and to hold cleverer ones against.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use niims_fingerprint::{PersonTemplates, compare_persons};
use niims_record::GalleryReference;
use rayon::prelude::*;

use super::comparison::prepared;
use super::follower::Follower;
use crate::modality::Biometrics;
use crate::search::{
    Among, Change, ChangeFeed, FoundCandidate, SearchError, SearchOutcome, SearchRequest, Searcher,
};

/// Everybody, by reference, with the place of the last change.
type People = BTreeMap<GalleryReference, (u64, PersonTemplates)>;

/// A searcher over a feed. About 30 kB a person with ten fingers, 0.1 ms a person and search.
pub struct MemorySearcher {
    follower: Follower,
    people: Arc<RwLock<People>>,
}

impl MemorySearcher {
    /// A searcher that has read nothing yet; it catches up before each search.
    pub fn new(feed: Arc<dyn ChangeFeed>) -> Self {
        Self { follower: Follower::new(feed), people: Arc::default() }
    }

    async fn catch_up(&self, up_to: u64) -> Result<(), SearchError> {
        let apply = |changes| {
            let people = Arc::clone(&self.people);
            move || apply(&people, changes)
        };
        self.follower.catch_up(up_to, apply).await
    }
}

#[async_trait]
impl Searcher for MemorySearcher {
    async fn search(
        &self,
        probe: &Biometrics,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        self.catch_up(request.below_sequence.saturating_sub(1)).await?;
        let probe = prepared(probe)?;
        if probe.is_empty() {
            // Only fingers are compared here: to answer "nobody" would be false.
            return Ok(SearchOutcome::Incomplete { candidates: Vec::new(), covered_permille: 0 });
        }
        let people = Arc::clone(&self.people);
        let request = request.clone();
        let candidates =
            tokio::task::spawn_blocking(move || compare_all(&people, &probe, &request))
                .await
                .map_err(|_| SearchError::Template)?;
        Ok(SearchOutcome::Complete { candidates })
    }

    async fn compare(
        &self,
        probe: &Biometrics,
        reference: GalleryReference,
    ) -> Result<Option<FoundCandidate>, SearchError> {
        self.catch_up(u64::MAX).await?;
        let probe = prepared(probe)?;
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        Ok(people.get(&reference).map(|(_, prints)| candidate(&probe, reference, prints)))
    }

    async fn count(&self) -> Result<u64, SearchError> {
        self.catch_up(u64::MAX).await?;
        Ok(self.people.read().unwrap_or_else(PoisonError::into_inner).len() as u64)
    }
}

fn apply(people: &RwLock<People>, changes: Vec<Change>) -> Result<(), SearchError> {
    for change in changes {
        match change {
            Change::Inserted { sequence, reference, biometrics } => {
                let prints = prepared(&biometrics)?;
                let mut people = people.write().unwrap_or_else(PoisonError::into_inner);
                people.insert(reference, (sequence, prints));
            }
            Change::Removed { reference, .. } => {
                people.write().unwrap_or_else(PoisonError::into_inner).remove(&reference);
            }
        }
    }
    Ok(())
}

fn compare_all(
    people: &RwLock<People>,
    probe: &PersonTemplates,
    request: &SearchRequest,
) -> Vec<FoundCandidate> {
    let people = people.read().unwrap_or_else(PoisonError::into_inner);
    let is_asked_for = |reference: &GalleryReference, sequence: u64| {
        sequence < request.below_sequence
            && match &request.among {
                Among::Everyone => true,
                Among::Only(only) => only.contains(reference),
            }
    };
    let mut found: Vec<FoundCandidate> = people
        .par_iter()
        .filter(|(reference, (sequence, _))| is_asked_for(reference, *sequence))
        .map(|(reference, (_, prints))| candidate(probe, *reference, prints))
        .filter(|candidate| !candidate.fingers.is_empty() && candidate.score >= request.threshold)
        .collect();
    found.sort_by(|a, b| b.score.cmp(&a.score).then(a.reference.cmp(&b.reference)));
    found.truncate(request.most_candidates);
    found
}

fn candidate(
    probe: &PersonTemplates,
    reference: GalleryReference,
    prints: &PersonTemplates,
) -> FoundCandidate {
    let comparison = compare_persons(probe, prints);
    FoundCandidate {
        reference,
        score: comparison.score,
        assignment: comparison.assignment,
        fingers: comparison.fingers,
    }
}
