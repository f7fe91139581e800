//! Everybody, page by page.

use sqlx::query;

use super::names::{self, Named};
use crate::row::{int, limit, read_all};
use crate::{StoreError, Tx};

/// A page of all captures, searched or not, in an order of its own that does not change.
pub async fn page(tx: &mut Tx, offset: u64, at_most: usize) -> Result<Vec<Named>, StoreError> {
    let rows = tx
        .fetch_all(
            query("SELECT reference FROM abis_encounter ORDER BY reference LIMIT $1 OFFSET $2")
                .bind(limit(at_most))
                .bind(int(offset)?),
        )
        .await?;
    let references = read_all(&rows, |row| row.id("reference"))?;
    names::of(tx, &references).await
}
