//! `GET /v1/persons/{personId}/encounters`: gives all encounters of a person back.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `readAllEncounters`, oldest first.
pub async fn read_all_encounters(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterRead).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let operation = Operation::ReadPerson(call.person()?);
    osia.answer(&caller, how, operation, Telling::Encounters).await
}
