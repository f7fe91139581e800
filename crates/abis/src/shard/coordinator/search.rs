//! The coordinator as a searcher like any other.

use std::sync::Arc;

use async_trait::async_trait;
use niims_record::GalleryReference;
use tokio::time::Instant;

use super::Coordinator;
use super::failover::Question;
use super::scope::Scope;
use crate::cascade;
use crate::modality::Biometrics;
use crate::search::{FoundCandidate, SearchError, SearchOutcome, SearchRequest, Searcher};
use crate::shard::placement::Slot;
use crate::shard::protocol::{Ask, Told};

/// How often a question is put again because a newer table came into force meanwhile.
const MOST_AGAIN: usize = 3;

impl Coordinator {
    fn scope(&self) -> Scope {
        Scope::new(Arc::clone(&self.0), self.table(), self.0.wished_seat())
    }

    async fn compare_once(&self, ask: &Ask, slot: Slot) -> Result<Told, SearchError> {
        let table = self.table();
        let shard = table.shard_of(slot);
        let (slots, until) = (table.slots_of(shard), Instant::now() + self.0.deadline);
        let first = self.0.health.first(shard, self.0.wished_seat(), Instant::now());
        let question = Question { table, shard, slots, ask: ask.clone(), until };
        let (_, told) = self.0.ask_shard(question, first).await?;
        Ok(told)
    }
}

#[async_trait]
impl Searcher for Coordinator {
    async fn search(
        &self,
        probe: &Biometrics,
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        let mut again = 0;
        loop {
            let scope = self.scope();
            let outcome = cascade::search(&scope, probe, request, &self.0.entropy).await;
            if !scope.moved() || again == MOST_AGAIN {
                return outcome;
            }
            again += 1;
        }
    }

    async fn compare(
        &self,
        probe: &Biometrics,
        reference: GalleryReference,
    ) -> Result<Option<FoundCandidate>, SearchError> {
        let ask = Ask::Compare { fingers: probe.fingers.clone(), reference };
        let slot = Slot::of(&reference);
        let before = self.table().version();
        let told = match self.compare_once(&ask, slot).await {
            Err(SearchError::Unreachable) if self.table().version() > before => {
                self.compare_once(&ask, slot).await?
            }
            told => told?,
        };
        match told {
            Told::Compared(found) => Ok(found.map(|found| *found)),
            _ => Err(SearchError::Unreachable),
        }
    }

    /// Those of the shards that answer.
    async fn count(&self) -> Result<u64, SearchError> {
        let counts = self.scope().scatter(|_, _| Some(Ask::Count)).await?;
        Ok(counts
            .into_iter()
            .map(|told| if let Told::Count(count) = told { count } else { 0 })
            .sum())
    }
}
