//! Cases of other platforms on our desk. Reviewers decide them as any other; what is decided is
//! answered, and nothing of it enters the register.

mod receive;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use niims_record::CaseId;
use niims_record::adjudication::{Case, Verdict};
use niims_store::desk::foreign::{self, ForeignCase};
use niims_store::{StoreError, Tx};
use niims_wire::Problem;
use niims_wire::desk::{
    EvidenceShown, ForeignCases, ForeignDecision, ForeignReply, ForeignRequest, ForeignStanding,
};

use super::error::{DeskError, refused};
use crate::steps::StepError;
use crate::{Register, trail};

/// Answers, or cases to be erased, that one look takes up.
const AT_ONCE: usize = 50;

#[async_trait]
impl ForeignCases for Register {
    async fn standing(
        &self,
        platform: &str,
        request: &str,
        hash: &[u8; 32],
    ) -> Result<ForeignStanding, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            standing(&mut tx, platform, request, hash).await
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn receive(
        &self,
        request: ForeignRequest,
        at: Timestamp,
    ) -> Result<ForeignStanding, Problem> {
        receive::run(self, request, at).await.map_err(DeskError::into_problem)
    }

    async fn due(&self, platform: &str) -> Result<Vec<ForeignReply>, Problem> {
        let work = async {
            let mut tx = self.db.read().await?;
            let mut due = Vec::new();
            for case in foreign::due(&mut tx, platform, AT_ONCE).await? {
                due.extend(reply(&mut tx, &case).await?);
            }
            Ok(due)
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn answered(&self, case: CaseId, at: Timestamp) -> Result<(), Problem> {
        let work = async {
            let mut tx = self.db.write().await?;
            foreign::answered(&mut tx, case, at).await?;
            let details = serde_json::json!({});
            trail::event(&mut tx, "register", "foreign.answered", &case.to_string(), details, at)
                .await?;
            tx.commit().await?;
            Ok(())
        };
        work.await.map_err(DeskError::into_problem)
    }

    async fn erase(&self, retention: SignedDuration, at: Timestamp) -> Result<usize, Problem> {
        let work = async {
            let answered_by = at.checked_sub(retention).unwrap_or(Timestamp::MIN);
            let mut tx = self.db.write().await?;
            let erased = foreign::erase(&mut tx, answered_by, AT_ONCE, at).await?;
            for case in &erased {
                let (subject, details) = (case.to_string(), serde_json::json!({}));
                trail::event(&mut tx, "register", "foreign.erased", &subject, details, at).await?;
            }
            tx.commit().await?;
            Ok(erased.len())
        };
        work.await.map_err(DeskError::into_problem)
    }
}

/// What is shown of a case, as it was compared when it came.
pub(super) async fn evidence(
    register: &Register,
    case: &ForeignCase,
) -> Result<EvidenceShown, DeskError> {
    let mut tx = register.db.read().await?;
    let bytes = match foreign::evidence(&mut tx, case.id).await {
        Ok(bytes) => bytes,
        Err(StoreError::KeyDestroyed) => {
            let detail = "It was answered, and its time is over.";
            return Err(refused(410, "foreign.erased", "This case was erased", detail).into());
        }
        Err(error) => return Err(error.into()),
    };
    serde_json::from_slice(&bytes)
        .map_err(|_| StepError::Evidence("desk.evidence_malformed").into())
}

async fn standing(
    tx: &mut Tx,
    platform: &str,
    request: &str,
    hash: &[u8; 32],
) -> Result<ForeignStanding, DeskError> {
    let Some(case) = foreign::by_request(tx, platform, request).await? else {
        return Ok(ForeignStanding::New);
    };
    if case.request_hash != *hash {
        return Ok(ForeignStanding::Changed);
    }
    if case.erased_at.is_some() {
        return Ok(ForeignStanding::Erased);
    }
    Ok(reply(tx, &case).await?.map_or(ForeignStanding::Open, ForeignStanding::Decided))
}

/// The answer of a case, once it is decided.
async fn reply(tx: &mut Tx, case: &ForeignCase) -> Result<Option<ForeignReply>, DeskError> {
    let Case::Decided { verdict, opinions } = &case.stage else { return Ok(None) };
    let decision = match verdict {
        Verdict::DifferentPeople => ForeignDecision::NoMatch,
        Verdict::SamePerson { candidate } => {
            let place = case.sides.iter().position(|side| side == candidate);
            let references = foreign::references(tx, case.id).await?;
            let named = place.and_then(|place| references.into_iter().nth(place));
            ForeignDecision::Matched(named.ok_or(StepError::Evidence("foreign.side_missing"))?)
        }
        undecided @ (Verdict::AskRecapture | Verdict::SuspectFraud) => {
            ForeignDecision::Undecided(undecided.name())
        }
    };
    let mut reasons: Vec<String> = opinions
        .iter()
        .filter(|opinion| opinion.verdict == *verdict)
        .flat_map(|opinion| opinion.reasons.clone())
        .collect();
    reasons.sort();
    reasons.dedup();
    Ok(Some(ForeignReply { case: case.id, request: case.request.clone(), decision, reasons }))
}
