//! Biometric search: is this one of everyone who came before?

use niims_fingerprint::FingerPosition;
use niims_packet::{CaptureOutcome, Encounter};
use niims_record::application::{Application, Candidate, CaseReason, NewBecause};
use niims_record::{ApplicationId, CaseId};
use niims_store::{cases, gallery, search};
use niims_wire::abis::{FingerTemplate, Identification, decode_fingers, encode_fingers};

use super::search_demographics::MOST_KEPT;
use super::{Outcome, Run, StepError};
use crate::Register;
use crate::evidence::OpenError;

/// Least quality, 0 to 100, of a finger that counts as usable. Below it two
/// impressions of one finger match no oftener than they miss, on worn synthetic
/// prints; the finger is searched all the same.
pub const USABLE_QUALITY: u8 = 20;
/// Least minutiae of a template that counts as usable. Cylinders need neighbours:
/// below eight hardly one is valid.
pub const USABLE_MINUTIAE: usize = 8;

/// What the decision needs to know.
pub struct Facts {
    /// What the demographic search found.
    pub demographic: Vec<Candidate>,
    /// What the fingerprints found, with the applications behind the references.
    pub biometric: Option<Vec<(ApplicationId, i32)>>,
    /// How many usable fingers the applicant has.
    pub usable_fingers: usize,
    /// Demographic candidates who have no usable fingers: for them the
    /// fingerprints say nothing.
    pub candidates_without_fingers: Vec<ApplicationId>,
}

/// What is to happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// The gallery was not searched whole: wait, never "no duplicate".
    Wait,
    /// Nobody alike: a number is due.
    New,
    /// People must look.
    Adjudicate {
        /// Why.
        reason: CaseReason,
        /// At whom.
        candidates: Vec<Candidate>,
    },
}

/// Decides what follows from both searches.
///
/// A demographic candidate whose fingers were compared and did not match is not
/// shown: two people of one name are common, ten unlike fingers are not the same
/// hands. Where fingers say nothing on either side, names alone reach the desk.
pub fn decide(facts: &Facts) -> Decision {
    let Some(biometric) = &facts.biometric else { return Decision::Wait };
    let mut candidates: Vec<Candidate> = biometric
        .iter()
        .map(|&(application, score)| Candidate {
            application,
            demographic: facts
                .demographic
                .iter()
                .find(|c| c.application == application)
                .and_then(|c| c.demographic),
            biometric: Some(score),
        })
        .collect();
    let fingerless = facts.usable_fingers == 0;
    candidates.extend(
        facts
            .demographic
            .iter()
            .filter(|c| !biometric.iter().any(|(application, _)| *application == c.application))
            .filter(|c| fingerless || facts.candidates_without_fingers.contains(&c.application))
            .cloned(),
    );
    candidates.truncate(MOST_KEPT);
    if fingerless {
        return Decision::Adjudicate { reason: CaseReason::NoUsableFingerprints, candidates };
    }
    if candidates.is_empty() {
        return Decision::New;
    }
    Decision::Adjudicate { reason: CaseReason::LikelyDuplicate, candidates }
}

/// Extracts the templates, files them in the gallery, searches everyone before,
/// and opens a case or makes a number due.
pub async fn run(register: &Register, run: &Run) -> Result<Outcome, StepError> {
    let Application::DemographicsSearched { candidates } = &run.application.state else {
        return Err(StepError::Overtaken);
    };
    let encounter = match register.open_packet(&run.packet).await {
        Ok(encounter) => encounter,
        Err(OpenError::Step(error)) => return Err(error),
        Err(OpenError::Gate(code)) => return Err(StepError::Evidence(code)),
    };
    let fingers = tokio::task::spawn_blocking(move || extract_fingers(&encounter))
        .await
        .map_err(|_| StepError::Cancelled)?;
    let sequence = enter_gallery(register, run.application.id, &fingers).await?;
    let templates = fingers.iter().map(|f| f.template.clone()).collect();
    let identification = register.abis.identify(templates, sequence).await?;
    let facts = Facts {
        demographic: candidates.clone(),
        biometric: resolve(register, identification).await?,
        usable_fingers: fingers.iter().filter(|f| f.usable).count(),
        candidates_without_fingers: without_fingers(register, candidates).await?,
    };
    conclude(register, run, decide(&facts)).await
}

async fn conclude(
    register: &Register,
    run: &Run,
    decision: Decision,
) -> Result<Outcome, StepError> {
    match decision {
        Decision::Wait => Ok(Outcome::Wait { code: "search.incomplete" }),
        Decision::New => {
            let tx = register.db.write().await?;
            let because = NewBecause::NoCandidate;
            register.move_on(tx, run, Application::NumberDue { because }).await
        }
        Decision::Adjudicate { reason, candidates } => {
            let case = CaseId::random(&mut register.entropy.rng());
            let mut tx = register.db.write().await?;
            let id = run.application.id;
            if !cases::insert(&mut tx, case, id, reason, &candidates, run.at).await? {
                return Err(StepError::Overtaken);
            }
            register.move_on(tx, run, Application::InAdjudication { case }).await
        }
    }
}

/// One finger made ready for the gallery.
pub struct ReadyFinger {
    template: FingerTemplate,
    usable: bool,
}

/// Templates of all captured fingers. A finger whose image does not read or has
/// no ridges is left out; people will see why at the desk.
fn extract_fingers(encounter: &Encounter) -> Vec<ReadyFinger> {
    encounter
        .fingers
        .iter()
        .filter_map(|finger| {
            let CaptureOutcome::Captured { image, dpi, .. } = &finger.outcome else { return None };
            let position = FingerPosition::from_code(finger.position)?;
            let limits = niims_fingerprint::ImageLimits::default();
            let picture = niims_fingerprint::decode_image(&image.bytes, &limits).ok()?;
            let extraction = niims_fingerprint::extract(&picture, *dpi).ok()?;
            let quality = extraction.quality.score;
            let minutiae = extraction.template.minutiae().len();
            Some(ReadyFinger {
                template: FingerTemplate {
                    position,
                    quality,
                    template: extraction.template.to_bytes(),
                },
                usable: quality >= USABLE_QUALITY && minutiae >= USABLE_MINUTIAE,
            })
        })
        .collect()
}

/// Files the templates under the application's pseudonym and returns its place in
/// the order of the gallery; run again, it returns the same place.
async fn enter_gallery(
    register: &Register,
    application: ApplicationId,
    fingers: &[ReadyFinger],
) -> Result<u64, StepError> {
    let templates: Vec<FingerTemplate> = fingers.iter().map(|f| f.template.clone()).collect();
    let bytes = encode_fingers(&templates).map_err(|_| StepError::Evidence("gallery.encoding"))?;
    let mut tx = register.db.write().await?;
    let reference = gallery::put_pseudonym(&mut tx, application).await?;
    if let Some(entry) = gallery::get(&mut tx, reference).await? {
        return Ok(entry.sequence);
    }
    let sequence = search::next_search_sequence(&mut tx).await?;
    let entry = gallery::GalleryEntry { reference, sequence, templates: bytes };
    gallery::insert(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(sequence)
}

/// The applications behind the references found; `None` when the search was not whole.
async fn resolve(
    register: &Register,
    identification: Identification,
) -> Result<Option<Vec<(ApplicationId, i32)>>, StepError> {
    let Identification::Complete { candidates } = identification else { return Ok(None) };
    let mut tx = register.db.read().await?;
    let mut found = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let application = gallery::resolve(&mut tx, candidate.reference)
            .await?
            .ok_or(StepError::Evidence("gallery.pseudonym_missing"))?;
        found.push((application, candidate.score));
    }
    Ok(Some(found))
}

/// Which demographic candidates have no usable finger in the gallery.
async fn without_fingers(
    register: &Register,
    candidates: &[Candidate],
) -> Result<Vec<ApplicationId>, StepError> {
    let mut tx = register.db.read().await?;
    let mut found = Vec::new();
    for candidate in candidates {
        let reference = register.db.keyring().gallery_reference(candidate.application);
        let usable = match gallery::get(&mut tx, reference).await? {
            // Not filed yet: that search comes after this one and sees it.
            None => true,
            Some(entry) => decode_fingers(&entry.templates)
                .map_err(|_| StepError::Evidence("gallery.malformed"))?
                .iter()
                .any(|finger| finger.quality >= USABLE_QUALITY),
        };
        if !usable {
            found.push(candidate.application);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> ApplicationId {
        ApplicationId::from_bytes([n; 16])
    }

    fn by_name(n: u8) -> Candidate {
        Candidate { application: id(n), demographic: Some(20_000), biometric: None }
    }

    fn facts() -> Facts {
        Facts {
            demographic: vec![],
            biometric: Some(vec![]),
            usable_fingers: 10,
            candidates_without_fingers: vec![],
        }
    }

    fn check(facts: &Facts, want: Option<(CaseReason, &[u8])>) {
        match (decide(facts), want) {
            (Decision::New, None) => {}
            (Decision::Adjudicate { reason, candidates }, Some((why, who))) => {
                assert_eq!(reason, why);
                let ids: Vec<_> = candidates.iter().map(|c| c.application).collect();
                assert_eq!(ids, who.iter().map(|&n| id(n)).collect::<Vec<_>>());
            }
            (other, want) => panic!("{other:?} instead of {want:?}"),
        }
    }

    #[test]
    fn what_each_search_leads_to() {
        check(&facts(), None);
        // A namesake with other fingers is nobody's business.
        check(&Facts { demographic: vec![by_name(1)], ..facts() }, None);
        let matched = Some(vec![(id(2), 40_000)]);
        check(
            &Facts { demographic: vec![by_name(1)], biometric: matched, ..facts() },
            Some((CaseReason::LikelyDuplicate, &[2])),
        );
        check(
            &Facts {
                demographic: vec![by_name(1)],
                candidates_without_fingers: vec![id(1)],
                ..facts()
            },
            Some((CaseReason::LikelyDuplicate, &[1])),
        );
        check(
            &Facts { demographic: vec![by_name(1)], usable_fingers: 0, ..facts() },
            Some((CaseReason::NoUsableFingerprints, &[1])),
        );
        check(
            &Facts { usable_fingers: 0, ..facts() },
            Some((CaseReason::NoUsableFingerprints, &[])),
        );
    }

    #[test]
    fn an_incomplete_search_never_means_new() {
        assert_eq!(decide(&Facts { biometric: None, ..facts() }), Decision::Wait);
    }
}
