//! Enrolling a capture.

use niims_store::Tx;
use niims_store::abis::encounters::{self, Content};
use niims_store::abis::{galleries, sequence};
use serde_json::json;

use super::capture::Checked;
use super::encounter::{EncounterStatus, Inserted, NewEncounter};
use super::{Service, ServiceError};
use crate::subject::EncounterKey;

impl Service {
    /// Enrols a capture under a name that is free.
    ///
    /// # Errors
    /// [`ServiceError::AlreadyExists`]; what [`NewEncounter`] may not hold; [`ServiceError::NotFound`]
    /// for an operator who is not enrolled.
    pub async fn insert(
        &self,
        key: &EncounterKey,
        new: NewEncounter,
    ) -> Result<Inserted, ServiceError> {
        let checked = self.check(&new).await?;
        let mut tx = self.db().write().await?;
        let inserted = self.insert_in(&mut tx, key, new, checked).await?;
        tx.commit().await?;
        Ok(inserted)
    }

    pub(super) async fn insert_in(
        &self,
        tx: &mut Tx,
        key: &EncounterKey,
        new: NewEncounter,
        checked: Checked,
    ) -> Result<Inserted, ServiceError> {
        let now = self.parts.clock.now();
        let place = sequence::next(tx).await?;
        let names = (key.person.as_str(), key.encounter.as_str());
        let wanted = super::galleries::as_text(&new.galleries);
        let findings = checked.findings.clone();
        let reference = encounters::insert(tx, place, names, &content(new, checked), now)
            .await?
            .ok_or(ServiceError::AlreadyExists)?;
        galleries::set(tx, place, reference, &wanted).await?;
        self.note(tx, "abis.inserted", reference.to_string(), json!({ "place": place })).await?;
        Ok(Inserted { sequence: place, findings })
    }
}

/// What is stored of a capture.
pub(super) fn content(new: NewEncounter, checked: Checked) -> Content {
    Content {
        active: new.status == EncounterStatus::Active,
        kind: new.kind,
        biometrics: checked.bytes,
        attachment: new.attachment,
    }
}
