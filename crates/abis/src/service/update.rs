//! Replacing a capture.

use niims_store::Tx;
use niims_store::abis::{encounters, galleries, sequence};
use serde_json::json;

use super::capture::Checked;
use super::encounter::{Inserted, NewEncounter};
use super::insert::content;
use super::{Missing, Service, ServiceError};
use crate::subject::EncounterKey;

impl Service {
    /// Replaces everything of a capture but its name. It stays where it was in the order of
    /// searches, so that no search under way loses it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]; as for [`Service::insert`].
    pub async fn update(
        &self,
        key: &EncounterKey,
        new: NewEncounter,
    ) -> Result<Inserted, ServiceError> {
        let checked = self.check(&new).await?;
        let mut tx = self.db().write().await?;
        let updated = self.update_in(&mut tx, key, new, checked).await?;
        tx.commit().await?;
        Ok(updated)
    }

    pub(super) async fn update_in(
        &self,
        tx: &mut Tx,
        key: &EncounterKey,
        new: NewEncounter,
        checked: Checked,
    ) -> Result<Inserted, ServiceError> {
        let now = self.parts.clock.now();
        let place = sequence::next(tx).await?;
        let reference = find(tx, key).await?;
        let wanted = super::galleries::as_text(&new.galleries);
        let findings = checked.findings.clone();
        encounters::replace(tx, place, reference, &content(new, checked), now).await?;
        galleries::set(tx, place, reference, &wanted).await?;
        self.note(tx, "abis.updated", reference.to_string(), json!({ "place": place })).await?;
        Ok(Inserted { sequence: place, findings })
    }
}

/// The reference of a capture that must be there.
pub(super) async fn find(
    tx: &mut Tx,
    key: &EncounterKey,
) -> Result<niims_record::GalleryReference, ServiceError> {
    encounters::find(tx, key.person.as_str(), key.encounter.as_str())
        .await?
        .ok_or(ServiceError::NotFound(Missing::Encounter))
}
