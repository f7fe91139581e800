//! Held for fraud: two seniors who took no part release or refer.

use jiff::Timestamp;
use niims_record::application::{Application, CaseReason};
use niims_record::desk::{FRAUD_FOUND, FraudAnswer, FraudHold, FraudVote};
use niims_record::{CaseId, OfficerId};
use niims_store::applications::StoredApplication;
use niims_store::desk::fraud::{self, Hold};
use niims_store::desk::queue;
use niims_store::{Owner, Tx, applications, cases};
use niims_wire::desk::{EvidenceShown, FraudAnswerGiven, FraudHeld, FraudStanding};

use super::case::DeskCase;
use super::consequence::{Decided, captured, load, tell};
use super::enter::{NewCase, open_case, who_saw};
use super::error::{DeskError, refused};
use super::review::look;
use super::roles::{SENIOR_ADJUDICATOR, holder};
use super::show::show;
use crate::steps::{StepError, save_and_queue};
use crate::{Register, trail};

/// Most characters of a senior's note.
const LONGEST_NOTE: usize = 2_000;

/// Holds an application; the person is told in plain words, without an accusation.
pub(super) async fn hold(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    let case = decided.case.id;
    save_and_queue(tx, application, &Application::HeldForFraud { case }, decided.at).await?;
    fraud::hold(tx, case, application.id, decided.at).await?;
    tell(register, tx, application.id, "message.held", decided.at).await
}

/// Takes a senior's answer; two that agree decide.
pub(super) async fn answer(
    register: &Register,
    case: CaseId,
    given: FraudAnswerGiven,
    at: Timestamp,
) -> Result<FraudStanding, DeskError> {
    let note = given.note.trim();
    if note.is_empty() || note.chars().count() > LONGEST_NOTE {
        let detail = format!("Say why, in at most {LONGEST_NOTE} characters.");
        return Err(refused(422, "desk.note_needed", "A note is needed", &detail)
            .at("note")
            .into());
    }
    let mut tx = register.db.write().await?;
    holder(&mut tx, given.officer, &[SENIOR_ADJUDICATOR], at).await?;
    let (hold, stage) = fraud::get(&mut tx, case, true).await?.ok_or_else(super::no_such_case)?;
    if hold.answered_at.is_some() {
        let why = niims_record::desk::FraudRefused::NotHeld;
        return Err(refused(409, why.code(), "This case is not held", &why.to_string()).into());
    }
    let took_part = took_part(&mut tx, &hold, given.officer).await?;
    let vote = FraudVote { officer: given.officer, answer: given.answer, at };
    let next = stage
        .with(vote.clone(), took_part)
        .map_err(|why| refused(409, why.code(), "This answer was not taken", &why.to_string()))?;
    fraud::answer(&mut tx, &hold, &vote, note).await?;
    let details = serde_json::json!({ "case": case });
    let (actor, subject) = (given.officer.to_string(), hold.application.to_string());
    trail::event(&mut tx, &actor, "fraud.answered", &subject, details, at).await?;
    let standing = match next {
        FraudHold::Held { votes } => FraudStanding { decided: None, answers: votes.len() },
        FraudHold::Answered { answer, votes } => {
            fraud::close(&mut tx, case, Some(answer), at).await?;
            follow(register, &mut tx, &hold, answer, at).await?;
            FraudStanding { decided: Some(answer), answers: votes.len() }
        }
    };
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(standing)
}

/// Released: decided anew by people who have not seen it. Referred: refused, with an appeal.
async fn follow(
    register: &Register,
    tx: &mut Tx,
    hold: &Hold,
    answer: FraudAnswer,
    at: Timestamp,
) -> Result<(), DeskError> {
    let application = load(tx, hold.application).await?;
    if answer == FraudAnswer::Refer {
        let state = Application::Refused { code: FRAUD_FOUND.to_owned() };
        save_and_queue(tx, &application, &state, at).await?;
        return tell(register, tx, hold.application, "message.refused_for_fraud", at).await;
    }
    let held = cases::get(tx, hold.case).await?.ok_or_else(super::no_such_case)?;
    let case = CaseId::random(&mut register.entropy.rng());
    let mut kept_from = queue::tokens_of(tx, hold.case).await?;
    kept_from.extend(who_saw(tx, hold.case, Owner::Application(hold.application)).await?);
    let new = NewCase {
        case,
        application: hold.application,
        reason: CaseReason::Released,
        candidates: &held.candidates,
        usable_fingers: usable(&held),
        kept_from,
        at,
    };
    if !open_case(register, tx, new).await? {
        return Err(StepError::Overtaken.into());
    }
    Ok(save_and_queue(tx, &application, &Application::InAdjudication { case }, at).await?)
}

/// Fingers that a case opened anew is held to have: those that found its candidates.
pub(super) fn usable(case: &cases::StoredCase) -> usize {
    if case.candidates.iter().any(|candidate| candidate.biometric.is_some()) { 10 } else { 0 }
}

async fn took_part(tx: &mut Tx, hold: &Hold, officer: OfficerId) -> Result<bool, DeskError> {
    let case = cases::get(tx, hold.case).await?.ok_or_else(super::no_such_case)?;
    let gave = case.stage.opinions().iter().any(|opinion| opinion.officer == officer);
    let involved = queue::involved(tx, hold.case, officer).await?;
    Ok(gave || involved || captured(tx, &DeskCase::Real(Box::new(case)), officer).await?)
}

/// Held cases that a senior can still answer.
pub(super) async fn held(
    register: &Register,
    after: Option<CaseId>,
    at_most: usize,
    senior: OfficerId,
) -> Result<Vec<FraudHeld>, DeskError> {
    let mut tx = register.db.read().await?;
    holder(&mut tx, senior, &[SENIOR_ADJUDICATOR], register.clock.now()).await?;
    let mut found = Vec::new();
    for hold in fraud::list_open(&mut tx, after, at_most).await? {
        let Some((_, FraudHold::Held { votes })) = fraud::get(&mut tx, hold.case, false).await?
        else {
            continue;
        };
        let answered = votes.iter().any(|vote| vote.officer == senior);
        if answered || took_part(&mut tx, &hold, senior).await? {
            continue;
        }
        let number = applications::application_number(&mut tx, hold.application).await?;
        found.push(FraudHeld {
            case: hold.case,
            application_number: number.unwrap_or_default(),
            held_at: hold.held_at,
            answers: votes.len(),
        });
    }
    Ok(found)
}

/// The evidence of a held case, for a senior who may answer it.
pub(super) async fn evidence(
    register: &Register,
    case: CaseId,
    senior: OfficerId,
    at: Timestamp,
) -> Result<EvidenceShown, DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, senior, &[SENIOR_ADJUDICATOR], at).await?;
    let (hold, _) = fraud::get(&mut tx, case, false).await?.ok_or_else(super::no_such_case)?;
    if hold.answered_at.is_some() || took_part(&mut tx, &hold, senior).await? {
        let why = niims_record::desk::FraudRefused::TookPart;
        return Err(refused(409, why.code(), "This case is for others", &why.to_string()).into());
    }
    let stored = cases::get(&mut tx, case).await?.ok_or_else(super::no_such_case)?;
    look(&mut tx, &DeskCase::Real(Box::new(stored.clone())), senior, "adjudication", at).await?;
    tx.commit().await?;
    show(register, &stored).await
}
