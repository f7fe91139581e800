//! Opening a stored packet, gate by gate.

use niims_packet::{Encounter, Envelope, KitVerifyingKey, OfficerVerifyingKey};
use niims_store::fleet::officers as roster;
use niims_store::officers::{Officer, OfficerStatus};
use niims_store::packets::Packet;
use niims_store::{kits, officers};

use crate::Register;
use crate::steps::StepError;

/// Why a packet did not open.
#[derive(Debug)]
pub enum OpenError {
    /// A gate refused it, with its stable code.
    Gate(&'static str),
    /// The centre itself failed; the step will be run again.
    Step(StepError),
}

impl From<niims_packet::PacketError> for OpenError {
    fn from(error: niims_packet::PacketError) -> Self {
        Self::Gate(error.code())
    }
}

impl<E: Into<StepError>> From<E> for OpenError {
    fn from(error: E) -> Self {
        Self::Step(error.into())
    }
}

impl Register {
    /// Opens a packet for the first time: its bytes against their hash, the kit's
    /// signature, the seal, the officer's signature and right to capture.
    pub(crate) async fn open_packet(&self, packet: &Packet) -> Result<Encounter, OpenError> {
        self.pass_gates(packet, may_capture).await
    }

    /// Opens a packet that passed intake. An officer who was suspended since then
    /// was in office when the packet was believed, and residents need not suffer.
    pub(crate) async fn reopen_packet(&self, packet: &Packet) -> Result<Encounter, OpenError> {
        self.pass_gates(packet, |_| true).await
    }

    async fn pass_gates(
        &self,
        packet: &Packet,
        may_capture: fn(&Officer) -> bool,
    ) -> Result<Encounter, OpenError> {
        let bytes = self.blobs.get(&packet.hash)?;
        let mut tx = self.db.read().await?;
        let kit =
            kits::get(&mut tx, packet.kit).await?.ok_or(OpenError::Gate("intake.kit_unknown"))?;
        let kit_key = KitVerifyingKey::from_bytes(&kit.signing_key)
            .map_err(|_| OpenError::Gate("intake.kit_key"))?;
        let opened = Envelope::read(&bytes)?.verify_kit(&kit_key)?.open(&self.centre_key)?;
        let officer = officers::acting(&mut tx, opened.claimed_officer(), self.clock.now())
            .await?
            .filter(may_capture)
            .ok_or(OpenError::Gate("intake.officer_unknown"))?;
        // A kit that enrolled by itself made its own key for each officer.
        let of_kit = roster::key(&mut tx, packet.kit, officer.id).await?;
        let officer_key = OfficerVerifyingKey::from_bytes(&of_kit.unwrap_or(officer.signing_key))
            .map_err(|_| OpenError::Gate("intake.officer_key"))?;
        Ok(opened.verify_officer(&officer_key)?)
    }
}

fn may_capture(officer: &Officer) -> bool {
    officer.status == OfficerStatus::Active
        && officer.roles.iter().any(|role| role == REGISTRATION_OFFICER)
}

/// The role that may capture.
pub const REGISTRATION_OFFICER: &str = "registration_officer";
