//! How a task stands towards whoever asked for it.

use niims_record::JobId;
use niims_store::abis::deliveries;
use niims_store::abis::tasks::{self, Delivery, TaskState};

use super::{Callback, DELIVER, decode};
use crate::service::{Missing, Service, ServiceError};

/// How far a task and the delivery of its answer have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is not done.
    Waiting,
    /// It is done, and its answer is to be delivered.
    Due {
        /// Whether a try failed already.
        tried: bool,
    },
    /// It is done, and its answer could not be delivered.
    GivenUp,
    /// It is done, and whoever was to be told has been.
    Told,
}

/// A task towards whoever asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStanding {
    /// How far it has come.
    pub standing: Standing,
    /// Whom to tell.
    pub callback: Option<Callback>,
}

impl Service {
    /// How a task stands towards whoever asked for it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn standing(&self, id: JobId) -> Result<TaskStanding, ServiceError> {
        let mut tx = self.db().read().await?;
        let task = tasks::get(&mut tx, id).await?.ok_or(ServiceError::NotFound(Missing::Task))?;
        let standing = match (task.state, task.delivery) {
            (TaskState::Waiting, _) => Standing::Waiting,
            (_, Delivery::Due) => {
                Standing::Due { tried: deliveries::has_failed(&mut tx, DELIVER, id).await? }
            }
            (_, Delivery::GivenUp) => Standing::GivenUp,
            (_, Delivery::Delivered | Delivery::None) => Standing::Told,
        };
        let callback = task.callback.as_deref().map(decode).transpose()?;
        Ok(TaskStanding { standing, callback })
    }
}
