//! A search of all faces: exact, since a product of short vectors is cheap.

use std::sync::{Arc, PoisonError, RwLock};

use super::FaceMatching;
use super::rows::Rows;
use crate::modality::FaceTemplate;
use crate::search::{ChangeFeed, SearchError, SearchOutcome, SearchRequest};
use crate::service::follower::Follower;

/// All faces of a feed, read from its beginning with the first search.
pub struct FaceSearcher {
    matching: FaceMatching,
    follower: Follower,
    rows: Arc<RwLock<Rows>>,
}

impl FaceSearcher {
    /// A searcher that has read nothing yet; it catches up before each search.
    pub fn new(feed: Arc<dyn ChangeFeed>, matching: FaceMatching) -> Self {
        Self { matching, follower: Follower::new(feed), rows: Arc::default() }
    }

    /// How faces are compared.
    pub fn matching(&self) -> &FaceMatching {
        &self.matching
    }

    /// Everybody asked for whose face is as alike as the threshold demands. The score is the likeness,
    /// thousandths of the cosine; the threshold of the request, which is one of fingers, does not count.
    ///
    /// Incomplete where somebody asked for has a face that is not in memory: by an older model, or beyond
    /// the room.
    ///
    /// # Errors
    /// [`SearchError`] of the feed.
    pub async fn search(
        &self,
        faces: &[FaceTemplate],
        request: &SearchRequest,
    ) -> Result<SearchOutcome, SearchError> {
        self.catch_up(request.below_sequence.saturating_sub(1)).await?;
        let Some(probe) = self.matching.best(faces).map(|face| face.embedding.clone()) else {
            return Ok(SearchOutcome::Incomplete { candidates: Vec::new(), covered_permille: 0 });
        };
        let (rows, request) = (Arc::clone(&self.rows), request.clone());
        let threshold = self.matching.threshold();
        tokio::task::spawn_blocking(move || {
            let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
            rows.search(&probe, &request, threshold)
        })
        .await
        .map_err(|_| SearchError::Template)
    }

    /// How many faces can be compared.
    ///
    /// # Errors
    /// [`SearchError`] of the feed.
    pub async fn count(&self) -> Result<u64, SearchError> {
        self.catch_up(u64::MAX).await?;
        Ok(self.rows.read().unwrap_or_else(PoisonError::into_inner).len() as u64)
    }

    async fn catch_up(&self, up_to: u64) -> Result<(), SearchError> {
        let apply = |changes| {
            let (rows, matching) = (Arc::clone(&self.rows), self.matching.clone());
            move || {
                let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
                rows.apply(changes, &matching);
                Ok(())
            }
        };
        self.follower.catch_up(up_to, apply).await
    }
}
