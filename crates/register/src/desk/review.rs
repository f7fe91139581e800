//! Opening a case, its images, and the decision.

mod decide;
mod images;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_country::ReasonKind;
use niims_record::adjudication::{Case, Opinion};
use niims_record::desk::{Mark, RecaptureAdvice};
use niims_record::{CaseId, OfficerId, ViewId};
use niims_store::Tx;
use niims_store::desk::queue::{self, Queued};
use niims_store::desk::views::{self, View};
use niims_store::desk::{appeals, opinions, recaptures};
use niims_wire::Problem;
use niims_wire::desk::{
    CaseReview, CaseStanding, DecisionGiven, EarlierOpinion, EvidenceShown, ImageBytes, ImageOf,
    OpenedCase, ReasonOffered, SideOf,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::case::{self, DeskCase};
use super::error::{DeskError, refused};
use super::foreign;
use super::queue::entry;
use super::roles::reviewer;
use super::show::{damage, show};
use crate::Register;
use crate::disclose::{self, Look};
use crate::steps::StepError;

pub(super) use decide::{Given, check_reasons, take};
pub(super) use images::image_of;

/// What is kept sealed beside a verdict.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Details {
    pub note: Option<String>,
    pub marks: Vec<Mark>,
    pub advice: Vec<RecaptureAdvice>,
}

#[async_trait]
impl CaseReview for Register {
    async fn open(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<OpenedCase, Problem> {
        open(self, case, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn image(
        &self,
        view: ViewId,
        side: SideOf,
        image: ImageOf,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<ImageBytes, Problem> {
        images::image(self, view, (side, image), officer, at).await.map_err(DeskError::into_problem)
    }

    async fn decide(
        &self,
        case: CaseId,
        decision: DecisionGiven,
        at: Timestamp,
    ) -> Result<CaseStanding, Problem> {
        decide::run(self, case, decision, at).await.map_err(DeskError::into_problem)
    }

    fn reasons(&self, language: &str) -> Vec<ReasonOffered> {
        let offered = self.pack.reasons().filter(|reason| reason.kind == ReasonKind::Adjudication);
        offered
            .map(|reason| ReasonOffered {
                code: reason.code.clone(),
                verdicts: reason.verdicts.clone(),
                text: reason
                    .texts
                    .get(language)
                    .or_else(|| reason.texts.values().next())
                    .cloned()
                    .unwrap_or_default(),
            })
            .collect()
    }
}

/// The case and its place in the queue, which this officer must hold.
pub(super) async fn held(
    tx: &mut Tx,
    id: CaseId,
    officer: OfficerId,
    for_update: bool,
    at: Timestamp,
) -> Result<(DeskCase, Queued, Timestamp), DeskError> {
    let case = case::load(tx, id, for_update).await?;
    let over = |code: &str, title: &str| refused(409, code, title, "Open the next case.");
    match case.stage() {
        Case::Decided { .. } => {
            return Err(over("adjudication.already_decided", "This case is decided").into());
        }
        Case::Withdrawn { .. } => {
            return Err(over("desk.withdrawn", "This case was withdrawn").into());
        }
        _ => {}
    }
    let queued = queue::get(tx, id).await?.ok_or_else(super::no_such_case)?;
    match queued.claimed {
        Some((by, until)) if until > at && by == officer => Ok((case, queued, until)),
        Some((_, until)) if until > at => {
            Err(over("desk.claimed_by_other", "Somebody else works on this case").into())
        }
        _ => {
            let detail = "Claim it again; nothing was changed.";
            Err(refused(409, "desk.not_claimed", "You do not hold this case", detail).into())
        }
    }
}

async fn open(
    register: &Register,
    id: CaseId,
    officer: OfficerId,
    at: Timestamp,
) -> Result<OpenedCase, DeskError> {
    let mut tx = register.db.read().await?;
    reviewer(&mut tx, officer, at).await?;
    let (case, ..) = held(&mut tx, id, officer, false, at).await?;
    drop(tx);
    let evidence = match &case {
        DeskCase::Real(stored) => show(register, stored).await?,
        DeskCase::Planted(planted) => planted.evidence.clone(),
        DeskCase::Foreign(case) => foreign::evidence(register, case).await?,
    };
    let mut tx = register.db.write().await?;
    reviewer(&mut tx, officer, at).await?;
    let (case, queued, until) = held(&mut tx, id, officer, true, at).await?;
    let view = record_view(register, &mut tx, &case, &evidence, officer, at).await?;
    let opened = OpenedCase {
        view,
        version: case.version(),
        entry: entry(&mut tx, &case, &queued, officer, at).await?,
        earlier: earlier(&mut tx, &case).await?,
        appeal_ground: ground(&mut tx, &case).await?,
        recapture_rounds: rounds(&mut tx, &case).await?,
        recapture_possible: decide::recapture_possible(register, &mut tx, &case).await?,
        blocked: damage(&evidence),
        evidence,
        claimed_until: until,
    };
    tx.commit().await?;
    Ok(opened)
}

/// Records what is shown, with a line for everybody in the case.
async fn record_view(
    register: &Register,
    tx: &mut Tx,
    case: &DeskCase,
    evidence: &EvidenceShown,
    officer: OfficerId,
    at: Timestamp,
) -> Result<ViewId, DeskError> {
    look(tx, case, officer, "adjudication", at).await?;
    let shown = serde_json::to_vec(evidence).map_err(|_| StepError::Evidence("desk.encoding"))?;
    let view = View {
        id: ViewId::random(&mut register.entropy.rng()),
        case: case.id(),
        officer,
        hash: Sha256::digest(&shown).into(),
        at,
    };
    views::insert(tx, &view, case.owner(), &shown).await?;
    Ok(view.id)
}

/// A disclosure line for everybody in a case.
pub(super) async fn look(
    tx: &mut Tx,
    case: &DeskCase,
    officer: OfficerId,
    purpose: &str,
    at: Timestamp,
) -> Result<(), DeskError> {
    for application in case.people() {
        let look = Look {
            application: Some(application),
            asker: "register",
            officer: &officer.to_string(),
            purpose,
            attributes: &["record", "portrait", "fingerprints", "exception_photo", "documents"],
            denied: None,
            at,
        };
        disclose::line(tx, &look).await?;
    }
    Ok(())
}

/// What the two before concluded, where a senior must decide.
async fn earlier(tx: &mut Tx, case: &DeskCase) -> Result<Vec<EarlierOpinion>, DeskError> {
    let Case::AwaitsSenior { first, second } = case.stage() else { return Ok(Vec::new()) };
    let said = opinions::of_case(tx, case.id(), case.owner()).await?;
    let details = |opinion: &Opinion| {
        let found = said.iter().find(|(stored, _)| stored.officer == opinion.officer);
        found.and_then(|(_, details)| details.as_deref()).map(read_details).unwrap_or_default()
    };
    Ok([first, second]
        .map(|opinion| {
            let Details { note, marks, .. } = details(opinion);
            let reasons = opinion.reasons.clone();
            EarlierOpinion { verdict: opinion.verdict, reasons, note, marks }
        })
        .to_vec())
}

/// What was said beside a verdict; nothing where it does not read.
pub(super) fn read_details(bytes: &[u8]) -> Details {
    serde_json::from_slice(bytes).unwrap_or_default()
}

async fn ground(tx: &mut Tx, case: &DeskCase) -> Result<Option<String>, DeskError> {
    match appeals::get(tx, case.id()).await? {
        Some(appeal) => Ok(appeals::ground(tx, &appeal).await?),
        None => Ok(None),
    }
}

async fn rounds(tx: &mut Tx, case: &DeskCase) -> Result<u8, DeskError> {
    match case {
        DeskCase::Real(stored) => Ok(recaptures::rounds(tx, stored.application).await?),
        DeskCase::Planted(_) | DeskCase::Foreign(_) => Ok(0),
    }
}
