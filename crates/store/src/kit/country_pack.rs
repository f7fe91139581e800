//! Which country pack the kit works with.

use super::KitStore;
use super::error::KitStoreError;

impl KitStore {
    /// Remembers the pack with which the kit works from now on.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_pack_in_use(&mut self, version: &str) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO country_pack (only_row, version) VALUES (1, ?) \
             ON CONFLICT (only_row) DO UPDATE SET version = excluded.version",
        )
        .bind(version)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The version of that pack; `None` for the pack of the program.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn pack_in_use(&mut self) -> Result<Option<String>, KitStoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT version FROM country_pack")
            .fetch_optional(&mut self.connection)
            .await?;
        Ok(row.map(|(version,)| version))
    }
}
