//! A whole gallery in this process.

use std::num::NonZero;
use std::sync::Arc;

use async_trait::async_trait;
use niims_fingerprint::person::FingerComparison;
use niims_record::GalleryReference;
use niims_wire::{Clock, Entropy};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::part::{LocalPart, WaitingSource};
use super::phases::{Gathered, Parts, PhaseQuestion, PhasedSearcher};
use super::probe::Probe;
use super::{foreign, lead};
use crate::gallery::{GalleryFolder, GalleryParts};
use crate::modality::Biometrics;
use crate::prints;
use crate::search::{
    ChangeFeed, FoundCandidate, SearchError, SearchOutcome, SearchRequest, Searcher,
};

/// A gallery of one part, searched in this process.
#[derive(Clone)]
pub struct LocalSearcher {
    part: LocalPart,
    entropy: Entropy,
    /// One search for each processor; the others wait in order. More at once would push each other's votes out of
    /// the caches, and what the part has kept of a search before its next phase.
    turns: Arc<Semaphore>,
}

impl LocalSearcher {
    /// Opens the gallery's folder; what is missing is read from the feed before each search.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where the folder is used by another process or cannot be read.
    pub async fn open(
        parts: GalleryParts,
        feed: Arc<dyn ChangeFeed>,
        clock: Clock,
    ) -> Result<Self, SearchError> {
        let entropy = parts.entropy.clone();
        let source = WaitingSource { feed: Arc::clone(&feed), runtime: Handle::current() };
        let now = clock.now();
        let gallery = tokio::task::spawn_blocking(move || GalleryFolder::open(parts, &source, now))
            .await
            .map_err(|_| SearchError::Storage)?
            .map_err(|error| {
                tracing::error!(code = error.code(), "{error}");
                SearchError::from(error)
            })?;
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let turns = Arc::new(Semaphore::new(processors));
        Ok(Self { part: LocalPart::new(gallery, feed, clock), entropy, turns })
    }

    /// The part that holds everybody.
    pub fn part(&self) -> &LocalPart {
        &self.part
    }

    /// Which fingers of a probe are a finger of one of these people, whatever it was named: an officer's
    /// own, lent to an applicant. Empty where none is. Costs up to a hundred finger comparisons a person.
    ///
    /// # Errors
    /// [`SearchError`] where the probe does not read or the gallery fails.
    pub async fn lent_fingers(
        &self,
        probe: &Biometrics,
        people: Vec<GalleryReference>,
    ) -> Result<Vec<(GalleryReference, FingerComparison)>, SearchError> {
        let fingers = probe.fingers.clone();
        self.part
            .run(move |part, source| {
                let probe = prints::prepare(&fingers)?;
                let mut lent = Vec::new();
                for reference in people {
                    let Some(enrolled) = part.prepared(reference, source)? else { continue };
                    let shared = foreign::shared_fingers(&probe, &enrolled);
                    lent.extend(shared.into_iter().map(|finger| (reference, finger)));
                }
                Ok(lent)
            })
            .await
    }
}

#[async_trait]
impl Parts for LocalSearcher {
    async fn ask(&self, question: &PhaseQuestion) -> Result<Gathered, SearchError> {
        let answer = self.part.answer(question).await?;
        Ok(Gathered { answers: vec![answer], covered_permille: 1_000 })
    }
}

#[async_trait]
impl Searcher for LocalSearcher {
    async fn search(
        &self,
        probe: &Biometrics,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        let _turn = self.turns.acquire().await.map_err(|_| SearchError::Storage)?;
        let probe = Arc::new(lead::ready(probe).await?);
        self.part.keep_ready(Arc::clone(&probe));
        lead::search_with(self, &probe, request, &self.entropy).await
    }

    async fn compare(
        &self,
        probe: &Biometrics,
        reference: GalleryReference,
    ) -> Result<Option<FoundCandidate>, SearchError> {
        self.part.catch_up(u64::MAX).await?;
        let owned = probe.clone();
        self.part
            .run(move |part, source| {
                if part.gallery().place(reference).is_none_or(crate::gallery::is_canary) {
                    return Ok(None);
                }
                let probe = Probe::new(&owned)?.templates;
                let found = part.compare_one(&probe, reference, source)?;
                // Enrolled, but with no finger in common: compared, and nothing found.
                Ok(Some(found.unwrap_or_else(|| FoundCandidate {
                    reference,
                    score: 0,
                    assignment: niims_fingerprint::Assignment::AsStated,
                    fingers: Vec::new(),
                })))
            })
            .await
    }

    async fn count(&self) -> Result<u64, SearchError> {
        self.part.catch_up(u64::MAX).await?;
        Ok(self.part.gallery().len() as u64)
    }
}
