//! Whether a capture is searched.

use niims_store::Tx;
use niims_store::abis::{encounters, sequence};
use serde_json::json;

use super::encounter::EncounterStatus;
use super::update::find;
use super::{Service, ServiceError};
use crate::subject::EncounterKey;

impl Service {
    /// Lets a capture be searched, or not any more. One that is searched again takes a new place.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn set_status(
        &self,
        key: &EncounterKey,
        status: EncounterStatus,
    ) -> Result<(), ServiceError> {
        let mut tx = self.db().write().await?;
        self.set_status_in(&mut tx, key, status).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn set_status_in(
        &self,
        tx: &mut Tx,
        key: &EncounterKey,
        status: EncounterStatus,
    ) -> Result<u64, ServiceError> {
        let place = sequence::next(tx).await?;
        let reference = find(tx, key).await?;
        let active = status == EncounterStatus::Active;
        encounters::set_active(tx, place, reference, active, self.parts.clock.now()).await?;
        let details = json!({ "place": place, "active": active });
        self.note(tx, "abis.status_set", reference.to_string(), details).await?;
        Ok(place)
    }
}
