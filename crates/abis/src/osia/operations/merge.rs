//! `POST /v1/persons/{personIdTarget}/merge/{personIdSource}`: makes two persons one.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{COMMON, How};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `mergeEncounter`. 409, and no change, where both have an encounter of one name.
pub async fn merge(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let how = How::read(&call.query(&COMMON)?)?;
    let operation = Operation::Merge { target: call.person()?, source: call.source()? };
    osia.answer(&caller, how, operation, Telling::Done).await
}
