//! Seals what is complete: afterwards the kit cannot read it any more.

use jiff::Timestamp;
use niims_packet::{Encounter, Header, PACKET_VERSION, seal};
use niims_record::{ApplicationId, PacketId};
use niims_store::kit::{KitStoreError, NewPacket};
use rand_core::CryptoRng;

use crate::error::KitError;
use crate::kit::{Kit, run};

/// What was sealed.
#[derive(Debug, Default)]
pub struct SealReport {
    /// The packets, in the order of the chain.
    pub sealed: Vec<NewPacket>,
    /// Encounters that could not be sealed and why; they stay where they are.
    pub failed: Vec<(ApplicationId, KitError)>,
}

impl Kit {
    /// Seals every complete encounter, each into a packet chained to the kit's last one. When
    /// this returns, each packet reported is on disk and its draft is destroyed with its key.
    ///
    /// # Errors
    /// `kit.revoked`, `kit.clock_…`, `kit.disk_full`, `kit.file`, `kit.store_…`: what was
    /// sealed before stays sealed, the rest stays complete. A fault of one encounter alone
    /// stops nothing and is reported in [`SealReport::failed`].
    pub fn seal_pending(
        &mut self,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<SealReport, KitError> {
        self.may_work(now)?;
        let mut report = SealReport::default();
        for application in run!(self, store => store.completed_drafts())? {
            match self.seal_one(application, now, rng) {
                Ok(packet) => report.sealed.push(packet),
                Err(
                    error @ (KitError::Seal(_)
                    | KitError::Draft(_)
                    | KitError::OfficerLocked { .. }
                    | KitError::OfficerUnknown { .. }),
                ) => report.failed.push((application, error)),
                Err(error) => return Err(error),
            }
        }
        if !report.sealed.is_empty() {
            match run!(self, store => store.empty_log()) {
                // What was sealed is sealed; the log is emptied when the kit is next opened.
                Ok(()) | Err(KitStoreError::Full) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(report)
    }

    /// Seals one complete encounter; as [`Kit::seal_pending`].
    ///
    /// # Errors
    /// As of [`Kit::seal_pending`], and those of the encounter itself.
    pub fn seal_application(
        &mut self,
        application: ApplicationId,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<NewPacket, KitError> {
        self.may_work(now)?;
        let packet = self.seal_one(application, now, rng)?;
        match run!(self, store => store.empty_log()) {
            Ok(()) | Err(KitStoreError::Full) => Ok(packet),
            Err(error) => Err(error.into()),
        }
    }

    /// The order of the writes is what makes every half-state recoverable: see `recover`.
    fn seal_one(
        &mut self,
        application: ApplicationId,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<NewPacket, KitError> {
        let draft = run!(self, store => store.completed_draft(application))?;
        let encounter = Encounter::decode(&draft.content).map_err(KitError::Draft)?;
        let (last, previous_hash) = run!(self, store => store.chain_end())?;
        let header = Header {
            version: PACKET_VERSION,
            packet_id: PacketId::random(rng),
            kit: self.id(),
            sequence: last + 1,
            previous_hash,
            sealed_at: now,
            recipient: self.centre.id(),
            application,
        };
        let officer = self.officer_key(encounter.officer)?;
        let sealed = seal(&encounter, &header, officer, &self.signing_key, &self.centre, rng)
            .map_err(KitError::Seal)?;
        self.outbox.write(header.packet_id, &sealed.bytes)?;
        let packet = NewPacket {
            packet: header.packet_id,
            application,
            sequence: header.sequence,
            previous_hash,
            hash: sealed.hash,
            length: sealed.bytes.len() as u64,
            sealed_at: now,
        };
        if let Err(error) = run!(self, store => store.replace_draft(&packet)) {
            // Without its row the packet was not sealed; what cannot be removed now is
            // removed when the kit is next opened.
            let _ = self.outbox.remove(packet.packet);
            return Err(error.into());
        }
        Ok(packet)
    }
}
