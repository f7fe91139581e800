//! Deletes packets from the kit: only with a receipt that verifies, and only after their time.
//!
//! Kits are the last backup of the register, so nothing else ever removes a packet.

use jiff::{SignedDuration, Timestamp};
use niims_record::PacketId;
use niims_store::kit::PacketState;

use crate::error::KitError;
use crate::kit::{Kit, run};
use crate::receipts;

/// What was deleted and what was kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeleteReport {
    /// Packets deleted.
    pub deleted: Vec<PacketId>,
    /// Receipted packets kept because their time has not come.
    pub too_young: u64,
    /// Packets kept because their receipt, held until now, does not verify any more.
    pub receipt_false: Vec<PacketId>,
}

impl Kit {
    /// Deletes every packet whose receipt was verified at least `retention_days` ago. The
    /// receipt is verified again first: what stands in the store is not enough.
    ///
    /// # Errors
    /// `kit.clock_…`: a clock that cannot be right says nothing about age; `kit.store_…`,
    /// `kit.file`. What was deleted before stays deleted.
    pub fn delete_receipted(
        &mut self,
        retention_days: u16,
        now: Timestamp,
    ) -> Result<DeleteReport, KitError> {
        match self.may_work(now) {
            // A kit that may not capture may still lose what the centre has.
            Ok(()) | Err(KitError::Revoked | KitError::Suspended | KitError::Expired { .. }) => {}
            Err(error) => return Err(error),
        }
        let age = SignedDuration::from_hours(24 * i64::from(retention_days));
        let mut report = DeleteReport::default();
        for row in run!(self, store => store.packets_in(PacketState::Receipted))? {
            let packet = row.sealed.packet;
            let ripe = row
                .receipted_at
                .and_then(|at| at.checked_add(age).ok())
                .is_some_and(|ripe_at| ripe_at <= now);
            if !ripe {
                report.too_young += 1;
                continue;
            }
            let receipt = row.receipt.as_deref().unwrap_or_default();
            if receipts::verify(receipt, &row.sealed, &self.log_key).is_err() {
                report.receipt_false.push(packet);
                continue;
            }
            // The row first: see `recover`.
            run!(self, store => store.note_deleted(packet, now))?;
            self.outbox.remove(packet)?;
            report.deleted.push(packet);
        }
        Ok(report)
    }
}
