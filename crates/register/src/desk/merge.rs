//! Two numbers of one person: merged, and unmerged without loss.
//!
//! A merge rewrites nothing of either record. The record that goes points to the one that stays,
//! its number is suspended, and every later correction keeps the record that it belongs to. What
//! the one that stays shows is made of its base and of the corrections of both; after an unmerge
//! each is made anew of its own. So both come back exactly, whatever happened in between.

use jiff::Timestamp;
use niims_audit::LeafKind;
use niims_record::adjudication::Verdict;
use niims_record::application::{Candidate, CaseReason};
use niims_record::number::HudumaNamba;
use niims_record::person::PersonStatus;
use niims_record::{CaseId, MergeId, OfficerId, PersonId};
use niims_store::desk::merges::{self, Merge};
use niims_store::people::Person;
use niims_store::{Owner, StoreError, Tx, applications, cases, numbers, people};
use niims_wire::desk::{MergeProposed, MergeStanding};
use sha2::{Digest, Sha256};

use super::consequence::{Decided, tell};
use super::corrections;
use super::enter::{NewCase, open_case};
use super::error::{DeskError, refused};
use super::roles::{AUDITOR, SENIOR_ADJUDICATOR, SUPERVISOR, holder};
use crate::steps::StepError;
use crate::steps::search_demographics::load_record;
use crate::{Register, links, trail};

/// Most characters of a note.
const LONGEST_NOTE: usize = 2_000;

/// Opens a case on two records with numbers.
pub(super) async fn propose(
    register: &Register,
    asked: MergeProposed,
    at: Timestamp,
) -> Result<CaseId, DeskError> {
    let note = asked.note.trim();
    if note.is_empty() || note.chars().count() > LONGEST_NOTE {
        let detail = format!("Say why, in at most {LONGEST_NOTE} characters.");
        return Err(refused(422, "desk.note_needed", "A note is needed", &detail)
            .at("note")
            .into());
    }
    let mut tx = register.db.write().await?;
    holder(&mut tx, asked.officer, &[SUPERVISOR, SENIOR_ADJUDICATOR], at).await?;
    let stays = by_number(&mut tx, &asked.stays).await?;
    let goes = by_number(&mut tx, &asked.goes).await?;
    let already = || {
        let detail = "Each number belongs to a record of its own that is not merged.";
        refused(409, "desk.merged_already", "These records cannot be merged", detail)
    };
    let stands = links::person_now(&mut tx, stays.id).await?;
    if goes.id == stands || matches!(goes.status, PersonStatus::Merged { .. }) {
        return Err(already().into());
    }
    let (first, second) =
        (load_record(&mut tx, goes.founding).await?, load_record(&mut tx, stays.founding).await?);
    let score = niims_linkage::compare(&first, &second, &register.names);
    let candidate =
        Candidate { application: stays.founding, demographic: Some(score.total), biometric: None };
    let case = CaseId::random(&mut register.entropy.rng());
    let by = niims_store::desk::reviewers::Tie::Officer(asked.officer).token(tx.keyring());
    let new = NewCase {
        case,
        application: goes.founding,
        reason: CaseReason::TwoNumbers,
        candidates: &[candidate],
        usable_fingers: 10,
        kept_from: vec![by],
        at,
    };
    if !open_case(register, &mut tx, new).await? {
        let detail = "Wait until it is decided.";
        return Err(refused(409, "desk.case_open", "A case is open already", detail).into());
    }
    // The note is sealed with the log's leaf, under the key of the record it is about.
    let event = format!("niims merge proposed v1\n{case}\n{note}\n");
    let owner = Owner::Application(goes.founding);
    trail::commit_to(&mut tx, LeafKind::Decision, event.as_bytes(), owner, at).await?;
    let (actor, subject) = (asked.officer.to_string(), case.to_string());
    trail::event(&mut tx, &actor, "merge.proposed", &subject, serde_json::json!({}), at).await?;
    tx.commit().await?;
    Ok(case)
}

async fn by_number(tx: &mut Tx, digits: &str) -> Result<Person, DeskError> {
    let none = || {
        let detail = "Check the digits.";
        refused(404, "desk.no_such_number", "Nobody has this number", detail)
    };
    let number: HudumaNamba = digits.parse().map_err(|_| none())?;
    let person = numbers::person_by_number(tx, number).await?.ok_or_else(none)?;
    Ok(people::get(tx, person).await?.ok_or_else(none)?)
}

/// Carries out a case on two numbers that has been decided. Only the same person has an effect.
pub(super) async fn decided(
    register: &Register,
    tx: &mut Tx,
    decided: &Decided<'_>,
) -> Result<(), DeskError> {
    let Verdict::SamePerson { candidate } = decided.verdict else { return Ok(()) };
    let missing = || StepError::Evidence("desk.person_missing");
    let goes = people::person_of(tx, decided.case.application).await?.ok_or_else(missing)?;
    let stays = people::person_of(tx, candidate).await?.ok_or_else(missing)?;
    let stays = links::person_now(tx, stays).await?;
    let goes = people::get(tx, goes).await?.ok_or_else(missing)?;
    if stays == goes.id || matches!(goes.status, PersonStatus::Merged { .. }) {
        let detail = "They were merged in the meantime. Decide as different people to close it.";
        let title = "These records cannot be merged";
        return Err(refused(409, "desk.merged_already", title, detail).into());
    }
    let before = (digest(register, tx, stays).await?, digest(register, tx, goes.id).await?);
    let merge = Merge {
        id: MergeId::random(&mut register.entropy.rng()),
        survivor: stays,
        merged: goes.id,
        case: decided.case.id,
        status_before: goes.status.clone(),
        place: niims_store::desk::corrections::next_place(tx).await?,
        merged_at: decided.at,
        unmerged: None,
    };
    merges::insert(tx, &merge).await?;
    let status = PersonStatus::Merged { into: stays, recorded_at: decided.at };
    set_status(tx, &goes, &status).await?;
    corrections::offer(register, tx, stays, goes.founding, decided.at).await?;
    note(tx, "record.merged", &merge, before, decided.at).await?;
    tell(register, tx, goes.founding, "message.merged", decided.at).await
}

/// Undoes a merge: both records are what they would be without it.
pub(super) async fn unmerge(
    register: &Register,
    tx: &mut Tx,
    merge: &Merge,
    case: CaseId,
    at: Timestamp,
) -> Result<(), DeskError> {
    if !merges::undo(tx, merge.id, case, at).await? {
        return Err(StepError::Overtaken.into());
    }
    let missing = || StepError::Evidence("desk.person_missing");
    let person = people::get(tx, merge.merged).await?.ok_or_else(missing)?;
    set_status(tx, &person, &merge.status_before).await?;
    let survivor = links::person_now(tx, merge.survivor).await?;
    corrections::make_anew(register, tx, survivor).await?;
    corrections::make_anew(register, tx, merge.merged).await?;
    let after =
        (digest(register, tx, merge.survivor).await?, digest(register, tx, merge.merged).await?);
    note(tx, "record.unmerged", merge, after, at).await?;
    tell(register, tx, person.founding, "message.unmerged", at).await
}

async fn set_status(tx: &mut Tx, person: &Person, status: &PersonStatus) -> Result<(), DeskError> {
    if people::set_status(tx, person.id, person.version, status).await? {
        return Ok(());
    }
    Err(StepError::Overtaken.into())
}

/// The audit event, with the hash of both records: before a merge, and after an unmerge.
async fn note(
    tx: &mut Tx,
    action: &str,
    merge: &Merge,
    (stays, goes): (String, String),
    at: Timestamp,
) -> Result<(), DeskError> {
    let details = serde_json::json!({
        "survivor": merge.survivor, "merged": merge.merged, "case": merge.case,
        "survivor_sha256": stays, "merged_sha256": goes,
    });
    trail::event(tx, "register", action, &merge.id.to_string(), details, at).await?;
    let event = format!("niims {action} v1\n{}\n{}\n", merge.id, at.as_millisecond());
    let owner = Owner::Person(merge.merged);
    trail::commit_to(tx, LeafKind::Decision, event.as_bytes(), owner, at).await?;
    Ok(())
}

async fn digest(register: &Register, tx: &mut Tx, person: PersonId) -> Result<String, DeskError> {
    Ok(hex::encode(Sha256::digest(snapshot(register, tx, person).await?)))
}

/// A record in canonical bytes: status, founding, links, number and answers, without the
/// counters that only order writers.
pub(super) async fn snapshot(
    register: &Register,
    tx: &mut Tx,
    id: PersonId,
) -> Result<Vec<u8>, DeskError> {
    let missing = || StepError::Evidence("desk.person_missing");
    let person = people::get(tx, id).await?.ok_or_else(missing)?;
    let linked: Vec<_> = people::applications_of(tx, id)
        .await?
        .into_iter()
        .map(|(application, how)| (application, how.name()))
        .collect();
    let number = numbers::number_of(tx, id).await?.map(|number| number.digits());
    let answers = register.answers(tx, person.founding).await?;
    let answers: Vec<_> = answers.iter().collect();
    let record = serde_json::json!({
        "person": person.id, "status": person.status, "founding": person.founding,
        "created_at": person.created_at.as_millisecond(), "linked": linked, "number": number,
        "answers": answers,
    });
    Ok(serde_json::to_vec(&record).map_err(|_| StepError::Evidence("desk.encoding"))?)
}

/// Merges, newest first.
pub(super) async fn list(
    register: &Register,
    before: Option<MergeId>,
    at_most: usize,
    officer: OfficerId,
) -> Result<Vec<MergeStanding>, DeskError> {
    let mut tx = register.db.read().await?;
    holder(&mut tx, officer, &[SUPERVISOR, SENIOR_ADJUDICATOR, AUDITOR], register.clock.now())
        .await?;
    let mut found = Vec::new();
    for merge in merges::list(&mut tx, before, at_most).await? {
        found.push(MergeStanding {
            merge: merge.id,
            case: merge.case,
            stays: slip_of(&mut tx, merge.survivor).await?,
            goes: slip_of(&mut tx, merge.merged).await?,
            merged_at: merge.merged_at,
            unmerged: merge.unmerged,
        });
    }
    Ok(found)
}

async fn slip_of(tx: &mut Tx, person: PersonId) -> Result<String, StoreError> {
    let Some(person) = people::get(tx, person).await? else { return Ok(String::new()) };
    Ok(applications::application_number(tx, person.founding).await?.unwrap_or_default())
}

/// Takes a case off the desk.
pub(super) async fn withdraw(
    register: &Register,
    case: CaseId,
    reason: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, officer, &[SUPERVISOR], at).await?;
    let code = reason.strip_prefix("desk.").unwrap_or(reason);
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    if code.is_empty() || code.len() > 60 || !code.chars().all(plain) {
        let detail = "Give a code of small letters, such as desk.applicant_withdrew.";
        return Err(refused(422, "desk.reason_needed", "A reason is needed", detail).into());
    }
    if cases::get(&mut tx, case).await?.is_none() {
        return Err(super::no_such_case().into());
    }
    super::recapture::withdraw_case(register, &mut tx, case, reason, None, at).await?;
    let (actor, subject) = (officer.to_string(), case.to_string());
    let details = serde_json::json!({ "why": reason });
    trail::event(&mut tx, &actor, "case.withdrawn", &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}
