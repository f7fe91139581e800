//! Between the register and the desk of the adjudicators.
//!
//! [`AdjudicationDesk`] is what the command line uses. Pages use the other traits: a case is
//! found and claimed ([`CaseQueue`]), opened and decided ([`CaseReview`]); what follows stands in
//! [`FollowUp`]; those who watch over the desk use [`DeskReports`], [`DeskWatch`] and
//! [`DeskAudit`]. Cases leave for other desks through [`OutsideDesks`] and come from other platforms
//! through [`ForeignCases`]. Every method checks the officer's role anew; the caller has checked who the
//! officer is. Problems that all share: 403 `desk.role_missing`, 404 `adjudication.no_such_case`,
//! 503 `centre.unavailable`.

mod audit;
mod exchange;
mod follow_up;
mod queue;
mod reports;
mod review;
mod shown;
mod watch;

pub use audit::*;
pub use exchange::*;
pub use follow_up::*;
pub use queue::*;
pub use reports::*;
pub use review::*;
pub use shown::*;
pub use watch::*;

use async_trait::async_trait;
use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use niims_record::adjudication::Verdict;
use niims_record::application::CaseReason;
use niims_record::{ApplicationId, CaseId, OfficerId};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// A case in a list: nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// The case.
    pub case: CaseId,
    /// The opaque number of the application, as on its slip.
    pub application_number: String,
    /// Why it was opened.
    pub reason: CaseReason,
    /// The stage, such as `awaits_second`.
    pub stage: String,
    /// How many candidates there are.
    pub candidates: usize,
    /// Since when it waits.
    pub opened_at: Timestamp,
}

/// One side of a comparison. Holds personal data.
#[derive(Clone)]
pub struct Side {
    /// The application.
    pub application: ApplicationId,
    /// Its opaque number.
    pub application_number: String,
    /// Answers of the form, field id to plain value.
    pub answers: Vec<(String, String)>,
    /// The portrait, with its media type.
    pub portrait: Option<(String, Vec<u8>)>,
    /// The finger images, with resolution in dots per inch.
    pub fingers: Vec<FingerImage>,
}

/// One finger image.
#[derive(Clone)]
pub struct FingerImage {
    /// Which finger.
    pub position: FingerPosition,
    /// Dots per inch.
    pub dpi: u16,
    /// The image file.
    pub bytes: Vec<u8>,
}

/// One candidate beside the applicant.
#[derive(Clone)]
pub struct CandidateSide {
    /// The candidate's record.
    pub side: Side,
    /// Demographic likeness, thousandths of a nat, with its parts in words.
    pub demographic: Option<(i32, Vec<String>)>,
    /// Fingerprint likeness, thousandths of a nat.
    pub biometric: Option<i32>,
}

/// All that an adjudicator looks at in one case.
#[derive(Clone)]
pub struct Evidence {
    /// The case.
    pub summary: CaseSummary,
    /// The applicant.
    pub applicant: Side,
    /// The candidates, best first.
    pub candidates: Vec<CandidateSide>,
}

/// An opinion as an officer gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionGiven {
    /// Who.
    pub officer: OfficerId,
    /// What.
    pub verdict: Verdict,
    /// Codes of the pack's list of reasons.
    pub reasons: Vec<String>,
}

/// Where a case stands after an opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseStanding {
    /// The stage.
    pub stage: String,
    /// The verdict, once decided.
    pub verdict: Option<Verdict>,
}

/// The register as the desk sees it.
#[async_trait]
pub trait AdjudicationDesk: Send + Sync {
    /// Open cases, oldest first.
    async fn open_cases(&self) -> Result<Vec<CaseSummary>, Problem>;
    /// The evidence of a case; a read of every person in it, so each gets a line.
    async fn evidence(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<Evidence, Problem>;
    /// Takes an opinion; when it decides the case, its consequence commits with it.
    async fn give_opinion(
        &self,
        case: CaseId,
        opinion: OpinionGiven,
        at: Timestamp,
    ) -> Result<CaseStanding, Problem>;
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
redacted!(Side, FingerImage, CandidateSide, Evidence);
