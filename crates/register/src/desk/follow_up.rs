//! Consequences that wait for somebody to act, as the pages reach them.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::{CaseId, CorrectionId, LaterCheckId, MergeId, OfficerId, RecaptureId};
use niims_store::applications;
use niims_store::desk::checks;
use niims_wire::Problem;
use niims_wire::desk::{
    AppealAsked, AppealStanding, CorrectionAnswer, CorrectionOffered, EvidenceShown, FollowUp,
    FraudAnswerGiven, FraudHeld, FraudStanding, LaterCheck, MergeProposed, MergeStanding, NotMet,
    RecaptureAsked,
};

use super::error::{DeskError, refused};
use super::roles::{CUSTOMER_RELATIONS_OFFICER, REGISTRATION_OFFICER, SUPERVISOR, holder};
use super::{appeal, corrections, fraud, merge, recapture};
use crate::{Register, trail};

/// Rows of one list, at most.
const MOST_LISTED: usize = 200;

#[async_trait]
impl FollowUp for Register {
    async fn recaptures(
        &self,
        county: Option<&str>,
        after: Option<RecaptureId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<RecaptureAsked>, Problem> {
        let at_most = at_most.clamp(1, MOST_LISTED);
        let work = recapture::list(self, county, after, at_most, officer);
        work.await.map_err(DeskError::into_problem)
    }

    async fn not_met(&self, at_most: usize, officer: OfficerId) -> Result<Vec<NotMet>, Problem> {
        let work = recapture::not_met(self, at_most.clamp(1, MOST_LISTED), officer);
        work.await.map_err(DeskError::into_problem)
    }

    async fn answer_recapture(
        &self,
        request: RecaptureId,
        new_application_number: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let work = recapture::answer(self, request, new_application_number, officer, at);
        work.await.map_err(DeskError::into_problem)
    }

    async fn replace_corrected(
        &self,
        old_application_number: &str,
        new_application_number: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let (old, new) = (old_application_number, new_application_number);
        let work = recapture::replace_corrected(self, old, new, officer, at);
        work.await.map_err(DeskError::into_problem)
    }

    async fn held(
        &self,
        after: Option<CaseId>,
        at_most: usize,
        senior: OfficerId,
    ) -> Result<Vec<FraudHeld>, Problem> {
        let work = fraud::held(self, after, at_most.clamp(1, MOST_LISTED), senior);
        work.await.map_err(DeskError::into_problem)
    }

    async fn held_evidence(
        &self,
        case: CaseId,
        senior: OfficerId,
        at: Timestamp,
    ) -> Result<EvidenceShown, Problem> {
        fraud::evidence(self, case, senior, at).await.map_err(DeskError::into_problem)
    }

    async fn answer_fraud(
        &self,
        case: CaseId,
        answer: FraudAnswerGiven,
        at: Timestamp,
    ) -> Result<FraudStanding, Problem> {
        fraud::answer(self, case, answer, at).await.map_err(DeskError::into_problem)
    }

    async fn corrections(
        &self,
        after: Option<CorrectionId>,
        at_most: usize,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Vec<CorrectionOffered>, Problem> {
        let work = corrections::list(self, after, at_most.clamp(1, MOST_LISTED), officer, at);
        work.await.map_err(DeskError::into_problem)
    }

    async fn answer_correction(
        &self,
        correction: CorrectionId,
        answer: CorrectionAnswer,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let work = corrections::answer(self, correction, answer, officer, at);
        work.await.map_err(DeskError::into_problem)
    }

    async fn appeal(&self, appeal: AppealAsked, at: Timestamp) -> Result<AppealStanding, Problem> {
        appeal::open(self, appeal, at).await.map_err(DeskError::into_problem)
    }

    async fn appeals(
        &self,
        after: Option<CaseId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<AppealStanding>, Problem> {
        let work = appeal::list(self, after, at_most.clamp(1, MOST_LISTED), officer);
        work.await.map_err(DeskError::into_problem)
    }

    async fn propose_merge(&self, merge: MergeProposed, at: Timestamp) -> Result<CaseId, Problem> {
        merge::propose(self, merge, at).await.map_err(DeskError::into_problem)
    }

    async fn merges(
        &self,
        before: Option<MergeId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<MergeStanding>, Problem> {
        let work = merge::list(self, before, at_most.clamp(1, MOST_LISTED), officer);
        work.await.map_err(DeskError::into_problem)
    }

    async fn later_checks(
        &self,
        due_on: Date,
        after: Option<LaterCheckId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<LaterCheck>, Problem> {
        let at_most = at_most.clamp(1, MOST_LISTED);
        later_checks(self, due_on, after, at_most, officer).await.map_err(DeskError::into_problem)
    }

    async fn check_done(
        &self,
        check: LaterCheckId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        check_done(self, check, officer, at).await.map_err(DeskError::into_problem)
    }

    async fn withdraw(
        &self,
        case: CaseId,
        reason: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem> {
        merge::withdraw(self, case, reason, officer, at).await.map_err(DeskError::into_problem)
    }
}

async fn later_checks(
    register: &Register,
    due_on: Date,
    after: Option<LaterCheckId>,
    at_most: usize,
    officer: OfficerId,
) -> Result<Vec<LaterCheck>, DeskError> {
    let mut tx = register.db.read().await?;
    let allowed = [REGISTRATION_OFFICER, CUSTOMER_RELATIONS_OFFICER, SUPERVISOR];
    holder(&mut tx, officer, &allowed, register.clock.now()).await?;
    let mut found = Vec::new();
    for check in checks::list_due(&mut tx, due_on, after, at_most).await? {
        let number = applications::application_number(&mut tx, check.application).await?;
        found.push(LaterCheck {
            check: check.id,
            application_number: number.unwrap_or_default(),
            reason: check.reason,
            due_on: check.due_on,
            done_at: check.done_at,
        });
    }
    Ok(found)
}

async fn check_done(
    register: &Register,
    check: LaterCheckId,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    holder(&mut tx, officer, &[REGISTRATION_OFFICER, SUPERVISOR], at).await?;
    if !checks::done(&mut tx, check, officer, at).await? {
        let detail = "List the checks that are due.";
        let title = "No such check is open";
        return Err(refused(404, "desk.no_such_check", title, detail).into());
    }
    let (actor, subject) = (officer.to_string(), check.to_string());
    trail::event(&mut tx, &actor, "check.done", &subject, serde_json::json!({}), at).await?;
    tx.commit().await?;
    Ok(())
}
