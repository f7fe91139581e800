//! Opening a case and deciding it.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use niims_record::adjudication::Verdict;
use niims_record::desk::{Mark, RecaptureAdvice};
use niims_record::{CaseId, OfficerId, ViewId};
use serde::{Deserialize, Serialize};

use super::{CaseStanding, EvidenceShown, QueueEntry};
use crate::problem::Problem;

/// A case as one officer opened it.
#[derive(Clone)]
pub struct OpenedCase {
    /// This opening. A decision names it: one decides on what one saw.
    pub view: ViewId,
    /// Counts the changes of the case. A decision names it, so that a back button or a second
    /// window cannot decide on a stage that is over.
    pub version: i64,
    /// The case as in the list.
    pub entry: QueueEntry,
    /// What is shown.
    pub evidence: EvidenceShown,
    /// Where the case awaits a senior, what the two before concluded: no names, in the order
    /// given. Else empty.
    pub earlier: Vec<EarlierOpinion>,
    /// In an appeal, the ground stated, as written.
    pub appeal_ground: Option<String>,
    /// Rounds of recapture so far.
    pub recapture_rounds: u8,
    /// Whether a recapture can still be asked, or the rounds are used up.
    pub recapture_possible: bool,
    /// Stable code of why it cannot be decided but by asking for a recapture: evidence that
    /// does not read.
    pub blocked: Option<String>,
    /// Until when the officer holds the case.
    pub claimed_until: Timestamp,
}

impl core::fmt::Debug for OpenedCase {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OpenedCase({}, {}, …)", self.view, self.entry.case)
    }
}

/// An opinion without its author.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierOpinion {
    /// What was concluded.
    pub verdict: Verdict,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// Free text, as written.
    pub note: Option<String>,
    /// Marks drawn on prints.
    pub marks: Vec<Mark>,
}

/// Which image of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "image", rename_all = "snake_case")]
pub enum ImageOf {
    /// The portrait of a side.
    Portrait,
    /// A finger of a side.
    Finger {
        /// Which.
        position: FingerPosition,
    },
    /// The second best try of a finger of a side.
    SecondPrint {
        /// Which.
        position: FingerPosition,
    },
    /// The photo of missing or bandaged fingers of a side.
    ExceptionPhoto,
    /// A document of a side, counted from 0.
    Document {
        /// Which.
        index: usize,
    },
}

/// Which side of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "side", rename_all = "snake_case")]
pub enum SideOf {
    /// The applicant.
    Applicant,
    /// A candidate, counted from 0.
    Candidate {
        /// Which.
        index: usize,
    },
}

/// The bytes of an image, as captured.
#[derive(Clone)]
pub struct ImageBytes {
    /// Media type.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Dots per inch, for prints.
    pub dpi: Option<u16>,
}

impl core::fmt::Debug for ImageBytes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ImageBytes({} bytes)", self.bytes.len())
    }
}

/// Most characters of a note.
pub const LONGEST_NOTE: usize = 2_000;

/// A decision as an officer sends it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionGiven {
    /// Who.
    pub officer: OfficerId,
    /// The opening it rests on.
    pub view: ViewId,
    /// The version of the case then.
    pub version: i64,
    /// What.
    pub verdict: Verdict,
    /// Codes of the pack's list of reasons, 1 to 8, each allowed for this verdict.
    pub reasons: Vec<String>,
    /// Free text, at most [`LONGEST_NOTE`] characters. Kept sealed.
    pub note: Option<String>,
    /// Marks drawn on prints, at most [`niims_record::desk::MOST_MARKS`].
    pub marks: Vec<Mark>,
    /// For a recapture: what to do better, 1 to 10 lines. Else empty.
    pub recapture: Vec<RecaptureAdvice>,
}

impl core::fmt::Debug for DecisionGiven {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DecisionGiven({}, {}, …)", self.view, self.verdict.name())
    }
}

/// A reason that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonOffered {
    /// Its code.
    pub code: String,
    /// The verdicts that it may support, by stable name.
    pub verdicts: Vec<String>,
    /// Its text in the language asked for.
    pub text: String,
}

/// A case under a reviewer's eyes.
#[async_trait]
pub trait CaseReview: Send + Sync {
    /// Opens a case that this officer holds, records what is shown, and writes a disclosure
    /// line for everybody in it. Problems, 409: `desk.not_claimed`, and as [`super::CaseQueue::claim`].
    async fn open(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<OpenedCase, Problem>;

    /// An image of a view, for the officer who opened it, while they hold the case. The line
    /// written at opening covers it. Problems: 404 `desk.no_such_image`, 409 `desk.not_claimed`,
    /// 500 `desk.image_damaged`. Answers must not be stored in a shared cache.
    async fn image(
        &self,
        view: ViewId,
        side: SideOf,
        image: ImageOf,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<ImageBytes, Problem>;

    /// Takes a decision. When it decides the case, its consequence commits with it. Problems,
    /// all without effect: 403 `adjudication.not_an_adjudicator` (the role is gone), 409
    /// `desk.not_claimed`, `desk.claimed_by_other`, `desk.version_moved`, `desk.view_unknown`,
    /// `desk.blocked`, `desk.withdrawn`, `desk.no_more_recapture`, `adjudication.already_decided`, `adjudication.same_officer`,
    /// `adjudication.own_capture`, `adjudication.senior_needed`, `adjudication.no_such_candidate`,
    /// `adjudication.circular_link`; 422 with `at`: `adjudication.reason_unknown`,
    /// `desk.reason_of_other_verdict`, `adjudication.no_reason`, `desk.note_too_long`,
    /// `desk.marks_out_of_bounds`, `desk.recapture_advice`.
    async fn decide(
        &self,
        case: CaseId,
        decision: DecisionGiven,
        at: Timestamp,
    ) -> Result<CaseStanding, Problem>;

    /// The reasons of the pack, in its order, in a language of the pack (`en`, `sw`).
    fn reasons(&self, language: &str) -> Vec<ReasonOffered>;
}
