//! The bytes of an image of a view. Only what was shown is given out, and only if it is still
//! what was shown.

use jiff::Timestamp;
use niims_fingerprint::FingerPosition;
use niims_packet::{CaptureOutcome, Encounter, Image, SecondPrint};
use niims_record::{ApplicationId, CaseId, OfficerId, ViewId};
use niims_store::desk::{foreign, planted, views};
use niims_store::{Tx, applications, packets};
use niims_wire::desk::{EvidenceShown, ImageBytes, ImageOf, SideOf, SideShown};
use sha2::{Digest, Sha256};

use crate::Register;
use crate::desk::case::DeskCase;
use crate::desk::error::{DeskError, refused};
use crate::desk::roles::reviewer;
use crate::evidence::OpenError;
use crate::steps::StepError;

/// An image for the officer who opened the view and still holds the case.
pub(super) async fn image(
    register: &Register,
    view: ViewId,
    which: (SideOf, ImageOf),
    officer: OfficerId,
    at: Timestamp,
) -> Result<ImageBytes, DeskError> {
    let mut tx = register.db.read().await?;
    reviewer(&mut tx, officer, at).await?;
    let view = views::get(&mut tx, view).await?.filter(|view| view.officer == officer);
    let view = view.ok_or_else(none)?;
    let (case, ..) = super::held(&mut tx, view.case, officer, false, at).await?;
    let shown = views::shown(&mut tx, &view, case.owner()).await?.ok_or_else(none)?;
    let evidence: EvidenceShown = serde_json::from_slice(&shown)
        .map_err(|_| StepError::Evidence("desk.evidence_malformed"))?;
    image_of(register, tx, &case, &evidence, which).await
}

/// An image of evidence, checked against the hash that was shown.
pub(in crate::desk) async fn image_of(
    register: &Register,
    mut tx: Tx,
    case: &DeskCase,
    evidence: &EvidenceShown,
    which: (SideOf, ImageOf),
) -> Result<ImageBytes, DeskError> {
    let side = side_of(evidence, which.0).ok_or_else(none)?;
    let (sha256, dpi) = stated(side, which.1).ok_or_else(none)?;
    let found = match case {
        DeskCase::Planted(pair) => of_planted(&mut tx, pair, which).await?,
        DeskCase::Foreign(foreign) => of_foreign(&mut tx, foreign.id, which).await?,
        DeskCase::Real(_) => of_packet(register, tx, side.application, which.1).await?,
    };
    let found = found.filter(|(_, bytes)| hex::encode(Sha256::digest(bytes)) == sha256);
    let (media_type, bytes) = found.ok_or_else(damaged)?;
    Ok(ImageBytes { media_type, bytes, dpi })
}

async fn of_planted(
    tx: &mut Tx,
    pair: &crate::desk::case::Planted,
    which: (SideOf, ImageOf),
) -> Result<Option<(String, Vec<u8>)>, DeskError> {
    let place = crate::desk::planted::place(which)?;
    let Some(stored) = planted::image(tx, pair.case.pair, &place).await? else { return Ok(None) };
    Ok(Some(crate::desk::planted::read_image(&stored)?))
}

async fn of_foreign(
    tx: &mut Tx,
    case: CaseId,
    which: (SideOf, ImageOf),
) -> Result<Option<(String, Vec<u8>)>, DeskError> {
    let place = crate::desk::planted::place(which)?;
    let Some(stored) = foreign::image(tx, case, &place).await? else { return Ok(None) };
    Ok(Some(crate::desk::planted::read_image(&stored)?))
}

async fn of_packet(
    register: &Register,
    mut tx: Tx,
    application: ApplicationId,
    image: ImageOf,
) -> Result<Option<(String, Vec<u8>)>, DeskError> {
    let Some(stored) = applications::get(&mut tx, application).await? else { return Ok(None) };
    let Some(packet) = packets::get(&mut tx, stored.packet).await? else { return Ok(None) };
    drop(tx);
    match register.reopen_packet(&packet).await {
        Ok(encounter) => Ok(pick(encounter, image)),
        Err(OpenError::Gate(_) | OpenError::Step(StepError::Blob(_))) => Ok(None),
        Err(OpenError::Step(error)) => Err(error.into()),
    }
}

fn pick(encounter: Encounter, image: ImageOf) -> Option<(String, Vec<u8>)> {
    let found = match image {
        ImageOf::Portrait => encounter.portrait?,
        ImageOf::ExceptionPhoto => encounter.exception_photo?,
        ImageOf::Document { index } => encounter.documents.into_iter().nth(index)?.image,
        ImageOf::Finger { position } => print(encounter, position)?.0,
        ImageOf::SecondPrint { position } => print(encounter, position)?.1?.image,
    };
    Some((found.media_type, found.bytes))
}

/// The prints of a finger, the best and the second.
fn print(encounter: Encounter, position: FingerPosition) -> Option<(Image, Option<SecondPrint>)> {
    let mut fingers = encounter.fingers.into_iter();
    let finger = fingers.find(|finger| finger.position == position.code())?;
    match finger.outcome {
        CaptureOutcome::Captured { image, second, .. } => Some((image, second)),
        CaptureOutcome::Missing { .. } => None,
    }
}

fn side_of(evidence: &EvidenceShown, side: SideOf) -> Option<&SideShown> {
    match side {
        SideOf::Applicant => Some(&evidence.applicant),
        SideOf::Candidate { index } => evidence.candidates.get(index).map(|found| &found.side),
    }
}

/// Hash and resolution that were shown.
fn stated(side: &SideShown, image: ImageOf) -> Option<(&str, Option<u16>)> {
    match image {
        ImageOf::Portrait => Some((&side.portrait.as_ref()?.sha256, None)),
        ImageOf::Document { index } => Some((&side.documents.get(index)?.image.sha256, None)),
        ImageOf::ExceptionPhoto => Some((&side.exception_photo.as_ref()?.sha256, None)),
        ImageOf::Finger { position } => {
            let finger = side.fingers.iter().find(|finger| finger.position == position)?;
            Some((&finger.image.sha256, Some(finger.dpi)))
        }
        ImageOf::SecondPrint { position } => {
            let finger = side.fingers.iter().find(|finger| finger.position == position)?;
            let second = finger.second.as_ref()?;
            Some((&second.image.sha256, Some(second.dpi)))
        }
    }
}

fn none() -> niims_wire::Problem {
    refused(404, "desk.no_such_image", "There is no such image", "Open the case again.")
}

fn damaged() -> niims_wire::Problem {
    let detail = "What is stored is not what was shown. Ask for a recapture and tell a supervisor.";
    refused(500, "desk.image_damaged", "This image cannot be shown", detail)
}
