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
use super::search::{self, OF_SEARCH, Options, check_filter};
use crate::access::Scope;
use crate::service::Probe;
use crate::service::clients::Caller;
use crate::service::tasks::Operation;

/// `identify`.
pub async fn given(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::Identify).await?;
    let query = call.query(&OF_SEARCH)?;
    let (how, options) = (How::read(&query)?, Options::read(&query, &caller)?);
    let gallery = call.gallery()?;
    let (request, document): (IdentifyRequest, Document) = call.object().await?;
    check_filter(&request.filter)?;
    let probe = osia.reading(move || {
        if request.encryption.is_some() {
            return Err(Fault::Encrypted { at: "the request".to_owned() });
        }
        let lists = [("biometricData", request.biometric_data.as_slice())];
        integrity::verify_all(request.integrity.as_deref(), &lists, &document)?;
        search::probe(&request.biometric_data, "biometricData")
    });
    let question = options.question(Probe::Given(probe.await?), gallery);
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
    if let Some(filter) = call.optional::<Filter>().await? {
        check_filter(&filter)?;
    }
    let operation = Operation::Identify(options.question(probe, gallery));
    osia.answer(caller, how, operation, Telling::Candidates(options.sight)).await
}
