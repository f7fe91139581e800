//! Taking an opinion. When it decides the case, the consequence for the
//! application commits with it.

use jiff::Timestamp;
use niims_audit::LeafKind;
use niims_country::ReasonKind;
use niims_record::adjudication::{Case, Desk, Opinion, Verdict};
use niims_record::{ApplicationId, CaseId, OfficerId};
use niims_store::cases::{self, StoredCase};
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::{Owner, Tx, applications, people};
use niims_wire::Problem;
use niims_wire::desk::{CaseStanding, OpinionGiven};

use super::{ADJUDICATOR, SENIOR_ADJUDICATOR, no_such_case};
use crate::steps::{StepError, adjudicate, save_and_queue};
use crate::{Register, links, trail};

/// Takes an opinion or says why not.
pub(super) async fn run(
    register: &Register,
    case: CaseId,
    given: OpinionGiven,
    at: Timestamp,
) -> Result<Result<CaseStanding, Problem>, StepError> {
    if let Err(problem) = check_reasons(register, &given.reasons) {
        return Ok(Err(problem));
    }
    let mut tx = register.db.write().await?;
    let Some(stored) = cases::get_for_update(&mut tx, case).await? else {
        return Ok(Err(no_such_case()));
    };
    let officer = officers::get(&mut tx, given.officer).await?;
    let Some(officer) = officer.filter(is_adjudicator) else {
        let title = "Only adjudicators give opinions";
        return Ok(Err(Problem::new(403, "adjudication.not_an_adjudicator", title)));
    };
    let candidates: Vec<ApplicationId> =
        stored.candidates.iter().map(|candidate| candidate.application).collect();
    let desk = Desk {
        senior: officer.roles.iter().any(|role| role == SENIOR_ADJUDICATOR),
        captured_by_officer: captured(&mut tx, &stored, &candidates, given.officer).await?,
        candidates: &candidates,
    };
    let opinion = Opinion {
        officer: given.officer,
        verdict: given.verdict,
        reasons: given.reasons,
        given_at: at,
    };
    let next = match stored.stage.clone().with(opinion, desk) {
        Ok(next) => next,
        Err(refused) => {
            let problem = Problem::new(409, refused.code(), "This opinion was not taken");
            return Ok(Err(problem.detail(refused.to_string())));
        }
    };
    if let Err(problem) = check_circle(&mut tx, &stored, given.verdict).await? {
        return Ok(Err(problem));
    }
    let standing = conclude(&mut tx, &stored, &next, given.officer, at).await?;
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(Ok(standing))
}

/// Refuses to link an application to one that already stands, by links, for this
/// one: then neither would get a number. The applicant's row is locked, so of two
/// such opinions at once the second sees the first.
async fn check_circle(
    tx: &mut Tx,
    case: &StoredCase,
    verdict: Verdict,
) -> Result<Result<(), Problem>, StepError> {
    let Verdict::SamePerson { candidate } = verdict else { return Ok(Ok(())) };
    applications::get_for_update(tx, case.application).await?;
    applications::get_for_update(tx, candidate).await?;
    if links::stands_for(tx, candidate).await? != case.application {
        return Ok(Ok(()));
    }
    let title = "That application is linked to this one already";
    let problem = Problem::new(409, "adjudication.circular_link", title);
    Ok(Err(problem.detail("Decide this case as a different person: it stands for both.")))
}

/// Saves the case and, when it is decided, moves its application on.
async fn conclude(
    tx: &mut Tx,
    stored: &StoredCase,
    next: &Case,
    officer: OfficerId,
    at: Timestamp,
) -> Result<CaseStanding, StepError> {
    if !cases::save(tx, stored.id, stored.version, next, at).await? {
        return Err(StepError::Overtaken);
    }
    let event =
        format!("niims opinion v1\n{}\n{}\n{}\n", stored.id, next.name(), at.as_millisecond());
    let owner = Owner::Application(stored.application);
    trail::commit_to(tx, LeafKind::Decision, event.as_bytes(), owner, at).await?;
    let details = serde_json::json!({ "stage": next.name() });
    let (actor, subject) = (officer.to_string(), stored.id.to_string());
    trail::event(tx, &actor, "case.opinion", &subject, details, at).await?;
    let Case::Decided { verdict, .. } = next else {
        return Ok(CaseStanding { stage: next.name().to_owned(), verdict: None });
    };
    let application = applications::get_for_update(tx, stored.application)
        .await?
        .ok_or(StepError::Evidence("step.application_missing"))?;
    let state = adjudicate::decide(stored.id, *verdict);
    save_and_queue(tx, &application, &state, at).await?;
    link(tx, stored.application, &state, at).await?;
    Ok(CaseStanding { stage: next.name().to_owned(), verdict: Some(*verdict) })
}

/// Links a duplicate application to the person it was found to be, if that person
/// has a record already. The record itself is not changed.
async fn link(
    tx: &mut Tx,
    application: ApplicationId,
    state: &niims_record::application::Application,
    at: Timestamp,
) -> Result<(), StepError> {
    if let niims_record::application::Application::Linked { to, .. } = state
        && let stands_for = links::stands_for(tx, *to).await?
        && let Some(person) = people::person_of(tx, stands_for).await?
    {
        people::link(tx, person, application, people::Link::Adjudicated, at).await?;
    }
    Ok(())
}

/// Whether the officer captured any encounter of the case.
async fn captured(
    tx: &mut Tx,
    case: &StoredCase,
    candidates: &[ApplicationId],
    officer: OfficerId,
) -> Result<bool, StepError> {
    for id in std::iter::once(&case.application).chain(candidates) {
        let application = applications::get(tx, *id).await?;
        if application.is_some_and(|a| a.officer == Some(officer)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_adjudicator(officer: &Officer) -> bool {
    officer.status == OfficerStatus::Active
        && officer.roles.iter().any(|role| role == ADJUDICATOR || role == SENIOR_ADJUDICATOR)
}

fn check_reasons(register: &Register, reasons: &[String]) -> Result<(), Problem> {
    let known = |code: &String| {
        register.pack.reason(code).is_some_and(|r| r.kind == ReasonKind::Adjudication)
    };
    if reasons.len() <= 8 && reasons.iter().all(known) {
        return Ok(());
    }
    let problem = Problem::new(422, "adjudication.reason_unknown", "A reason is not in the list");
    Err(problem.detail("Use codes of the country pack's adjudication reasons.").at("reasons"))
}
