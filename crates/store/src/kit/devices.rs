//! The list of trusted devices, and the officers' own prints.

use niims_record::OfficerId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_count, to_bytes, to_count};

impl KitStore {
    /// Keeps a signed list of trusted devices in place of the one before. Its caller has
    /// verified it, and that its version does not go back.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_device_trust(
        &mut self,
        version: u64,
        note: &str,
    ) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO device_trust (place, version, note) VALUES (1, ?, ?) \
             ON CONFLICT (place) DO UPDATE SET version = excluded.version, note = excluded.note",
        )
        .bind(from_count(version, "version")?)
        .bind(note)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Version and text of the list of trusted devices.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn device_trust(&mut self) -> Result<Option<(u64, String)>, KitStoreError> {
        let row: Option<(i64, String)> = sqlx::query_as("SELECT version, note FROM device_trust")
            .fetch_optional(&mut self.connection)
            .await?;
        row.map(|(version, note)| Ok((to_count(version, "version")?, note))).transpose()
    }

    /// Keeps templates of an officer's own fingers, by ISO code; a finger's later one replaces
    /// the earlier. All or none.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_officer_prints(
        &mut self,
        officer: OfficerId,
        prints: &[(u8, Zeroizing<Vec<u8>>)],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        for (finger, template) in prints {
            sqlx::query(
                "INSERT INTO officer_print (officer_id, finger, content) VALUES (?, ?, ?) \
                 ON CONFLICT (officer_id, finger) DO UPDATE SET content = excluded.content",
            )
            .bind(officer.as_bytes().as_slice())
            .bind(i64::from(*finger))
            .bind(self.cipher.lock_print(officer, *finger, template, rng)?)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Every officer's templates.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn officer_prints(
        &mut self,
    ) -> Result<Vec<(OfficerId, u8, Zeroizing<Vec<u8>>)>, KitStoreError> {
        let rows: Vec<(Vec<u8>, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT officer_id, finger, content FROM officer_print ORDER BY officer_id, finger",
        )
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(officer, finger, content)| {
                let officer = OfficerId::from_bytes(to_bytes(&officer, "officer id")?);
                let finger = u8::try_from(finger)
                    .map_err(|_| KitStoreError::Unreadable { what: "finger" })?;
                Ok((officer, finger, self.cipher.unlock_print(officer, finger, &content)?))
            })
            .collect()
    }
}
