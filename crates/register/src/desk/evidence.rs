//! The evidence of a case. Looking at it is a read of every person in it, so each
//! of them gets a line before anything is shown.

use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use niims_linkage::compare;
use niims_packet::{CaptureOutcome, Encounter};
use niims_record::application::Candidate;
use niims_record::{ApplicationId, CaseId, OfficerId};
use niims_store::cases::{self, StoredCase};
use niims_store::officers::OfficerStatus;
use niims_store::{applications, officers, packets};
use niims_wire::Problem;
use niims_wire::desk::{CandidateSide, Evidence, FingerImage, Side};

use super::{ADJUDICATOR, SENIOR_ADJUDICATOR, no_such_case, plain_answers, summary};
use crate::Register;
use crate::disclose::{self, Look};
use crate::evidence::OpenError;
use crate::steps::StepError;
use crate::steps::search_demographics::load_record;

/// Loads the evidence for an adjudicator.
pub(super) async fn run(
    register: &Register,
    case: CaseId,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Result<Evidence, Problem>, StepError> {
    let mut tx = register.db.write().await?;
    let Some(stored) = cases::get(&mut tx, case).await? else { return Ok(Err(no_such_case())) };
    let known = officers::acting(&mut tx, officer, at).await?;
    let allowed = known.filter(|o| o.status == OfficerStatus::Active).is_some_and(|o| {
        o.roles.iter().any(|role| role == ADJUDICATOR || role == SENIOR_ADJUDICATOR)
    });
    let everyone = std::iter::once(stored.application)
        .chain(stored.candidates.iter().map(|candidate| candidate.application));
    for application in everyone {
        let look = Look {
            application: Some(application),
            asker: "register",
            officer: &officer.to_string(),
            purpose: "adjudication",
            attributes: &["record", "portrait", "fingerprints"],
            denied: (!allowed).then_some("adjudication.not_an_adjudicator"),
            at,
        };
        disclose::line(&mut tx, &look).await?;
    }
    let summary = summary(&mut tx, &stored).await?;
    tx.commit().await?;
    if !allowed {
        let title = "Only adjudicators see evidence";
        return Ok(Err(Problem::new(403, "adjudication.not_an_adjudicator", title)));
    }
    let applicant = side(register, stored.application).await?;
    let candidates = candidates(register, &stored).await?;
    Ok(Ok(Evidence { summary, applicant, candidates }))
}

async fn candidates(
    register: &Register,
    case: &StoredCase,
) -> Result<Vec<CandidateSide>, StepError> {
    let mut sides = Vec::with_capacity(case.candidates.len());
    for candidate in &case.candidates {
        sides.push(CandidateSide {
            side: side(register, candidate.application).await?,
            demographic: explain(register, case.application, candidate).await?,
            biometric: candidate.biometric,
        });
    }
    Ok(sides)
}

/// The demographic likeness with its parts, computed anew so that a namesake found
/// by fingerprints alone is explained too.
async fn explain(
    register: &Register,
    applicant: ApplicationId,
    candidate: &Candidate,
) -> Result<Option<(i32, Vec<String>)>, StepError> {
    let mut tx = register.db.read().await?;
    let applicant = load_record(&mut tx, applicant).await?;
    let other = load_record(&mut tx, candidate.application).await?;
    let score = compare(&applicant, &other, &register.names);
    let parts = score.parts.iter().map(|part| niims_linkage::explain(part).to_owned());
    Ok(Some((score.total, parts.collect())))
}

async fn side(register: &Register, application: ApplicationId) -> Result<Side, StepError> {
    let mut tx = register.db.read().await?;
    let missing = || StepError::Evidence("step.application_missing");
    let stored = applications::get(&mut tx, application).await?.ok_or_else(missing)?;
    let number = applications::application_number(&mut tx, application).await?;
    let answers = register.answers(&mut tx, application).await?;
    let packet = packets::get(&mut tx, stored.packet).await?.ok_or_else(missing)?;
    drop(tx);
    let encounter = register.reopen_packet(&packet).await.map_err(|error| match error {
        OpenError::Step(error) => error,
        OpenError::Gate(code) => StepError::Evidence(code),
    })?;
    Ok(Side {
        application,
        application_number: number.unwrap_or_default(),
        answers: plain_answers(&register.pack, &answers),
        fingers: fingers(&encounter),
        portrait: encounter.portrait.map(|portrait| (portrait.media_type, portrait.bytes)),
    })
}

fn fingers(encounter: &Encounter) -> Vec<FingerImage> {
    encounter
        .fingers
        .iter()
        .filter_map(|finger| {
            let CaptureOutcome::Captured { image, dpi, .. } = &finger.outcome else { return None };
            let position = FingerPosition::from_code(finger.position)?;
            Some(FingerImage { position, dpi: *dpi, bytes: image.bytes.clone() })
        })
        .collect()
}
