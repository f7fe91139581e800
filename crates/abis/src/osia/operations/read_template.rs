//! `GET /v1/persons/{personId}/encounters/{encounterId}/templates`: templates of an encounter in a
//! standard form.

use axum::extract::State;
use axum::response::Response;

use super::super::call::Call;
use super::super::convert::templates::{QUALITY_FORMAT, USUAL_FORMAT, Wanted, format};
use super::super::fault::Fault;
use super::super::how::How;
use super::super::messages::vocabulary::{BiometricSubType, BiometricType};
use super::super::query::Query;
use super::super::refusal::Refusal;
use super::super::state::OsiaState;
use super::super::telling::Telling;
use crate::access::Scope;
use crate::service::tasks::Operation;

const KNOWN: [&str; 8] = [
    "transactionId",
    "callback",
    "priority",
    "biometricType",
    "biometricSubType",
    "instance",
    "templateFormat",
    "qualityFormat",
];

/// `readTemplate`. What is enrolled of fingers only: nothing else has a template of these forms.
pub async fn read_template(State(osia): State<OsiaState>, call: Call) -> Result<Response, Refusal> {
    let caller = osia.admit(&call, Scope::EncounterRead).await?;
    let query = call.query(&KNOWN)?;
    let how = How::read(&query)?;
    let wanted = wanted(&query)?;
    let operation = Operation::Read(call.key()?);
    osia.answer(&caller, how, operation, Telling::Templates(wanted)).await
}

fn wanted(query: &Query) -> Result<Wanted, Fault> {
    let refused = |name, must| Fault::Parameter { name, must };
    let kind = query.text("biometricType").map(|word| {
        BiometricType::from_word(word)
            .ok_or_else(|| refused("biometricType", "a type of the standard"))
    });
    let part = query.text("biometricSubType").map(|word| {
        BiometricSubType::from_word(word)
            .ok_or_else(|| refused("biometricSubType", "a sub-type of the standard"))
    });
    let (word, _) =
        format(query.text("templateFormat").unwrap_or(USUAL_FORMAT)).ok_or_else(|| {
            refused(
                "templateFormat",
                "ISO_19794_2, ISO_19794_2_2011 or ANSI_378; no other is written",
            )
        })?;
    if query.text("qualityFormat").is_some_and(|scale| scale != QUALITY_FORMAT) {
        return Err(refused("qualityFormat", "ISO_19794; no other quality is measured"));
    }
    Ok(Wanted {
        kind: kind.transpose()?,
        part: part.transpose()?,
        of_instance: query.word("instance")?.is_some(),
        format: word.to_owned(),
    })
}
