//! What a decided case does. Everything here happens in the transaction of the opinion that
//! decided it.

use jiff::Timestamp;
use niims_packet::CaptureOutcome;
use niims_record::adjudication::Verdict;
use niims_record::application::{Application, CaseReason};
use niims_record::desk::{CheckReason, later_check};
use niims_record::{ApplicationId, LaterCheckId, MessageId, OfficerId};
use niims_store::applications::StoredApplication;
use niims_store::cases::StoredCase;
use niims_store::desk::checks::{self, Check};
use niims_store::desk::outcomes;
use niims_store::{StoreError, Tx, applications, messages, packets, people};
use niims_wire::Problem;

use super::case::DeskCase;
use super::enter::searched_again;
use super::error::DeskError;
use super::{appeal, corrections, fraud, merge, recapture};
use crate::steps::search_demographics::load_record;
use crate::steps::{StepError, adjudicate, save_and_queue};
use crate::{Register, links, texts};

/// A case that has just been decided.
pub(super) struct Decided<'a> {
    /// As it was before the last opinion.
    pub case: &'a StoredCase,
    /// The verdict that stands.
    pub verdict: Verdict,
    /// The applicant has no finger that could ever be captured.
    pub lasting: bool,
    /// When.
    pub at: Timestamp,
}

/// Carries out what follows.
pub(super) async fn follow(
    register: &Register,
    tx: &mut Tx,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    if decided.verdict == Verdict::DifferentPeople {
        for candidate in &decided.case.candidates {
            let pair = (decided.case.application, candidate.application);
            checks::tell_apart(tx, pair, decided.case.id).await?;
        }
    }
    match decided.case.reason {
        CaseReason::Appeal => return appeal::decided(register, tx, decided).await,
        CaseReason::TwoNumbers => return merge::decided(register, tx, decided).await,
        CaseReason::LikelyDuplicate
        | CaseReason::NoUsableFingerprints
        | CaseReason::OfficersFinger
        | CaseReason::SameForm
        | CaseReason::RecaptureExhausted
        | CaseReason::Released => {}
    }
    let id = decided.case.application;
    let application = load(tx, id).await?;
    outcomes::decided(tx, id, decided.verdict.name(), decided.at).await?;
    match decided.verdict {
        Verdict::SamePerson { candidate } => {
            let other = load(tx, candidate).await?;
            if matches!(other.state, Application::RecaptureAsked { .. }) {
                // The candidate waits for this very encounter: it is the recapture.
                recapture::take_place(tx, &other, id, decided.at).await?;
                let again = searched_again(&decided.case.candidates, Some(candidate));
                return Ok(save_and_queue(tx, &application, &again, decided.at).await?);
            }
            link(register, tx, &application, candidate, decided).await
        }
        Verdict::DifferentPeople => number_due(register, tx, &application, decided).await,
        Verdict::AskRecapture => recapture::ask(register, tx, &application, decided).await,
        Verdict::SuspectFraud => fraud::hold(register, tx, &application, decided).await,
    }
}

/// Links an application to the one that stands for the same person, and offers its differences
/// as corrections of the record, if there is one.
pub(super) async fn link(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    to: ApplicationId,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    let state = Application::Linked { to, case: decided.case.id };
    save_and_queue(tx, application, &state, decided.at).await?;
    let stands_for = links::stands_for(tx, to).await?;
    if let Some(person) = people::person_of(tx, stands_for).await? {
        let how = people::Link::Adjudicated;
        people::link(tx, person, application.id, how, decided.at).await?;
        corrections::offer(register, tx, person, application.id, decided.at).await?;
    }
    tell(register, tx, application.id, "message.linked", decided.at).await
}

/// Makes a number due, with a later check where the decision rests on little.
pub(super) async fn number_due(
    register: &Register,
    tx: &mut Tx,
    application: &StoredApplication,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    let state = adjudicate::decide(decided.case.id, Verdict::DifferentPeople);
    save_and_queue(tx, application, &state, decided.at).await?;
    let reason = match decided.case.reason {
        CaseReason::NoUsableFingerprints => CheckReason::NoUsableFingerprints,
        CaseReason::RecaptureExhausted => CheckReason::RecaptureExhausted,
        _ => return Ok(()),
    };
    note_check(register, tx, application.id, (reason, decided.lasting), decided.at).await?;
    Ok(())
}

/// Notes that a record is to be looked at again, if it is.
pub(crate) async fn note_check(
    register: &Register,
    tx: &mut Tx,
    application: ApplicationId,
    (reason, lasting): (CheckReason, bool),
    at: Timestamp,
) -> Result<(), StoreError> {
    let today = register.pack.today(at);
    let due_on = later_check(reason, lasting, today, register.pack.desk());
    let Some(due_on) = due_on else { return Ok(()) };
    let id = LaterCheckId::random(&mut register.entropy.rng());
    checks::insert(tx, &Check { id, application, reason, due_on, done_at: None }).await
}

/// Whether none of an applicant's fingers can ever be captured. Asked before the transaction,
/// since the packet has to be opened.
pub(super) async fn lasting(register: &Register, case: &StoredCase) -> Result<bool, DeskError> {
    if case.reason != CaseReason::NoUsableFingerprints {
        return Ok(false);
    }
    let mut tx = register.db.read().await?;
    let application = applications::get(&mut tx, case.application).await?;
    let application = application.ok_or(StepError::Evidence("step.application_missing"))?;
    let packet = packets::get(&mut tx, application.packet).await?;
    drop(tx);
    let Some(packet) = packet else { return Ok(false) };
    // A packet that does not open says nothing lasting: the person is asked again.
    let Ok(encounter) = register.reopen_packet(&packet).await else { return Ok(false) };
    let lasting = encounter
        .fingers
        .iter()
        .all(|finger| matches!(finger.outcome, CaptureOutcome::Missing { permanent: true, .. }));
    Ok(lasting && !encounter.fingers.is_empty())
}

/// Whether an officer captured any encounter of a case.
pub(super) async fn captured(
    tx: &mut Tx,
    case: &DeskCase,
    officer: OfficerId,
) -> Result<bool, DeskError> {
    for id in case.people() {
        let application = applications::get(tx, id).await?;
        if application.is_some_and(|found| found.officer == Some(officer)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Refuses to link an application to one that already stands, by links, for this one: then
/// neither would get a number. The applicant's row is locked, so of two such opinions at once
/// the second sees the first.
pub(super) async fn check_circle(
    tx: &mut Tx,
    case: &StoredCase,
    verdict: Verdict,
) -> Result<(), DeskError> {
    let Verdict::SamePerson { candidate } = verdict else { return Ok(()) };
    applications::get_for_update(tx, case.application).await?;
    applications::get_for_update(tx, candidate).await?;
    if links::stands_for(tx, candidate).await? != case.application {
        return Ok(());
    }
    let title = "That application is linked to this one already";
    let problem = Problem::new(409, "adjudication.circular_link", title);
    Err(problem.detail("Decide this case as a different person: it stands for both.").into())
}

/// An application, locked.
pub(super) async fn load(tx: &mut Tx, id: ApplicationId) -> Result<StoredApplication, DeskError> {
    let found = applications::get_for_update(tx, id).await?;
    Ok(found.ok_or(StepError::Evidence("step.application_missing"))?)
}

/// Sends an applicant a message, if they gave a telephone number.
pub(super) async fn tell(
    register: &Register,
    tx: &mut Tx,
    application: ApplicationId,
    key: &str,
    at: Timestamp,
) -> Result<(), DeskError> {
    let Some(to) = load_record(tx, application).await?.phone else { return Ok(()) };
    let message = messages::Message {
        id: MessageId::random(&mut register.entropy.rng()),
        application,
        kind: key.trim_start_matches("message.").to_owned(),
        to,
        body: texts::text(key),
        created_at: at,
        sent_at: None,
    };
    messages::enqueue(tx, &message).await?;
    Ok(())
}
