//! Erasing a capture, or a person.

use niims_record::GalleryReference;
use niims_store::Tx;
use niims_store::abis::{encounters, sequence};
use serde_json::json;

use super::update::find;
use super::{Missing, Service, ServiceError};
use crate::subject::{EncounterKey, PersonReference};

impl Service {
    /// Erases a capture. Its row and keys are gone with the commit; matchers drop it before their
    /// next search and rewrite their files in their own time.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn delete(&self, key: &EncounterKey) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        self.delete_in(&mut tx, key).await?;
        Ok(tx.commit().await?)
    }

    /// Erases all captures of a person.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn delete_person(&self, person: &PersonReference) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        self.delete_person_in(&mut tx, person).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the place of the change.
    pub(super) async fn delete_in(
        &self,
        tx: &mut Tx,
        key: &EncounterKey,
    ) -> Result<u64, ServiceError> {
        let place = sequence::next(tx).await?;
        let reference = find(tx, key).await?;
        self.erase(tx, place, reference).await?;
        Ok(place)
    }

    /// Gives the place of the first change.
    pub(super) async fn delete_person_in(
        &self,
        tx: &mut Tx,
        person: &PersonReference,
    ) -> Result<u64, ServiceError> {
        let first = sequence::next(tx).await?;
        let references = encounters::of_person(tx, person.as_str()).await?;
        if references.is_empty() {
            return Err(ServiceError::NotFound(Missing::Person));
        }
        for (index, reference) in references.into_iter().enumerate() {
            let place = if index == 0 { first } else { sequence::next(tx).await? };
            self.erase(tx, place, reference).await?;
        }
        Ok(first)
    }

    async fn erase(
        &self,
        tx: &mut Tx,
        place: u64,
        reference: GalleryReference,
    ) -> Result<(), ServiceError> {
        encounters::remove(tx, place, reference, self.parts.clock.now()).await?;
        self.note(tx, "abis.deleted", reference.to_string(), json!({ "place": place })).await
    }
}
