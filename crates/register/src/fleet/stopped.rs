//! Says to a kit, signed, that it was stopped.

use jiff::Timestamp;
use niims_record::KitId;
use niims_store::fleet::kits as fleet;
use niims_store::{StoreError, kits};
use niims_wire::kit::{KitStanding, StandingMessage, Stopped};

use super::certificate::signed;
use crate::Register;

impl Register {
    /// The centre's word that a kit was stopped, under the next number of its certificates: what
    /// was signed before it frees the kit no more. `None` for a kit that is not enrolled.
    pub(crate) async fn say_stopped(
        &self,
        kit: KitId,
        stopped: Stopped,
        at: Timestamp,
    ) -> Result<Option<StandingMessage>, StoreError> {
        let mut tx = self.db.write().await?;
        let managed = fleet::get_for_update(&mut tx, kit).await?;
        let (Some(_), Some(enrolled)) = (managed, kits::get(&mut tx, kit).await?) else {
            return Ok(None);
        };
        let standing = KitStanding {
            version: fleet::next_certificate(&mut tx, kit).await?,
            issued: at,
            kit,
            key: hex::encode(enrolled.signing_key),
            stopped,
        };
        let standing = signed(self, &standing.text())?;
        tx.commit().await?;
        Ok(Some(StandingMessage { standing }))
    }
}
