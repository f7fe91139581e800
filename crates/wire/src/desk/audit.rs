//! Looking back: any case, as it was seen.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::adjudication::Verdict;
use niims_record::application::CaseReason;
use niims_record::desk::Mark;
use niims_record::{CaseId, OfficerId, ViewId};
use serde::{Deserialize, Serialize};

use super::{EvidenceShown, ImageBytes, ImageOf, SideOf};
use crate::problem::Problem;

/// One opening of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewRecorded {
    /// The opening.
    pub view: ViewId,
    /// Who opened it.
    pub officer: OfficerId,
    /// When.
    pub at: Timestamp,
    /// SHA-256 of what was shown, hexadecimal.
    pub sha256: String,
}

/// One opinion of a replayed case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionRecorded {
    /// Who.
    pub officer: OfficerId,
    /// The opening it rests on; `None` for one given on the command line.
    pub view: Option<ViewId>,
    /// What.
    pub verdict: Verdict,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// Free text.
    pub note: Option<String>,
    /// Marks on prints.
    pub marks: Vec<Mark>,
    /// When.
    pub given_at: Timestamp,
}

impl core::fmt::Debug for OpinionRecorded {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OpinionRecorded({}, {}, …)", self.officer, self.verdict.name())
    }
}

/// A case as it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReplayed {
    /// The case.
    pub case: CaseId,
    /// Why it was opened.
    pub reason: CaseReason,
    /// When.
    pub opened_at: Timestamp,
    /// The stage now.
    pub stage: String,
    /// The verdict, once decided.
    pub verdict: Option<Verdict>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Its openings, in order.
    pub views: Vec<ViewRecorded>,
    /// Its opinions, in order.
    pub opinions: Vec<OpinionRecorded>,
}

/// What one opening showed.
#[derive(Clone)]
pub struct ViewReplayed {
    /// The opening.
    pub view: ViewRecorded,
    /// What was shown, exactly.
    pub evidence: EvidenceShown,
    /// Whether the evidence has the hash that was recorded when it was shown.
    pub intact: bool,
    /// Images whose bytes are gone or no longer have the hash shown.
    pub altered_images: Vec<(SideOf, ImageOf)>,
}

impl core::fmt::Debug for ViewReplayed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ViewReplayed({:?}, intact: {}, …)", self.view.view, self.intact)
    }
}

/// Replay for auditors. Reads of evidence write a disclosure line, purpose `audit`, for
/// everybody in the case.
#[async_trait]
pub trait DeskAudit: Send + Sync {
    /// How a case went: openings and opinions. Of planted cases too.
    async fn replay(
        &self,
        case: CaseId,
        auditor: OfficerId,
        at: Timestamp,
    ) -> Result<CaseReplayed, Problem>;

    /// What an opening showed. Problems: 404 `desk.no_such_view`, 410 `desk.view_erased`.
    async fn replay_view(
        &self,
        view: ViewId,
        auditor: OfficerId,
        at: Timestamp,
    ) -> Result<ViewReplayed, Problem>;

    /// An image of an opening, as it was captured. Problems as [`super::CaseReview::image`].
    async fn replay_image(
        &self,
        view: ViewId,
        side: SideOf,
        image: ImageOf,
        auditor: OfficerId,
        at: Timestamp,
    ) -> Result<ImageBytes, Problem>;
}
