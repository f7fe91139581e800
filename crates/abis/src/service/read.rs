//! Reading captures back.

use niims_record::GalleryReference;
use niims_store::Tx;
use niims_store::abis::{encounters, galleries};
use serde_json::json;

use super::encounter::{EncounterStatus, StoredEncounter};
use super::galleries::{as_names, unreadable};
use super::update::find;
use super::{Missing, Service, ServiceError, comparison};
use crate::subject::{EncounterKey, EncounterReference, PersonReference};

impl Service {
    /// A capture as it is stored.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn read(&self, key: &EncounterKey) -> Result<StoredEncounter, ServiceError> {
        // A look is written down, so it takes a writing transaction.
        let mut tx = self.db().write().await?;
        let reference = find(&mut tx, key).await?;
        let stored = self.load(&mut tx, reference).await?;
        tx.commit().await?;
        Ok(stored)
    }

    /// All captures of a person, oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn read_person(
        &self,
        person: &PersonReference,
    ) -> Result<Vec<StoredEncounter>, ServiceError> {
        let mut tx = self.db().write().await?;
        let references = encounters::of_person(&mut tx, person.as_str()).await?;
        if references.is_empty() {
            return Err(ServiceError::NotFound(Missing::Person));
        }
        let mut all = Vec::with_capacity(references.len());
        for reference in references {
            all.push(self.load(&mut tx, reference).await?);
        }
        tx.commit().await?;
        Ok(all)
    }

    async fn load(
        &self,
        tx: &mut Tx,
        reference: GalleryReference,
    ) -> Result<StoredEncounter, ServiceError> {
        let row = encounters::get(tx, reference)
            .await?
            .ok_or(ServiceError::NotFound(Missing::Encounter))?;
        self.note(tx, "abis.read", reference.to_string(), json!({})).await?;
        let content = row.content;
        Ok(StoredEncounter {
            key: EncounterKey {
                person: PersonReference::new(row.person).map_err(|_| unreadable())?,
                encounter: EncounterReference::new(row.encounter).map_err(|_| unreadable())?,
            },
            status: if content.active {
                EncounterStatus::Active
            } else {
                EncounterStatus::Inactive
            },
            kind: content.kind,
            galleries: as_names(galleries::of(tx, reference).await?)?,
            biometrics: comparison::stored(&content.biometrics)?,
            attachment: content.attachment,
            created_at: row.created_at,
            updated_at: row.updated_at,
            sequence: row.place,
        })
    }
}
