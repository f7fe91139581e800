//! The changes of who is enrolled, out of the database, for matchers.

use async_trait::async_trait;
use niims_store::abis::changes::{self, StoredChange};
use niims_store::{Database, StoreError};

use crate::modality::Biometrics;
use crate::search::{Change, ChangeFeed, Held, SearchError};

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
        let mut tx = self.0.read().await.map_err(storage)?;
        let read = changes::between(&mut tx, within(after), within(up_to), at_most).await;
        read.map_err(storage)?.into_iter().map(to_change).collect()
    }

    /// Looks at references first, in one view, and reads and opens biometrics of those who are held.
    async fn changes_of(
        &self,
        held: Held<'_>,
        after: u64,
        up_to: u64,
        at_most: usize,
    ) -> Result<Vec<Change>, SearchError> {
        let mut tx = self.0.read().await.map_err(storage)?;
        let (mut after, mut wanted) = (within(after), Vec::new());
        while wanted.len() < at_most {
            let heads = changes::heads(&mut tx, after, within(up_to), HEADS);
            let heads = heads.await.map_err(storage)?;
            let Some((last, _)) = heads.last() else { break };
            after = *last;
            let ended = heads.len() < HEADS;
            let held = heads.into_iter().filter(|(_, reference)| held(reference));
            wanted.extend(held.map(|(sequence, _)| sequence));
            if ended {
                break;
            }
        }
        wanted.truncate(at_most);
        let read = changes::at(&mut tx, &wanted).await.map_err(storage)?;
        read.into_iter().map(to_change).collect()
    }
}

/// References looked at together. Range 500 to 50,000: 60 bytes each.
const HEADS: usize = 5_000;

/// A database counts in 63 bits; "everything" may be asked for as the largest number.
fn within(sequence: u64) -> u64 {
    sequence.min(i64::MAX as u64)
}

fn storage(_: StoreError) -> SearchError {
    SearchError::Storage
}

fn to_change(change: StoredChange) -> Result<Change, SearchError> {
    let (sequence, reference) = (change.sequence, change.reference);
    Ok(match change.biometrics {
        Some(bytes) => {
            let biometrics = Biometrics::from_bytes(&bytes).map_err(|_| SearchError::Storage)?;
            Change::Inserted { sequence, reference, biometrics }
        }
        None => Change::Removed { sequence, reference },
    })
}
