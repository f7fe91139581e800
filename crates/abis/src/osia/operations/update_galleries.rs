//! `PUT /v1/persons/{personId}/encounters/{encounterId}/galleries`: in which galleries an encounter is.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::super::call::Call;
use super::super::convert::encounter::galleries;
use super::super::how::How;
use super::super::messages::limits::MOST_GALLERIES;
use super::super::messages::strict::values;
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

/// At least one name, none of them twice.
#[derive(Deserialize)]
struct Names(#[serde(deserialize_with = "values::<MOST_GALLERIES, _, _>")] Vec<String>);

/// `updateEncounterGalleries`. An encounter that is not there is a 400: the standard has no 404 here.
pub async fn update_galleries(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let how = How::read(&call.query(&["transactionId", "callback"])?)?;
    let key = call.key()?;
    let names: Names = call.document().await?.read()?;
    let operation = Operation::SetGalleries(key, galleries(&names.0, "the list")?);
    osia.answer(&caller, how, operation, Telling::Done).await.map_err(Refusal::into_bad_request)
}
