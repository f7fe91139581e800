//! `DELETE /v1/persons/{personId}`: erases a person with all encounters.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `deleteAll`.
pub async fn delete_all(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let operation = Operation::DeletePerson(call.person()?);
    osia.answer(&caller, how, operation, Telling::Done).await
}
