//! `GET /v1/tasks/{taskId}/status`: how an asynchronous call stands.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use niims_record::JobId;

use super::super::call::Call;
use super::super::callback;
use super::super::messages::vocabulary::TaskStatus;
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use crate::access::Scope;
use crate::service::clients::Caller;
use crate::service::tasks::{Standing, TaskStanding};
use crate::service::{Missing, ServiceError};

/// `readTaskStatus`.
pub async fn read_task_status(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::TaskRead).await?;
    call.query(&["transactionId"])?.transaction()?;
    let (_, task) = own_task(&osia, &caller, call.task()?).await?;
    let status = match task.standing {
        Standing::Waiting => TaskStatus::Pending,
        Standing::Due { tried: false } => TaskStatus::ResponseScheduled,
        Standing::Due { tried: true } => TaskStatus::ResponseRetry,
        Standing::GivenUp => TaskStatus::ResponseError,
        Standing::Told => TaskStatus::Completed,
    };
    Ok(Json(status).into_response())
}

/// A task that this client asked for through this interface. Of all others it is said that there are
/// none: a task's number is no right to its answer.
pub(super) async fn own_task(
    osia: &OsiaState,
    caller: &Caller,
    name: &str,
) -> Result<(JobId, TaskStanding), Refusal> {
    let unknown = || ServiceError::NotFound(Missing::Task);
    let id: JobId = name.parse().map_err(|_| unknown())?;
    let task = osia.service.standing(id).await?;
    let asked_by = task.callback.as_ref().and_then(callback::context).map(|known| known.client);
    if asked_by == Some(caller.client) { Ok((id, task)) } else { Err(unknown().into()) }
}
