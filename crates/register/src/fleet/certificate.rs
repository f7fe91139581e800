//! What a kit is given: its certificate and the list of capture devices, both signed.

use std::io::Read as _;

use jiff::Timestamp;
use niims_record::fleet::KitState;
use niims_store::fleet::kits::{self, FleetKit};
use niims_store::fleet::officers as roster;
use niims_store::kits::Kit;
use niims_store::officers::{self, OfficerStatus};
use niims_store::staff::accounts;
use niims_store::{StoreError, Tx};
use niims_wire::kit::{CertifiedOfficer, KitCertificate, KitPapers};

use crate::Register;

/// Largest list of capture devices that is handed on, bytes; kits read no larger one.
const LARGEST_DEVICE_LIST: u64 = 128 * 1024;

/// The papers of a kit at this moment, under a version that grows.
pub(super) async fn papers(
    register: &Register,
    tx: &mut Tx,
    kit: &FleetKit,
    enrolled: &Kit,
    at: Timestamp,
) -> Result<KitPapers, StoreError> {
    let certificate = KitCertificate {
        version: kits::next_certificate(tx, kit.id).await?,
        issued: at,
        kit: kit.id,
        serial: kit.serial.clone(),
        key: hex::encode(enrolled.signing_key),
        centre_key: hex::encode(register.centre_key.public_key().to_bytes()),
        place: kit.place.clone().unwrap_or_default(),
        campaign: kit.campaign.clone(),
        until: match kit.state {
            KitState::Active { until } | KitState::Suspended { until, .. } => until,
            KitState::Registered { .. } | KitState::Revoked { .. } => Some(at),
        },
        country_pack: register.pack.version().to_owned(),
        officers: certified(tx, kit).await?,
    };
    Ok(KitPapers {
        key: register.log_public_key().to_string(),
        certificate: signed(register, &certificate.text())?,
        devices: device_list(register),
    })
}

/// What the centre says to a kit, under its key.
pub(super) fn signed(register: &Register, text: &str) -> Result<String, StoreError> {
    register.log_key.sign(text).map_err(|error| {
        tracing::error!(code = error.code(), "a word to a kit could not be signed");
        StoreError::Unavailable
    })
}

/// The officers who may use the kit: those assigned to it and in office. `None` for a kit that
/// was set up at the command line, whose officers nobody assigned here.
async fn certified(
    tx: &mut Tx,
    kit: &FleetKit,
) -> Result<Option<Vec<CertifiedOfficer>>, StoreError> {
    let team = roster::list(tx, kit.id).await?;
    if team.is_empty() {
        return Ok(None);
    }
    let mut certified = Vec::new();
    for member in team {
        let Some(key) = member.signing_key else { continue };
        let found = officers::get(tx, member.officer).await?;
        if found.is_some_and(|officer| officer.status == OfficerStatus::Active) {
            let account = accounts::get(tx, member.officer).await?;
            certified.push(CertifiedOfficer {
                officer: member.officer,
                key: hex::encode(key),
                supervisor: member.supervisor,
                badge: account.map(|account| account.identity.user_name).unwrap_or_default(),
                first_word: member.first_word.map(hex::encode),
            });
        }
    }
    Ok(Some(certified))
}

/// The list as it lies in the centre's folder. Kits check its signature themselves.
fn device_list(register: &Register) -> Option<String> {
    let file = std::fs::File::open(&register.device_list).ok()?;
    let mut text = String::new();
    file.take(LARGEST_DEVICE_LIST + 1).read_to_string(&mut text).ok()?;
    let fits = text.len() as u64 <= LARGEST_DEVICE_LIST;
    if !fits {
        tracing::error!("the list of capture devices is too large and is not handed on");
    }
    fits.then_some(text)
}
