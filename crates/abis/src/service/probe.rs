//! What a question is asked with.

use niims_record::GalleryReference;
use niims_store::Tx;
use niims_store::abis::encounters;

use super::question::{By, Probe};
use super::update::find;
use super::{Missing, Service, ServiceError, comparison};
use crate::modality::Biometrics;
use crate::subject::PersonReference;

/// The captures to search with, and whose they are.
pub(super) struct Resolved {
    /// At least one.
    pub captures: Vec<Biometrics>,
    /// The person, where the probe is enrolled.
    pub person: Option<PersonReference>,
    /// All captures of that person.
    pub own: Vec<GalleryReference>,
}

impl Service {
    /// Leaves of a probe's captures what can be compared and is to be.
    pub(super) fn comparable(
        &self,
        captures: &mut [Biometrics],
        by: By,
    ) -> Result<(), ServiceError> {
        let had_faces = captures.iter().any(|capture| !capture.faces.is_empty());
        for capture in captures.iter_mut() {
            if by == By::Face {
                capture.fingers.clear();
            }
            // Without a model: enrolled when there was one.
            if by == By::Fingers || self.faces().is_none() {
                capture.faces.clear();
            }
        }
        if captures.iter().any(|capture| !capture.is_empty()) {
            return Ok(());
        }
        let for_want_of_model = self.faces().is_none() && by != By::Fingers;
        Err(if for_want_of_model && (had_faces || by == By::Face) {
            ServiceError::FaceModelMissing
        } else {
            ServiceError::BiometricsEmpty
        })
    }

    /// Finds what a probe names. Given biometrics must have been checked.
    pub(super) async fn resolve(
        &self,
        tx: &mut Tx,
        probe: &Probe,
    ) -> Result<Resolved, ServiceError> {
        let (person, searched) = match probe {
            Probe::Given(given) => {
                let captures = vec![given.clone()];
                return Ok(Resolved { captures, person: None, own: Vec::new() });
            }
            Probe::Enrolled(key) => (&key.person, Some(find(tx, key).await?)),
            Probe::EnrolledPerson(person) => (person, None),
        };
        let own = encounters::of_person(tx, person.as_str()).await?;
        let mut captures = Vec::with_capacity(own.len());
        for reference in searched.map_or_else(|| own.clone(), |one| vec![one]) {
            if let Some(row) = encounters::get(tx, reference).await? {
                captures.push(comparison::stored(&row.content.biometrics)?);
            }
        }
        if captures.is_empty() {
            return Err(ServiceError::NotFound(Missing::Person));
        }
        Ok(Resolved { captures, person: Some(person.clone()), own })
    }
}
