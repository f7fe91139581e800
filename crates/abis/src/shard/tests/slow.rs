//! A piece that takes its time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use niims_record::GalleryReference;

use crate::cascade::{PhaseAnswer, PhaseQuestion, PhasedSearcher};
use crate::modality::Biometrics;
use crate::search::{FoundCandidate, SearchError, SearchOutcome, SearchRequest, Searcher};
use crate::shard::Piece;
use crate::shard::placement::SlotSet;

/// A real piece behind a delay.
pub struct SlowPiece {
    pub piece: Arc<dyn Piece>,
    pub delay: Duration,
}

#[async_trait]
impl Piece for SlowPiece {
    async fn catch_up(&self) -> Result<u64, SearchError> {
        self.piece.catch_up().await
    }

    async fn forget(&self, slots: &SlotSet) -> Result<(), SearchError> {
        self.piece.forget(slots).await
    }
}

#[async_trait]
impl PhasedSearcher for SlowPiece {
    async fn answer(&self, question: &PhaseQuestion) -> Result<PhaseAnswer, SearchError> {
        tokio::time::sleep(self.delay).await;
        self.piece.answer(question).await
    }
}

#[async_trait]
impl Searcher for SlowPiece {
    async fn search(
        &self,
        probe: &Biometrics,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        self.piece.search(probe, request).await
    }

    async fn compare(
        &self,
        probe: &Biometrics,
        reference: GalleryReference,
    ) -> Result<Option<FoundCandidate>, SearchError> {
        self.piece.compare(probe, reference).await
    }

    async fn count(&self) -> Result<u64, SearchError> {
        self.piece.count().await
    }
}
