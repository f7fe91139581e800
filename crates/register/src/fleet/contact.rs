//! A kit tells how it does, and is given its papers anew.

use jiff::Timestamp;
use niims_record::KitId;
use niims_record::fleet::{Contact, on_contact};
use niims_store::fleet::{alarms, contacts, kits as fleet};
use niims_store::{StoreError, kits};
use niims_wire::kit::KitPapers;

use super::certificate;
use crate::Register;

impl Register {
    /// Keeps what a kit tells of itself and raises the alarms that follow. `None` where the
    /// kit is not enrolled.
    pub(crate) async fn note_contact(
        &self,
        kit: KitId,
        contact: &Contact,
        at: Timestamp,
    ) -> Result<Option<KitPapers>, StoreError> {
        let mut tx = self.db.write().await?;
        let managed = fleet::get_for_update(&mut tx, kit).await?;
        let (Some(managed), Some(enrolled)) = (managed, kits::get(&mut tx, kit).await?) else {
            return Ok(None);
        };
        let before = contacts::get(&mut tx, kit).await?;
        let before = before.map(|(told, then)| (told.chain_place, told.clock_ahead(then)));
        for alarm in on_contact(before, contact, at) {
            alarms::raise(&mut tx, kit, alarm, at).await?;
        }
        contacts::put(&mut tx, kit, contact, at).await?;
        let papers = certificate::papers(self, &mut tx, &managed, &enrolled, at).await?;
        tx.commit().await?;
        Ok(Some(papers))
    }
}
