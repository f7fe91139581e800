//! Protection against a source that turns bad, and planted pairs.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::desk::{HitJump, PlantedKind, SourceKind};
use niims_record::{InquiryId, OfficerId, PlantedPairId};
use serde::{Deserialize, Serialize};

use super::{EvidenceShown, ImageBytes, ImageOf, SideOf};
use crate::problem::Problem;

/// An inquiry into a source whose hit rate jumped. While it is open, applications from there
/// wait before they are searched or numbered; what they hold stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Kit, officer or place.
    pub kind: SourceKind,
    /// Which: id or code.
    pub source: String,
    /// The figures that opened it.
    pub jump: HitJump,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When and why it was closed.
    pub closed: Option<InquiryClosed>,
}

/// How an inquiry ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryClosed {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
}

impl core::fmt::Debug for InquiryClosed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "InquiryClosed({}, …)", self.by)
    }
}

/// The watch over sources. For supervisors; auditors may read.
#[async_trait]
pub trait DeskWatch: Send + Sync {
    /// Inquiries, open ones first, then newest first.
    async fn inquiries(
        &self,
        open_only: bool,
        at_most: usize,
        officer: OfficerId,
    ) -> Result<Vec<Inquiry>, Problem>;

    /// Closes an inquiry; the source goes on. Problems: 404 `desk.no_such_inquiry`, 409
    /// `desk.inquiry_closed`, 403 `desk.not_yourself` (an officer closes none into themselves),
    /// 422 `desk.reason_needed`.
    async fn close_inquiry(
        &self,
        inquiry: InquiryId,
        reason: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;
}

/// A pair of records whose answer is known.
#[derive(Clone)]
pub struct PlantedPair {
    /// What it is: the answer follows.
    pub kind: PlantedKind,
    /// What is shown. Exactly one candidate.
    pub evidence: EvidenceShown,
    /// Every image that the evidence names.
    pub images: Vec<(SideOf, ImageOf, ImageBytes)>,
}

impl core::fmt::Debug for PlantedPair {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PlantedPair({:?}, …)", self.kind)
    }
}

/// The pool of planted pairs. Kept by those who measure the desk; no reviewer reaches it.
#[async_trait]
pub trait PlantedPairs: Send + Sync {
    /// Adds a pair. Problems, 422: `desk.planted_evidence` (not one candidate, or an image that
    /// is missing or does not have the hash that the evidence states).
    async fn add_planted(&self, pair: PlantedPair, at: Timestamp)
    -> Result<PlantedPairId, Problem>;

    /// Opens a case of a pair of the pool at once; the register does so by itself at the
    /// pack's rate. `None` where the pool is empty.
    async fn plant(&self, at: Timestamp) -> Result<Option<niims_record::CaseId>, Problem>;
}
