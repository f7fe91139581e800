//! Taking a card out of its sealed store: a read of its holder.

use jiff::Timestamp;
use niims_record::ApplicationId;
use niims_store::StoreError;

use crate::Register;
use crate::disclose::{self, Look};

impl Register {
    /// Records that a card leaves the store for printing or handing over.
    pub async fn record_card_export(
        &self,
        application: ApplicationId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let look = Look {
            application: Some(application),
            asker: "register",
            officer: "card_production",
            purpose: "card_production",
            attributes: &["number", "name", "date_of_birth", "portrait"],
            denied: None,
            at,
        };
        let mut tx = self.db.write().await?;
        disclose::line(&mut tx, &look).await?;
        tx.commit().await
    }
}
