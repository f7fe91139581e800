//! Interviews that are not finished: each opens by its own officer's key alone.

use jiff::Timestamp;
use niims_record::{ApplicationId, OfficerId, RevisitId};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::KitStore;
use super::cipher::InterviewKey;
use super::error::KitStoreError;
use super::row::{from_time, one_row, to_bytes, to_time};

/// The part of an interview that is its row.
const CONTENT: &str = "content";
const COMPLETE: &str = "complete";

/// An interview as the list shows it: nothing of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterviewRow {
    /// The later application's id.
    pub interview: ApplicationId,
    /// Whose it is.
    pub officer: OfficerId,
    /// When it began.
    pub begun_at: Timestamp,
    /// When its last answer was saved.
    pub saved_at: Timestamp,
}

/// Whose interview it is, and the seed that opens it.
#[derive(Clone, Copy)]
pub struct NewInterview<'a> {
    /// The later application's id.
    pub interview: ApplicationId,
    /// Whose it is.
    pub officer: OfficerId,
    /// Seed of the officer's signing key.
    pub seed: &'a [u8; 32],
}

impl KitStore {
    /// Begins an interview. On disk when this returns.
    ///
    /// # Errors
    /// [`KitStoreError`]; `kit.disk_full` leaves nothing behind.
    pub async fn begin_interview(
        &mut self,
        of: NewInterview<'_>,
        content: &[u8],
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let (key, wrapped) = self.cipher.fresh_key(of.interview, of.seed, rng)?;
        sqlx::query(
            "INSERT INTO interview (interview_id, officer_id, begun_at, saved_at, wrapped_key, \
             content) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(of.interview.as_bytes().as_slice())
        .bind(of.officer.as_bytes().as_slice())
        .bind(from_time(now))
        .bind(from_time(now))
        .bind(wrapped)
        .bind(key.lock(CONTENT, content, rng)?)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Saves what an interview holds now. On disk when this returns.
    ///
    /// # Errors
    /// [`KitStoreError`]; after `kit.disk_full` what was saved before stands.
    pub async fn save_interview(
        &mut self,
        of: NewInterview<'_>,
        content: &[u8],
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let key = self.key_of(of).await?;
        let changed = sqlx::query(
            "UPDATE interview SET content = ?, saved_at = ? WHERE interview_id = ? AND \
             officer_id = ?",
        )
        .bind(key.lock(CONTENT, content, rng)?)
        .bind(from_time(now))
        .bind(of.interview.as_bytes().as_slice())
        .bind(of.officer.as_bytes().as_slice())
        .execute(&mut self.connection)
        .await?;
        one_row(changed.rows_affected(), "interview")
    }

    /// What an interview holds, decrypted.
    ///
    /// # Errors
    /// [`KitStoreError::NotThere`] also for another officer's interview.
    pub async fn interview(
        &mut self,
        of: NewInterview<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
        let key = self.key_of(of).await?;
        let (content,): (Vec<u8>,) =
            sqlx::query_as("SELECT content FROM interview WHERE interview_id = ?")
                .bind(of.interview.as_bytes().as_slice())
                .fetch_one(&mut self.connection)
                .await?;
        key.unlock(CONTENT, &content)
    }

    /// Every unfinished interview of the kit, the oldest first.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn interviews(&mut self) -> Result<Vec<InterviewRow>, KitStoreError> {
        let rows: Vec<(Vec<u8>, Vec<u8>, i64, i64)> = sqlx::query_as(
            "SELECT interview_id, officer_id, begun_at, saved_at FROM interview ORDER BY begun_at",
        )
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(id, officer, begun, saved)| {
                Ok(InterviewRow {
                    interview: ApplicationId::from_bytes(to_bytes(&id, "application id")?),
                    officer: OfficerId::from_bytes(to_bytes(&officer, "officer id")?),
                    begun_at: to_time(begun, "time")?,
                    saved_at: to_time(saved, "time")?,
                })
            })
            .collect()
    }

    /// Saves a part, such as the picture of a document, and the interview that names it, in
    /// one transaction. On disk when this returns.
    ///
    /// # Errors
    /// [`KitStoreError`]; after `kit.disk_full` neither is changed.
    pub async fn save_parts(
        &mut self,
        of: NewInterview<'_>,
        parts: &[(String, Zeroizing<Vec<u8>>)],
        content: &[u8],
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let key = self.key_of(of).await?;
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        for (name, bytes) in parts {
            sqlx::query(
                "INSERT INTO interview_part (interview_id, name, saved_at, content) \
                 VALUES (?, ?, ?, ?) ON CONFLICT (interview_id, name) DO UPDATE SET \
                 content = excluded.content, saved_at = excluded.saved_at",
            )
            .bind(of.interview.as_bytes().as_slice())
            .bind(name)
            .bind(from_time(now))
            .bind(key.lock(name, bytes, rng)?)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("UPDATE interview SET content = ?, saved_at = ? WHERE interview_id = ?")
            .bind(key.lock(CONTENT, content, rng)?)
            .bind(from_time(now))
            .bind(of.interview.as_bytes().as_slice())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A part, decrypted.
    ///
    /// # Errors
    /// [`KitStoreError::NotThere`].
    pub async fn part(
        &mut self,
        of: NewInterview<'_>,
        name: &str,
    ) -> Result<Zeroizing<Vec<u8>>, KitStoreError> {
        let key = self.key_of(of).await?;
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT content FROM interview_part WHERE interview_id = ? AND name = ?",
        )
        .bind(of.interview.as_bytes().as_slice())
        .bind(name)
        .fetch_optional(&mut self.connection)
        .await?;
        let (content,) = row.ok_or(KitStoreError::NotThere { what: "part of an interview" })?;
        key.unlock(name, &content)
    }

    /// Removes an interview with its parts and its key; one that is not there is removed.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn remove_interview(
        &mut self,
        interview: ApplicationId,
        officer: OfficerId,
    ) -> Result<(), KitStoreError> {
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        let removed =
            sqlx::query("DELETE FROM interview WHERE interview_id = ? AND officer_id = ?")
                .bind(interview.as_bytes().as_slice())
                .bind(officer.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        // Else the form would be told as used when the person comes another day.
        if removed.rows_affected() == 1 {
            sqlx::query("DELETE FROM form_seen WHERE interview_id = ?")
                .bind(interview.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Turns an interview into a completed draft and counts it, in one transaction:
    /// afterwards the encounter is saved, and the interview is gone. `answers` is the request of
    /// the centre that it answers.
    ///
    /// # Errors
    /// [`KitStoreError`]; after `kit.disk_full` the interview is as before.
    pub async fn complete_interview(
        &mut self,
        draft: &super::NewDraft<'_>,
        count: (&str, OfficerId, &str),
        answers: Option<RevisitId>,
        now: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let index = self.number_index(draft.application_number);
        let sealed = self.cipher.encrypt(draft.application, COMPLETE, draft.content, rng)?;
        let (day, officer, form_kind) = count;
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        let removed =
            sqlx::query("DELETE FROM interview WHERE interview_id = ? AND officer_id = ?")
                .bind(draft.application.as_bytes().as_slice())
                .bind(officer.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        one_row(removed.rows_affected(), "interview")?;
        sqlx::query(
            "INSERT INTO draft (application_id, number_index, state, opened_at, completed_at, \
             wrapped_key, content) VALUES (?, ?, 'complete', ?, ?, ?, ?)",
        )
        .bind(draft.application.as_bytes().as_slice())
        .bind(index.as_slice())
        .bind(from_time(now))
        .bind(from_time(now))
        .bind(sealed.wrapped_key)
        .bind(sealed.content)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO day_count (day, officer_id, form_kind, completed) VALUES (?, ?, ?, 1) \
             ON CONFLICT (day, officer_id, form_kind) DO UPDATE SET completed = completed + 1",
        )
        .bind(day)
        .bind(officer.as_bytes().as_slice())
        .bind(form_kind)
        .execute(&mut *tx)
        .await?;
        if let Some(revisit) = answers {
            super::revisits::mark_captured(&mut tx, revisit, now).await?;
        }
        sqlx::query("UPDATE kit SET last_seen_at = max(last_seen_at, ?)")
            .bind(from_time(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn key_of(&mut self, of: NewInterview<'_>) -> Result<InterviewKey, KitStoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT wrapped_key FROM interview WHERE interview_id = ? AND officer_id = ?",
        )
        .bind(of.interview.as_bytes().as_slice())
        .bind(of.officer.as_bytes().as_slice())
        .fetch_optional(&mut self.connection)
        .await?;
        let (wrapped,) = row.ok_or(KitStoreError::NotThere { what: "interview" })?;
        self.cipher.interview_key(of.interview, of.seed, &wrapped)
    }
}
