//! Taking a decision: checked whole, then saved with its consequence in one transaction.

use jiff::Timestamp;
use niims_audit::LeafKind;
use niims_country::ReasonKind;
use niims_record::adjudication::{Case, Desk, Opinion, Verdict};
use niims_record::application::CaseReason;
use niims_record::desk::{check_advice, check_marks};
use niims_record::{CaseId, ViewId};
use niims_store::Tx;
use niims_store::desk::opinions::{self, StoredOpinion};
use niims_store::desk::queue::{self, Needs};
use niims_store::desk::{recaptures, views};
use niims_store::officers::Officer;
use niims_wire::Problem;
use niims_wire::desk::{CaseStanding, DecisionGiven, EvidenceShown, LONGEST_NOTE};

use super::Details;
use crate::desk::case::{self, DeskCase};
use crate::desk::consequence::{self, Decided};
use crate::desk::error::{DeskError, refused};
use crate::desk::outside;
use crate::desk::roles::{is_senior, reviewer};
use crate::desk::show::damage;
use crate::steps::StepError;
use crate::{Register, trail};

/// An opinion that was checked in itself, from a page or from the command line.
pub(in crate::desk) struct Given {
    pub opinion: Opinion,
    pub details: Details,
    /// The opening it rests on, with its time; `None` on the command line.
    pub view: Option<(ViewId, Timestamp)>,
}

pub(super) async fn run(
    register: &Register,
    id: CaseId,
    given: DecisionGiven,
    at: Timestamp,
) -> Result<CaseStanding, DeskError> {
    check_form(register, &given)?;
    let lasting = match case::load(&mut register.db.read().await?, id, false).await? {
        DeskCase::Real(stored) => consequence::lasting(register, &stored).await?,
        DeskCase::Planted(_) | DeskCase::Foreign(_) => false,
    };
    let mut tx = register.db.write().await?;
    let officer = reviewer(&mut tx, given.officer, at).await?;
    let (case, ..) = super::held(&mut tx, id, given.officer, true, at).await?;
    if case.version() != given.version {
        let detail = "Nothing was changed. Open the case again and look anew.";
        let title = "The case has moved on since you opened it";
        return Err(refused(409, "desk.version_moved", title, detail).into());
    }
    let opened_at = check_view(&mut tx, &case, &given).await?;
    let candidates = case.candidates().len();
    check_marks(&given.marks, candidates).map_err(|why| {
        refused(422, "desk.marks_out_of_bounds", "The marks are not taken", &why.to_string())
            .at("marks")
    })?;
    let given = Given {
        opinion: Opinion {
            officer: given.officer,
            verdict: given.verdict,
            reasons: given.reasons,
            given_at: at,
        },
        details: Details { note: given.note, marks: given.marks, advice: given.recapture },
        view: Some((given.view, opened_at)),
    };
    let standing = take(register, &mut tx, &case, &officer, given, lasting, at).await?;
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(standing)
}

/// Takes an opinion into a case in a transaction.
pub(in crate::desk) async fn take(
    register: &Register,
    tx: &mut Tx,
    case: &DeskCase,
    officer: &Officer,
    given: Given,
    lasting: bool,
    at: Timestamp,
) -> Result<CaseStanding, DeskError> {
    let candidates = case.candidates();
    let involved = queue::involved(tx, case.id(), officer.id).await?;
    let desk = Desk {
        seat: outside::seat(tx, case, officer).await?,
        senior: is_senior(officer),
        captured_by_officer: involved || consequence::captured(tx, case, officer.id).await?,
        candidates: &candidates,
    };
    let next =
        case.stage().clone().with(given.opinion.clone(), desk).map_err(|why| {
            refused(409, why.code(), "This opinion was not taken", &why.to_string())
        })?;
    let verdict = given.opinion.verdict;
    if verdict == Verdict::AskRecapture && !recapture_possible(register, tx, case).await? {
        let title = "No more recapture can be asked in this case";
        let detail = "Decide by faces, documents and what is known. Nobody is refused for a body.";
        return Err(refused(409, "desk.no_more_recapture", title, detail).into());
    }
    if let DeskCase::Real(stored) = case {
        consequence::check_circle(tx, stored, verdict).await?;
    }
    case.save(tx, &next, at).await?;
    keep(tx, case, &given, at).await?;
    record(tx, case, &next, &given.opinion, at).await?;
    match &next {
        Case::AwaitsSenior { .. } => queue::pass_on(tx, case.id(), Needs::Senior).await?,
        open if open.is_open() => queue::pass_on(tx, case.id(), Needs::Reviewer).await?,
        _ => queue::remove(tx, case.id()).await?,
    }
    let Case::Decided { verdict, .. } = &next else {
        return Ok(CaseStanding { stage: next.name().to_owned(), verdict: None });
    };
    if let DeskCase::Real(stored) = case {
        let decided = Decided { case: stored, verdict: *verdict, lasting, at };
        consequence::follow(register, tx, &decided).await?;
    }
    Ok(CaseStanding { stage: next.name().to_owned(), verdict: Some(*verdict) })
}

async fn keep(tx: &mut Tx, case: &DeskCase, given: &Given, at: Timestamp) -> Result<(), DeskError> {
    let stored = StoredOpinion {
        case: case.id(),
        officer: given.opinion.officer,
        view: given.view.map(|(view, _)| view),
        verdict: given.opinion.verdict,
        seconds: given.view.map(|(_, opened)| at.duration_since(opened).as_secs()),
        planted: case.planted_kind(),
        given_at: at,
    };
    let details =
        serde_json::to_vec(&given.details).map_err(|_| StepError::Evidence("desk.encoding"))?;
    opinions::insert(tx, &stored, case.owner(), &details).await?;
    Ok(())
}

/// The leaf of the log and the audit event of an opinion.
async fn record(
    tx: &mut Tx,
    case: &DeskCase,
    next: &Case,
    opinion: &Opinion,
    at: Timestamp,
) -> Result<(), DeskError> {
    let event =
        format!("niims opinion v1\n{}\n{}\n{}\n", case.id(), next.name(), at.as_millisecond());
    trail::commit_to(tx, LeafKind::Decision, event.as_bytes(), case.owner(), at).await?;
    let details = serde_json::json!({ "stage": next.name() });
    let (actor, subject) = (opinion.officer.to_string(), case.id().to_string());
    trail::event(tx, &actor, "case.opinion", &subject, details, at).await?;
    Ok(())
}

/// Whether a recapture can still be asked in a case.
pub(super) async fn recapture_possible(
    register: &Register,
    tx: &mut Tx,
    case: &DeskCase,
) -> Result<bool, DeskError> {
    let DeskCase::Real(stored) = case else { return Ok(true) };
    // An appeal may say that nobody can tell: then the outcome stands.
    match stored.reason {
        CaseReason::RecaptureExhausted => return Ok(false),
        CaseReason::Appeal | CaseReason::TwoNumbers => return Ok(true),
        _ => {}
    }
    let rounds = recaptures::rounds(tx, stored.application).await?;
    Ok(rounds < register.pack.desk().most_recapture_rounds)
}

/// The view must be this officer's of this case, and show nothing damaged unless a recapture is
/// asked; when it was opened.
async fn check_view(
    tx: &mut Tx,
    case: &DeskCase,
    given: &DecisionGiven,
) -> Result<Timestamp, DeskError> {
    let view = views::get(tx, given.view).await?;
    let view = view.filter(|view| view.case == case.id() && view.officer == given.officer);
    let unknown = || {
        let detail = "Nothing was changed. Open the case and decide on what you see.";
        refused(409, "desk.view_unknown", "You have not opened this case", detail)
    };
    let view = view.ok_or_else(unknown)?;
    let shown = views::shown(tx, &view, case.owner()).await?.ok_or_else(unknown)?;
    let evidence: EvidenceShown = serde_json::from_slice(&shown)
        .map_err(|_| StepError::Evidence("desk.evidence_malformed"))?;
    if damage(&evidence).is_some() && given.verdict != Verdict::AskRecapture {
        let detail = "Ask for a recapture, or give the case back and tell a supervisor.";
        return Err(refused(409, "desk.blocked", "Evidence cannot be read", detail).into());
    }
    Ok(view.at)
}

/// What can be said of a decision without looking at its case.
fn check_form(register: &Register, given: &DecisionGiven) -> Result<(), Problem> {
    check_reasons(register, &given.reasons, Some(given.verdict))?;
    if given.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        let detail = format!("Write at most {LONGEST_NOTE} characters.");
        return Err(refused(422, "desk.note_too_long", "The note is too long", &detail).at("note"));
    }
    let asks = given.verdict == Verdict::AskRecapture;
    check_advice(&given.recapture, asks).map_err(|why| {
        refused(422, "desk.recapture_advice", "The advice is not taken", &why.to_string())
            .at("recapture")
    })
}

/// Reasons must be of the pack's list and, from a page, allowed for the verdict.
pub(in crate::desk) fn check_reasons(
    register: &Register,
    reasons: &[String],
    verdict: Option<Verdict>,
) -> Result<(), Problem> {
    let known = |code: &String| {
        register.pack.reason(code).filter(|reason| reason.kind == ReasonKind::Adjudication)
    };
    if reasons.len() > 8 || reasons.iter().any(|code| known(code).is_none()) {
        let title = "A reason is not in the list";
        let detail = "Use codes of the country pack's adjudication reasons.";
        return Err(refused(422, "adjudication.reason_unknown", title, detail).at("reasons"));
    }
    let Some(verdict) = verdict else { return Ok(()) };
    if reasons.is_empty() {
        let detail = "Choose at least one.";
        return Err(
            refused(422, "adjudication.no_reason", "A reason is missing", detail).at("reasons")
        );
    }
    let allowed = |code: &String| {
        known(code).is_some_and(|reason| reason.verdicts.iter().any(|v| v == verdict.name()))
    };
    if reasons.iter().all(allowed) {
        return Ok(());
    }
    let title = "A reason does not support this decision";
    let detail = "Choose reasons that are listed for it.";
    Err(refused(422, "desk.reason_of_other_verdict", title, detail).at("reasons"))
}
