//! The kit's certificate, as the centre signed it last.

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_count, to_count};

/// A certificate that was verified before it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCertificate {
    /// Its version.
    pub version: u64,
    /// The certificate as a signed note.
    pub note: String,
    /// The list of capture devices as a signed note.
    pub devices: Option<String>,
}

impl KitStore {
    /// Keeps a certificate in place of an older one; `false` where the one kept is not older.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_certificate(
        &mut self,
        certificate: &KeptCertificate,
    ) -> Result<bool, KitStoreError> {
        let changed = sqlx::query(
            "INSERT INTO certificate (only_row, version, note, devices) VALUES (1, ?1, ?2, ?3) \
             ON CONFLICT (only_row) DO UPDATE SET version = ?1, note = ?2, \
             devices = coalesce(?3, devices) WHERE version < ?1",
        )
        .bind(from_count(certificate.version, "version")?)
        .bind(&certificate.note)
        .bind(&certificate.devices)
        .execute(&mut self.connection)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// The certificate; `None` for a kit that was set up by command line.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn certificate(&mut self) -> Result<Option<KeptCertificate>, KitStoreError> {
        let row: Option<(i64, String, Option<String>)> =
            sqlx::query_as("SELECT version, note, devices FROM certificate")
                .fetch_optional(&mut self.connection)
                .await?;
        row.map(|(version, note, devices)| {
            Ok(KeptCertificate { version: to_count(version, "version")?, note, devices })
        })
        .transpose()
    }
}
