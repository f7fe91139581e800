//! `POST /v1/verify…`: whether a probe and somebody enrolled, or two probes, are one.

use axum::extract::State;
use axum::response::Response;

use super::super::call::{Call, Document};
use super::super::fault::Fault;
use super::super::how::How;
use super::super::integrity;
use super::super::messages::search::{VerifyFromBioRequest, VerifyFromIdRequest};
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use super::search::{self, OF_COMPARISON, Options};
use crate::access::Scope;
use crate::service::tasks::Operation;
use crate::service::{Against, By, Probe, VerifyQuestion};

/// `verifyFromId`. 404 where the person is in no encounter of the gallery.
pub async fn from_id(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::Verify).await?;
    let query = call.query(&OF_COMPARISON)?;
    let (how, options) = (How::read(&query)?, Options::read(&query, &caller)?);
    let (gallery, against) = (call.gallery()?, Against::Person(call.person()?));
    let (request, document): (VerifyFromIdRequest, Document) = call.object().await?;
    let faces = osia.service.faces().cloned();
    let probe = osia.reading(move || {
        refuse_encrypted(request.encryption.is_some())?;
        let lists = [("biometricData", request.biometric_data.as_slice())];
        integrity::verify_all(request.integrity.as_deref(), &lists, &document)?;
        search::probe(&request.biometric_data, "biometricData", faces.as_ref())
    });
    let probe = Probe::Given(probe.await?);
    let question =
        VerifyQuestion { probe, against, gallery, threshold: options.threshold, by: By::Any };
    osia.answer(&caller, how, Operation::Verify(question), Telling::Decision(options.sight)).await
}

/// `verifyFromBio`.
pub async fn from_bio(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::Verify).await?;
    let query = call.query(&OF_COMPARISON)?;
    let (how, options) = (How::read(&query)?, Options::read(&query, &caller)?);
    let (request, document): (VerifyFromBioRequest, Document) = call.object().await?;
    let faces = osia.service.faces().cloned();
    let both = osia.reading(move || {
        refuse_encrypted(request.encryption.is_some())?;
        let (one, other) = (request.one.as_slice(), request.other.as_slice());
        let lists = [("biometricData1", one), ("biometricData2", other)];
        integrity::verify_all(request.integrity.as_deref(), &lists, &document)?;
        let probe = |list, at| search::probe(list, at, faces.as_ref());
        Ok((probe(one, "biometricData1")?, probe(other, "biometricData2")?))
    });
    let (one, other) = both.await?;
    let (probe, against) = (Probe::Given(one), Against::Given(other));
    let threshold = options.threshold;
    let question = VerifyQuestion { probe, against, gallery: None, threshold, by: By::Any };
    osia.answer(&caller, how, Operation::Verify(question), Telling::Decision(options.sight)).await
}

fn refuse_encrypted(is_encrypted: bool) -> Result<(), Fault> {
    if is_encrypted { Err(Fault::Encrypted { at: "the request".to_owned() }) } else { Ok(()) }
}
