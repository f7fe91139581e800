//! What follows from decisions, and who acts on it.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use niims_record::adjudication::Verdict;
use niims_record::desk::{CheckReason, FraudAnswer, RecaptureAdvice};
use niims_record::{
    CaseId, CorrectionId, LaterCheckId, MergeId, OfficerId, RecaptureId, RevisitId,
};
use serde::{Deserialize, Serialize};

use super::EvidenceShown;
use crate::problem::Problem;

/// A request to come again for better prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecaptureAsked {
    /// The request.
    pub request: RecaptureId,
    /// Number on the slip of the application.
    pub application_number: String,
    /// Which round it is, from 1.
    pub round: u8,
    /// Most rounds of the country pack.
    pub most_rounds: u8,
    /// What to do better.
    pub advice: Vec<RecaptureAdvice>,
    /// Code of the county where it was captured.
    pub county: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
}

/// Somebody who was to be met again and could not be, as an officer in the field says. It counts
/// for nothing against the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotMet {
    /// The request.
    pub request: RevisitId,
    /// Number on the slip of the application that waits.
    pub application_number: String,
    /// What was asked: `recapture` or `correction`.
    pub asked: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Why: a code of the list `revisit_outcomes` of the country pack.
    pub reason: String,
    /// When the officer said so.
    pub said_at: Timestamp,
}

/// A case held because fraud is suspected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FraudHeld {
    /// The case that held it.
    pub case: CaseId,
    /// Number on the slip.
    pub application_number: String,
    /// Since when.
    pub held_at: Timestamp,
    /// Answers of seniors so far, 0 to 2. Which, the next senior does not see.
    pub answers: usize,
}

/// A senior's answer to a held case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FraudAnswerGiven {
    /// Who.
    pub officer: OfficerId,
    /// Release or refer.
    pub answer: FraudAnswer,
    /// Why, 1 to 2,000 characters. Kept sealed.
    pub note: String,
}

impl core::fmt::Debug for FraudAnswerGiven {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FraudAnswerGiven({:?}, …)", self.answer)
    }
}

/// Where a held case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FraudStanding {
    /// What was decided, once two seniors agree.
    pub decided: Option<FraudAnswer>,
    /// Answers so far.
    pub answers: usize,
}

/// A difference between a record and a later application of the same person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionOffered {
    /// The correction.
    pub correction: CorrectionId,
    /// Number on the slip of the application that brought it.
    pub application_number: String,
    /// Field id of the form.
    pub field: String,
    /// The answer in the record; `None` where it has none.
    pub old: Option<String>,
    /// The answer of the later application.
    pub new: Option<String>,
    /// When it was offered.
    pub offered_at: Timestamp,
}

impl core::fmt::Debug for CorrectionOffered {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CorrectionOffered({}, {}, …)", self.correction, self.field)
    }
}

/// What to do with a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionAnswer {
    /// The record takes the new answer.
    Accept,
    /// The record stays as it is.
    Decline,
}

/// An appeal as a customer relations officer takes it down.
#[derive(Clone, PartialEq, Eq)]
pub struct AppealAsked {
    /// Number on the slip of the application whose outcome is appealed.
    pub application_number: String,
    /// What the person says, 1 to 2,000 characters. Kept sealed.
    pub ground: String,
    /// Who takes it down.
    pub officer: OfficerId,
}

impl core::fmt::Debug for AppealAsked {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("AppealAsked(…)")
    }
}

/// An appeal and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealStanding {
    /// The case of the appeal.
    pub case: CaseId,
    /// The case that it appeals.
    pub of: CaseId,
    /// Number on the slip.
    pub application_number: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The verdict, once decided.
    pub verdict: Option<Verdict>,
    /// Whether it overturned what was, once decided.
    pub overturned: Option<bool>,
}

/// Two records with numbers that seem to be of one person.
#[derive(Clone, PartialEq, Eq)]
pub struct MergeProposed {
    /// The number of the record that should stay.
    pub stays: String,
    /// The number that should be suspended.
    pub goes: String,
    /// Why, 1 to 2,000 characters. Kept sealed.
    pub note: String,
    /// A supervisor or senior adjudicator.
    pub officer: OfficerId,
}

impl core::fmt::Debug for MergeProposed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MergeProposed(…)")
    }
}

/// A merge in force or undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeStanding {
    /// The merge.
    pub merge: MergeId,
    /// The case that decided it.
    pub case: CaseId,
    /// Number on the slip of the founding application of the record that stays.
    pub stays: String,
    /// The same of the record whose number is suspended.
    pub goes: String,
    /// When.
    pub merged_at: Timestamp,
    /// When it was undone, if so, and by which case.
    pub unmerged: Option<(Timestamp, CaseId)>,
}

/// A check of a record that is due later, such as of a child who grew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterCheck {
    /// The check.
    pub check: LaterCheckId,
    /// Number on the slip.
    pub application_number: String,
    /// Why.
    pub reason: CheckReason,
    /// The day from which it is due.
    pub due_on: Date,
    /// When it was done, if so.
    pub done_at: Option<Timestamp>,
}

/// Consequences that wait for somebody to act. Lists are oldest first, at most `at_most`
/// (1 to 200), after the last id of the page before. Each shows personal data only where it
/// says so, and then writes a disclosure line.
#[async_trait]
pub trait FollowUp: Send + Sync {
    /// Recaptures still open, of a county or of all: for registration officers, customer
    /// relations officers and supervisors.
    async fn recaptures(
        &self,
        county: Option<&str>,
        after: Option<RecaptureId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<RecaptureAsked>, Problem>;

    /// People who could not be met again, oldest request first: for registration officers,
    /// customer relations officers and supervisors. No kit is sent to them any more; whoever of
    /// them comes to a desk is registered there.
    async fn not_met(&self, at_most: usize, officer: OfficerId) -> Result<Vec<NotMet>, Problem>;

    /// Says that an application, by the number on its slip, is the recapture that was asked.
    /// The earlier one is linked to it; the new one goes on. Problems: 404
    /// `desk.no_such_application`, 409 `desk.recapture_answered`, `desk.cannot_replace` (the new
    /// one is the same, or has ended without a number).
    async fn answer_recapture(
        &self,
        request: RecaptureId,
        new_application_number: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Says that a new encounter takes the place of an application whose answers had to be
    /// corrected, by the numbers on both slips. For registration officers and supervisors.
    /// Problems: 404 `desk.no_such_application`, 409 `desk.no_correction_asked`,
    /// `desk.cannot_replace`.
    async fn replace_corrected(
        &self,
        old_application_number: &str,
        new_application_number: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Held cases that this senior can still answer.
    async fn held(
        &self,
        after: Option<CaseId>,
        at_most: usize,
        senior: OfficerId,
    ) -> Result<Vec<FraudHeld>, Problem>;

    /// The evidence of a held case, for a senior who may answer it: a read of everybody in it.
    async fn held_evidence(
        &self,
        case: CaseId,
        senior: OfficerId,
        at: Timestamp,
    ) -> Result<EvidenceShown, Problem>;

    /// A senior's answer. Two that agree decide: to release, and the case is opened anew for
    /// people who have not seen it; to refer, and the application is refused with a right of
    /// appeal. Problems, 409: `desk.took_part` (gave an opinion in the case),
    /// `desk.answered_already`, `desk.not_held`; 422 `desk.note_needed`.
    async fn answer_fraud(
        &self,
        case: CaseId,
        answer: FraudAnswerGiven,
        at: Timestamp,
    ) -> Result<FraudStanding, Problem>;

    /// Corrections offered: a read of the person behind each. For supervisors.
    async fn corrections(
        &self,
        after: Option<CorrectionId>,
        at_most: usize,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Vec<CorrectionOffered>, Problem>;

    /// Accepts or declines a correction. Problems, 409: `desk.correction_settled`,
    /// `desk.record_moved` (the record has another answer by now: decline, or offer it anew),
    /// `desk.took_part` (captured it or decided the case).
    async fn answer_correction(
        &self,
        correction: CorrectionId,
        answer: CorrectionAnswer,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Opens an appeal. It goes to the front of the queue, to people who have not seen the
    /// case. Problems: 404 `desk.no_such_application`, 409 `desk.nothing_to_appeal`,
    /// `desk.appeal_open`; 422 `desk.ground_needed`.
    async fn appeal(&self, appeal: AppealAsked, at: Timestamp) -> Result<AppealStanding, Problem>;

    /// Appeals, open ones first.
    async fn appeals(
        &self,
        after: Option<CaseId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<AppealStanding>, Problem>;

    /// Opens a case on two records with numbers. Decided as the same person, they are merged.
    /// Problems: 404 `desk.no_such_number`, 409 `desk.merged_already`, `desk.case_open`.
    async fn propose_merge(&self, merge: MergeProposed, at: Timestamp) -> Result<CaseId, Problem>;

    /// Merges, newest first. For supervisors, senior adjudicators and auditors.
    async fn merges(
        &self,
        before: Option<MergeId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<MergeStanding>, Problem>;

    /// Checks due on a day or before.
    async fn later_checks(
        &self,
        due_on: Date,
        after: Option<LaterCheckId>,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<LaterCheck>, Problem>;

    /// Records that a check was done. Problems: 404 `desk.no_such_check`.
    async fn check_done(
        &self,
        check: LaterCheckId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;

    /// Takes a case off the desk that has lost its object, with a code of the reason. Its
    /// application goes back to the search. For supervisors. Problems: 409 `desk.withdrawn`,
    /// `adjudication.already_decided`; 422 `desk.reason_needed`.
    async fn withdraw(
        &self,
        case: CaseId,
        reason: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;
}
