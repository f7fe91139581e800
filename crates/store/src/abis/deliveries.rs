//! How the delivery of a task's answer fares: what its job in the queue says.

use niims_record::JobId;
use sqlx::query;

use crate::{StoreError, Tx};

/// Whether a try of the job of this kind for this task failed, and the next one is to come.
pub async fn has_failed(tx: &mut Tx, kind: &str, task: JobId) -> Result<bool, StoreError> {
    let row = tx
        .fetch_optional(
            query(
                "SELECT job FROM job WHERE kind = $1 AND subject = $2 AND last_error IS NOT NULL",
            )
            .bind(kind)
            .bind(task.as_bytes().to_vec()),
        )
        .await?;
    Ok(row.is_some())
}
