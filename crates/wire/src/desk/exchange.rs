//! Cases that leave for another desk, and cases of other platforms that come to ours. No method
//! here checks an officer: the caller is the edge to a broker whose login is the operator's.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use niims_fingerprint::FingerPosition;
use niims_record::{CaseId, OfficerId, OutsideRequestId};
use serde_json::Value;

use super::ImageBytes;
use crate::problem::Problem;

/// Most candidates of a case that is exchanged. Range 1 to 50: each is looked at by people.
pub const MOST_EXCHANGED: usize = 10;

/// One person of an exchanged case. Holds personal data.
#[derive(Clone, Default)]
pub struct SideExchanged {
    /// Answers, field id to value.
    pub answers: Vec<(String, Value)>,
    /// The portrait.
    pub portrait: Option<ImageBytes>,
    /// The prints, one of a finger, each with its resolution.
    pub fingers: Vec<(FingerPosition, ImageBytes)>,
    /// Fingers that are not there or could not be taken.
    pub missing_fingers: Vec<FingerPosition>,
    /// Kinds of documents with their scans.
    pub documents: Vec<(String, ImageBytes)>,
}

/// On what terms cases are sent out.
#[derive(Debug, Clone, Copy)]
pub struct OutsideTerms {
    /// The desk, as [`OutsideDesks::join`] knows it.
    pub desk: OfficerId,
    /// Requests that may wait for an answer at one time.
    pub most_waiting: usize,
    /// For how long a request and its shares are good.
    pub lasts: SignedDuration,
    /// Whether cases of children are sent.
    pub children: bool,
}

/// A request to another desk that the broker does not have yet. Its secrets open the shares.
#[derive(Clone)]
pub struct OutsideAsked {
    /// Its id.
    pub request: OutsideRequestId,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Applicant and candidates, in order.
    pub people: Vec<PersonAsked>,
}

/// One person of a request.
#[derive(Clone)]
pub struct PersonAsked {
    /// What the other desk calls them; drawn for this request, so that two requests about one
    /// person have nothing in common.
    pub reference: String,
    /// 0 for the applicant, then the candidates.
    pub place: u32,
    /// What opens their share.
    pub secret: String,
}

/// A fetch of a share.
#[derive(Clone)]
pub struct ShareRead {
    /// The request.
    pub request: OutsideRequestId,
    /// Whose place.
    pub place: u32,
    /// What the address holds.
    pub secret: String,
    /// Times that one share is given out.
    pub most_reads: u32,
    /// The fields that are given out; `None` for all that reviewers see.
    pub fields: Option<Vec<String>>,
}

/// What another desk answered.
#[derive(Clone)]
pub struct OutsideAnswer {
    /// To which request.
    pub request: OutsideRequestId,
    /// The references that it says are the applicant; `None` where it did not decide.
    pub matched: Option<Vec<String>>,
    /// What its people wrote, at most [`super::LONGEST_NOTE`] characters.
    pub note: Option<String>,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerStanding {
    /// No such request was sent to this desk.
    Unknown,
    /// The same answer came before; nothing changed.
    Repeated,
    /// Another answer came before, which stands.
    Contradicted,
    /// It is kept until nobody looks at the case.
    Kept,
    /// It is settled: stable name of the outcome, such as `taken`, `declined`, `too_late`.
    Settled(&'static str),
}

impl AnswerStanding {
    /// Stable dotted code.
    pub fn code(&self) -> String {
        let name = match self {
            Self::Unknown => "unknown",
            Self::Repeated => "repeated",
            Self::Contradicted => "contradicted",
            Self::Kept => "kept",
            Self::Settled(name) => name,
        };
        format!("outside.{name}")
    }
}

/// Other desks that look at our cases.
#[async_trait]
pub trait OutsideDesks: Send + Sync {
    /// Makes a desk known under its name, once; the officer under whom its opinions stand.
    async fn join(&self, name: &str, at: Timestamp) -> Result<OfficerId, Problem>;
    /// Asks the desk about open cases, the most urgent first, as far as the terms allow; how many.
    async fn offer(&self, terms: OutsideTerms, at: Timestamp) -> Result<usize, Problem>;
    /// Requests that the broker does not have yet.
    async fn unpublished(&self, desk: OfficerId) -> Result<Vec<OutsideAsked>, Problem>;
    /// Notes that the broker has a request.
    async fn published(&self, request: OutsideRequestId, at: Timestamp) -> Result<(), Problem>;
    /// A person of a request, with a disclosure line for them. Problems: 404 `outside.no_such_share`,
    /// 410 `outside.share_closed`, 423 `freeze.share`.
    async fn shared(&self, read: ShareRead, at: Timestamp) -> Result<SideExchanged, Problem>;
    /// Takes an answer; an opinion as one of the blind pair where the rules allow it.
    async fn answer(
        &self,
        desk: OfficerId,
        answer: OutsideAnswer,
        at: Timestamp,
    ) -> Result<AnswerStanding, Problem>;
    /// Takes kept answers that can now be taken, and closes requests that are overdue; how many.
    async fn settle(&self, desk: OfficerId, at: Timestamp) -> Result<usize, Problem>;
}

/// A request of another platform, with its people fetched.
#[derive(Clone)]
pub struct ForeignRequest {
    /// The platform, as the operator named it.
    pub platform: String,
    /// Its id of the request.
    pub request: String,
    /// SHA-256 of the request as it came.
    pub hash: [u8; 32],
    /// The platform's ids of applicant and candidates, with what was fetched; at least two, at most
    /// [`MOST_EXCHANGED`] and one.
    pub people: Vec<(String, SideExchanged)>,
    /// Cases of this platform that may be open at one time.
    pub most_open: usize,
}

/// Where a request of another platform stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignStanding {
    /// Never seen.
    New,
    /// A case of it is open.
    Open,
    /// Decided: the answer, which may be sent again.
    Decided(ForeignReply),
    /// Answered and erased.
    Erased,
    /// Another request has the same id.
    Changed,
}

/// What our reviewers decided of a foreign case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignReply {
    /// The case.
    pub case: CaseId,
    /// The platform's id of its request.
    pub request: String,
    /// What they decided.
    pub decision: ForeignDecision,
    /// Codes of the reasons that stand behind it.
    pub reasons: Vec<String>,
}

/// A decision in the words of the platform's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignDecision {
    /// The applicant is this one: the platform's id.
    Matched(String),
    /// The applicant is none of them.
    NoMatch,
    /// Neither can be said: stable name of the verdict.
    Undecided(&'static str),
}

/// Cases of other platforms that our reviewers decide. None of them touches the register.
#[async_trait]
pub trait ForeignCases: Send + Sync {
    /// Whether a request is known.
    async fn standing(
        &self,
        platform: &str,
        request: &str,
        hash: &[u8; 32],
    ) -> Result<ForeignStanding, Problem>;
    /// Opens a case on the desk. Problems: 422 `foreign.people_count`, 429 `foreign.too_many_open`.
    async fn receive(
        &self,
        request: ForeignRequest,
        at: Timestamp,
    ) -> Result<ForeignStanding, Problem>;
    /// Answers that the broker does not have yet.
    async fn due(&self, platform: &str) -> Result<Vec<ForeignReply>, Problem>;
    /// Notes that the broker has an answer.
    async fn answered(&self, case: CaseId, at: Timestamp) -> Result<(), Problem>;
    /// Erases what came with cases answered so long ago; how many.
    async fn erase(&self, retention: SignedDuration, at: Timestamp) -> Result<usize, Problem>;
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
redacted!(SideExchanged, OutsideAsked, PersonAsked, ShareRead, OutsideAnswer, ForeignRequest);
