//! Appeals: every outcome can be looked at again by people who have not seen it.

use jiff::Timestamp;
use niims_record::adjudication::{Case, Verdict};
use niims_record::application::{Application, Candidate, CaseReason};
use niims_record::desk::{AppealEffect, appeal_effect, may_appeal};
use niims_record::{ApplicationId, CaseId, OfficerId, PersonId};
use niims_store::applications::StoredApplication;
use niims_store::desk::appeals::{self, Appeal};
use niims_store::desk::merges::{self, Merge};
use niims_store::desk::reviewers::Tie;
use niims_store::desk::{fraud as fraud_store, outcomes, queue, recaptures};
use niims_store::{Owner, Tx, applications, cases, people};
use niims_wire::desk::{AppealAsked, AppealStanding};

use super::consequence::{Decided, link, load, number_due, tell};
use super::enter::{NewCase, open_case, who_saw};
use super::error::{DeskError, refused};
use super::recapture::by_number;
use super::roles::{AUDITOR, CUSTOMER_RELATIONS_OFFICER, SUPERVISOR, holder};
use super::{fraud, merge};
use crate::{Register, trail};

/// Most characters of a ground.
const LONGEST_GROUND: usize = 2_000;

/// Opens an appeal.
pub(super) async fn open(
    register: &Register,
    asked: AppealAsked,
    at: Timestamp,
) -> Result<AppealStanding, DeskError> {
    let ground = asked.ground.trim();
    if ground.is_empty() || ground.chars().count() > LONGEST_GROUND {
        let detail = format!("Write what the person says, in at most {LONGEST_GROUND} characters.");
        let problem = refused(422, "desk.ground_needed", "The ground is missing", &detail);
        return Err(problem.at("ground").into());
    }
    let mut tx = register.db.write().await?;
    holder(&mut tx, asked.officer, &[CUSTOMER_RELATIONS_OFFICER, SUPERVISOR], at).await?;
    let application = by_number(&mut tx, &asked.application_number).await?;
    let merged = merged_away(&mut tx, &application).await?;
    let decided_by = match &merged {
        Some(merge) => Some(merge.case),
        None => fraud_store::latest_of(&mut tx, application.id).await?,
    };
    let of = may_appeal(&application.state, decided_by, merged.is_some())
        .map_err(|why| refused(409, why.code(), "There is nothing to appeal", &why.to_string()))?;
    let candidates = candidates(&mut tx, of, merged.as_ref()).await?;
    let case = CaseId::random(&mut register.entropy.rng());
    open_new(register, &mut tx, &application, (case, of), &candidates, &asked, at).await?;
    let appeal = Appeal {
        case,
        of,
        application: application.id,
        taken_by: asked.officer,
        opened_at: at,
        overturned: None,
    };
    appeals::insert(&mut tx, &appeal, ground).await?;
    let (actor, subject) = (asked.officer.to_string(), application.id.to_string());
    let details = serde_json::json!({ "case": case, "of": of });
    trail::event(&mut tx, &actor, "appeal.opened", &subject, details, at).await?;
    tell(register, &mut tx, application.id, "message.appeal_opened", at).await?;
    tx.commit().await?;
    Ok(AppealStanding {
        case,
        of,
        application_number: asked.application_number,
        opened_at: at,
        verdict: None,
        overturned: None,
    })
}

async fn open_new(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    (case, of): (CaseId, CaseId),
    candidates: &[Candidate],
    asked: &AppealAsked,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut kept_from = queue::tokens_of(tx, of).await?;
    let owner = Owner::Application(application.id);
    kept_from.extend(who_saw(tx, of, owner).await?);
    // Nor those who decided an earlier appeal of the same outcome.
    for earlier in appeals::against(tx, application.id, of).await? {
        kept_from.extend(who_saw(tx, earlier, owner).await?);
    }
    kept_from.push(Tie::Officer(asked.officer).token(tx.keyring()));
    let usable = if candidates.iter().any(|c| c.biometric.is_some()) { 10 } else { 0 };
    let new = NewCase {
        case,
        application: application.id,
        reason: CaseReason::Appeal,
        candidates,
        usable_fingers: usable,
        kept_from,
        at,
    };
    if open_case(register, tx, new).await? {
        return Ok(());
    }
    let detail = "An application is appealed once at a time.";
    Err(refused(409, "desk.appeal_open", "An appeal or case is open already", detail).into())
}

/// The merge by which the person of an application lost their number for now.
async fn merged_away(
    tx: &mut Tx,
    application: &StoredApplication,
) -> Result<Option<Merge>, DeskError> {
    let Application::Numbered { person } = application.state else { return Ok(None) };
    Ok(merges::in_force(tx, person).await?)
}

async fn candidates(
    tx: &mut Tx,
    of: CaseId,
    merged: Option<&Merge>,
) -> Result<Vec<Candidate>, DeskError> {
    if let Some(merge) = merged {
        let survivor = founding(tx, merge.survivor).await?;
        return Ok(vec![Candidate { application: survivor, demographic: None, biometric: None }]);
    }
    Ok(cases::get(tx, of).await?.map(|case| case.candidates).unwrap_or_default())
}

async fn founding(tx: &mut Tx, person: PersonId) -> Result<ApplicationId, DeskError> {
    let found = people::get(tx, person).await?;
    let found = found.ok_or(crate::steps::StepError::Evidence("desk.person_missing"))?;
    Ok(found.founding)
}

/// Carries out an appeal that has been decided.
pub(super) async fn decided(
    register: &Register,
    tx: &mut Tx,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    let application = load(tx, decided.case.application).await?;
    let merged = merged_away(tx, &application).await?;
    let effect = appeal_effect(&application.state, merged.is_some(), decided.verdict);
    let at = decided.at;
    if effect != AppealEffect::Upheld {
        clear(tx, &application, decided).await?;
        outcomes::decided(tx, application.id, decided.verdict.name(), at).await?;
    }
    match effect {
        AppealEffect::Upheld => {}
        AppealEffect::NumberDue => number_due(register, tx, &application, decided).await?,
        AppealEffect::LinkedTo(to) => link(register, tx, &application, to, decided).await?,
        AppealEffect::Held => fraud::hold(register, tx, &application, decided).await?,
        AppealEffect::Unmerged => {
            if let Some(merge) = &merged {
                merge::unmerge(register, tx, merge, decided.case.id, at).await?;
            }
        }
    }
    let overturned = effect != AppealEffect::Upheld;
    appeals::decide(tx, decided.case.id, overturned, at).await?;
    let key = if overturned { "message.appeal_overturned" } else { "message.appeal_upheld" };
    tell(register, tx, application.id, key, at).await
}

/// Ends what the outcome that was appealed had begun.
async fn clear(
    tx: &mut Tx,
    application: &StoredApplication,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    match &application.state {
        Application::Linked { .. } => {
            merges::unlink(tx, application.id, decided.case.id, decided.at).await?;
        }
        Application::HeldForFraud { case } => {
            fraud_store::close(tx, *case, None, decided.at).await?;
        }
        Application::RecaptureAsked { .. } => {
            if let Some(request) = recaptures::open_of(tx, application.id).await? {
                recaptures::settle(tx, request.id, None, decided.at).await?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Appeals, open ones first.
pub(super) async fn list(
    register: &Register,
    after: Option<CaseId>,
    at_most: usize,
    officer: OfficerId,
) -> Result<Vec<AppealStanding>, DeskError> {
    let mut tx = register.db.read().await?;
    holder(
        &mut tx,
        officer,
        &[CUSTOMER_RELATIONS_OFFICER, SUPERVISOR, AUDITOR],
        register.clock.now(),
    )
    .await?;
    let mut found = Vec::new();
    for appeal in appeals::list(&mut tx, after, at_most).await? {
        let number = applications::application_number(&mut tx, appeal.application).await?;
        let case = cases::get(&mut tx, appeal.case).await?;
        found.push(AppealStanding {
            case: appeal.case,
            of: appeal.of,
            application_number: number.unwrap_or_default(),
            opened_at: appeal.opened_at,
            verdict: case.and_then(|case| verdict_of(&case.stage)),
            overturned: appeal.overturned,
        });
    }
    Ok(found)
}

/// The verdict that stands, once decided.
pub(super) const fn verdict_of(stage: &Case) -> Option<Verdict> {
    match stage {
        Case::Decided { verdict, .. } => Some(*verdict),
        _ => None,
    }
}
