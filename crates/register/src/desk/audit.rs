//! Looking back: any case as it was seen.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::{CaseId, OfficerId, ViewId};
use niims_store::desk::opinions;
use niims_store::desk::views::{self, View};
use niims_store::{StoreError, Tx, cases};
use niims_wire::Problem;
use niims_wire::desk::{
    CaseReplayed, DeskAudit, EvidenceShown, ImageBytes, ImageOf, OpinionRecorded, SideOf,
    ViewRecorded, ViewReplayed,
};
use sha2::{Digest, Sha256};

use super::appeal::verdict_of;
use super::case::{self, DeskCase};
use super::error::{DeskError, refused};
use super::planted::images_of;
use super::review::{image_of, look, read_details};
use super::roles::{AUDITOR, holder};
use crate::Register;
use crate::steps::StepError;

#[async_trait]
impl DeskAudit for Register {
    async fn replay(
        &self,
        case: CaseId,
        auditor: OfficerId,
        at: Timestamp,
    ) -> Result<CaseReplayed, Problem> {
        replay(self, case, auditor, at).await.map_err(DeskError::into_problem)
    }

    async fn replay_view(
        &self,
        view: ViewId,
        auditor: OfficerId,
        at: Timestamp,
    ) -> Result<ViewReplayed, Problem> {
        replay_view(self, view, auditor, at).await.map_err(DeskError::into_problem)
    }

    async fn replay_image(
        &self,
        view: ViewId,
        side: SideOf,
        image: ImageOf,
        auditor: OfficerId,
        at: Timestamp,
    ) -> Result<ImageBytes, Problem> {
        let work = async {
            let (_, case, evidence, _) = shown(self, view, auditor, at).await?;
            let tx = self.db.read().await?;
            image_of(self, tx, &case, &evidence, (side, image)).await
        };
        work.await.map_err(DeskError::into_problem)
    }
}

async fn replay(
    register: &Register,
    id: CaseId,
    auditor: OfficerId,
    at: Timestamp,
) -> Result<CaseReplayed, DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, auditor, &[AUDITOR], at).await?;
    let case = case::load(&mut tx, id, false).await?;
    // Notes and marks are about people.
    look(&mut tx, &case, auditor, "audit", at).await?;
    let replayed = CaseReplayed {
        case: id,
        reason: case.reason(),
        opened_at: case.opened_at(),
        stage: case.stage().name().to_owned(),
        verdict: verdict_of(case.stage()),
        decided_at: decided_at(&mut tx, &case).await?,
        views: views::of_case(&mut tx, id).await?.iter().map(recorded).collect(),
        opinions: said(&mut tx, &case).await?,
    };
    tx.commit().await?;
    Ok(replayed)
}

async fn decided_at(tx: &mut Tx, case: &DeskCase) -> Result<Option<Timestamp>, DeskError> {
    match case {
        DeskCase::Real(stored) => {
            Ok(cases::get(tx, stored.id).await?.and_then(|found| found.decided_at))
        }
        DeskCase::Foreign(foreign) => Ok(foreign.decided_at),
        DeskCase::Planted(_) => Ok(case
            .stage()
            .opinions()
            .last()
            .filter(|_| !case.stage().is_open())
            .map(|opinion| opinion.given_at)),
    }
}

async fn said(tx: &mut Tx, case: &DeskCase) -> Result<Vec<OpinionRecorded>, DeskError> {
    let stored = opinions::of_case(tx, case.id(), case.owner()).await?;
    let mut found = Vec::new();
    for opinion in case.stage().opinions() {
        let beside = stored.iter().find(|(said, _)| said.officer == opinion.officer);
        let details = beside.and_then(|(_, bytes)| bytes.as_deref()).map(read_details);
        let details = details.unwrap_or_default();
        found.push(OpinionRecorded {
            officer: opinion.officer,
            view: beside.and_then(|(said, _)| said.view),
            verdict: opinion.verdict,
            reasons: opinion.reasons.clone(),
            note: details.note,
            marks: details.marks,
            given_at: opinion.given_at,
        });
    }
    Ok(found)
}

fn recorded(view: &View) -> ViewRecorded {
    ViewRecorded {
        view: view.id,
        officer: view.officer,
        at: view.at,
        sha256: hex::encode(view.hash),
    }
}

/// What an opening showed, with whether it has the hash recorded. Writes the lines.
async fn shown(
    register: &Register,
    id: ViewId,
    auditor: OfficerId,
    at: Timestamp,
) -> Result<(View, DeskCase, EvidenceShown, bool), DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, auditor, &[AUDITOR], at).await?;
    let none = || {
        let detail = "Open the case's replay and choose an opening.";
        refused(404, "desk.no_such_view", "There is no such opening", detail)
    };
    let view = views::get(&mut tx, id).await?.ok_or_else(none)?;
    let case = case::load(&mut tx, view.case, false).await?;
    look(&mut tx, &case, auditor, "audit", at).await?;
    let bytes = match views::shown(&mut tx, &view, case.owner()).await {
        Ok(bytes) => bytes.ok_or_else(none)?,
        Err(StoreError::KeyDestroyed) => {
            let detail = "The law had the record erased; the opening and its hash remain.";
            return Err(refused(410, "desk.view_erased", "This was erased", detail).into());
        }
        Err(error) => return Err(error.into()),
    };
    tx.commit().await?;
    let intact = Sha256::digest(&bytes).as_slice() == view.hash;
    let evidence = serde_json::from_slice(&bytes)
        .map_err(|_| StepError::Evidence("desk.evidence_malformed"))?;
    Ok((view, case, evidence, intact))
}

async fn replay_view(
    register: &Register,
    id: ViewId,
    auditor: OfficerId,
    at: Timestamp,
) -> Result<ViewReplayed, DeskError> {
    let (view, case, evidence, intact) = shown(register, id, auditor, at).await?;
    let mut named = Vec::new();
    for (image, _) in images_of(&evidence.applicant) {
        named.push((SideOf::Applicant, image));
    }
    for (index, candidate) in evidence.candidates.iter().enumerate() {
        for (image, _) in images_of(&candidate.side) {
            named.push((SideOf::Candidate { index }, image));
        }
    }
    let mut altered_images = Vec::new();
    for which in named {
        let tx = register.db.read().await?;
        match image_of(register, tx, &case, &evidence, which).await {
            Ok(_) => {}
            Err(DeskError::Refused(_)) => altered_images.push(which),
            Err(error) => return Err(error),
        }
    }
    Ok(ViewReplayed { view: recorded(&view), evidence, intact, altered_images })
}
