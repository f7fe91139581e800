//! Delivering a result, and delivering it again.

use niims_record::JobId;
use niims_store::abis::tasks::{self, Delivery, TaskState};
use niims_store::jobs;
use serde_json::json;

use super::callback::post;
use super::{CallbackForms, DELIVER, EndedTask, decode};
use crate::service::galleries::unreadable;
use crate::service::{Missing, Service, ServiceError};

/// What a try to deliver came to.
pub(super) enum Delivered {
    /// It was taken, or there is nothing to deliver any more.
    Done,
    /// It was not taken; it may be later.
    NotTaken,
}

impl Service {
    /// Has the result of an ended task delivered again.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]; [`ServiceError::NothingToDeliver`] while it waits, and where nobody
    /// asked to be told.
    pub async fn redeliver(&self, id: JobId) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        let task = tasks::get(&mut tx, id).await?.ok_or(ServiceError::NotFound(Missing::Task))?;
        if task.state == TaskState::Waiting || task.callback.is_none() {
            return Err(ServiceError::NothingToDeliver);
        }
        tasks::set_delivery(&mut tx, id, Delivery::Due).await?;
        jobs::enqueue(&mut tx, DELIVER, *id.as_bytes(), self.parts.clock.now()).await?;
        self.note(&mut tx, "abis.task_redelivered", id.to_string(), json!({})).await?;
        Ok(tx.commit().await?)
    }

    /// Posts the result of a task, if somebody still wants it.
    pub(super) async fn deliver(
        &self,
        id: JobId,
        forms: &CallbackForms,
    ) -> Result<Delivered, ServiceError> {
        let mut tx = self.db().read().await?;
        let task = tasks::get(&mut tx, id).await?;
        drop(tx);
        let Some(task) = task.filter(|task| task.delivery == Delivery::Due) else {
            return Ok(Delivered::Done);
        };
        let outcome = match task.state {
            TaskState::Waiting => return Ok(Delivered::NotTaken),
            TaskState::Done => Ok(decode(&task.answer.ok_or_else(unreadable)?)?),
            TaskState::Failed => Err(task.error_code.unwrap_or_default()),
        };
        let callback = decode(&task.callback.ok_or_else(unreadable)?)?;
        let ended = EndedTask { id, kind: task.kind, outcome, callback };
        let Some(form) = forms.get(ended.callback.edge.as_str()) else {
            return Ok(Delivered::NotTaken);
        };
        let message = form.message(&ended);
        // The list may have become shorter since, and the edge may have added to the address.
        self.parts.callbacks.check(&message.url)?;
        let was_taken = tokio::task::spawn_blocking(move || post(&message)).await.unwrap_or(false);
        Ok(if was_taken { Delivered::Done } else { Delivered::NotTaken })
    }
}
