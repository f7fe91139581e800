//! Which cases wait, and who works on which.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::application::CaseReason;
use niims_record::desk::{Priority, Rest, Skill};
use niims_record::{CaseId, OfficerId};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Cases on one page of the queue, at most.
pub const MOST_ON_PAGE: usize = 50;

/// One open case in a list: nothing personal. Planted pairs look like any other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueEntry {
    /// The case.
    pub case: CaseId,
    /// The opaque number of the application, as on its slip.
    pub application_number: String,
    /// Why it was opened.
    pub reason: CaseReason,
    /// `awaits_first`, `awaits_second` or `awaits_senior`. Pages show the first two alike, as
    /// "awaits a decision": the second must not know that a first was given.
    pub stage: String,
    /// How urgent it is.
    pub priority: Priority,
    /// What it asks of a reviewer.
    pub skill: Skill,
    /// How many candidates there are.
    pub candidates: usize,
    /// Since when it waits.
    pub opened_at: Timestamp,
    /// When it should be decided; the order of the queue.
    pub due_at: Timestamp,
    /// Until when this officer holds it, if so.
    pub claimed_until: Option<Timestamp>,
}

/// Where a page begins. Opaque to pages: it travels in a link and is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCursor {
    /// Due time of the last case of the page before.
    pub due_at: Timestamp,
    /// That case.
    pub case: CaseId,
}

impl core::fmt::Display for QueueCursor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}.{}", self.due_at.as_millisecond(), self.case)
    }
}

impl core::str::FromStr for QueueCursor {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let parsed = text.split_once('.').and_then(|(due, case)| {
            let due_at = Timestamp::from_millisecond(due.parse().ok()?).ok()?;
            Some(Self { due_at, case: case.parse().ok()? })
        });
        parsed.ok_or_else(|| {
            Problem::new(400, "desk.cursor_malformed", "That page of the queue does not exist")
                .detail("Open the queue from its beginning.")
        })
    }
}

/// Which cases to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFilter {
    /// Only of this skill.
    pub skill: Option<Skill>,
    /// Only what awaits a senior. Others than seniors get nothing.
    pub senior_only: bool,
}

/// One page of the queue, in the order in which cases should be decided. It never shows what
/// this officer may not decide, nor what another holds. A page can be shorter than asked for
/// although there is a next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePage {
    /// The cases.
    pub entries: Vec<QueueEntry>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<QueueCursor>,
}

/// The queue as the pages see it.
#[async_trait]
pub trait CaseQueue: Send + Sync {
    /// A page of what this officer may take. Costs the same however many cases are open.
    async fn page(
        &self,
        officer: OfficerId,
        filter: QueueFilter,
        after: Option<QueueCursor>,
        at: Timestamp,
    ) -> Result<QueuePage, Problem>;

    /// Claims the most urgent case that this officer may take; `None` where there is none.
    /// An officer who holds a case already gets that one back. Problems: 409
    /// `desk.rest_needed` (see [`CaseQueue::rest`]).
    async fn claim_next(
        &self,
        officer: OfficerId,
        filter: QueueFilter,
        at: Timestamp,
    ) -> Result<Option<QueueEntry>, Problem>;

    /// Claims a case, or lengthens the claim. Problems, all 409 and without effect:
    /// `desk.claimed_by_other`, `desk.not_for_you` (own capture, own family or place, seen in
    /// another round: the page does not say which), `adjudication.already_decided`,
    /// `adjudication.senior_needed`, `desk.withdrawn`, `desk.too_many_claims`,
    /// `desk.rest_needed`, `desk.skill_missing`.
    async fn claim(
        &self,
        case: CaseId,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<QueueEntry, Problem>;

    /// Gives a case back. Without effect where the officer does not hold it.
    async fn release(&self, case: CaseId, officer: OfficerId, at: Timestamp)
    -> Result<(), Problem>;

    /// What this officer holds.
    async fn claims(&self, officer: OfficerId, at: Timestamp) -> Result<Vec<QueueEntry>, Problem>;

    /// Whether this officer may go on, and what is left of the day.
    async fn rest(&self, officer: OfficerId, at: Timestamp) -> Result<Rest, Problem>;

    /// Puts the case of a resident who waits at a desk to the front. For registration
    /// officers, customer relations officers and supervisors, by the number on the slip.
    /// Problems: 404 `desk.no_open_case`.
    async fn resident_waits(
        &self,
        application_number: &str,
        officer: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;
}

/// What the desk knows of a reviewer beyond the roles. A supervisor states it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReviewerProfile {
    /// What the reviewer is trained for; empty means everything.
    pub skills: Vec<Skill>,
    /// Family names of the reviewer and of close relatives, as written. At most 20.
    pub family_names: Vec<String>,
    /// Places where the reviewer lives or lived: area code and village. At most 20.
    pub addresses: Vec<(String, String)>,
    /// Number on the slip of the reviewer's own application, if there is one.
    pub own_application: Option<String>,
}

impl core::fmt::Debug for ReviewerProfile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ReviewerProfile(…)")
    }
}

/// Who may work on what.
#[async_trait]
pub trait Reviewers: Send + Sync {
    /// States what a reviewer can do and whom they must not decide on. Replaces what was
    /// stated before. The names and places are kept as blind tokens only and cannot be read
    /// back. `by` is a supervisor or administrator, and not the reviewer: 403 `desk.not_yourself`.
    async fn state_profile(
        &self,
        reviewer: OfficerId,
        profile: ReviewerProfile,
        by: OfficerId,
        at: Timestamp,
    ) -> Result<(), Problem>;
}
