//! Taking an opinion from the command line: the same rules, without a view and without a claim.
//! A case that somebody holds is left to them.

use jiff::Timestamp;
use niims_record::CaseId;
use niims_record::adjudication::Opinion;
use niims_store::desk::queue;
use niims_wire::desk::{CaseStanding, OpinionGiven};

use super::case::{self, DeskCase};
use super::consequence;
use super::error::{DeskError, refused};
use super::review::{Details, Given, check_reasons, take};
use super::roles::reviewer;
use crate::Register;

/// Takes an opinion or says why not.
pub(super) async fn run(
    register: &Register,
    id: CaseId,
    given: OpinionGiven,
    at: Timestamp,
) -> Result<CaseStanding, DeskError> {
    check_reasons(register, &given.reasons, None)?;
    let lasting = match case::load(&mut register.db.read().await?, id, false).await? {
        DeskCase::Real(stored) => consequence::lasting(register, &stored).await?,
        DeskCase::Planted(_) | DeskCase::Foreign(_) => false,
    };
    let mut tx = register.db.write().await?;
    let case = case::load(&mut tx, id, true).await?;
    let officer = reviewer(&mut tx, given.officer, at).await?;
    let queued = queue::get(&mut tx, id).await?;
    let held = queued.and_then(|queued| queued.claimed);
    if held.is_some_and(|(by, until)| until > at && by != given.officer) {
        let title = "Somebody else works on this case";
        return Err(refused(409, "desk.claimed_by_other", title, "Take another one.").into());
    }
    let given = Given {
        opinion: Opinion {
            officer: given.officer,
            verdict: given.verdict,
            reasons: given.reasons,
            given_at: at,
        },
        details: Details::default(),
        view: None,
    };
    let standing = take(register, &mut tx, &case, &officer, given, lasting, at).await?;
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(standing)
}
