//! Comparing with one.

use niims_fingerprint::{Assignment, CANDIDATE_THRESHOLD};
use niims_store::Tx;
use niims_store::abis::encounters::Encounter;
use niims_store::abis::{encounters, galleries};
use serde_json::json;

use super::galleries::unreadable;
use super::question::{Against, Verified, VerifyQuestion};
use super::update::find;
use super::{Missing, Service, ServiceError, comparison};
use crate::modality::Biometrics;
use crate::search::SearchError;
use crate::subject::EncounterReference;

impl Service {
    /// Compares a probe with one person, one capture, or other biometrics.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where a probe or reference is not enrolled, or not in the
    /// gallery; [`ServiceError::GalleryUnknown`]; what is wrong with given biometrics;
    /// [`ServiceError::FaceModelMissing`] for a comparison by the face without a model.
    pub async fn verify(&self, question: VerifyQuestion) -> Result<Verified, ServiceError> {
        self.check_probe(&question.probe, &[]).await?;
        if let Against::Given(given) = &question.against {
            if given.is_empty() {
                return Err(ServiceError::BiometricsEmpty);
            }
            self.check_biometrics(given, &[]).await?;
        }
        let mut tx = self.db().write().await?;
        let mut probe = self.resolve(&mut tx, &question.probe).await?.captures;
        self.comparable(&mut probe, question.by)?;
        let rows = self.against(&mut tx, &question).await?;
        let references: Vec<Biometrics> = match &question.against {
            Against::Given(given) => vec![given.clone()],
            _ => rows
                .iter()
                .map(|row| comparison::stored(&row.content.biometrics))
                .collect::<Result<_, _>>()?,
        };
        let subject =
            rows.first().map_or_else(|| "given".to_owned(), |row| row.reference.to_string());
        self.note(&mut tx, "abis.verified", subject, json!({})).await?;
        tx.commit().await?;
        let faces = self.faces().cloned();
        let compare = {
            let faces = faces.clone();
            move || comparison::best(&probe, &references, faces.as_ref())
        };
        let best =
            tokio::task::spawn_blocking(compare).await.map_err(|_| SearchError::Template)??;
        let Some((place, comparison)) = best else { return Ok(Verified::nothing()) };
        let encounter = rows
            .get(place)
            .map(|row| EncounterReference::new(row.encounter.clone()).map_err(|_| unreadable()))
            .transpose()?;
        Ok(Verified {
            matched: comparison
                .reaches(question.threshold.unwrap_or(CANDIDATE_THRESHOLD), faces.as_ref()),
            score: comparison.score,
            encounter,
            assignment: comparison.assignment,
            fingers: comparison.fingers,
            face: comparison.face,
        })
    }

    /// The stored captures that a question compares with.
    async fn against(
        &self,
        tx: &mut Tx,
        question: &VerifyQuestion,
    ) -> Result<Vec<Encounter>, ServiceError> {
        if let Some(name) = &question.gallery
            && galleries::changed(tx, name.as_str()).await?.is_none()
        {
            return Err(ServiceError::GalleryUnknown);
        }
        let (references, missing) = match &question.against {
            Against::Given(_) => return Ok(Vec::new()),
            Against::Encounter(key) => (vec![find(tx, key).await?], Missing::Encounter),
            Against::Person(person) => {
                (encounters::of_person(tx, person.as_str()).await?, Missing::Person)
            }
        };
        let mut rows = Vec::with_capacity(references.len());
        for reference in references {
            if let Some(name) = &question.gallery
                && !galleries::of(tx, reference).await?.contains(name.as_str())
            {
                continue;
            }
            rows.extend(encounters::get(tx, reference).await?);
        }
        if matches!(question.against, Against::Person(_)) {
            rows.retain(|row| row.content.active);
        }
        if rows.is_empty() { Err(ServiceError::NotFound(missing)) } else { Ok(rows) }
    }
}

impl Verified {
    /// Nothing of the two could be compared.
    fn nothing() -> Self {
        Self {
            matched: false,
            score: 0,
            encounter: None,
            assignment: Assignment::AsStated,
            fingers: Vec::new(),
            face: None,
        }
    }
}
