//! Reading a feed to a place, once.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::search::{Change, ChangeFeed, SearchError};

/// Changes read at a time while catching up.
const BATCH: usize = 500;

/// How far a feed has been read into memory.
pub(crate) struct Follower {
    feed: Arc<dyn ChangeFeed>,
    /// Place up to which it has been read. Held while catching up.
    read_up_to: Mutex<u64>,
}

impl Follower {
    /// One that has read nothing yet.
    pub(crate) fn new(feed: Arc<dyn ChangeFeed>) -> Self {
        Self { feed, read_up_to: Mutex::new(0) }
    }

    /// Applies every change up to a place, beside the threads that serve requests. None appears later
    /// below one that is visible, so what was read once is never read again.
    pub(crate) async fn catch_up<A>(
        &self,
        up_to: u64,
        apply: impl Fn(Vec<Change>) -> A,
    ) -> Result<(), SearchError>
    where
        A: FnOnce() -> Result<(), SearchError> + Send + 'static,
    {
        let mut read_up_to = self.read_up_to.lock().await;
        while *read_up_to < up_to {
            let changes = self.feed.changes(*read_up_to, up_to, BATCH).await?;
            let reached = match changes.last() {
                Some(last) if changes.len() == BATCH => last.sequence(),
                // All that there is up to the place; where it lies in the future, what is read
                // is what is there now.
                Some(last) if up_to == u64::MAX => last.sequence(),
                None if up_to == u64::MAX => return Ok(()),
                _ => up_to,
            };
            tokio::task::spawn_blocking(apply(changes))
                .await
                .map_err(|_| SearchError::Template)??;
            *read_up_to = reached;
        }
        Ok(())
    }
}
