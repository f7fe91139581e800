//! The list by which cards are believed, and sealed looks at cards on their way to the centre.

use jiff::Timestamp;
use niims_record::DisclosureId;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_count, from_time, to_bytes, to_count};

/// A sealed look that the centre has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedLook {
    /// Which.
    pub id: DisclosureId,
    /// The letter to the centre.
    pub sealed: Vec<u8>,
}

impl KitStore {
    /// Keeps a signed list in place of the one before. Its caller has verified it, and that its
    /// version does not go back.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_card_trust(&mut self, version: u64, note: &str) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO card_trust (place, version, note) VALUES (1, ?, ?) \
             ON CONFLICT (place) DO UPDATE SET version = excluded.version, note = excluded.note",
        )
        .bind(from_count(version, "version")?)
        .bind(note)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Version and text of the list.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn card_trust(&mut self) -> Result<Option<(u64, String)>, KitStoreError> {
        let row: Option<(i64, String)> = sqlx::query_as("SELECT version, note FROM card_trust")
            .fetch_optional(&mut self.connection)
            .await?;
        row.map(|(version, note)| Ok((to_count(version, "version")?, note))).transpose()
    }

    /// Keeps a look, sealed.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_card_look(
        &mut self,
        look: &SealedLook,
        at: Timestamp,
    ) -> Result<(), KitStoreError> {
        sqlx::query("INSERT INTO card_look (look_id, looked_at, sealed) VALUES (?, ?, ?)")
            .bind(look.id.as_bytes().as_slice())
            .bind(from_time(at))
            .bind(look.sealed.as_slice())
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Looks that the centre has not confirmed, the oldest first.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn card_looks(&mut self, at_most: usize) -> Result<Vec<SealedLook>, KitStoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT look_id, sealed FROM card_look ORDER BY looked_at, look_id LIMIT ?",
        )
        .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(id, sealed)| {
                let id = DisclosureId::from_bytes(to_bytes(&id, "look id")?);
                Ok(SealedLook { id, sealed })
            })
            .collect()
    }

    /// How many looks the centre has not confirmed.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn card_look_count(&mut self) -> Result<u64, KitStoreError> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM card_look")
            .fetch_one(&mut self.connection)
            .await?;
        to_count(count, "count")
    }

    /// Removes looks that the centre confirmed.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn forget_card_looks(&mut self, ids: &[DisclosureId]) -> Result<(), KitStoreError> {
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        for id in ids {
            sqlx::query("DELETE FROM card_look WHERE look_id = ?")
                .bind(id.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
