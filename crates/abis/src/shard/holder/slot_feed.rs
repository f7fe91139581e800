//! The part of a feed that is about some slots.

use std::sync::Arc;

use async_trait::async_trait;

use crate::search::{Change, ChangeFeed, SearchError};
use crate::shard::placement::SlotSet;
use niims_record::GalleryReference;

/// A feed of which only the changes of some slots are given.
pub struct SlotFeed {
    all: Arc<dyn ChangeFeed>,
    slots: SlotSet,
}

impl SlotFeed {
    /// The changes of these slots.
    pub fn new(all: Arc<dyn ChangeFeed>, slots: SlotSet) -> Self {
        Self { all, slots }
    }
}

#[async_trait]
impl ChangeFeed for SlotFeed {
    /// Reads on until there are as many changes of these slots as asked for, or no more at all:
    /// whoever reads takes fewer for the end.
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let mut after = after;
        let mut found = Vec::new();
        while found.len() < at_most {
            let wanted = at_most - found.len();
            // Most of what is read belongs to other shards.
            let batch = self.all.changes(after, up_to, wanted.max(BATCH)).await?;
            let ended = batch.len() < wanted.max(BATCH);
            after = batch.last().map_or(after, Change::sequence);
            let ours = batch.into_iter().filter(|change| self.slots.holds(reference(change)));
            found.extend(ours);
            if ended {
                break;
            }
        }
        found.truncate(at_most);
        Ok(found)
    }
}

/// Least number of changes read at once from the truth. Range 100 to 1,000, at about 5 kB each.
const BATCH: usize = 250;

fn reference(change: &Change) -> &GalleryReference {
    match change {
        Change::Inserted { reference, .. } | Change::Removed { reference, .. } => reference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::placement::{Slot, SlotSet};

    /// Removals 1 to `last`, each of another reference.
    struct Removals {
        last: u64,
    }

    #[async_trait]
    impl ChangeFeed for Removals {
        async fn changes(&self, after: u64, up_to: u64, n: usize) -> Result<Vec<Change>, SearchError> {
            let removed = |sequence: u64| Change::Removed {
                sequence,
                reference: GalleryReference::from_bytes(u128::from(sequence).to_be_bytes()),
            };
            Ok((after + 1..=up_to.min(self.last)).take(n).map(removed).collect())
        }
    }

    #[tokio::test]
    async fn nothing_is_lost_and_fewer_than_asked_for_is_the_end() {
        let slots: SlotSet = Slot::all().step_by(16).collect();
        let all = Removals { last: 5_000 }.changes(0, u64::MAX, 10_000).await.unwrap();
        let want: Vec<u64> = all
            .iter()
            .filter(|change| slots.holds(reference(change)))
            .map(Change::sequence)
            .collect();
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
    }
}
