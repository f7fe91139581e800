//! Counts of a day: what was completed, what was refused, and the report written at its close.

use jiff::Timestamp;
use niims_record::OfficerId;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_time, to_bytes, to_count};

/// Encounters that one officer completed with one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The officer.
    pub officer: OfficerId,
    /// The form.
    pub form_kind: String,
    /// How many.
    pub completed: u64,
}

/// Attempts refused under one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRefusal {
    /// Stable code.
    pub code: String,
    /// How many.
    pub refused: u64,
}

impl KitStore {
    /// Counts one refusal.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn count_refusal(&mut self, day: &str, code: &str) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO day_refusal (day, code, refused) VALUES (?, ?, 1) \
             ON CONFLICT (day, code) DO UPDATE SET refused = refused + 1",
        )
        .bind(day)
        .bind(code)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// What was completed on a day.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn day_counts(&mut self, day: &str) -> Result<Vec<DayCount>, KitStoreError> {
        let rows: Vec<(Vec<u8>, String, i64)> = sqlx::query_as(
            "SELECT officer_id, form_kind, completed FROM day_count WHERE day = ? \
             ORDER BY officer_id, form_kind",
        )
        .bind(day)
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(officer, form_kind, completed)| {
                Ok(DayCount {
                    officer: OfficerId::from_bytes(to_bytes(&officer, "officer id")?),
                    form_kind,
                    completed: to_count(completed, "count")?,
                })
            })
            .collect()
    }

    /// What was refused on a day.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn day_refusals(&mut self, day: &str) -> Result<Vec<DayRefusal>, KitStoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT code, refused FROM day_refusal WHERE day = ? ORDER BY code")
                .bind(day)
                .fetch_all(&mut self.connection)
                .await?;
        rows.into_iter()
            .map(|(code, refused)| Ok(DayRefusal { code, refused: to_count(refused, "count")? }))
            .collect()
    }

    /// Keeps the report of a closed day, as JSON. A day may be closed again; every report
    /// is kept.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_day_report(
        &mut self,
        day: &str,
        supervisor: OfficerId,
        report: &str,
        now: Timestamp,
    ) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO day_close (day, closed_at, supervisor_id, report) VALUES (?, ?, ?, ?) \
             ON CONFLICT (day, closed_at) DO UPDATE SET report = excluded.report, \
             supervisor_id = excluded.supervisor_id",
        )
        .bind(day)
        .bind(from_time(now))
        .bind(supervisor.as_bytes().as_slice())
        .bind(report)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The reports of a day in the order in which they were written, as JSON.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn day_reports(&mut self, day: &str) -> Result<Vec<String>, KitStoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT report FROM day_close WHERE day = ? ORDER BY closed_at")
                .bind(day)
                .fetch_all(&mut self.connection)
                .await?;
        Ok(rows.into_iter().map(|(report,)| report).collect())
    }
}
