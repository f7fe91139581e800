//! The kit's certificate, as the centre signed it last, and what the centre says of the kit.

use jiff::Timestamp;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_count, from_time, one_row, to_count, to_optional_time};

/// A certificate that was verified before it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCertificate {
    /// Its version.
    pub version: u64,
    /// The certificate as a signed note.
    pub note: String,
    /// Since when the kit's certificates name this country pack; `None` since its enrolment.
    pub pack_since: Option<Timestamp>,
}

/// What a newer certificate changes on the kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heeded<'a> {
    /// Code of the sub-location where the kit stands.
    pub sublocation: &'a str,
    /// The end of its term; `None` leaves the one that is known.
    pub until: Option<Timestamp>,
}

impl KitStore {
    /// Keeps a certificate in place of an older one and heeds it: place, term, and that the kit
    /// is not suspended, for a suspended kit gets none. `false` where the one kept is not older.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_certificate(
        &mut self,
        certificate: &KeptCertificate,
        heeded: Heeded<'_>,
    ) -> Result<bool, KitStoreError> {
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        // A certificate from before the centre stopped the kit frees it no more.
        let changed = sqlx::query(
            "INSERT INTO certificate (only_row, version, note, pack_since) \
             SELECT 1, ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM standing WHERE version >= ?1) \
             ON CONFLICT (only_row) DO UPDATE SET version = ?1, note = ?2, pack_since = ?3 \
             WHERE version < ?1",
        )
        .bind(from_count(certificate.version, "version")?)
        .bind(&certificate.note)
        .bind(certificate.pack_since.map(from_time))
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "UPDATE kit SET sublocation = ?1, valid_until = coalesce(?2, valid_until), \
             suspended_at = NULL",
        )
        .bind(heeded.sublocation)
        .bind(heeded.until.map(from_time))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The certificate; `None` for a kit that was set up by command line and has not reported.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn certificate(&mut self) -> Result<Option<KeptCertificate>, KitStoreError> {
        let row: Option<(i64, String, Option<i64>)> =
            sqlx::query_as("SELECT version, note, pack_since FROM certificate")
                .fetch_optional(&mut self.connection)
                .await?;
        row.map(|(version, note, since)| {
            let pack_since = to_optional_time(since, "time")?;
            Ok(KeptCertificate { version: to_count(version, "version")?, note, pack_since })
        })
        .transpose()
    }

    /// Keeps the centre's word that it stopped the kit, unless it is older than what it said since.
    /// `false` where it is.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_standing(
        &mut self,
        standing: &KeptStanding,
        at: Timestamp,
    ) -> Result<bool, KitStoreError> {
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        let changed = sqlx::query(
            "INSERT INTO standing (only_row, version, note) \
             SELECT 1, ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM certificate WHERE version >= ?1) \
             ON CONFLICT (only_row) DO UPDATE SET version = ?1, note = ?2 WHERE version < ?1",
        )
        .bind(from_count(standing.version, "version")?)
        .bind(&standing.note)
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let sql = if standing.for_good {
            "UPDATE kit SET revoked_at = coalesce(revoked_at, ?)"
        } else {
            "UPDATE kit SET suspended_at = coalesce(suspended_at, ?)"
        };
        let changed = sqlx::query(sql).bind(from_time(at)).execute(&mut *tx).await?;
        one_row(changed.rows_affected(), "kit")?;
        tx.commit().await?;
        Ok(true)
    }
}

/// The centre's word that it stopped the kit, verified before it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStanding {
    /// Its version.
    pub version: u64,
    /// The word as a signed note.
    pub note: String,
    /// Whether the kit is revoked; else it is suspended.
    pub for_good: bool,
}
