//! Asking for a task, and asking how it stands.

use niims_record::JobId;
use niims_store::abis::tasks::{self, NewTask, TaskState};
use niims_store::jobs;
use serde_json::json;

use super::{JobRequest, JobStatus, RUN, decode, encode};
use crate::service::capture::no_longer;
use crate::service::error::LONGEST_ATTACHMENT;
use crate::service::galleries::unreadable;
use crate::service::{Missing, Service, ServiceError};

/// Longest operation, bytes: the longest attachment, with irises and templates.
const LONGEST_OPERATION: usize = LONGEST_ATTACHMENT + (4 << 20);
/// Longest context that an edge may leave with a callback, bytes.
const LONGEST_CONTEXT: usize = 4_096;

impl Service {
    /// Stores an operation to be done by a worker. Once this returns it survives a crash.
    ///
    /// # Errors
    /// [`ServiceError::CallbackRefused`], [`ServiceError::TooLong`]. What is wrong with the operation
    /// is found when it is done.
    pub async fn submit(&self, request: JobRequest) -> Result<JobId, ServiceError> {
        if let Some(callback) = &request.callback {
            self.parts.callbacks.check(&callback.url)?;
            no_longer("context", callback.context.len(), LONGEST_CONTEXT)?;
        }
        let operation = encode(&(self.actor.as_ref(), &request.operation))?;
        no_longer("operation", operation.len(), LONGEST_OPERATION)?;
        let callback = request.callback.as_ref().map(encode).transpose()?;
        let now = self.parts.clock.now();
        let mut tx = self.db().write().await?;
        let id = JobId::from_bytes(tx.keyring().random());
        let new = NewTask {
            id,
            kind: request.operation.kind(),
            is_change: request.operation.is_change(),
            request: &operation,
            callback: callback.as_deref(),
            at: now,
        };
        tasks::insert(&mut tx, &new).await?;
        jobs::enqueue(&mut tx, RUN, *id.as_bytes(), now).await?;
        self.note(&mut tx, "abis.task_submitted", id.to_string(), json!({ "kind": new.kind }))
            .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// How a task stands. Answers are kept for a day.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn job(&self, id: JobId) -> Result<JobStatus, ServiceError> {
        let mut tx = self.db().read().await?;
        let task = tasks::get(&mut tx, id).await?.ok_or(ServiceError::NotFound(Missing::Task))?;
        Ok(match task.state {
            TaskState::Waiting => JobStatus::Waiting,
            TaskState::Done => {
                let answer = task.answer.ok_or_else(unreadable)?;
                JobStatus::Done(Box::new(decode(&answer)?))
            }
            TaskState::Failed => JobStatus::Failed(task.error_code.unwrap_or_default()),
        })
    }

    /// Tasks that are not done yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn pending_jobs(&self) -> Result<u64, ServiceError> {
        let mut tx = self.db().read().await?;
        Ok(tasks::count_waiting(&mut tx).await?)
    }
}
