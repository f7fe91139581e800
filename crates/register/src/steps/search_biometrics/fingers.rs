//! The fingers of an application: extracted once, filed in the gallery, and which of
//! them are of use.

use std::collections::BTreeSet;

use niims_fingerprint::{FingerPosition, Template};
use niims_packet::{CaptureOutcome, Encounter};
use niims_record::ApplicationId;
use niims_record::application::Candidate;
use niims_store::{gallery, search};
use niims_wire::abis::{FingerTemplate, decode_fingers, encode_fingers};

use crate::Register;
use crate::evidence::OpenError;
use crate::steps::{Run, StepError};

/// Least quality, 0 to 100, of a finger that counts as usable. Below it two
/// impressions of one finger match no oftener than they miss, on worn synthetic
/// prints; the finger is searched all the same.
pub const USABLE_QUALITY: u8 = 20;
/// Least minutiae of a template that counts as usable. Cylinders need neighbours:
/// below eight hardly one is valid.
pub const USABLE_MINUTIAE: usize = 8;

/// An application's fingers in the gallery.
pub(super) struct Filed {
    /// Templates of all fingers that could be read.
    pub fingers: Vec<FingerTemplate>,
    /// Its place in the order of the gallery.
    pub sequence: u64,
}

/// Extracts and files the fingers; run again, it finds what it filed.
pub(super) async fn file(register: &Register, run: &Run) -> Result<Filed, StepError> {
    let application = run.application.id;
    let reference = register.db.keyring().gallery_reference(application);
    let known = {
        let mut tx = register.db.read().await?;
        gallery::get(&mut tx, reference).await?
    };
    if let Some(entry) = known {
        return Ok(Filed { fingers: decode(&entry.templates)?, sequence: entry.sequence });
    }
    let encounter = match register.reopen_packet(&run.packet).await {
        Ok(encounter) => encounter,
        Err(OpenError::Step(error)) => return Err(error),
        Err(OpenError::Gate(code)) => return Err(StepError::Evidence(code)),
    };
    let fingers = tokio::task::spawn_blocking(move || extract(&encounter))
        .await
        .map_err(|_| StepError::Cancelled)?;
    enter(register, application, fingers).await
}

/// The fingers that are good enough to tell people apart.
pub(super) fn usable(fingers: &[FingerTemplate]) -> Result<BTreeSet<FingerPosition>, StepError> {
    let mut usable = BTreeSet::new();
    for finger in fingers {
        let template = Template::from_bytes(&finger.template).map_err(|_| MALFORMED)?;
        if finger.quality >= USABLE_QUALITY && template.minutiae().len() >= USABLE_MINUTIAE {
            usable.insert(finger.position);
        }
    }
    Ok(usable)
}

/// Mean quality of the fingers, 0 to 100; `None` without any.
pub(super) fn mean_quality(fingers: &[FingerTemplate]) -> Option<u8> {
    let sum: usize = fingers.iter().map(|finger| usize::from(finger.quality)).sum();
    sum.checked_div(fingers.len()).and_then(|mean| u8::try_from(mean).ok())
}

/// The usable fingers of each candidate; `None` for one not filed yet.
pub(super) async fn of_candidates(
    register: &Register,
    candidates: &[Candidate],
) -> Result<Vec<(ApplicationId, Option<BTreeSet<FingerPosition>>)>, StepError> {
    let mut tx = register.db.read().await?;
    let mut found = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let reference = register.db.keyring().gallery_reference(candidate.application);
        let fingers = match gallery::get(&mut tx, reference).await? {
            None => None,
            Some(entry) => Some(usable(&decode(&entry.templates)?)?),
        };
        found.push((candidate.application, fingers));
    }
    Ok(found)
}

/// Templates of all captured fingers. A finger whose image does not read or has
/// no ridges is left out; people will see why at the desk.
fn extract(encounter: &Encounter) -> Vec<FingerTemplate> {
    encounter
        .fingers
        .iter()
        .filter_map(|finger| {
            let CaptureOutcome::Captured { image, dpi, .. } = &finger.outcome else { return None };
            let position = FingerPosition::from_code(finger.position)?;
            let limits = niims_fingerprint::ImageLimits::default();
            let picture = niims_fingerprint::decode_image(&image.bytes, &limits).ok()?;
            let extraction = niims_fingerprint::extract(&picture, *dpi).ok()?;
            Some(FingerTemplate {
                position,
                quality: extraction.quality.score,
                template: extraction.template.to_bytes(),
            })
        })
        .collect()
}

/// Files the templates under the application's pseudonym with the next place in the
/// order of the gallery; where another worker was faster, its place stands.
async fn enter(
    register: &Register,
    application: ApplicationId,
    fingers: Vec<FingerTemplate>,
) -> Result<Filed, StepError> {
    let templates =
        encode_fingers(&fingers).map_err(|_| StepError::Evidence("gallery.encoding"))?;
    let mut tx = register.db.write().await?;
    let reference = gallery::put_pseudonym(&mut tx, application).await?;
    // Taken first: it locks the order, so that a rival's entry is seen below.
    let sequence = search::next_search_sequence(&mut tx).await?;
    let entry = gallery::GalleryEntry { reference, sequence, templates };
    if !gallery::insert(&mut tx, &entry).await? {
        let entry = gallery::get(&mut tx, reference).await?.ok_or(StepError::Overtaken)?;
        return Ok(Filed { fingers: decode(&entry.templates)?, sequence: entry.sequence });
    }
    tx.commit().await?;
    Ok(Filed { fingers, sequence })
}

fn decode(templates: &[u8]) -> Result<Vec<FingerTemplate>, StepError> {
    decode_fingers(templates).map_err(|_| MALFORMED)
}

const MALFORMED: StepError = StepError::Evidence("gallery.malformed");
