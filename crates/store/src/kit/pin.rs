//! Officers who sign in by PIN: how often it was wrong, and the signing key that it opens.

use jiff::Timestamp;
use niims_record::OfficerId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_time, one_row, to_bytes, to_count, to_optional_time};

/// An officer who signs in by PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerPin {
    /// The officer.
    pub officer: OfficerId,
    /// How colleagues call this officer.
    pub badge: String,
    /// Salt with which the PIN is stretched.
    pub salt: [u8; 16],
    /// Wrong PINs since the last right one.
    pub failures: u64,
    /// No PIN is tried before this moment.
    pub locked_until: Option<Timestamp>,
}

impl KitStore {
    /// Keeps an officer's signing key under a stretched PIN; replaces what was there.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_pin(
        &mut self,
        pin: &OfficerPin,
        stretched: &[u8; 32],
        seed: &[u8; 32],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let wrapped = self.cipher.wrap_seed(pin.officer, stretched, seed, rng)?;
        sqlx::query(
            "INSERT INTO officer_pin (officer_id, badge, salt, wrapped_seed) VALUES (?, ?, ?, ?) \
             ON CONFLICT (officer_id) DO UPDATE SET badge = excluded.badge, \
             salt = excluded.salt, wrapped_seed = excluded.wrapped_seed, failures = 0, \
             locked_until = NULL",
        )
        .bind(pin.officer.as_bytes().as_slice())
        .bind(&pin.badge)
        .bind(pin.salt.as_slice())
        .bind(wrapped)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Everybody who signs in by PIN, in the order of their badges.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn officer_pins(&mut self) -> Result<Vec<OfficerPin>, KitStoreError> {
        type Columns = (Vec<u8>, String, Vec<u8>, i64, Option<i64>);
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT officer_id, badge, salt, failures, locked_until FROM officer_pin \
             ORDER BY badge, officer_id",
        )
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(officer, badge, salt, failures, locked)| {
                Ok(OfficerPin {
                    officer: OfficerId::from_bytes(to_bytes(&officer, "officer id")?),
                    badge,
                    salt: to_bytes(&salt, "salt")?,
                    failures: to_count(failures, "count")?,
                    locked_until: to_optional_time(locked, "time")?,
                })
            })
            .collect()
    }

    /// The seed of an officer's signing key, by the stretched PIN.
    ///
    /// # Errors
    /// [`KitStoreError::WrongKey`] when it is another PIN.
    pub async fn officer_seed(
        &mut self,
        officer: OfficerId,
        stretched: &[u8; 32],
    ) -> Result<Zeroizing<[u8; 32]>, KitStoreError> {
        let row: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT wrapped_seed FROM officer_pin WHERE officer_id = ?")
                .bind(officer.as_bytes().as_slice())
                .fetch_optional(&mut self.connection)
                .await?;
        let (wrapped,) = row.ok_or(KitStoreError::NotThere { what: "PIN" })?;
        self.cipher.unwrap_seed(officer, stretched, &wrapped)
    }

    /// Notes how often an officer's PIN was wrong, and until when it is not tried.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_pin_failures(
        &mut self,
        officer: OfficerId,
        failures: u64,
        locked_until: Option<Timestamp>,
    ) -> Result<(), KitStoreError> {
        let changed = sqlx::query(
            "UPDATE officer_pin SET failures = ?, locked_until = ? WHERE officer_id = ?",
        )
        .bind(i64::try_from(failures).unwrap_or(i64::MAX))
        .bind(locked_until.map(from_time))
        .bind(officer.as_bytes().as_slice())
        .execute(&mut self.connection)
        .await?;
        one_row(changed.rows_affected(), "PIN")
    }
}
