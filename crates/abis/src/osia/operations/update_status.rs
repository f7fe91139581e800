//! `PUT /v1/persons/{personId}/encounters/{encounterId}/status`: whether an encounter is searched.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::convert::encounter::status_from;
use super::super::fault::Fault;
use super::super::how::How;
use super::super::messages::vocabulary::Status;
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `updateEncounterStatus`. An encounter that is not there is a 400: the standard has no 404 here.
pub async fn update_status(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let query = call.query(&["transactionId", "callback", "status"])?;
    let how = How::read(&query)?;
    let name = "status";
    let word = query.text(name).ok_or(Fault::ParameterMissing(name))?;
    let must = "ACTIVE or INACTIVE";
    let status = Status::from_word(word).ok_or(Fault::Parameter { name, must })?;
    let operation = Operation::SetStatus(call.key()?, status_from(status));
    osia.answer(&caller, how, operation, Telling::Done).await.map_err(Refusal::into_bad_request)
}
