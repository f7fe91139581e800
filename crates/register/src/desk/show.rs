//! What a reviewer is shown of a case: both sides, how alike they are and why, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use niims_country::Answers;
use niims_fingerprint::{FingerPosition, Template};
use niims_linkage::{Field, compare};
use niims_packet::{CaptureOutcome, Encounter, Image};
use niims_record::ApplicationId;
use niims_record::application::{Application, Candidate};
use niims_store::cases::StoredCase;
use niims_store::desk::checks;
use niims_store::{applications, gallery, packets};
use niims_wire::abis::decode_fingers;
use niims_wire::desk::{
    CandidateShown, DocumentShown, EvidenceShown, FingerMissing, FingerShown, ImageShown,
    MissingEvidence, ParticularShown, ParticularsShown, SecondPrintShown, SideShown,
};
use sha2::{Digest, Sha256};

use super::differences::differences;
use super::error::DeskError;
use super::fingers::{self, Prints};
use super::plain_answers;
use crate::Register;
use crate::evidence::OpenError;
use crate::steps::StepError;
use crate::steps::search_demographics::load_record;

/// One side with what comparing it needs.
struct Gathered {
    side: SideShown,
    prints: Prints,
    answers: Answers,
    damaged: Option<String>,
    has_number: bool,
}

/// The evidence of a case as it stands now.
pub(super) async fn show(
    register: &Register,
    case: &StoredCase,
) -> Result<EvidenceShown, DeskError> {
    let applicant = gather(register, case.application).await?;
    let mut candidates = Vec::with_capacity(case.candidates.len());
    for candidate in &case.candidates {
        let other = gather(register, candidate.application).await?;
        candidates.push(beside(register, case, candidate, &applicant, other).await?);
    }
    let mut missing = of_side(&applicant.side, "applicant");
    missing.extend(applicant.damaged.clone().map(|code| MissingEvidence::Damaged { code }));
    Ok(EvidenceShown {
        applicant: applicant.side,
        candidates,
        missing,
        software: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Stable code of the first damage, which allows no decision but a recapture.
pub(super) fn damage(evidence: &EvidenceShown) -> Option<String> {
    let lists = core::iter::once(&evidence.missing)
        .chain(evidence.candidates.iter().map(|candidate| &candidate.missing));
    lists.flatten().find_map(|missing| match missing {
        MissingEvidence::Damaged { code } => Some(code.clone()),
        _ => None,
    })
}

async fn beside(
    register: &Register,
    case: &StoredCase,
    candidate: &Candidate,
    applicant: &Gathered,
    other: Gathered,
) -> Result<CandidateShown, DeskError> {
    let mut tx = register.db.read().await?;
    let pair = (case.application, candidate.application);
    let told_apart_before = checks::told_apart(&mut tx, pair).await?.is_some();
    let score = compare(
        &load_record(&mut tx, pair.0).await?,
        &load_record(&mut tx, pair.1).await?,
        &register.names,
    );
    drop(tx);
    let parts = score.parts.iter().map(|part| ParticularShown {
        field: field_name(part.field).to_owned(),
        weight: part.weight,
        code: part.explanation.code().to_owned(),
    });
    let fingers = fingers::compare(&applicant.prints, &other.prints);
    let mut missing = of_side(&applicant.side, "applicant");
    missing.extend(of_side(&other.side, "candidate"));
    match fingers.as_ref().map_or(0, |found| found.pairs.len()) {
        0 => missing.push(MissingEvidence::CommonFinger),
        1 => missing.push(MissingEvidence::OnlyOneCommonFinger),
        _ => {}
    }
    missing.extend(other.damaged.clone().map(|code| MissingEvidence::Damaged { code }));
    Ok(CandidateShown {
        differences: differences(
            &register.pack,
            &register.names,
            &applicant.answers,
            &other.answers,
        ),
        particulars: Some(ParticularsShown { total: score.total, parts: parts.collect() }),
        fingers,
        found_with: candidate.biometric,
        told_apart_before,
        has_number: other.has_number,
        missing,
        side: other.side,
    })
}

async fn gather(register: &Register, id: ApplicationId) -> Result<Gathered, DeskError> {
    let mut tx = register.db.read().await?;
    let missing = || StepError::Evidence("step.application_missing");
    let stored = applications::get(&mut tx, id).await?.ok_or_else(missing)?;
    let number = applications::application_number(&mut tx, id).await?.unwrap_or_default();
    let answers = register.answers(&mut tx, id).await?;
    let packet = packets::get(&mut tx, stored.packet).await?.ok_or_else(missing)?;
    let prints = prints(register, &mut tx, id).await?;
    drop(tx);
    let mut side = SideShown {
        application: id,
        application_number: number,
        form_kind: stored.form_kind.clone().unwrap_or_default(),
        answers: plain_answers(&register.pack, &answers),
        portrait: None,
        fingers: Vec::new(),
        missing_fingers: Vec::new(),
        exception_photo: None,
        documents: Vec::new(),
        captured_at: stored.received_at,
        exceptions: Vec::new(),
    };
    let damaged = match register.reopen_packet(&packet).await {
        Ok(encounter) => {
            fill(&mut side, &encounter, &prints);
            None
        }
        Err(OpenError::Gate(code)) => Some(code.to_owned()),
        // The bytes are gone or no longer have their hash: shown as damage, not as a failure.
        Err(OpenError::Step(StepError::Blob(_))) => Some("desk.packet_damaged".to_owned()),
        Err(OpenError::Step(error)) => return Err(error.into()),
    };
    let has_number = matches!(stored.state, Application::Numbered { .. });
    Ok(Gathered { side, prints, answers, damaged, has_number })
}

async fn prints(
    register: &Register,
    tx: &mut niims_store::Tx,
    id: ApplicationId,
) -> Result<Prints, DeskError> {
    let reference = register.db.keyring().gallery_reference(id);
    let Some(entry) = gallery::get(tx, reference).await? else { return Ok(Prints::default()) };
    let malformed = StepError::Evidence("gallery.malformed");
    let Ok(fingers) = decode_fingers(&entry.templates) else { return Err(malformed.into()) };
    let mut found = BTreeMap::new();
    for finger in fingers {
        let template = Template::from_bytes(&finger.template)
            .map_err(|_| StepError::Evidence("gallery.malformed"))?;
        found.insert(finger.position, (finger.quality, template));
    }
    Ok(Prints(found))
}

fn fill(side: &mut SideShown, encounter: &Encounter, prints: &Prints) {
    side.portrait = encounter.portrait.as_ref().map(image_shown);
    side.captured_at = encounter.captured_at;
    side.exception_photo = encounter.exception_photo.as_ref().map(image_shown);
    let reasons = encounter.exceptions.iter().map(|exception| exception.reason.clone());
    side.exceptions = reasons.collect::<BTreeSet<_>>().into_iter().collect();
    for finger in &encounter.fingers {
        let Some(position) = FingerPosition::from_code(finger.position) else { continue };
        match &finger.outcome {
            CaptureOutcome::Captured { image, dpi, second, .. } => {
                let print = prints.0.get(&position);
                side.fingers.push(FingerShown {
                    position,
                    image: image_shown(image),
                    dpi: *dpi,
                    quality: print.map(|(quality, _)| *quality),
                    minutiae: print
                        .map(|(_, template)| fingers::minutiae(template, *dpi))
                        .unwrap_or_default(),
                    second: second.as_ref().map(|second| SecondPrintShown {
                        image: image_shown(&second.image),
                        dpi: second.dpi,
                    }),
                });
            }
            CaptureOutcome::Missing { reason, permanent } => {
                side.missing_fingers.push(FingerMissing {
                    position,
                    reason: reason.clone(),
                    permanent: *permanent,
                });
            }
        }
    }
    side.fingers.sort_by_key(|finger| finger.position);
    side.documents = encounter
        .documents
        .iter()
        .map(|document| DocumentShown {
            kind: document.kind.clone(),
            original_sighted: document.original_sighted,
            image: image_shown(&document.image),
        })
        .collect();
}

/// An image by its hash.
pub(super) fn image_shown(image: &Image) -> ImageShown {
    ImageShown {
        media_type: image.media_type.clone(),
        sha256: hex::encode(Sha256::digest(&image.bytes)),
        length: image.bytes.len(),
    }
}

/// What a side, `applicant` or `candidate`, lacks.
pub(super) fn of_side(side: &SideShown, name: &str) -> Vec<MissingEvidence> {
    let mut missing = unreadable(name, side);
    let applicant = name == "applicant";
    if side.portrait.is_none() {
        missing.push(if applicant {
            MissingEvidence::ApplicantPortrait
        } else {
            MissingEvidence::CandidatePortrait
        });
    }
    if side.documents.is_empty() {
        missing.push(if applicant {
            MissingEvidence::ApplicantDocuments
        } else {
            MissingEvidence::CandidateDocuments
        });
    }
    missing
}

fn unreadable(side: &str, of: &SideShown) -> Vec<MissingEvidence> {
    of.fingers
        .iter()
        .filter(|finger| finger.quality.is_none())
        .map(|finger| MissingEvidence::Unreadable {
            side: side.to_owned(),
            position: finger.position,
        })
        .collect()
}

pub(super) const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::DateOfBirth => "date_of_birth",
        Field::Sex => "sex",
        Field::PlaceOfBirth => "place_of_birth",
        Field::Residence => "residence",
        Field::Phone => "phone",
        Field::Identifier => "identifier",
        Field::Mother => "mother",
        Field::Father => "father",
        Field::Household => "household",
    }
}
