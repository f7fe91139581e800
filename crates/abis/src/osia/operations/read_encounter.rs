//! `GET /v1/persons/{personId}/encounters/{encounterId}`: gives an encounter back.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `readEncounter`.
pub async fn read_encounter(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterRead).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let operation = Operation::Read(call.key()?);
    osia.answer(&caller, how, operation, Telling::Encounter).await
}
