//! `PUT /v1/persons/{personId}/encounters/{encounterId}`: replaces an encounter.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::how::{How, WITH_ALGORITHM};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::create_encounter::{Names, read};
use crate::access::Scope;
use crate::service::tasks::Operation;

/// `updateEncounter`.
pub async fn update_encounter(
    State(osia): State<OsiaState>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let how = How::read(&call.query(&WITH_ALGORITHM)?)?;
    let key = call.key()?;
    let (new, telling) = read(&osia, call, &key, Names::Theirs).await?;
    osia.answer(&caller, how, Operation::Update(key, new), telling).await
}
