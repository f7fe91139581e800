//! `form.json`: what the officer recorded at the desk.

use std::collections::BTreeMap;

use jiff::Timestamp;
use niims_packet::{Approval, CaptureException, CaptureStation, Consent, GuardianIdentified};
use niims_record::{OfficerId, RevisitId};
use serde::Deserialize;

use super::folder::refuse;
use super::refusal::{EnrolRefused, FolderProblem};

/// The content of `form.json`.
///
/// ```json
/// {
///   "application_number": "printed on the slip; left out, the kit draws one",
///   "form_kind": "adult",
///   "answers": {"surname": "…", "consent": {"given": true, "notice_version": "1",
///                "language": "sw", "mode": "WRITTEN", "given_at": "2026-11-02T08:00:00Z"}},
///   "consents": [{"kind": "guardian", "by": "mother", "mode": "signature", "language": "sw",
///                 "notice_version": "1", "given_at": "2026-11-02T08:00:00Z", "witness": null}],
///   "guardian": {"relation": "MOTHER", "known": {"document_seen": {"number": "…"}},
///                "by": "an officer's id", "at": "2026-11-02T07:58:00Z"},
///   "forms": ["0000-0000-0000"],
///   "capture_opened_at": "2026-11-02T08:05:00Z",
///   "captured_at": "2026-11-02T08:20:00Z",
///   "confirmed_at": "2026-11-02T08:19:00Z",
///   "portrait_taken_live": true,
///   "sightings": [{"kind": "NATIONAL-ID", "attested_by": "an officer's id"}],
///   "exceptions": [{"of": "fingers", "reason": "AMPUTATED",
///                   "approved_by": "a second officer's id",
///                   "approved_at": "2026-11-02T08:15:00Z"}],
///   "declined": false
/// }
/// ```
///
/// A consent stands either among the answers or under `consents`; the kit completes the
/// other. Times that are left out are the kit's clock at saving.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaptureForm {
    /// The opaque number on the resident's slip.
    #[serde(default)]
    pub application_number: Option<String>,
    /// Which form.
    pub form_kind: String,
    /// Answers by field.
    #[serde(default)]
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Consents, the guardian's among them.
    #[serde(default)]
    pub consents: Vec<Consent>,
    /// How the guardian of a minor was identified.
    #[serde(default)]
    pub guardian: Option<GuardianIdentified>,
    /// References of the forms that the resident brought.
    #[serde(default)]
    pub forms: Vec<String>,
    /// The request of the centre that it answers; told by an interview, never by a file.
    #[serde(skip)]
    pub revisit: Option<RevisitId>,
    /// When capture of biometrics was opened.
    #[serde(default)]
    pub capture_opened_at: Option<Timestamp>,
    /// When capture was finished.
    #[serde(default)]
    pub captured_at: Option<Timestamp>,
    /// When the resident, or the guardian, confirmed the answers as they were read aloud.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// Whether the portrait was taken live at the desk.
    #[serde(default)]
    pub portrait_taken_live: bool,
    /// Documents that an officer saw and that were not scanned.
    #[serde(default)]
    pub sightings: Vec<Sighting>,
    /// What could not be captured: `"fingers"`, `"portrait"` or `{"finger": 3}`.
    #[serde(default)]
    pub exceptions: Vec<CaptureException>,
    /// Where fingers and portrait were taken: by the capture folder itself, never told in it.
    #[serde(skip, default = "folder")]
    pub station: CaptureStation,
    /// The supervisor's approval, where the country pack asks for one.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// The resident declines.
    #[serde(default)]
    pub declined: bool,
}

const fn folder() -> CaptureStation {
    CaptureStation::Folder
}

/// The word of an officer who saw a document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sighting {
    /// Kind of document, a code of the country pack.
    pub kind: String,
    /// Who saw it.
    pub attested_by: OfficerId,
}

impl CaptureForm {
    /// Reads the bytes of `form.json`, bounded by the folder.
    pub fn read(bytes: &[u8]) -> Result<Self, EnrolRefused> {
        serde_json::from_slice(bytes).map_err(|error| json("form.json", &error))
    }
}

/// A refusal that says where the JSON is wrong and never what stands there.
pub(crate) fn json(name: &str, error: &serde_json::Error) -> EnrolRefused {
    refuse(name, FolderProblem::Json { line: error.line(), column: error.column() })
}
