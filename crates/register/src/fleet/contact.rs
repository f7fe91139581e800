//! A kit tells how it does, and is given its papers anew.

use jiff::Timestamp;
use niims_record::KitId;
use niims_record::fleet::on_contact;
use niims_store::fleet::{alarms, contacts, kits as fleet, officers as roster};
use niims_store::{StoreError, Tx, kits};
use niims_wire::kit::{KitPapers, KitReport};

use super::certificate;
use super::enrol::read_key;
use crate::Register;

impl Register {
    /// Keeps what a kit tells of itself and raises the alarms that follow. `None` where the
    /// kit is not enrolled.
    pub(crate) async fn note_contact(
        &self,
        kit: KitId,
        report: &KitReport,
        at: Timestamp,
    ) -> Result<Option<KitPapers>, StoreError> {
        let mut tx = self.db.write().await?;
        let managed = fleet::get_for_update(&mut tx, kit).await?;
        let (Some(managed), Some(enrolled)) = (managed, kits::get(&mut tx, kit).await?) else {
            return Ok(None);
        };
        let contact = &report.contact;
        let before = contacts::get(&mut tx, kit).await?;
        let before = before.map(|(told, then)| (told.chain_place, told.clock_ahead(then)));
        for alarm in on_contact(before, contact, at) {
            alarms::raise(&mut tx, kit, alarm, at).await?;
        }
        contacts::put(&mut tx, kit, contact, at).await?;
        give_keys(&mut tx, kit, &report.officer_keys).await?;
        let papers = certificate::papers(self, &mut tx, &managed, &enrolled, at).await?;
        tx.commit().await?;
        Ok(Some(papers))
    }
}

/// Gives each officer of an enrolled kit who has no key yet one of those that the kit made. No key
/// is given twice, not even after its officer has gone.
async fn give_keys(tx: &mut Tx, kit: KitId, offered: &[String]) -> Result<(), StoreError> {
    let mut waiting = roster::list(tx, kit).await?;
    waiting.retain(|member| member.signing_key.is_none());
    if waiting.is_empty() {
        return Ok(());
    }
    let taken = roster::keys(tx, kit).await?;
    let mut fresh: Vec<[u8; 32]> = Vec::new();
    for key in offered.iter().filter_map(|text| read_key(text)) {
        if !taken.contains(&key) && !fresh.contains(&key) {
            fresh.push(key);
        }
    }
    for (member, key) in waiting.iter().zip(&fresh) {
        roster::set_key(tx, kit, member.officer, key).await?;
    }
    Ok(())
}
