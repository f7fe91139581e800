//! Another desk's answers: read, kept once, taken when nobody looks at the case.

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_record::adjudication::{Case, Opinion};
use niims_record::desk::{NoOpinion, OutsideSaid, opinion_of};
use niims_store::desk::outside::{self, HeldAnswer, Outcome, OutsideRequest};
use niims_store::desk::queue;
use niims_store::{Keyring, StoreError, Tx, officers};
use niims_wire::desk::{AnswerStanding, OutsideAnswer};
use sha2::{Digest, Sha256};

use super::{AT_ONCE, reference};
use crate::desk::case::{self, DeskCase};
use crate::desk::consequence;
use crate::desk::error::DeskError;
use crate::desk::review::{Details, Given, take};
use crate::desk::roles::{OUTSIDE_DESK, has};
use crate::{Register, trail};

/// The reason of the country pack that stands behind another desk's opinion.
const REASON: &str = "adjudication.outside_desk";

pub(super) async fn run(
    register: &Register,
    desk: OfficerId,
    answer: OutsideAnswer,
    at: Timestamp,
) -> Result<AnswerStanding, DeskError> {
    let hash = hash(&answer);
    let known = outside::get(&mut register.db.read().await?, answer.request, false).await?;
    let Some(known) = known.filter(|request| request.officer == desk) else {
        return Ok(AnswerStanding::Unknown);
    };
    let lasting = lasting(register, &known).await?;
    let mut tx = register.db.write().await?;
    let request = outside::get(&mut tx, known.id, true).await?.unwrap_or(known);
    if let Some(first) = request.answer_hash {
        if first == hash {
            return Ok(AnswerStanding::Repeated);
        }
        record(&mut tx, &request, "contradicted", at).await?;
        tx.commit().await?;
        return Ok(AnswerStanding::Contradicted);
    }
    let case = case::load(&mut tx, request.case, true).await?;
    let said = said(&mut tx, &request, &answer).await?;
    let held = match judge(&case, &request, &said, at) {
        Ok(verdict) => HeldAnswer { verdict, note: answer.note },
        Err(outcome) => {
            outside::answered(&mut tx, request.id, &hash, None, at).await?;
            close(&mut tx, &request, outcome, at).await?;
            tx.commit().await?;
            return Ok(AnswerStanding::Settled(outcome.name()));
        }
    };
    let kept = Some((&held, case.owner()));
    outside::answered(&mut tx, request.id, &hash, kept, at).await?;
    let outcome = try_take(register, &mut tx, &request, &case, held, lasting, at).await?;
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(outcome.map_or(AnswerStanding::Kept, |outcome| AnswerStanding::Settled(outcome.name())))
}

/// Takes what could not be taken before, and closes what is overdue.
pub(super) async fn settle(
    register: &Register,
    desk: OfficerId,
    at: Timestamp,
) -> Result<usize, DeskError> {
    let mut settled = 0;
    let held = outside::held(&mut register.db.read().await?, desk, AT_ONCE).await?;
    for request in held {
        let lasting = lasting(register, &request).await?;
        let mut tx = register.db.write().await?;
        let case = case::load(&mut tx, request.case, true).await?;
        let outcome = match outside::held_answer(&mut tx, request.id, case.owner()).await {
            Ok(Some(held)) => {
                try_take(register, &mut tx, &request, &case, held, lasting, at).await?
            }
            // Erased meanwhile: nobody is left to decide about.
            Ok(None) | Err(StoreError::KeyDestroyed) => {
                close(&mut tx, &request, Outcome::TooLate, at).await?;
                Some(Outcome::TooLate)
            }
            Err(error) => return Err(error.into()),
        };
        tx.commit().await?;
        settled += usize::from(outcome.is_some());
    }
    let mut tx = register.db.write().await?;
    for request in outside::overdue(&mut tx, desk, at, AT_ONCE).await? {
        close(&mut tx, &request, Outcome::Unanswered, at).await?;
        settled += 1;
    }
    tx.commit().await?;
    if settled > 0 {
        register.bell.notify_waiters();
    }
    Ok(settled)
}

async fn lasting(register: &Register, request: &OutsideRequest) -> Result<bool, DeskError> {
    match case::load(&mut register.db.read().await?, request.case, false).await? {
        DeskCase::Real(stored) => consequence::lasting(register, &stored).await,
        DeskCase::Planted(_) | DeskCase::Foreign(_) => Ok(false),
    }
}

/// The opinion that an answer is, or why it is none.
fn judge(
    case: &DeskCase,
    request: &OutsideRequest,
    said: &OutsideSaid,
    at: Timestamp,
) -> Result<niims_record::adjudication::Verdict, Outcome> {
    if at >= request.expires_at || request.outcome.is_some() {
        return Err(Outcome::Expired);
    }
    let verdict = opinion_of(said).map_err(|why| match why {
        NoOpinion::Declined => Outcome::Declined,
        NoOpinion::NoSuchCandidate => Outcome::NoSuchCandidate,
        NoOpinion::Several => Outcome::Several,
    })?;
    if wants_one(case) { Ok(verdict) } else { Err(Outcome::TooLate) }
}

/// Whether one of the blind pair is still to come.
fn wants_one(case: &DeskCase) -> bool {
    matches!(case.stage(), Case::AwaitsFirst | Case::AwaitsSecond { .. })
}

/// The references of an answer as candidates of the case.
async fn said(
    tx: &mut Tx,
    request: &OutsideRequest,
    answer: &OutsideAnswer,
) -> Result<OutsideSaid, DeskError> {
    let Some(matched) = &answer.matched else { return Ok(OutsideSaid::Declined) };
    let shares = outside::shares(tx, request.id).await?;
    let keyring: &Keyring = tx.keyring();
    let candidates: Vec<_> = shares
        .iter()
        .filter(|share| share.place > 0)
        .map(|share| (reference(keyring, request.id, share.place), share.application))
        .collect();
    let found = matched.iter().map(|named| {
        candidates.iter().find(|(reference, _)| reference == named).map(|(_, id)| *id)
    });
    Ok(OutsideSaid::Matched(found.collect()))
}

/// Takes an opinion; `None` where one of ours looks at the case, whose work is not to be lost.
async fn try_take(
    register: &Register,
    tx: &mut Tx,
    request: &OutsideRequest,
    case: &DeskCase,
    held: HeldAnswer,
    lasting: bool,
    at: Timestamp,
) -> Result<Option<Outcome>, DeskError> {
    let claimed = queue::get(tx, case.id()).await?.and_then(|queued| queued.claimed);
    let officer = officers::get(tx, request.officer).await?;
    let officer = officer.filter(|officer| has(officer, &[OUTSIDE_DESK]));
    let outcome = match officer {
        None => Outcome::Refused,
        Some(_) if !wants_one(case) => Outcome::TooLate,
        Some(_) if claimed.is_some_and(|(_, until)| until > at) => return Ok(None),
        Some(officer) => {
            let opinion = Opinion {
                officer: officer.id,
                verdict: held.verdict,
                reasons: vec![REASON.to_owned()],
                given_at: at,
            };
            let details = Details { note: held.note, ..Details::default() };
            let given = Given { opinion, details, view: None };
            match take(register, tx, case, &officer, given, lasting, at).await {
                Ok(_) => Outcome::Taken,
                // Refusals come before anything is written.
                Err(DeskError::Refused(_)) => Outcome::Refused,
                Err(error) => return Err(error),
            }
        }
    };
    close(tx, request, outcome, at).await?;
    Ok(Some(outcome))
}

async fn close(
    tx: &mut Tx,
    request: &OutsideRequest,
    outcome: Outcome,
    at: Timestamp,
) -> Result<(), DeskError> {
    outside::settle(tx, request.id, outcome, at).await?;
    record(tx, request, outcome.name(), at).await
}

async fn record(
    tx: &mut Tx,
    request: &OutsideRequest,
    outcome: &str,
    at: Timestamp,
) -> Result<(), DeskError> {
    let details = serde_json::json!({ "request": request.id.to_string(), "outcome": outcome });
    let (actor, subject) = (request.officer.to_string(), request.case.to_string());
    trail::event(tx, &actor, "case.outside_answer", &subject, details, at).await?;
    Ok(())
}

/// What an answer says, apart from the order of what it names and the words beside it.
fn hash(answer: &OutsideAnswer) -> [u8; 32] {
    let mut hash = Sha256::new();
    match &answer.matched {
        None => hash.update(b"declined"),
        Some(matched) => {
            let mut matched: Vec<&String> = matched.iter().collect();
            matched.sort();
            hash.update(b"matched");
            for reference in matched {
                hash.update((reference.len() as u64).to_be_bytes());
                hash.update(reference.as_bytes());
            }
        }
    }
    hash.finalize().into()
}
