//! Opening a stored packet, gate by gate.

use jiff::Timestamp;
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
    /// signature, the seal, the officer's signature and right to capture. The encounter, and when
    /// the kit sealed it.
    pub(crate) async fn open_packet(
        &self,
        packet: &Packet,
    ) -> Result<(Encounter, Timestamp), OpenError> {
        self.pass_gates(packet, may_capture).await
    }

    /// Opens a packet that passed intake. An officer who was suspended since then
    /// was in office when the packet was believed, and residents need not suffer.
    pub(crate) async fn reopen_packet(&self, packet: &Packet) -> Result<Encounter, OpenError> {
        Ok(self.pass_gates(packet, |_| true).await?.0)
    }

    async fn pass_gates(
        &self,
        packet: &Packet,
        may_act: fn(&Officer) -> bool,
    ) -> Result<(Encounter, Timestamp), OpenError> {
        let bytes = self.blobs.get(&packet.hash)?;
        let mut tx = self.db.read().await?;
        let kit =
            kits::get(&mut tx, packet.kit).await?.ok_or(OpenError::Gate("intake.kit_unknown"))?;
        let kit_key = KitVerifyingKey::from_bytes(&kit.signing_key)
            .map_err(|_| OpenError::Gate("intake.kit_key"))?;
        let opened = Envelope::read(&bytes)?.verify_kit(&kit_key)?.open(&self.centre_key)?;
        let claimed = opened.claimed_officer();
        let unknown = || OpenError::Gate("intake.officer_unknown");
        let officer = officers::get(&mut tx, claimed).await?.ok_or_else(unknown)?;
        // A kit that enrolled by itself made its own key for each officer.
        let of_kit = roster::key(&mut tx, packet.kit, officer.id).await?;
        let officer_key = OfficerVerifyingKey::from_bytes(&of_kit.unwrap_or(officer.signing_key))
            .map_err(|_| OpenError::Gate("intake.officer_key"))?;
        let sealed_at = opened.header().sealed_at;
        let encounter = opened.verify_officer(&officer_key)?;
        // A duty may end while packets wait on a kit: it had to be held at the capture.
        let acting = officers::acting(&mut tx, claimed, encounter.captured_at).await?;
        acting.filter(may_act).ok_or_else(unknown)?;
        Ok((encounter, sealed_at))
    }
}

fn may_capture(officer: &Officer) -> bool {
    officer.status == OfficerStatus::Active
        && officer.roles.iter().any(|role| role == REGISTRATION_OFFICER)
}

/// Whether an officer may vouch for what another could not capture: who captures, and who watches
/// over those who do.
pub(crate) fn may_vouch(officer: &Officer) -> bool {
    let roles = [REGISTRATION_OFFICER, crate::desk::SUPERVISOR];
    officer.status == OfficerStatus::Active
        && officer.roles.iter().any(|role| roles.contains(&role.as_str()))
}

/// Whether an officer may approve what the country wants a supervisor to look at.
pub(crate) fn is_supervisor(officer: &Officer) -> bool {
    officer.status == OfficerStatus::Active
        && officer.roles.iter().any(|role| role == crate::desk::SUPERVISOR)
}

/// The role that may capture.
pub const REGISTRATION_OFFICER: &str = "registration_officer";
