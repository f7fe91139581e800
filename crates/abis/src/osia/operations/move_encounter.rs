//! `POST /v1/persons/{personIdTarget}/move/{personIdSource}/encounters/{encounterId}`: gives one
//! encounter to another person.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `moveEncounter`. 409, and no change, where the target has an encounter of this name.
pub async fn move_encounter(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let (target, source) = (call.person()?, call.source()?);
    let operation = Operation::Move { target, source, encounter: call.encounter()? };
    osia.answer(&caller, how, operation, Telling::Done).await
}
