//! Opening a stored packet, gate by gate.

use niims_packet::{Encounter, Envelope, KitVerifyingKey, OfficerVerifyingKey};
use niims_store::officers::OfficerStatus;
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
    /// Opens a packet: its bytes against their hash, the kit's signature, the seal,
    /// the officer's signature and right to capture.
    pub(crate) async fn open_packet(&self, packet: &Packet) -> Result<Encounter, OpenError> {
        let bytes = self.blobs.get(&packet.hash)?;
        let mut tx = self.db.read().await?;
        let kit =
            kits::get(&mut tx, packet.kit).await?.ok_or(OpenError::Gate("intake.kit_unknown"))?;
        let kit_key = KitVerifyingKey::from_bytes(&kit.signing_key)
            .map_err(|_| OpenError::Gate("intake.kit_key"))?;
        let opened = Envelope::read(&bytes)?.verify_kit(&kit_key)?.open(&self.centre_key)?;
        let officer = officers::get(&mut tx, opened.claimed_officer())
            .await?
            .filter(|officer| officer.status == OfficerStatus::Active)
            .filter(|officer| officer.roles.iter().any(|role| role == REGISTRATION_OFFICER))
            .ok_or(OpenError::Gate("intake.officer_unknown"))?;
        let officer_key = OfficerVerifyingKey::from_bytes(&officer.signing_key)
            .map_err(|_| OpenError::Gate("intake.officer_key"))?;
        Ok(opened.verify_officer(&officer_key)?)
    }
}

/// The role that may capture.
pub const REGISTRATION_OFFICER: &str = "registration_officer";
