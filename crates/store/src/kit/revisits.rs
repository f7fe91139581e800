//! Whom the centre asks to meet again, and what officers did about it.

use jiff::Timestamp;
use niims_record::RevisitId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_time, to_bytes, to_time};

/// What an officer did about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisitOutcome {
    /// The person was met and captured.
    Captured,
    /// It could not be done.
    NotDone,
}

/// What was done, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisitDone {
    /// The request.
    pub revisit: RevisitId,
    /// How it ended on this kit.
    pub outcome: RevisitOutcome,
    /// When.
    pub at: Timestamp,
}

impl KitStore {
    /// Keeps a list in place of the one before, as one: `listed` are the requests in it, `known`
    /// those whose letters the centre has.
    ///
    /// # Errors
    /// [`KitStoreError`]; after `kit.disk_full` the list before stands.
    pub async fn keep_revisits(
        &mut self,
        content: &[u8],
        listed: &[RevisitId],
        known: &[RevisitId],
        given_at: Timestamp,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), KitStoreError> {
        let sealed = self.cipher.lock_revisits(content, rng)?;
        let done = self.revisits_done().await?;
        let mut tx = sqlx::Connection::begin(&mut self.connection).await?;
        sqlx::query(
            "INSERT INTO revisit_list (place, given_at, content) VALUES (1, ?, ?) \
             ON CONFLICT (place) DO UPDATE SET given_at = excluded.given_at, \
             content = excluded.content",
        )
        .bind(from_time(given_at))
        .bind(sealed)
        .execute(&mut *tx)
        .await?;
        for id in known {
            sqlx::query("UPDATE revisit_done SET sealed = NULL WHERE revisit_id = ?")
                .bind(id.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        for one in done.iter().filter(|one| !listed.contains(&one.revisit)) {
            sqlx::query("DELETE FROM revisit_done WHERE revisit_id = ? AND sealed IS NULL")
                .bind(one.revisit.as_bytes().as_slice())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The list, decrypted, and when it was given.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn revisits(
        &mut self,
    ) -> Result<Option<(Timestamp, Zeroizing<Vec<u8>>)>, KitStoreError> {
        let row: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT given_at, content FROM revisit_list")
                .fetch_optional(&mut self.connection)
                .await?;
        row.map(|(at, sealed)| Ok((to_time(at, "time")?, self.cipher.unlock_revisits(&sealed)?)))
            .transpose()
    }

    /// Forgets the list: the kit is to know nobody any more. Letters stay until they are sent.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn forget_revisits(&mut self) -> Result<(), KitStoreError> {
        let removed =
            sqlx::query("DELETE FROM revisit_list").execute(&mut self.connection).await?;
        if removed.rows_affected() > 0 { self.empty_log().await } else { Ok(()) }
    }

    /// What was done so far.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn revisits_done(&mut self) -> Result<Vec<RevisitDone>, KitStoreError> {
        let rows: Vec<(Vec<u8>, String, i64)> =
            sqlx::query_as("SELECT revisit_id, outcome, done_at FROM revisit_done")
                .fetch_all(&mut self.connection)
                .await?;
        rows.into_iter()
            .map(|(id, outcome, at)| {
                let outcome = match outcome.as_str() {
                    "captured" => RevisitOutcome::Captured,
                    _ => RevisitOutcome::NotDone,
                };
                let revisit = RevisitId::from_bytes(to_bytes(&id, "revisit id")?);
                Ok(RevisitDone { revisit, outcome, at: to_time(at, "time")? })
            })
            .collect()
    }

    /// Keeps a letter that tells why a revisit could not be done. One that was captured stays so.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_not_done(
        &mut self,
        revisit: RevisitId,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO revisit_done (revisit_id, outcome, done_at, sealed) \
             VALUES (?, 'not_done', ?, ?) ON CONFLICT (revisit_id) DO NOTHING",
        )
        .bind(revisit.as_bytes().as_slice())
        .bind(from_time(at))
        .bind(sealed)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Letters that the centre has not confirmed, the oldest first.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn not_done_letters(
        &mut self,
        at_most: usize,
    ) -> Result<Vec<Vec<u8>>, KitStoreError> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT sealed FROM revisit_done WHERE sealed IS NOT NULL \
             ORDER BY done_at, revisit_id LIMIT ?",
        )
        .bind(i64::try_from(at_most).unwrap_or(i64::MAX))
        .fetch_all(&mut self.connection)
        .await?;
        Ok(rows.into_iter().map(|(sealed,)| sealed).collect())
    }
}

/// Marks a request as captured, in the transaction that completes its encounter. A letter that
/// said otherwise is not sent any more.
pub(super) async fn mark_captured(
    connection: &mut sqlx::SqliteConnection,
    revisit: RevisitId,
    at: Timestamp,
) -> Result<(), KitStoreError> {
    sqlx::query(
        "INSERT INTO revisit_done (revisit_id, outcome, done_at) VALUES (?, 'captured', ?) \
         ON CONFLICT (revisit_id) DO UPDATE SET outcome = 'captured', \
         done_at = excluded.done_at, sealed = NULL",
    )
    .bind(revisit.as_bytes().as_slice())
    .bind(from_time(at))
    .execute(connection)
    .await?;
    Ok(())
}
