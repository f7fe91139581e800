//! `POST /v1/identify/…`: who is alike, for a probe that comes along or one that is enrolled.
//!
//! Nobody is enrolled by a search. The person of an enrolled probe is never a candidate.

use axum::extract::State;
use axum::response::Response;

use super::super::call::{Call, Document};
use super::super::fault::Fault;
use super::super::how::How;
use super::super::integrity;
use super::super::messages::search::{Filter, IdentifyRequest};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use super::search::{self, OF_SEARCH, Options};
use crate::access::Scope;
use crate::service::clients::Caller;
use crate::service::tasks::Operation;
use crate::service::{By, Probe};

/// `identify`.
pub async fn given(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::Identify).await?;
    let query = call.query(&OF_SEARCH)?;
    let (how, options) = (How::read(&query)?, Options::read(&query, &caller)?);
    let gallery = call.gallery()?;
    let (request, document): (IdentifyRequest, Document) = call.object().await?;
    let by = search::by(&request.filter)?;
    let faces = osia.service.faces().cloned();
    let probe = osia.reading(move || {
        if request.encryption.is_some() {
            return Err(Fault::Encrypted { at: "the request".to_owned() });
        }
        let lists = [("biometricData", request.biometric_data.as_slice())];
        integrity::verify_all(request.integrity.as_deref(), &lists, &document)?;
        search::probe(&request.biometric_data, "biometricData", faces.as_ref())
    });
    let question = options.question(Probe::Given(probe.await?), gallery, by);
    let telling = Telling::Candidates(options.sight);
    osia.answer(&caller, how, Operation::Identify(question), telling).await
}

/// `identifyFromId`: with each encounter of a person.
pub async fn person(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::Identify).await?;
    let probe = Probe::EnrolledPerson(call.person()?);
    enrolled(&osia, &caller, call, probe).await
}

/// `identifyFromEncounterId`: with one encounter.
pub async fn encounter(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::Identify).await?;
    let probe = Probe::Enrolled(call.key()?);
    enrolled(&osia, &caller, call, probe).await
}

async fn enrolled(
    osia: &OsiaState,
    caller: &Caller,
    call: Call,
    probe: Probe,
) -> Result<Response, Refusal> {
    let query = call.query(&OF_SEARCH)?;
    let (how, options) = (How::read(&query)?, Options::read(&query, caller)?);
    let gallery = call.gallery()?;
    let by = match call.optional::<Filter>().await? {
        Some(filter) => search::by(&filter)?,
        None => By::Any,
    };
    let operation = Operation::Identify(options.question(probe, gallery, by));
    osia.answer(caller, how, operation, Telling::Candidates(options.sight)).await
}
