//! Forms that were brought, as keyed hashes: the kit cannot tell which form a hash is of.

use jiff::Timestamp;
use niims_record::ApplicationId;

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_time, to_time};

impl KitStore {
    /// Notes that a form was read in an interview; when another interview of this kit read it first,
    /// if one did.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn note_form(
        &mut self,
        reference: &str,
        interview: ApplicationId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, KitStoreError> {
        let index = self.number_index(&format!("form {reference}"));
        let (before,): (Option<i64>,) = sqlx::query_as(
            "SELECT min(seen_at) FROM form_seen WHERE form_index = ? AND interview_id <> ?",
        )
        .bind(index.as_slice())
        .bind(interview.as_bytes().as_slice())
        .fetch_one(&mut self.connection)
        .await?;
        sqlx::query(
            "INSERT INTO form_seen (form_index, interview_id, seen_at) VALUES (?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(index.as_slice())
        .bind(interview.as_bytes().as_slice())
        .bind(from_time(now))
        .execute(&mut self.connection)
        .await?;
        before.map(|at| to_time(at, "form")).transpose()
    }
}
