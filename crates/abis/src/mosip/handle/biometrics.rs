//! A document of samples to what is enrolled.

use niims_fingerprint::FingerPosition;
use niims_wire::abis::FingerTemplate;
use rayon::prelude::*;

use super::Failure;
use super::finger::{self, FingerFault};
use crate::faces::FaceMatching;
use crate::intake::{IntakeError, face_image, iris_record};
use crate::modality::{Biometrics, Eye, FaceTemplate, IrisRecord};
use crate::mosip::cbeff::{self, Sample, SampleKind};
use crate::mosip::messages::FailureReason;

/// Most views of one finger that are looked at; the best is enrolled.
const MOST_FINGERS: usize = 20;

/// Most portraits that are looked at; one is usual, and each takes up to a second.
const MOST_FACES: usize = 4;

/// Reads a document and every finger in it.
///
/// A finger that is too poor is left out as long as another is good enough. A record that is not what
/// it is said to be makes the whole document one that cannot be trusted, unless no record can be read
/// at all: then there is nothing to compare.
///
/// A face counts where there is a model; a portrait without one single head is left out as a poor
/// finger is.
pub(super) fn read(
    document: &[u8],
    matching: Option<&FaceMatching>,
) -> Result<Biometrics, Failure> {
    if document.trim_ascii().is_empty() {
        return Err(Failure::lasting(FailureReason::NothingToCompare));
    }
    let samples: Vec<Sample> = cbeff::read(document)?
        .into_iter()
        .filter(|sample| !sample.exception && !sample.record.is_empty())
        .collect();
    let fingers: Vec<(FingerPosition, &[u8])> = samples
        .iter()
        .filter_map(|sample| match sample.kind {
            SampleKind::Finger(position) => Some((position, sample.record.as_slice())),
            _ => None,
        })
        .collect();
    if fingers.len() > MOST_FINGERS {
        return Err(Failure::lasting(FailureReason::CbeffFormat));
    }
    let read: Vec<Result<FingerTemplate, FingerFault>> =
        fingers.into_par_iter().map(|(position, record)| finger::read(record, position)).collect();
    let broken = read.iter().filter(|one| matches!(one, Err(FingerFault::Broken))).count();
    let (faces, poor_faces) = match matching {
        Some(matching) => faces(&samples, matching)?,
        None => (Vec::new(), 0),
    };
    let fingers = match judge(read) {
        Ok(fingers) => fingers,
        // Worn fingers beside a good face; without any finger the face alone.
        Err(FailureReason::Quality | FailureReason::NothingToCompare)
            if !faces.is_empty() && broken == 0 =>
        {
            Vec::new()
        }
        Err(FailureReason::NothingToCompare) if poor_faces > 0 && broken == 0 => {
            return Err(Failure::lasting(FailureReason::Quality));
        }
        Err(reason) => return Err(Failure::lasting(reason)),
    };
    Ok(Biometrics { fingers, faces, irises: irises(&samples)? })
}

/// What becomes of the fingers, given how each was read.
fn judge(
    read: Vec<Result<FingerTemplate, FingerFault>>,
) -> Result<Vec<FingerTemplate>, FailureReason> {
    let records = read.len();
    let mut fingers: Vec<FingerTemplate> = Vec::new();
    let (mut poor, mut broken) = (0, 0);
    for finger in read {
        match finger {
            Ok(finger) => keep_better(&mut fingers, finger),
            Err(FingerFault::Poor) => poor += 1,
            Err(FingerFault::Broken) => broken += 1,
        }
    }
    if records == broken {
        Err(FailureReason::NothingToCompare)
    } else if broken > 0 {
        Err(FailureReason::CbeffFormat)
    } else if poor == records {
        Err(FailureReason::Quality)
    } else {
        Ok(fingers)
    }
}

/// The best face, and how many portraits hold none that could be cut out.
fn faces(
    samples: &[Sample],
    matching: &FaceMatching,
) -> Result<(Vec<FaceTemplate>, usize), Failure> {
    let portraits: Vec<&Sample> =
        samples.iter().filter(|sample| sample.kind == SampleKind::Face).collect();
    if portraits.len() > MOST_FACES {
        return Err(Failure::lasting(FailureReason::CbeffFormat));
    }
    let (mut best, mut poor): (Option<FaceTemplate>, usize) = (None, 0);
    for sample in portraits {
        match face_image(&sample.record, Some(matching)) {
            Ok(face) if best.as_ref().is_some_and(|held| held.quality >= face.quality) => {}
            Ok(face) => best = Some(face),
            Err(error) => {
                tracing::info!(code = error.code(), "a face was not taken");
                if !matches!(error, IntakeError::NoFace(_)) {
                    return Err(Failure::lasting(FailureReason::CbeffFormat));
                }
                poor += 1;
            }
        }
    }
    Ok((best.into_iter().collect(), poor))
}

/// Of two views of one finger the better one stays. Unknown fingers are no two of one.
fn keep_better(fingers: &mut Vec<FingerTemplate>, finger: FingerTemplate) {
    let same = fingers.iter_mut().find(|held| {
        held.position == finger.position && finger.position != FingerPosition::Unknown
    });
    match same {
        Some(held) if held.quality < finger.quality => *held = finger,
        Some(_) => {}
        None => fingers.push(finger),
    }
}

/// Irises are kept as they came, one of each eye; nothing here compares them.
fn irises(samples: &[Sample]) -> Result<Vec<IrisRecord>, Failure> {
    let mut irises: Vec<IrisRecord> = Vec::new();
    for sample in samples {
        let eye = match sample.kind {
            SampleKind::Iris(Some(cbeff::Eye::Right)) => Eye::Right,
            SampleKind::Iris(Some(cbeff::Eye::Left)) => Eye::Left,
            _ => continue,
        };
        if irises.iter().all(|held| held.eye != eye) {
            let iris = iris_record(&sample.record, eye, sample.quality.unwrap_or(0));
            irises.push(iris.map_err(|error| {
                tracing::info!(code = error.code(), "an iris was not taken");
                Failure::lasting(FailureReason::CbeffFormat)
            })?);
        }
    }
    Ok(irises)
}
