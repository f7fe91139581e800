//! The changes of who is enrolled, out of the database, for matchers.

use async_trait::async_trait;
use niims_store::abis::changes;
use niims_store::{Database, StoreError};

use crate::modality::Biometrics;
use crate::search::{Change, ChangeFeed, SearchError};

/// The feed of a database.
#[derive(Clone)]
pub struct StoredFeed(Database);

impl StoredFeed {
    /// The feed of this database.
    pub fn new(db: Database) -> Self {
        Self(db)
    }
}

#[async_trait]
impl ChangeFeed for StoredFeed {
    async fn changes(
        &self,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        // A database counts in 63 bits; "everything" may be asked for as the largest number.
        let last = i64::MAX as u64;
        let storage = |_: StoreError| SearchError::Storage;
        let mut tx = self.0.read().await.map_err(storage)?;
        changes::between(&mut tx, after.min(last), up_to.min(last), at_most)
            .await
            .map_err(storage)?
            .into_iter()
            .map(|change| {
                let (sequence, reference) = (change.sequence, change.reference);
                Ok(match change.biometrics {
                    Some(bytes) => {
                        let biometrics =
                            Biometrics::from_bytes(&bytes).map_err(|_| SearchError::Storage)?;
                        Change::Inserted { sequence, reference, biometrics }
                    }
                    None => Change::Removed { sequence, reference },
                })
            })
            .collect()
    }
}
