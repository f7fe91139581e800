//! Paper forms of a day, as somebody counted them.

use super::KitStore;
use super::error::KitStoreError;
use super::row::{from_count, to_count};

/// Paper forms of one kind on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperCount {
    /// The form.
    pub form_kind: String,
    /// How many.
    pub papers: u64,
}

impl KitStore {
    /// Keeps the count of a day's paper forms of one kind; a later count replaces it.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn keep_paper_count(
        &mut self,
        day: &str,
        form_kind: &str,
        papers: u64,
    ) -> Result<(), KitStoreError> {
        sqlx::query(
            "INSERT INTO paper_count (day, form_kind, papers) VALUES (?, ?, ?) \
             ON CONFLICT (day, form_kind) DO UPDATE SET papers = excluded.papers",
        )
        .bind(day)
        .bind(form_kind)
        .bind(from_count(papers, "count")?)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The counts of a day's paper forms.
    ///
    /// # Errors
    /// [`KitStoreError`].
    pub async fn paper_counts(&mut self, day: &str) -> Result<Vec<PaperCount>, KitStoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT form_kind, papers FROM paper_count WHERE day = ? ORDER BY form_kind",
        )
        .bind(day)
        .fetch_all(&mut self.connection)
        .await?;
        rows.into_iter()
            .map(|(form_kind, papers)| {
                Ok(PaperCount { form_kind, papers: to_count(papers, "count")? })
            })
            .collect()
    }
}
