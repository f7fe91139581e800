//! An interview at the desk: asked page by page, every answer on disk before the page says so.
//!
//! What an [`Interview`] holds is data; where it stands is decided by [`reached`] from that
//! data alone, so that no page can be skipped by its address. Changes go through `Kit`, which
//! loads, judges and saves under the officer's own key.

mod stage;

mod begin;

mod age;

mod notice;

mod guardian;

mod consent;

mod answer;

mod prefill;

mod documents;

mod body;

mod scans;

mod scan;

mod missing;

mod settle;

mod statements;

mod exception;

mod approval;

mod finish;

use std::collections::BTreeSet;

use jiff::Timestamp;
use niims_country::{Answers, FormKind};
use niims_packet::{Approval, CaptureException, Consent, GuardianIdentified};
use niims_record::{ApplicationId, OfficerId};
use niims_wire::revisit::Revisit;
use serde::{Deserialize, Serialize};

pub use body::{Body, BodyCapture, BodyTaken, FingerNote, FolderStation, NoStation, PictureNote};
pub use consent::ConsentGiven;
pub use documents::{DocumentShown, NewDocument};
pub use exception::{Vouching, to_vouch};
pub use finish::Finished;
pub(crate) use guardian::POSITIONS;
pub use guardian::{GuardianKnown, GuardianSeen};
pub use missing::MissingNoted;
pub use prefill::{Prefilling, Taken, unconfirmed};
pub use scan::{PictureCapture, Scanned, Scanning};
pub use scans::{FingerMissing, FingerScans, KeptPrint, PortraitScan, Scans, Told};
pub(crate) use stage::about;
pub use stage::{Stage, age_fields, asked, next_question, notice_of, problems, reached};
pub use statements::{StatementNote, StatementTaken};

/// Everything that one resident has told, and what was shown and taken.
#[derive(Clone, Serialize, Deserialize)]
pub struct Interview {
    /// The later application.
    pub application: ApplicationId,
    /// The opaque number for the slip.
    pub application_number: String,
    /// Which form.
    pub form_kind: FormKind,
    /// When it began.
    pub begun_at: Timestamp,
    /// The request of the centre that it answers.
    #[serde(default)]
    pub revisit: Option<Revisit>,
    /// Answers, each checked when it was given.
    pub answers: Answers,
    /// Questions that were put, answered or passed over.
    pub put: BTreeSet<String>,
    /// The notice that was read.
    pub notice: Option<NoticeRead>,
    /// How the guardian of a minor was identified.
    #[serde(default)]
    pub guardian_identified: Option<GuardianIdentified>,
    /// Consents.
    pub consents: Vec<Consent>,
    /// Documents, each in the order in which the answers name them.
    pub documents: Vec<DocumentShown>,
    /// When fingers and portrait were opened: after consent.
    pub body_opened_at: Option<Timestamp>,
    /// What codes of a form brought.
    #[serde(default)]
    pub prefill: Prefilling,
    /// What devices at the kit have captured so far.
    #[serde(default)]
    pub scans: Scans,
    /// Fingers and portrait.
    pub body: Option<BodyTaken>,
    /// What second officers vouched for.
    #[serde(default)]
    pub exceptions: Vec<CaptureException>,
    /// What a supervisor approved. Any change after it takes it back.
    #[serde(default)]
    pub approval: Option<Approval>,
}

/// A notice that was read to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRead {
    /// Which notice.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Language in which it was read.
    pub language: String,
    /// When.
    pub read_at: Timestamp,
}

impl core::fmt::Debug for Interview {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Interview({})", self.application)
    }
}

/// Which interview, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterviewOf {
    /// The later application.
    pub interview: ApplicationId,
    /// The officer.
    pub officer: OfficerId,
}
