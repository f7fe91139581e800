//! The pool of planted pairs.

use async_trait::async_trait;
use jiff::Timestamp;
use niims_record::{CaseId, PlantedPairId};
use niims_store::desk::planted;
use niims_wire::Problem;
use niims_wire::desk::{ImageOf, ImageShown, PlantedPair, PlantedPairs, SideOf, SideShown};
use sha2::{Digest, Sha256};

use super::enter::plant;
use super::error::{DeskError, refused};
use crate::Register;
use crate::steps::StepError;

#[async_trait]
impl PlantedPairs for Register {
    async fn add_planted(
        &self,
        pair: PlantedPair,
        at: Timestamp,
    ) -> Result<PlantedPairId, Problem> {
        add(self, pair, at).await.map_err(DeskError::into_problem)
    }

    async fn plant(&self, at: Timestamp) -> Result<Option<CaseId>, Problem> {
        let work = async {
            let mut tx = self.db.write().await?;
            let case = plant(self, &mut tx, at).await?;
            tx.commit().await?;
            Ok(case)
        };
        work.await.map_err(DeskError::into_problem)
    }
}

async fn add(
    register: &Register,
    pair: PlantedPair,
    at: Timestamp,
) -> Result<PlantedPairId, DeskError> {
    check(&pair)?;
    let id = PlantedPairId::random(&mut register.entropy.rng());
    let evidence =
        serde_json::to_vec(&pair.evidence).map_err(|_| StepError::Evidence("desk.encoding"))?;
    let mut tx = register.db.write().await?;
    planted::add_pair(&mut tx, id, pair.kind, &evidence, at).await?;
    for (side, image, bytes) in &pair.images {
        let stored = write_image(&bytes.media_type, &bytes.bytes)?;
        planted::add_image(&mut tx, id, &place((*side, *image))?, &stored).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// One candidate, and every image that the evidence names, with the hash that it names.
fn check(pair: &PlantedPair) -> Result<(), Problem> {
    let wrong = || {
        let detail = "Give one candidate, and every image that the evidence names.";
        refused(422, "desk.planted_evidence", "This pair cannot be planted", detail)
    };
    let [candidate] = &pair.evidence.candidates[..] else { return Err(wrong()) };
    let sides = [
        (SideOf::Applicant, &pair.evidence.applicant),
        (SideOf::Candidate { index: 0 }, &candidate.side),
    ];
    for (side, shown) in sides {
        for (image, stated) in images_of(shown) {
            let found = pair.images.iter().find(|(s, i, _)| (*s, *i) == (side, image));
            let hash = found.map(|(.., bytes)| hex::encode(Sha256::digest(&bytes.bytes)));
            if hash.as_deref() != Some(&stated.sha256) {
                return Err(wrong());
            }
        }
    }
    Ok(())
}

/// The images that a side names.
pub(super) fn images_of(side: &SideShown) -> Vec<(ImageOf, &ImageShown)> {
    let portrait = side.portrait.iter().map(|image| (ImageOf::Portrait, image));
    let fingers = side
        .fingers
        .iter()
        .map(|finger| (ImageOf::Finger { position: finger.position }, &finger.image));
    let seconds = side.fingers.iter().filter_map(|finger| {
        Some((ImageOf::SecondPrint { position: finger.position }, &finger.second.as_ref()?.image))
    });
    let photo = side.exception_photo.iter().map(|image| (ImageOf::ExceptionPhoto, image));
    let documents = side
        .documents
        .iter()
        .enumerate()
        .map(|(index, document)| (ImageOf::Document { index }, &document.image));
    portrait.chain(fingers).chain(seconds).chain(photo).chain(documents).collect()
}

/// Where an image stands, as stored.
pub(super) fn place(which: (SideOf, ImageOf)) -> Result<String, StepError> {
    serde_json::to_string(&which).map_err(|_| StepError::Evidence("desk.encoding"))
}

/// Media type, a line feed, the bytes.
pub(super) fn write_image(media_type: &str, bytes: &[u8]) -> Result<Vec<u8>, StepError> {
    if media_type.contains('\n') {
        return Err(StepError::Evidence("desk.encoding"));
    }
    Ok([media_type.as_bytes(), b"\n", bytes].concat())
}

/// Reads what [`write_image`] wrote.
pub(super) fn read_image(stored: &[u8]) -> Result<(String, Vec<u8>), StepError> {
    let malformed = StepError::Evidence("desk.planted_image_malformed");
    let end = stored.iter().position(|&byte| byte == b'\n');
    let Some(end) = end else { return Err(malformed) };
    let Ok(media_type) = std::str::from_utf8(&stored[..end]) else { return Err(malformed) };
    Ok((media_type.to_owned(), stored[end + 1..].to_vec()))
}
