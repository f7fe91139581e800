//! Enrolling. Nobody is looked for meanwhile: whether somebody is enrolled already is what identify
//! is for.

use super::memory::Place;
use super::{Edge, Failure, capture_of};
use crate::mosip::messages::{FailureReason, Insert, Outcome};
use crate::service::{Missing, NewEncounter, ServiceError};
use crate::subject::EncounterKey;

/// The kind under which captures of this edge are stored.
const KIND: &str = "mosip";

impl Edge {
    pub(super) async fn insert(&self, insert: &Insert, place: &Place) -> Result<Outcome, Failure> {
        let key = capture_of(&insert.reference)?;
        // Before the fetch: shares may be fetched a limited number of times.
        if let Some(outcome) = self.stands(&key, place).await? {
            return outcome;
        }
        let new = NewEncounter {
            kind: KIND.to_owned(),
            biometrics: self.fetch(&insert.url).await?,
            attachment: place.mark().to_vec(),
            ..NewEncounter::default()
        };
        match self.service.insert(&key, new).await {
            Ok(_) => Ok(Outcome::Done),
            Err(ServiceError::AlreadyExists) => self
                .stands(&key, place)
                .await?
                .unwrap_or(Err(Failure::lasting(FailureReason::AlreadyExists))),
            Err(error) => Err(error.into()),
        }
    }

    /// What to say when the reference is enrolled: done, where this very request enrolled it and a
    /// crash kept its reply; otherwise that it is taken.
    async fn stands(
        &self,
        key: &EncounterKey,
        place: &Place,
    ) -> Result<Option<Result<Outcome, Failure>>, Failure> {
        match self.service.read(key).await {
            Ok(stored) if stored.attachment == place.mark() => Ok(Some(Ok(Outcome::Done))),
            Ok(_) => Ok(Some(Err(Failure::lasting(FailureReason::AlreadyExists)))),
            Err(ServiceError::NotFound(Missing::Encounter | Missing::Person)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
