//! Who this kit is, who may use it, and what it knows of the time.

use jiff::Timestamp;
use niims_record::{KitId, OfficerId};

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_time, one_row, to_bytes, to_optional_time, to_time};

/// What a kit is told once, when it is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitIdentity {
    /// The kit.
    pub kit: KitId,
    /// As engraved on the device.
    pub serial: String,
    /// Code of the sub-location where it stands. Never coordinates.
    pub sublocation: String,
    /// X25519 key of the centre, to which packets are sealed.
    pub centre_public_key: [u8; 32],
    /// Verifier key of the transparency log, in its text form.
    pub log_public_key: String,
}

/// One officer who may use the kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitOfficer {
    /// The officer.
    pub officer: OfficerId,
    /// Ed25519 key under which the centre checks the officer's signature.
    pub public_key: [u8; 32],
    /// Whether this officer may close the day.
    pub supervisor: bool,
}

/// What the kit knows of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockMarks {
    /// Latest time at which the kit worked.
    pub last_seen_at: Timestamp,
    /// Latest time that the centre said.
    pub last_server_at: Option<Timestamp>,
    /// When the centre revoked the kit, if it did.
    pub revoked_at: Option<Timestamp>,
    /// When the centre suspended the kit, if it is suspended.
    pub suspended_at: Option<Timestamp>,
    /// Last moment at which the kit may be used; `None` for a kit without a term.
    pub valid_until: Option<Timestamp>,
}

impl KitStore {
    /// Writes the kit's identity and officers, once.
    ///
    /// # Errors
    /// [`KitStoreError::Database`] when the kit has an identity already.
    pub async fn set_up(
        &mut self,
        identity: &KitIdentity,
        officers: &[KitOfficer],
        now: Timestamp,
    ) -> Result<(), KitStoreError> {
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        sqlx::query(
            "INSERT INTO kit (only_row, kit_id, serial, sublocation, centre_public_key, \
             log_public_key, created_at, last_seen_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(identity.kit.as_bytes().as_slice())
        .bind(&identity.serial)
        .bind(&identity.sublocation)
        .bind(identity.centre_public_key.as_slice())
        .bind(&identity.log_public_key)
        .bind(from_time(now))
        .bind(from_time(now))
        .execute(&mut *tx)
        .await?;
        for officer in officers {
            sqlx::query(
                "INSERT INTO officer (officer_id, public_key, supervisor) VALUES (?, ?, ?)",
            )
            .bind(officer.officer.as_bytes().as_slice())
            .bind(officer.public_key.as_slice())
            .bind(officer.supervisor)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Adds an officer who comes to the kit; one who is there stays as they are.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn add_officer(&mut self, officer: &KitOfficer) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO officer (officer_id, public_key, supervisor) VALUES (?, ?, ?) \
             ON CONFLICT (officer_id) DO NOTHING",
        )
        .bind(officer.officer.as_bytes().as_slice())
        .bind(officer.public_key.as_slice())
        .bind(officer.supervisor)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The kit's identity, if it was set up.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn identity(&mut self) -> Result<Option<KitIdentity>, KitStoreError> {
        type Columns = (Vec<u8>, String, String, Vec<u8>, String);
        let row: Option<Columns> = sqlx::query_as(
            "SELECT kit_id, serial, sublocation, centre_public_key, log_public_key FROM kit",
        )
        .fetch_optional(&mut self.connection)
        .await?;
        row.map(|(kit, serial, sublocation, centre, log_public_key)| {
            Ok(KitIdentity {
                kit: KitId::from_bytes(to_bytes(&kit, "kit id")?),
                serial,
                sublocation,
                centre_public_key: to_bytes(&centre, "centre key")?,
                log_public_key,
            })
        })
        .transpose()
    }

    /// The officers who may use the kit.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn officers(&mut self) -> Result<Vec<KitOfficer>, KitStoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>, bool)> = sqlx::query_as(
            "SELECT officer_id, public_key, supervisor FROM officer ORDER BY officer_id",
        )
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(officer, public_key, supervisor)| {
                Ok(KitOfficer {
                    officer: OfficerId::from_bytes(to_bytes(&officer, "officer id")?),
                    public_key: to_bytes(&public_key, "officer key")?,
                    supervisor,
                })
            })
            .collect()
    }

    /// What the kit knows of the time and of its own revocation.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn clock_marks(&mut self) -> Result<ClockMarks, KitStoreError> {
        type Columns = (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
        let (seen, server, revoked, suspended, until): Columns = sqlx::query_as(
            "SELECT last_seen_at, last_server_at, revoked_at, suspended_at, valid_until FROM kit",
        )
        .fetch_one(&mut self.connection)
        .await?;
        Ok(ClockMarks {
            last_seen_at: to_time(seen, "time")?,
            last_server_at: to_optional_time(server, "time")?,
            revoked_at: to_optional_time(revoked, "time")?,
            suspended_at: to_optional_time(suspended, "time")?,
            valid_until: to_optional_time(until, "time")?,
        })
    }

    /// Remembers that the kit worked at `now`. Never moves back.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_seen(&mut self, now: Timestamp) -> Result<(), KitStoreError> {
        let changed = sqlx::query("UPDATE kit SET last_seen_at = max(last_seen_at, ?)")
            .bind(from_time(now))
            .execute(&mut self.connection)
            .await?;
        one_row(changed.rows_affected(), "kit")
    }

    /// Remembers the time that the centre said. Its word corrects a mark that a wrong clock
    /// of the kit set too far ahead.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_server_time(&mut self, at: Timestamp) -> Result<(), KitStoreError> {
        let changed = sqlx::query(
            "UPDATE kit SET last_server_at = max(coalesce(last_server_at, ?1), ?1), \
             last_seen_at = ?1 WHERE last_server_at IS NULL OR last_server_at <= ?1",
        )
        .bind(from_time(at))
        .execute(&mut self.connection)
        .await?;
        // An older answer that arrives late changes nothing.
        debug_assert!(changed.rows_affected() <= 1);
        Ok(())
    }

    /// Sets the last moment at which the kit may be used.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn set_valid_until(&mut self, until: Timestamp) -> Result<(), KitStoreError> {
        let changed = sqlx::query("UPDATE kit SET valid_until = ?")
            .bind(from_time(until))
            .execute(&mut self.connection)
            .await?;
        one_row(changed.rows_affected(), "kit")
    }

    /// Remembers that the centre revoked the kit.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_revoked(&mut self, at: Timestamp) -> Result<(), KitStoreError> {
        let changed = sqlx::query("UPDATE kit SET revoked_at = coalesce(revoked_at, ?)")
            .bind(from_time(at))
            .execute(&mut self.connection)
            .await?;
        one_row(changed.rows_affected(), "kit")
    }
}
