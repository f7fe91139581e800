//! Encounters that are not sealed yet: open, completed, withdrawn.

use jiff::Timestamp;
use niims_record::{ApplicationId, OfficerId};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::KitStore;
use super::cipher::SealedDraft;
use super::error::KitStoreError;
use super::row::{from_time, one_row, to_bytes, to_count};

/// An encounter whose capture begins.
pub struct NewDraft<'a> {
    /// The application.
    pub application: ApplicationId,
    /// The number on the resident's slip; only its index is kept in clear.
    pub application_number: &'a str,
    /// What is known so far, above all the consents. Encrypted before it is written.
    pub content: &'a [u8],
}

/// A completed encounter, to be sealed.
pub struct CompletedDraft {
    /// The application.
    pub application: ApplicationId,
    /// What was captured, decrypted. Wiped when dropped.
    pub content: Zeroizing<Vec<u8>>,
}

/// How many drafts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DraftCounts {
    /// Capture began and was not finished.
    pub open: u64,
    /// Finished, and waiting to be sealed.
    pub complete: u64,
}

const OPEN: &str = "open";
const COMPLETE: &str = "complete";

impl KitStore {
    /// Whether the store holds a completed draft or a packet of this application number.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn has_number(&mut self, application_number: &str) -> Result<bool, KitStoreError> {
        let index = self.number_index(application_number);
        let (found,): (i64,) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM draft WHERE number_index = ?1 AND state = 'complete') \
             + (SELECT count(*) FROM packet WHERE number_index = ?1)",
        )
        .bind(index.as_slice())
        .fetch_one(&mut self.connection)
        .await?;
        Ok(found > 0)
    }

    /// Begins a draft. A kit captures one resident at a time, so any other draft that was
    /// begun and never completed is of an interrupted capture, and gives way.
    ///
    /// # Errors
    /// [`KitStoreError`]; `kit.disk_full` leaves nothing behind.
    pub async fn open_draft(
        &mut self,
        draft: &NewDraft<'_>,
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let index = self.number_index(draft.application_number);
        let sealed = self.cipher.encrypt(draft.application, OPEN, draft.content, rng)?;
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        sqlx::query("DELETE FROM draft WHERE state = 'open'").execute(&mut *tx).await?;
        sqlx::query(
            "INSERT INTO draft (application_id, number_index, state, opened_at, wrapped_key, \
             content) VALUES (?, ?, 'open', ?, ?, ?)",
        )
        .bind(draft.application.as_bytes().as_slice())
        .bind(index.as_slice())
        .bind(from_time(now))
        .bind(sealed.wrapped_key)
        .bind(sealed.content)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Completes a draft with all that was captured, and counts it under its day, officer
    /// and form. One transaction: afterwards the encounter is saved.
    ///
    /// # Errors
    /// [`KitStoreError`]; after `kit.disk_full` the draft is open as before.
    pub async fn complete_draft(
        &mut self,
        application: ApplicationId,
        content: &[u8],
        count: (&str, OfficerId, &str),
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let sealed = self.cipher.encrypt(application, COMPLETE, content, rng)?;
        let (day, officer, form_kind) = count;
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        let changed = sqlx::query(
            "UPDATE draft SET state = 'complete', completed_at = ?, wrapped_key = ?, content = ? \
             WHERE application_id = ? AND state = 'open'",
        )
        .bind(from_time(now))
        .bind(sealed.wrapped_key)
        .bind(sealed.content)
        .bind(application.as_bytes().as_slice())
        .execute(&mut *tx)
        .await?;
        one_row(changed.rows_affected(), "open draft")?;
        sqlx::query(
            "INSERT INTO day_count (day, officer_id, form_kind, completed) VALUES (?, ?, ?, 1) \
             ON CONFLICT (day, officer_id, form_kind) DO UPDATE SET completed = completed + 1",
        )
        .bind(day)
        .bind(officer.as_bytes().as_slice())
        .bind(form_kind)
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE kit SET last_seen_at = max(last_seen_at, ?)")
            .bind(from_time(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes drafts that were begun and will not be completed; says how many.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn withdraw_open_drafts(&mut self) -> Result<u64, KitStoreError> {
        let removed = sqlx::query("DELETE FROM draft WHERE state = 'open'")
            .execute(&mut self.connection)
            .await?;
        Ok(removed.rows_affected())
    }

    /// The applications of completed drafts, in the order in which they were begun.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn completed_drafts(&mut self) -> Result<Vec<ApplicationId>, KitStoreError> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT application_id FROM draft WHERE state = 'complete' ORDER BY position",
        )
        .fetch_all(&mut self.connection)
        .await?;
        rows.iter()
            .map(|(id,)| Ok(ApplicationId::from_bytes(to_bytes(id, "application id")?)))
            .collect()
    }

    /// A completed draft, decrypted.
    ///
    /// # Errors
    /// [`KitStoreError::NotThere`], [`KitStoreError::WrongKey`].
    pub async fn completed_draft(
        &mut self,
        application: ApplicationId,
    ) -> Result<CompletedDraft, KitStoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT wrapped_key, content FROM draft WHERE application_id = ? AND state = 'complete'",
        )
        .bind(application.as_bytes().as_slice())
        .fetch_optional(&mut self.connection)
        .await?;
        let (wrapped_key, content) =
            row.ok_or(KitStoreError::NotThere { what: "completed draft" })?;
        let content =
            self.cipher.decrypt(application, COMPLETE, &SealedDraft { wrapped_key, content })?;
        Ok(CompletedDraft { application, content })
    }

    /// Whether there is a draft of this application, begun or completed.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn has_draft(&mut self, application: ApplicationId) -> Result<bool, KitStoreError> {
        let (found,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM draft WHERE application_id = ?")
                .bind(application.as_bytes().as_slice())
                .fetch_one(&mut self.connection)
                .await?;
        Ok(found > 0)
    }

    /// How many drafts there are.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn draft_counts(&mut self) -> Result<DraftCounts, KitStoreError> {
        let (open, complete): (i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE state = 'open'), \
             count(*) FILTER (WHERE state = 'complete') FROM draft",
        )
        .fetch_one(&mut self.connection)
        .await?;
        Ok(DraftCounts { open: to_count(open, "count")?, complete: to_count(complete, "count")? })
    }
}
