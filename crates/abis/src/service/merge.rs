//! Giving captures to another person: matchers know captures only, so they hear nothing of it.

use niims_record::GalleryReference;
use niims_store::abis::{encounters, sequence};
use niims_store::{StoreError, Tx};
use serde_json::json;

use super::update::find;
use super::{Missing, Service, ServiceError};
use crate::subject::{EncounterKey, EncounterReference, PersonReference};

impl Service {
    /// Gives all captures of the source to the target; the source is nobody afterwards.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] unless both are enrolled, [`ServiceError::SamePerson`],
    /// [`ServiceError::AlreadyExists`] where both have a capture of one name.
    pub async fn merge(
        &self,
        target: &PersonReference,
        source: &PersonReference,
    ) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        self.merge_in(&mut tx, target, source).await?;
        Ok(tx.commit().await?)
    }

    /// Gives one capture of the source to the target, who need not be enrolled yet.
    ///
    /// # Errors
    /// As for [`Service::merge`].
    pub async fn move_encounter(
        &self,
        target: &PersonReference,
        source: &PersonReference,
        encounter: &EncounterReference,
    ) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        self.move_in(&mut tx, target, source, encounter).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn merge_in(
        &self,
        tx: &mut Tx,
        target: &PersonReference,
        source: &PersonReference,
    ) -> Result<u64, ServiceError> {
        different(target, source)?;
        let place = sequence::next(tx).await?;
        let references = encounters::of_person(tx, source.as_str()).await?;
        let of_target = encounters::of_person(tx, target.as_str()).await?;
        if references.is_empty() || of_target.is_empty() {
            return Err(ServiceError::NotFound(Missing::Person));
        }
        for reference in references {
            self.give(tx, place, reference, target).await?;
        }
        Ok(place)
    }

    pub(super) async fn move_in(
        &self,
        tx: &mut Tx,
        target: &PersonReference,
        source: &PersonReference,
        encounter: &EncounterReference,
    ) -> Result<u64, ServiceError> {
        different(target, source)?;
        let place = sequence::next(tx).await?;
        let key = EncounterKey { person: source.clone(), encounter: encounter.clone() };
        let reference = find(tx, &key).await?;
        self.give(tx, place, reference, target).await?;
        Ok(place)
    }

    async fn give(
        &self,
        tx: &mut Tx,
        place: u64,
        reference: GalleryReference,
        target: &PersonReference,
    ) -> Result<(), ServiceError> {
        let now = self.parts.clock.now();
        encounters::give_to(tx, reference, target.as_str(), now).await.map_err(
            |error| match error {
                StoreError::Duplicate => ServiceError::AlreadyExists,
                other => other.into(),
            },
        )?;
        self.note(tx, "abis.moved", reference.to_string(), json!({ "place": place })).await
    }
}

fn different(target: &PersonReference, source: &PersonReference) -> Result<(), ServiceError> {
    if target == source { Err(ServiceError::SamePerson) } else { Ok(()) }
}
