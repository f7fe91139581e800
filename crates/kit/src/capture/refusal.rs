//! Why an enrolment was not taken: a stable code and plain words for the officer to read out.
//!
//! No variant holds an answer or a name: fields, files, fingers, dates at law and sizes only.

use jiff::Timestamp;
use jiff::civil::Date;
use niims_country::{FieldProblem, FormKind};
use niims_prefill::PrefillProblem;
use niims_record::OfficerId;

use crate::error::KitError;

/// Why an enrolment was not taken. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrolRefused {
    /// The resident declines. Nothing is written, not even a count.
    #[error("the resident declines: nothing was recorded, and nothing is held against anybody")]
    Declined,
    /// The kit cannot take anybody now.
    #[error(transparent)]
    Kit(KitError),
    /// The disk lacks room for one more encounter.
    #[error(
        "the disk has room for {free} bytes and {need} are needed: upload, let receipted packets be deleted, or make room"
    )]
    NoRoom {
        /// Bytes free.
        free: u64,
        /// Bytes needed.
        need: u64,
    },
    /// The folder is not laid out as a capture.
    #[error("{name}: {problem}")]
    Folder {
        /// File or folder within the capture folder; `?` for a name that might say something.
        name: String,
        /// What is wrong and what to do.
        problem: FolderProblem,
    },
    /// The answers do not satisfy the form.
    #[error("{} answers need another look: {}", problems.len(), listed(problems))]
    Form {
        /// Every fault; never empty.
        problems: Vec<FieldProblem>,
    },
    /// There is no such form.
    #[error("form_kind in form.json is none of the forms of this country")]
    FormKindUnknown,
    /// The law does not allow it, or not yet.
    #[error(transparent)]
    Law(LawProblem),
    /// Something of the capture is missing or contradicts itself.
    #[error(transparent)]
    Capture(CaptureProblem),
    /// A picture cannot be taken.
    #[error("{file}: {problem}")]
    Picture {
        /// File within the capture folder.
        file: String,
        /// What is wrong and what to do.
        problem: PictureProblem,
    },
    /// An earlier part of the interview comes first.
    #[error("{} comes first: no page opens before its turn", stage.as_str())]
    NotYet {
        /// The part that comes next.
        stage: crate::interview::Stage,
    },
    /// A code cannot be taken.
    #[error(transparent)]
    Prefill(#[from] PrefillProblem),
    /// The code is of another form than the interview.
    #[error("the code is of the form {}: begin that form, or type the answers", kind.as_str())]
    PrefillForm {
        /// The form of the code.
        kind: FormKind,
    },
    /// An answer out of a code was not confirmed by the resident.
    #[error("every answer out of a code is read aloud and confirmed first")]
    PrefillUnconfirmed,
    /// This application was captured on this kit already.
    #[error("this application was captured on this kit already: it counts once")]
    AlreadyCaptured,
}

/// What is wrong with a capture folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FolderProblem {
    /// It is not there, or cannot be read.
    #[error("it is missing or cannot be read")]
    Unreadable,
    /// Its place in the layout is unknown.
    #[error("it does not belong into a capture: take it away")]
    UnknownFile,
    /// There are more files than a capture has.
    #[error("there are more files than a capture has")]
    TooManyFiles,
    /// It is larger than such a file may be.
    #[error("it is larger than such a file may be")]
    TooLarge,
    /// It is not the JSON that is documented.
    #[error("it is not the JSON expected (line {line}, column {column})")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// The same thing is there twice.
    #[error("it is there twice: keep one")]
    Twice,
}

/// What the law demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LawProblem {
    /// Below the enrolment age.
    #[error("children are enrolled from their sixth birthday: this child is welcome from {from}")]
    UnderSix {
        /// First day on which the child can be enrolled.
        from: Date,
    },
    /// A minor without the consent of a guardian.
    #[error(
        "a minor needs the consent of a parent or guardian, recorded before anything is captured"
    )]
    GuardianConsentMissing,
    /// Nobody says who the guardian is and by what they were known.
    #[error(
        "the guardian of a minor must be identified before they consent: relation, and the number of a document that was seen or the position of the one who introduced them"
    )]
    GuardianUnidentified,
    /// A document of the guardian was seen, and its number is not told.
    #[error("the number of the guardian's document is missing: write it as it stands there")]
    GuardianNumberMissing,
    /// The guardian was introduced, and nobody says by whom.
    #[error("say who introduced the guardian: choose their position")]
    GuardianIntroducerMissing,
    /// No consent.
    #[error("the resident's consent is not recorded: read the notice and ask first")]
    ConsentMissing,
    /// A consent given after capture began.
    #[error(
        "consent was recorded at {given_at}, after capture was opened at {opened_at}: ask first, then capture anew"
    )]
    ConsentAfterCapture {
        /// When it was given.
        given_at: Timestamp,
        /// When capture was opened.
        opened_at: Timestamp,
    },
    /// A mark or a spoken consent without a witness.
    #[error("a mark or a spoken consent needs a witness: say who it was")]
    WitnessMissing,
    /// Data that may not be collected at all.
    #[error("DNA and coordinates may not be collected: take them away")]
    ProhibitedData,
    /// A modality that is switched off.
    #[error("this biometric may not be captured in this country: take it away")]
    ModalityOff,
}

/// What is missing from a capture, or contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaptureProblem {
    /// Begin, end and now do not follow each other.
    #[error("capture_opened_at, captured_at and the kit's clock must follow each other")]
    TimeOrder,
    /// The answers were not read aloud and confirmed.
    #[error(
        "the answers were not confirmed: read them aloud, and say in \"confirmed_at\" when the resident agreed"
    )]
    NotConfirmed,
    /// No portrait.
    #[error("the portrait is missing: take it, or let a second officer record an exception")]
    PortraitMissing,
    /// The portrait is not said to be live.
    #[error("the portrait must be taken at the desk: say so with \"portrait_taken_live\": true")]
    PortraitNotLive,
    /// A finger with neither picture nor reason.
    #[error(
        "{finger} has neither a picture nor a reason: capture it, or say in fingers.json why it is missing"
    )]
    FingerUnaccounted {
        /// Name of the finger.
        finger: &'static str,
    },
    /// A finger with both.
    #[error("{finger} has a picture and a reason why it is missing: keep one")]
    FingerContradicted {
        /// Name of the finger.
        finger: &'static str,
    },
    /// A reason that the country pack does not know.
    #[error("the reason why {finger} is missing is not in the country's list")]
    FingerReasonUnknown {
        /// Name of the finger.
        finger: &'static str,
    },
    /// A resolution that cannot be used.
    #[error("the fingers were scanned at {dpi} dpi; 250 to 1000 can be used")]
    FingerResolution {
        /// The resolution.
        dpi: u16,
    },
    /// No usable finger and no exception.
    #[error(
        "no finger can be used. Nobody is turned away for that: let a second officer look and record an exception in form.json"
    )]
    ExceptionNeeded,
    /// The exception lacks a second officer.
    #[error("an exception needs a second officer of this kit")]
    ExceptionSameOfficer,
    /// The country wants a supervisor to look at such an enrolment.
    #[error("a supervisor of this kit has to look at this enrolment and approve it")]
    ApprovalNeeded,
    /// The supervisor who approves is the one who captured.
    #[error("whoever captured cannot approve: another supervisor has to look")]
    ApprovalSameOfficer,
    /// A reason that the country pack does not know.
    #[error("the reason of the exception is not in the country's list")]
    ExceptionReasonUnknown,
    /// The capture station still holds captures.
    #[error("the capture station still holds captures of somebody: empty it, then open it")]
    StationNotEmpty,
    /// What stands in place of a finger lacks something.
    #[error(transparent)]
    Exception(#[from] niims_device::judge::ExceptionProblem),
    /// The exception names nobody of this kit.
    #[error(
        "officer {officer}, named in the exception or a sighting, is not among those of this kit"
    )]
    OfficerUnknown {
        /// The officer.
        officer: OfficerId,
    },
    /// A document ticked as seen, without evidence.
    #[error("{kind} is ticked as seen: add its scan, or the attestation of the officer who saw it")]
    DocumentNotEvidenced {
        /// Kind of document, a code of the country pack.
        kind: String,
    },
    /// The number typed from the document is not that of the answers.
    #[error(
        "the number on {kind} is not the one in the answers: look again, and correct the one that is wrong"
    )]
    DocumentNumberDiffers {
        /// Kind of document, a code of the country pack.
        kind: String,
    },
    /// A document of an unknown kind.
    #[error("a document's kind is not in the country's list")]
    DocumentKindUnknown,
    /// The whole is heavier than a packet may be.
    #[error(
        "the capture has {length} bytes; at most {limit} fit into a packet: scan the documents at a lower resolution"
    )]
    TooLarge {
        /// Bytes that there are.
        length: usize,
        /// Bytes that fit.
        limit: usize,
    },
    /// A bound of the packet format is broken.
    #[error("{0}")]
    Bound(niims_packet::EncounterError),
}

/// What is wrong with a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct PictureProblem {
    /// Stable dotted code, such as `image.too_many_pixels`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub words: String,
}

impl EnrolRefused {
    /// Stable dotted code. For faults of the form, the code of the first.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Declined => "law.declined",
            Self::Kit(error) => error.code(),
            Self::NoRoom { .. } => "kit.disk_full",
            Self::Folder { problem, .. } => problem.code(),
            Self::Form { problems } => problems.first().map_or("form.faulty", FieldProblem::code),
            Self::FormKindUnknown => "form.kind_unknown",
            Self::Law(problem) => problem.code(),
            Self::Capture(problem) => problem.code(),
            Self::Picture { problem, .. } => problem.code,
            Self::NotYet { .. } => "interview.not_yet",
            Self::Prefill(problem) => problem.code(),
            Self::PrefillForm { .. } => "prefill.other_form",
            Self::PrefillUnconfirmed => "prefill.unconfirmed",
            Self::AlreadyCaptured => "kit.application_already_captured",
        }
    }
}

impl FolderProblem {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "folder.unreadable",
            Self::UnknownFile => "folder.unknown_file",
            Self::TooManyFiles => "folder.too_many_files",
            Self::TooLarge => "folder.too_large",
            Self::Json { .. } => "folder.json",
            Self::Twice => "folder.twice",
        }
    }
}

impl LawProblem {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnderSix { .. } => "law.under_six",
            Self::GuardianConsentMissing => "law.guardian_consent_missing",
            Self::GuardianUnidentified => "law.guardian_unidentified",
            Self::GuardianNumberMissing => "law.guardian_number_missing",
            Self::GuardianIntroducerMissing => "law.guardian_introducer_missing",
            Self::ConsentMissing => "law.consent_missing",
            Self::ConsentAfterCapture { .. } => "law.consent_after_capture",
            Self::WitnessMissing => "law.witness_missing",
            Self::ProhibitedData => "law.prohibited_data",
            Self::ModalityOff => "law.modality_off",
        }
    }
}

impl CaptureProblem {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TimeOrder => "capture.time_order",
            Self::NotConfirmed => "capture.not_confirmed",
            Self::PortraitMissing => "capture.portrait_missing",
            Self::PortraitNotLive => "capture.portrait_not_live",
            Self::FingerUnaccounted { .. } => "capture.finger_unaccounted",
            Self::FingerContradicted { .. } => "capture.finger_contradicted",
            Self::FingerReasonUnknown { .. } => "capture.finger_reason_unknown",
            Self::FingerResolution { .. } => "capture.finger_resolution",
            Self::ExceptionNeeded => "capture.exception_needed",
            Self::ExceptionSameOfficer => "capture.exception_same_officer",
            Self::ApprovalNeeded => "capture.approval_needed",
            Self::ApprovalSameOfficer => "capture.approval_same_officer",
            Self::ExceptionReasonUnknown => "capture.exception_reason_unknown",
            Self::StationNotEmpty => "capture.station_not_empty",
            Self::Exception(problem) => problem.code(),
            Self::OfficerUnknown { .. } => "capture.officer_unknown",
            Self::DocumentNotEvidenced { .. } => "capture.document_not_evidenced",
            Self::DocumentNumberDiffers { .. } => "capture.document_number_differs",
            Self::DocumentKindUnknown => "capture.document_kind_unknown",
            Self::TooLarge { .. } => "capture.too_large",
            Self::Bound(_) => "capture.bound",
        }
    }
}

impl From<KitError> for EnrolRefused {
    fn from(error: KitError) -> Self {
        Self::Kit(error)
    }
}

impl From<niims_store::kit::KitStoreError> for EnrolRefused {
    fn from(error: niims_store::kit::KitStoreError) -> Self {
        Self::Kit(error.into())
    }
}

impl From<LawProblem> for EnrolRefused {
    fn from(problem: LawProblem) -> Self {
        Self::Law(problem)
    }
}

impl From<CaptureProblem> for EnrolRefused {
    fn from(problem: CaptureProblem) -> Self {
        Self::Capture(problem)
    }
}

fn listed(problems: &[FieldProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
