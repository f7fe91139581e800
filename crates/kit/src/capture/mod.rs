//! From a capture folder to an encounter: gates in order, each with a stable code.

pub(crate) mod approval;
pub(crate) mod consent;
pub(crate) mod documents;
pub(crate) mod fingers;
pub(crate) mod flatten;
pub(crate) mod folder;
pub(crate) mod form;
pub(crate) mod judge;
pub(crate) mod lighten;
pub(crate) mod picture;
mod prohibited;
mod refusal;

use niims_country::CountryPack;
use niims_packet::limits::MAX_PACKET_BYTES;
use niims_packet::{CaptureOutcome, Encounter, ExceptionOf};
use niims_record::{ApplicationId, KitId, OfficerId};

pub use fingers::UNREADABLE;
pub use refusal::{CaptureProblem, EnrolRefused, FolderProblem, LawProblem, PictureProblem};

use folder::CaptureFolder;
use form::CaptureForm;
use judge::Judged;

/// Bytes that sealing adds to an encounter: two signatures, two headers, the key. Measured
/// below 1 KiB; 8 KiB is kept free.
const SEALING_ROOM: usize = 8 * 1024;

/// What an encounter takes from the kit rather than from the folder.
pub(crate) struct Desk<'a> {
    pub application: ApplicationId,
    pub application_number: String,
    pub officer: OfficerId,
    pub kit: KitId,
    pub sublocation: &'a str,
    pub officers: &'a [OfficerId],
    pub pack: &'a CountryPack,
}

/// The encounter as it stands when capture is opened: form and consents, nothing of the body.
pub(crate) fn open(form: &CaptureForm, judged: &Judged, desk: &Desk<'_>) -> Encounter {
    Encounter {
        application: desk.application,
        application_number: desk.application_number.clone(),
        form_kind: judged.kind.as_str().to_owned(),
        pack_version: desk.pack.version().to_owned(),
        answers: judged.answers.clone(),
        consents: judged.consents.clone(),
        guardian: judged.guardian.clone(),
        forms: form.forms.clone(),
        revisit: form.revisit,
        capture_opened_at: judged.opened_at,
        captured_at: judged.captured_at,
        confirmed_at: Some(judged.confirmed_at),
        officer: desk.officer,
        kit: desk.kit,
        sublocation: desk.sublocation.to_owned(),
        station: form.station,
        portrait: None,
        portrait_taken_live: form.portrait_taken_live,
        fingers: Vec::new(),
        exception_photo: None,
        statements: Vec::new(),
        documents: Vec::new(),
        exceptions: form.exceptions.clone(),
        approval: form.approval.clone(),
    }
}

/// What can be said of the pictures without reading them.
pub(crate) fn check_before_pictures(
    folder: &CaptureFolder,
    form: &CaptureForm,
    judged: &Judged,
    desk: &Desk<'_>,
) -> Result<(), EnrolRefused> {
    for exception in &form.exceptions {
        if exception.approved_by == desk.officer {
            return Err(CaptureProblem::ExceptionSameOfficer.into());
        }
        if !desk.officers.contains(&exception.approved_by) {
            return Err(CaptureProblem::OfficerUnknown { officer: exception.approved_by }.into());
        }
    }
    match (&folder.portrait, form.portrait_taken_live) {
        (Some(_), false) => return Err(CaptureProblem::PortraitNotLive.into()),
        (None, _) if form.exceptions.iter().all(|one| one.of != ExceptionOf::Portrait) => {
            return Err(CaptureProblem::PortraitMissing.into());
        }
        _ => {}
    }
    let photographed: Vec<&str> = folder.documents.iter().map(|(kind, _)| kind.as_str()).collect();
    documents::check_evidence(
        &photographed,
        &judged.answers,
        &form.sightings,
        desk.officers,
        desk.pack,
    )
}

/// Captures: portrait, fingers, documents.
pub(crate) fn complete(
    mut encounter: Encounter,
    folder: &CaptureFolder,
    form: &CaptureForm,
    desk: &Desk<'_>,
) -> Result<Encounter, EnrolRefused> {
    if let Some(file) = &folder.portrait {
        let bytes = folder.picture(file)?;
        encounter.portrait = Some(picture::clean(file, &bytes, picture::PORTRAIT_LEAST_SIDE)?);
    }
    encounter.documents = documents::read(folder, &encounter.answers, &form.sightings, desk.pack)?;
    encounter.fingers = fingers::read(folder, &encounter.answers, desk.pack)?;
    let usable = encounter
        .fingers
        .iter()
        .any(|finger| matches!(finger.outcome, CaptureOutcome::Captured { .. }));
    if !usable && !encounter.fingers_excused() {
        return Err(CaptureProblem::ExceptionNeeded.into());
    }
    approval::check(&encounter, desk.pack)?;
    let encounter = lighten::lighten(encounter);
    encounter.check().map_err(CaptureProblem::Bound)?;
    Ok(encounter)
}

/// The bytes of an encounter, if a packet holds them.
pub(crate) fn encode(encounter: &Encounter) -> Result<Vec<u8>, EnrolRefused> {
    let bytes = encounter.encode().map_err(CaptureProblem::Bound)?;
    let limit = MAX_PACKET_BYTES - SEALING_ROOM;
    if bytes.len() > limit {
        return Err(CaptureProblem::TooLarge { length: bytes.len(), limit }.into());
    }
    Ok(bytes)
}
