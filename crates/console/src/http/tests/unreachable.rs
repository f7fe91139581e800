//! A register that cannot be reached: what the pages of accounts stand beside in their tests,
//! and what the pages of the desk must bear.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::desk::Rest;
use niims_record::fleet::{KitAct, PacketDecision};
use niims_record::{
    CaseId, CorrectionId, InquiryId, LaterCheckId, MergeId, OfficerId, RecaptureId, ViewId,
};
use niims_record::{KitAlarmId, KitId, PacketId};
use niims_wire::Problem;
use niims_wire::desk::*;
use niims_wire::fleet::*;

/// Answers 503 to everything.
pub(super) struct Unreachable;

fn unavailable<T>() -> Result<T, Problem> {
    Err(Problem::new(503, "centre.unavailable", "The centre cannot serve the desk now"))
}

#[async_trait]
impl CaseQueue for Unreachable {
    async fn page(
        &self,
        _officer: OfficerId,
        _filter: QueueFilter,
        _after: Option<QueueCursor>,
        _at: Timestamp,
    ) -> Result<QueuePage, Problem> {
        unavailable()
    }
    async fn claim_next(
        &self,
        _officer: OfficerId,
        _filter: QueueFilter,
        _at: Timestamp,
    ) -> Result<Option<QueueEntry>, Problem> {
        unavailable()
    }
    async fn claim(
        &self,
        _case: CaseId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<QueueEntry, Problem> {
        unavailable()
    }
    async fn release(
        &self,
        _case: CaseId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn claims(
        &self,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<Vec<QueueEntry>, Problem> {
        unavailable()
    }
    async fn rest(&self, _officer: OfficerId, _at: Timestamp) -> Result<Rest, Problem> {
        unavailable()
    }
    async fn resident_waits(
        &self,
        _application_number: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
}

#[async_trait]
impl CaseReview for Unreachable {
    async fn open(
        &self,
        _case: CaseId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<OpenedCase, Problem> {
        unavailable()
    }
    async fn image(
        &self,
        _view: ViewId,
        _side: SideOf,
        _image: ImageOf,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<ImageBytes, Problem> {
        unavailable()
    }
    async fn decide(
        &self,
        _case: CaseId,
        _decision: DecisionGiven,
        _at: Timestamp,
    ) -> Result<CaseStanding, Problem> {
        unavailable()
    }
    fn reasons(&self, _language: &str) -> Vec<ReasonOffered> {
        Vec::new()
    }
}

#[async_trait]
impl FollowUp for Unreachable {
    async fn recaptures(
        &self,
        _county: Option<&str>,
        _after: Option<RecaptureId>,
        _at_most: usize,
        _officer: OfficerId,
    ) -> Result<Vec<RecaptureAsked>, Problem> {
        unavailable()
    }
    async fn not_met(&self, _at_most: usize, _officer: OfficerId) -> Result<Vec<NotMet>, Problem> {
        unavailable()
    }
    async fn answer_recapture(
        &self,
        _request: RecaptureId,
        _new_application_number: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn replace_corrected(
        &self,
        _old_application_number: &str,
        _new_application_number: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn held(
        &self,
        _after: Option<CaseId>,
        _at_most: usize,
        _senior: OfficerId,
    ) -> Result<Vec<FraudHeld>, Problem> {
        unavailable()
    }
    async fn held_evidence(
        &self,
        _case: CaseId,
        _senior: OfficerId,
        _at: Timestamp,
    ) -> Result<EvidenceShown, Problem> {
        unavailable()
    }
    async fn answer_fraud(
        &self,
        _case: CaseId,
        _answer: FraudAnswerGiven,
        _at: Timestamp,
    ) -> Result<FraudStanding, Problem> {
        unavailable()
    }
    async fn corrections(
        &self,
        _after: Option<CorrectionId>,
        _at_most: usize,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<Vec<CorrectionOffered>, Problem> {
        unavailable()
    }
    async fn answer_correction(
        &self,
        _correction: CorrectionId,
        _answer: CorrectionAnswer,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn appeal(
        &self,
        _appeal: AppealAsked,
        _at: Timestamp,
    ) -> Result<AppealStanding, Problem> {
        unavailable()
    }
    async fn appeals(
        &self,
        _after: Option<CaseId>,
        _at_most: usize,
        _officer: OfficerId,
    ) -> Result<Vec<AppealStanding>, Problem> {
        unavailable()
    }
    async fn propose_merge(
        &self,
        _merge: MergeProposed,
        _at: Timestamp,
    ) -> Result<CaseId, Problem> {
        unavailable()
    }
    async fn merges(
        &self,
        _before: Option<MergeId>,
        _at_most: usize,
        _officer: OfficerId,
    ) -> Result<Vec<MergeStanding>, Problem> {
        unavailable()
    }
    async fn later_checks(
        &self,
        _due_on: Date,
        _after: Option<LaterCheckId>,
        _at_most: usize,
        _officer: OfficerId,
    ) -> Result<Vec<LaterCheck>, Problem> {
        unavailable()
    }
    async fn check_done(
        &self,
        _check: LaterCheckId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn withdraw(
        &self,
        _case: CaseId,
        _reason: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
}

#[async_trait]
impl DeskReports for Unreachable {
    async fn outcomes(
        &self,
        _period: ReportPeriod,
        _by: ReportBy,
        _officer: OfficerId,
    ) -> Result<Vec<OutcomeRow>, Problem> {
        unavailable()
    }
    async fn parity(
        &self,
        _period: ReportPeriod,
        _by: ReportBy,
        _officer: OfficerId,
    ) -> Result<Vec<ParityRow>, Problem> {
        unavailable()
    }
    async fn queue_age(
        &self,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<Vec<QueueAgeRow>, Problem> {
        unavailable()
    }
    async fn reviewers(
        &self,
        _period: ReportPeriod,
        _officer: OfficerId,
    ) -> Result<Vec<ReviewerRow>, Problem> {
        unavailable()
    }
    async fn agreement(
        &self,
        _period: ReportPeriod,
        _officer: OfficerId,
    ) -> Result<Vec<AgreementRow>, Problem> {
        unavailable()
    }
}

#[async_trait]
impl DeskWatch for Unreachable {
    async fn inquiries(
        &self,
        _open_only: bool,
        _at_most: usize,
        _officer: OfficerId,
    ) -> Result<Vec<Inquiry>, Problem> {
        unavailable()
    }
    async fn close_inquiry(
        &self,
        _inquiry: InquiryId,
        _reason: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
}

#[async_trait]
impl DeskAudit for Unreachable {
    async fn replay(
        &self,
        _case: CaseId,
        _auditor: OfficerId,
        _at: Timestamp,
    ) -> Result<CaseReplayed, Problem> {
        unavailable()
    }
    async fn replay_view(
        &self,
        _view: ViewId,
        _auditor: OfficerId,
        _at: Timestamp,
    ) -> Result<ViewReplayed, Problem> {
        unavailable()
    }
    async fn replay_image(
        &self,
        _view: ViewId,
        _side: SideOf,
        _image: ImageOf,
        _auditor: OfficerId,
        _at: Timestamp,
    ) -> Result<ImageBytes, Problem> {
        unavailable()
    }
}

#[async_trait]
impl Fleet for Unreachable {
    async fn kits(&self, _after: &str, _officer: OfficerId) -> Result<Vec<KitLine>, Problem> {
        unavailable()
    }
    async fn kit(&self, _kit: KitId, _officer: OfficerId) -> Result<KitShown, Problem> {
        unavailable()
    }
    async fn register_kit(
        &self,
        _new: NewKit,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<KitCodes, Problem> {
        unavailable()
    }
    async fn renew_code(
        &self,
        _kit: KitId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<KitCodes, Problem> {
        unavailable()
    }
    async fn act(
        &self,
        _kit: KitId,
        _act: KitAct,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn assign_kit(
        &self,
        _kit: KitId,
        _to: Assignment,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn add_officer(
        &self,
        _kit: KitId,
        _user_name: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<OfficerWord, Problem> {
        unavailable()
    }
    async fn remove_officer(
        &self,
        _kit: KitId,
        _member: OfficerId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
    async fn renew_word(
        &self,
        _kit: KitId,
        _member: OfficerId,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<OfficerWord, Problem> {
        unavailable()
    }
    async fn set_aside(
        &self,
        _kit: KitId,
        _officer: OfficerId,
    ) -> Result<Vec<AsidePacket>, Problem> {
        unavailable()
    }
    async fn decide_packets(
        &self,
        _kit: KitId,
        _packets: &[PacketId],
        _decision: (PacketDecision, &str),
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<u64, Problem> {
        unavailable()
    }
    async fn alarms(
        &self,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<Vec<AlarmShown>, Problem> {
        unavailable()
    }
    async fn settle_alarm(
        &self,
        _alarm: KitAlarmId,
        _note: &str,
        _officer: OfficerId,
        _at: Timestamp,
    ) -> Result<(), Problem> {
        unavailable()
    }
}
