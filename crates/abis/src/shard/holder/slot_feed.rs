//! The part of a feed that is about some slots.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use niims_record::GalleryReference;

use crate::search::{Change, ChangeFeed, SearchError};
use crate::shard::placement::SlotSet;

/// A feed of which only the changes of some slots are given.
pub struct SlotFeed {
    all: Arc<dyn ChangeFeed>,
    slots: RwLock<SlotSet>,
}

impl SlotFeed {
    /// The changes of these slots.
    pub fn new(all: Arc<dyn ChangeFeed>, slots: SlotSet) -> Self {
        Self { all, slots: RwLock::new(slots) }
    }

    /// Gives nothing of these slots any more.
    pub(super) fn leave_out(&self, slots: &SlotSet) {
        let mut own = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        *own = own.without(slots);
    }

    fn holds(&self, reference: &GalleryReference) -> bool {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).holds(reference)
    }
}

#[async_trait]
impl ChangeFeed for SlotFeed {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let held = |reference: &GalleryReference| self.holds(reference);
        self.all.changes_of(&held, after, up_to, at_most).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::placement::Slot;

    /// Removals 1 to `last`, each of another reference.
    struct Removals {
        last: u64,
    }

    #[async_trait]
    impl ChangeFeed for Removals {
        async fn changes(
            &self,
            after: u64,
            up_to: u64,
            n: usize,
        ) -> Result<Vec<Change>, SearchError> {
            let removed =
                |sequence: u64| Change::Removed { sequence, reference: reference(sequence) };
            Ok((after + 1..=up_to.min(self.last)).take(n).map(removed).collect())
        }
    }

    fn reference(sequence: u64) -> GalleryReference {
        GalleryReference::from_bytes(u128::from(sequence).to_be_bytes())
    }

    #[tokio::test]
    async fn nothing_is_lost_and_fewer_than_asked_for_is_the_end() {
        let slots: SlotSet = Slot::all().step_by(16).collect();
        let want: Vec<u64> = (1..=5_000).filter(|one| slots.holds(&reference(*one))).collect();
        assert!((200..450).contains(&want.len()), "{}", want.len());
        let feed = SlotFeed::new(Arc::new(Removals { last: 5_000 }), slots);
        for at_most in [1, 7, 100, 249, 250, 251, 1_000] {
            let (mut seen, mut after) = (Vec::new(), 0);
            loop {
                let batch = feed.changes(after, u64::MAX, at_most).await.unwrap();
                seen.extend(batch.iter().map(Change::sequence));
                let Some(last) = batch.last() else { break };
                after = last.sequence();
                if batch.len() < at_most {
                    break;
                }
            }
            assert_eq!(seen, want, "{at_most}");
        }
        let some = feed.changes(0, want[4], 100).await.unwrap();
        assert_eq!(some.len(), 5);
        feed.leave_out(&SlotSet::all());
        assert!(feed.changes(0, u64::MAX, 100).await.unwrap().is_empty());
    }
}
