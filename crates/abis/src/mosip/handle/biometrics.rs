//! A document of samples to what is enrolled.

use niims_fingerprint::FingerPosition;
use niims_wire::abis::FingerTemplate;
use rayon::prelude::*;

use super::Failure;
use super::finger::{self, FingerFault};
use crate::intake::iris_record;
use crate::modality::{Biometrics, IrisRecord};
use crate::mosip::cbeff::{self, Sample, SampleKind};
use crate::mosip::messages::FailureReason;

/// Most views of one finger that are looked at; the best is enrolled.
const MOST_FINGERS: usize = 20;

/// Reads a document and every finger in it.
///
/// A finger that is too poor is left out as long as another is good enough. A record that is not what
/// it is said to be makes the whole document one that cannot be trusted, unless no record can be read
/// at all: then there is nothing to compare.
pub(super) fn read(document: &[u8]) -> Result<Biometrics, Failure> {
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
    Ok(Biometrics { fingers: judge(read)?, faces: Vec::new(), irises: irises(&samples)? })
}

/// What becomes of the fingers, given how each was read.
fn judge(read: Vec<Result<FingerTemplate, FingerFault>>) -> Result<Vec<FingerTemplate>, Failure> {
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
    let reason = if records == broken {
        FailureReason::NothingToCompare
    } else if broken > 0 {
        FailureReason::CbeffFormat
    } else if poor == records {
        FailureReason::Quality
    } else {
        return Ok(fingers);
    };
    Err(Failure::lasting(reason))
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
        let SampleKind::Iris(Some(eye)) = sample.kind else {
            continue;
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
