//! Replies in the form that the compliance cases demand: every value a string, scores and
//! modalities on each candidate, the overall analytics beside the list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FailureReason, Refused, write_time};

/// A reply to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The operation, repeated.
    pub id: String,
    /// The request id, repeated.
    pub request_id: String,
    /// When it was made.
    pub time: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and there is nothing to say.
    Done,
    /// Who looks alike, best first.
    Candidates(Vec<Candidate>),
    /// How much is not yet answered.
    PendingJobs(u64),
    /// How many are enrolled.
    ReferenceCount(u64),
    /// Nothing was done.
    Failed(FailureReason),
}

/// Somebody who looks alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub reference_id: String,
    /// By what.
    pub modality: Modality,
    /// How much alike.
    pub analytics: Analytics,
}

/// By what somebody was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Modality {
    /// Fingers.
    #[serde(rename = "FIR")]
    Fingers,
    /// The face.
    #[serde(rename = "FACE")]
    Face,
}

/// The two numbers that a candidate carries, as texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Analytics {
    /// Percent.
    pub confidence: String,
    /// Millinats, or the rank for callers that may not see scores.
    pub internal_score: String,
}

impl Reply {
    /// The reply to a request that cannot be carried out.
    pub fn refused(refused: Refused, time: Timestamp) -> Self {
        Self {
            id: refused.id,
            request_id: refused.request_id,
            time,
            outcome: Outcome::Failed(refused.reason),
        }
    }

    /// The failure, if it is one.
    pub fn failure(&self) -> Option<FailureReason> {
        match self.outcome {
            Outcome::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// The reply as JSON text, without line breaks.
    ///
    /// # Panics
    /// Never: the form has text keys only.
    #[expect(clippy::expect_used, reason = "a form of texts and lists is always JSON")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&Form::of(self)).expect("texts and lists become JSON")
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Form<'r> {
    id: &'r str,
    request_id: &'r str,
    responsetime: String,
    return_value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate_list: Option<CandidateList<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    analytics: Option<&'r Analytics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jobscount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<String>,
}

#[derive(Serialize)]
struct CandidateList<'r> {
    count: String,
    candidates: Vec<CandidateForm<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CandidateForm<'r> {
    reference_id: &'r str,
    analytics: &'r Analytics,
    modalities: [ModalityForm<'r>; 1],
}

/// What decided, fingers or the face, is the one modality of a candidate.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModalityForm<'r> {
    biometric_type: Modality,
    analytics: &'r Analytics,
}

impl<'r> Form<'r> {
    fn of(reply: &'r Reply) -> Self {
        let mut form = Self {
            id: &reply.id,
            request_id: &reply.request_id,
            responsetime: write_time(reply.time),
            return_value: "1",
            failure_reason: None,
            candidate_list: None,
            analytics: None,
            jobscount: None,
            count: None,
        };
        match &reply.outcome {
            Outcome::Done => {}
            Outcome::Candidates(candidates) => {
                form.candidate_list = Some(CandidateList {
                    count: candidates.len().to_string(),
                    candidates: candidates.iter().map(CandidateForm::of).collect(),
                });
                form.analytics = candidates.first().map(|best| &best.analytics);
            }
            Outcome::PendingJobs(jobs) => form.jobscount = Some(jobs.to_string()),
            Outcome::ReferenceCount(count) => form.count = Some(count.to_string()),
            Outcome::Failed(reason) => {
                form.return_value = "2";
                form.failure_reason = Some(reason.number().to_string());
            }
        }
        form
    }
}

impl<'r> CandidateForm<'r> {
    fn of(candidate: &'r Candidate) -> Self {
        Self {
            reference_id: &candidate.reference_id,
            analytics: &candidate.analytics,
            modalities: [ModalityForm {
                biometric_type: candidate.modality,
                analytics: &candidate.analytics,
            }],
        }
    }
}
