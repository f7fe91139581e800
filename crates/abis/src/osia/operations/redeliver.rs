//! `POST /v1/tasks/{taskId}/redeliver`: has the result of an asynchronous call sent again.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::call::Call;
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::read_task_status::own_task;
use crate::access::Scope;
use crate::service::tasks::Standing;

/// `redeliverTaskResult`. A task that is not done yet is delivered once it is, so there is nothing to
/// do for it.
pub async fn redeliver(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::TaskUpdate).await?;
    call.query(&["transactionId"])?.transaction()?;
    let (id, task) = own_task(&osia, &caller, call.task()?).await?;
    if task.standing != Standing::Waiting {
        osia.service.on_behalf_of(caller.client).redeliver(id).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
