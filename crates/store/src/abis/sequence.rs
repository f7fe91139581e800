//! The one order of all changes and searches.

use niims_record::GalleryReference;
use sqlx::query;

use crate::{StoreError, Tx};

/// The next place, from 1. The counter stays locked until the transaction ends, so whoever holds
/// place n sees everything that places below n have stored.
pub async fn next(tx: &mut Tx) -> Result<u64, StoreError> {
    let row = tx
        .execute_returning(query(
            "UPDATE counter SET value = value + 1 WHERE name = 'abis_sequence' RETURNING value",
        ))
        .await?
        .ok_or(StoreError::MalformedRow { column: "counter.value" })?;
    row.count("value")
}

/// The last place whose change is visible; 0 before the first.
pub async fn last(tx: &mut Tx) -> Result<u64, StoreError> {
    tx.fetch_one(query("SELECT value FROM counter WHERE name = 'abis_sequence'"))
        .await?
        .count("value")
}

/// The reference of the capture that was first stored at a place: the same when a batch is run
/// again from the beginning, and nothing to anybody without the root key.
pub fn reference_at(tx: &Tx, place: u64) -> GalleryReference {
    GalleryReference::from_bytes(tx.keyring.blind("abis_encounter.reference", &place.to_be_bytes()))
}
