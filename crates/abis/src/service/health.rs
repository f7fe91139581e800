//! How many are enrolled, and whether everything answers.

use niims_store::abis::encounters;

use super::{Service, ServiceError};

/// How many captures there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub encounters: u64,
    /// Those that are searched.
    pub active: u64,
}

impl Service {
    /// How many captures are stored.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count(&self) -> Result<Counts, ServiceError> {
        let mut tx = self.db().read().await?;
        let (encounters, active) = encounters::counts(&mut tx).await?;
        Ok(Counts { encounters, active })
    }

    /// Whether database and searcher answer.
    ///
    /// # Errors
    /// Of the one that does not.
    pub async fn ping(&self) -> Result<(), ServiceError> {
        self.count().await?;
        self.parts.searcher.count().await?;
        Ok(())
    }
}
