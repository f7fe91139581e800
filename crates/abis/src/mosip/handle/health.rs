//! What the edge says of itself.

use std::sync::atomic::Ordering;

use super::{Edge, Failure};
use crate::mosip::messages::Outcome;

impl Edge {
    pub(super) async fn ping(&self) -> Result<Outcome, Failure> {
        self.service.ping().await?;
        Ok(Outcome::Done)
    }

    pub(super) async fn reference_count(&self) -> Result<Outcome, Failure> {
        Ok(Outcome::ReferenceCount(self.service.count().await?.active))
    }

    /// Requests that have arrived and are not answered. What still lies in the broker is the
    /// broker's to count.
    pub(super) fn pending(&self) -> u64 {
        let inner = &self.inner;
        inner.running.load(Ordering::Relaxed) + inner.waiting.load(Ordering::Relaxed)
    }
}
