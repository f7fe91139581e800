//! `POST /v1/persons…`: enrols an encounter, under names of the client's or of the server's choice.

use axum::extract::State;
use axum::response::Response;

use super::super::call::{Call, Document};
use super::super::convert;
use super::super::fault::Fault;
use super::super::how::{How, WITH_ALGORITHM};
use super::super::messages::encounter::Encounter;
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::clients::Caller;
use crate::service::tasks::Operation;
use crate::subject::{EncounterKey, EncounterReference, PersonReference};

/// `createEncounterNoIds`: both names are the server's.
pub async fn without_names(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let key = EncounterKey { person: fresh_person(&osia)?, encounter: fresh_encounter(&osia)? };
    create(&osia, &caller, call, key, Names::Ours).await
}

/// `createEncounterNoId`: the encounter's name is the server's. A person who is not there yet is made.
pub async fn of_person(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let key = EncounterKey { person: call.person()?, encounter: fresh_encounter(&osia)? };
    create(&osia, &caller, call, key, Names::Ours).await
}

/// `createEncounter`: both names are the client's. 409 where the encounter is there already.
pub async fn named(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterWrite).await?;
    let key = call.key()?;
    create(&osia, &caller, call, key, Names::Theirs).await
}

/// Whose the name of the encounter is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Ours,
    Theirs,
}

/// An encounter from a body, for the name in the path.
pub(super) async fn read(
    osia: &OsiaState,
    call: Call,
    key: &EncounterKey,
    names: Names,
) -> Result<(crate::service::NewEncounter, Telling), Refusal> {
    let (encounter, document): (Encounter, Document) = call.object().await?;
    // The member is read only: a client need not send it. One that contradicts the path is a mistake
    // of some kind, and whose data these are is nothing to guess.
    let stated = encounter.encounter_id.as_deref();
    if names == Names::Theirs && stated.is_some_and(|stated| stated != key.encounter.as_str()) {
        let must = "left out, or the same as in the path";
        return Err(Fault::Member { at: "encounterId".to_owned(), must }.into());
    }
    let faces = osia.service.faces().cloned();
    let read =
        osia.reading(move || convert::encounter::taken(encounter, &document, faces.as_ref()));
    let (new, reports) = read.await?;
    Ok((new, Telling::Enrolled(key.clone(), reports)))
}

async fn create(
    osia: &OsiaState,
    caller: &Caller,
    call: Call,
    key: EncounterKey,
    names: Names,
) -> Result<Response, Refusal> {
    let how = How::read(&call.query(&WITH_ALGORITHM)?)?;
    let (new, telling) = read(osia, call, &key, names).await?;
    osia.answer(caller, how, Operation::Insert(key, new), telling).await
}

fn fresh_person(osia: &OsiaState) -> Result<PersonReference, Fault> {
    PersonReference::new(osia.fresh_name()).map_err(|why| Fault::Name { what: "the name", why })
}

fn fresh_encounter(osia: &OsiaState) -> Result<EncounterReference, Fault> {
    EncounterReference::new(osia.fresh_name()).map_err(|why| Fault::Name { what: "the name", why })
}
