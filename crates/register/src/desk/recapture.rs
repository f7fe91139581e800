//! Recapture: asked with advice, answered by a new encounter that takes the old one's place.

use jiff::Timestamp;
use niims_record::adjudication::Verdict;
use niims_record::application::Application;
use niims_record::desk::{MOST_ADVICE, RecaptureAdvice};
use niims_record::revisit::RevisitAsk;
use niims_record::{ApplicationId, OfficerId, RecaptureId};
use niims_store::applications::StoredApplication;
use niims_store::desk::recaptures::{self, Recapture};
use niims_store::desk::{opinions, queue};
use niims_store::{Owner, StoreError, Tx, applications, cases};
use niims_wire::desk::{NotMet, RecaptureAsked};

use super::consequence::{Decided, load, tell};
use super::enter::searched_again;
use super::error::{DeskError, refused};
use super::review::read_details;
use super::roles::{CUSTOMER_RELATIONS_OFFICER, REGISTRATION_OFFICER, SUPERVISOR, holder};
use crate::revisits::{self, Met};
use crate::steps::{StepError, save_and_queue};
use crate::{Register, trail};

/// Asks the resident to come again, with what all who asked for it advise.
pub(super) async fn ask(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    let case = decided.case.id;
    let owner = Owner::Application(application.id);
    let mut advice: Vec<RecaptureAdvice> = Vec::new();
    for (opinion, details) in opinions::of_case(tx, case, owner).await? {
        if opinion.verdict != Verdict::AskRecapture {
            continue;
        }
        for line in details.as_deref().map(read_details).unwrap_or_default().advice {
            if !advice.contains(&line) && advice.len() < MOST_ADVICE {
                advice.push(line);
            }
        }
    }
    let request = Recapture {
        id: RecaptureId::random(&mut register.entropy.rng()),
        application: application.id,
        case,
        round: recaptures::rounds(tx, application.id).await? + 1,
        advice,
        county: application.county.clone(),
        kit: application.kit,
        asked_at: decided.at,
        answered_by: None,
        settled_at: None,
    };
    recaptures::insert(tx, &request).await?;
    save_and_queue(tx, application, &Application::RecaptureAsked { case }, decided.at).await?;
    let met = Met::of(register, &register.answers(tx, application.id).await?);
    let what = RevisitAsk::Recapture { round: request.round, advice: request.advice };
    revisits::ask(register, tx, application, &what, &met, decided.at).await?;
    tell(register, tx, application.id, "message.recapture_asked", decided.at).await
}

/// Lets a new encounter take the place of the one that waited for it.
pub(crate) async fn take_place(
    tx: &mut Tx,
    old: &StoredApplication,
    new: ApplicationId,
    at: Timestamp,
) -> Result<(), StepError> {
    if let Some(request) = recaptures::open_of(tx, old.id).await? {
        recaptures::settle(tx, request.id, Some(new), at).await?;
    }
    save_and_queue(tx, old, &Application::Replaced { by: new }, at).await
}

/// Answers a request by the act of an officer.
pub(super) async fn answer(
    register: &Register,
    id: RecaptureId,
    number: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    let allowed = [REGISTRATION_OFFICER, CUSTOMER_RELATIONS_OFFICER, SUPERVISOR];
    holder(&mut tx, officer, &allowed, at).await?;
    let settled = || {
        let detail = "List the open requests.";
        refused(409, "desk.recapture_answered", "This request is not open", detail)
    };
    let request = recaptures::get(&mut tx, id).await?;
    let request = request.filter(|r| r.settled_at.is_none()).ok_or_else(settled)?;
    let old = load(&mut tx, request.application).await?;
    if !matches!(old.state, Application::RecaptureAsked { .. }) {
        return Err(settled().into());
    }
    replace(register, &mut tx, &old, number, officer, at).await?;
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(())
}

/// Replaces an application whose answers had to be corrected.
pub(super) async fn replace_corrected(
    register: &Register,
    old_number: &str,
    new_number: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, officer, &[REGISTRATION_OFFICER, SUPERVISOR], at).await?;
    let old = by_number(&mut tx, old_number).await?;
    if !matches!(old.state, Application::CorrectionAsked { .. }) {
        let detail = "Only an application whose answers are to be corrected can be replaced.";
        let title = "No correction was asked of this application";
        return Err(refused(409, "desk.no_correction_asked", title, detail).into());
    }
    replace(register, &mut tx, &old, new_number, officer, at).await?;
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(())
}

async fn replace(
    register: &Register,
    tx: &mut Tx,
    old: &StoredApplication,
    number: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let new = by_number(tx, number).await?;
    if new.id == old.id || new.state.is_final() && !is_numbered(&new.state) {
        let detail = "Name the application of the new encounter, which must still be under way.";
        let title = "This application cannot take the place";
        return Err(refused(409, "desk.cannot_replace", title, detail).into());
    }
    take_place(tx, old, new.id, at).await?;
    if let Application::InAdjudication { case } = new.state {
        // Its case may be about the encounter that it replaces: searched again without it.
        withdraw_case(register, tx, case, "desk.recapture_answered", Some(old.id), at).await?;
    }
    let details = serde_json::json!({ "by": new.id });
    let (actor, subject) = (officer.to_string(), old.id.to_string());
    trail::event(tx, &actor, "application.replaced", &subject, details, at).await?;
    Ok(())
}

const fn is_numbered(state: &Application) -> bool {
    matches!(state, Application::Numbered { .. })
}

/// Takes a case off the desk; its application goes back to the search.
pub(super) async fn withdraw_case(
    register: &Register,
    tx: &mut Tx,
    id: niims_record::CaseId,
    why: &str,
    without: Option<ApplicationId>,
    at: Timestamp,
) -> Result<(), DeskError> {
    let case = cases::get_for_update(tx, id).await?.ok_or_else(super::no_such_case)?;
    let next = case.stage.clone().withdrawn(why).map_err(|refusal| {
        let detail = refusal.to_string();
        refused(409, refusal.code(), "This case cannot be withdrawn", &detail)
    })?;
    if !cases::save(tx, id, case.version, &next, at).await? {
        return Err(StepError::Overtaken.into());
    }
    queue::remove(tx, id).await?;
    let application = load(tx, case.application).await?;
    if matches!(application.state, Application::InAdjudication { case } if case == id) {
        let again = searched_again(&case.candidates, without);
        save_and_queue(tx, &application, &again, at).await?;
    }
    register.bell.notify_waiters();
    Ok(())
}

/// The application that bears a number, locked.
pub(super) async fn by_number(tx: &mut Tx, number: &str) -> Result<StoredApplication, DeskError> {
    let Some(id) = applications::by_application_number(tx, number).await? else {
        let detail = "Check the number on the slip.";
        let title = "No application has this number";
        return Err(refused(404, "desk.no_such_application", title, detail).into());
    };
    load(tx, id).await
}

/// Open requests.
pub(super) async fn list(
    register: &Register,
    county: Option<&str>,
    after: Option<RecaptureId>,
    at_most: usize,
    officer: OfficerId,
) -> Result<Vec<RecaptureAsked>, DeskError> {
    let mut tx = register.db.read().await?;
    let allowed = [REGISTRATION_OFFICER, CUSTOMER_RELATIONS_OFFICER, SUPERVISOR];
    holder(&mut tx, officer, &allowed, register.clock.now()).await?;
    let mut found = Vec::new();
    for request in recaptures::list_open(&mut tx, county, after, at_most).await? {
        let number = applications::application_number(&mut tx, request.application).await?;
        found.push(RecaptureAsked {
            request: request.id,
            application_number: number.unwrap_or_default(),
            round: request.round,
            most_rounds: register.pack.desk().most_recapture_rounds,
            advice: request.advice,
            county: request.county,
            asked_at: request.asked_at,
        });
    }
    Ok(found)
}

/// People who could not be met again.
pub(super) async fn not_met(
    register: &Register,
    at_most: usize,
    officer: OfficerId,
) -> Result<Vec<NotMet>, DeskError> {
    let mut tx = register.db.read().await?;
    let allowed = [REGISTRATION_OFFICER, CUSTOMER_RELATIONS_OFFICER, SUPERVISOR];
    holder(&mut tx, officer, &allowed, register.clock.now()).await?;
    let mut found = Vec::new();
    for one in niims_store::revisits::list_not_done(&mut tx, at_most).await? {
        let number = match applications::application_number(&mut tx, one.application).await {
            Ok(number) => number.unwrap_or_default(),
            Err(StoreError::KeyDestroyed) => continue,
            Err(error) => return Err(error.into()),
        };
        let Some(why) = one.not_done else { continue };
        found.push(NotMet {
            request: one.id,
            application_number: number,
            asked: one.ask.name().to_owned(),
            asked_at: one.asked_at,
            reason: why.reason,
            said_at: why.at,
        });
    }
    Ok(found)
}
