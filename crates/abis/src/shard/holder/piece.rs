//! A piece of a gallery: everybody of some slots, searched in this process.

use std::sync::Arc;

use async_trait::async_trait;

use crate::cascade::PhasedSearcher;
use crate::search::{ChangeFeed, SearchError, Searcher};
use crate::shard::placement::SlotSet;

/// What a holder keeps. Its answers are about those slots that it has not been told to forget.
#[async_trait]
pub trait Piece: Searcher + PhasedSearcher {
    /// Reads every change that is visible now; says up to which sequence number it has come.
    ///
    /// # Errors
    /// [`SearchError::Storage`] where the truth cannot be read.
    async fn catch_up(&self) -> Result<u64, SearchError>;

    /// Lets go of everybody in these slots, for good: they are held elsewhere. Later changes of
    /// them are passed over.
    ///
    /// # Errors
    /// [`SearchError`] where files cannot be written; the piece is not used any more then.
    async fn forget(&self, slots: &SlotSet) -> Result<(), SearchError>;
}

/// Makes pieces, empty or from what an earlier run left on the disk.
#[async_trait]
pub trait Pieces: Send + Sync {
    /// A piece for everybody of these slots, to be filled from a feed that gives these only.
    ///
    /// # Errors
    /// [`SearchError`] where the piece's files can neither be read nor made anew.
    async fn piece(
        &self,
        slots: &SlotSet,
        feed: Arc<dyn ChangeFeed>,
    ) -> Result<Arc<dyn Piece>, SearchError>;
}
