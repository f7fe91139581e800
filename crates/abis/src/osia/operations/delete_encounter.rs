//! `DELETE /v1/persons/{personId}/encounters/{encounterId}`: erases an encounter.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `deleteEncounter`. With the last encounter the person is gone.
pub async fn delete_encounter(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let operation = Operation::Delete(call.key()?);
    osia.answer(&caller, how, operation, Telling::Done).await
}
