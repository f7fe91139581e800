//! A kit enrols itself by its one-time code.

use ed25519_dalek::{Signature, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use niims_record::fleet::KitState;
use niims_store::fleet::kits::{self as fleet, FleetKit};
use niims_store::fleet::officers as roster;
use niims_store::kits::{self, Kit, KitStatus};
use niims_store::{StoreError, Tx};
use niims_wire::Problem;
use niims_wire::fleet::MOST_OFFICERS;
use niims_wire::kit::{EnrolmentRequest, KitPapers, enrolment_text};
use serde_json::json;

use super::{TERM_DAYS, certificate};
use crate::{Register, trail};

/// Why a kit does not enrol.
pub(crate) enum EnrolError {
    /// It may not, or its request cannot be read.
    Refused(Problem),
    /// The centre failed.
    Failed(StoreError),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Register {
    /// Enrols a kit. Asked again with the same code and key, it gives the papers again.
    pub(crate) async fn enrol_kit(
        &self,
        request: &EnrolmentRequest,
        at: Timestamp,
    ) -> Result<KitPapers, EnrolError> {
        let (key, officer_keys) = proven(request).ok_or_else(|| {
            let problem = Problem::new(400, "kit.enrolment_malformed", "This is no enrolment");
            EnrolError::Refused(problem.detail("Use the software that belongs to this centre."))
        })?;
        let mut tx = self.db.write().await?;
        let Some(managed) = fleet::by_code(&mut tx, &request.code).await? else {
            return Err(code_refused());
        };
        let managed = match managed.state {
            KitState::Registered { code_until } if at < code_until => {
                let kit = Kit {
                    id: managed.id,
                    serial: managed.serial.clone(),
                    signing_key: key,
                    status: KitStatus::Active,
                    sublocation: managed.place.clone(),
                    last_sequence: 0,
                    last_hash: [0; 32],
                    enrolled_at: at,
                };
                enrol(&mut tx, managed, &kit, &officer_keys, at).await?
            }
            KitState::Active { .. } => managed,
            _ => return Err(code_refused()),
        };
        // A code that was used is known to the kit that used it, and to nobody else.
        let enrolled = kits::get(&mut tx, managed.id).await?;
        let Some(enrolled) = enrolled.filter(|kit| kit.signing_key == key) else {
            return Err(code_refused());
        };
        let papers = certificate::papers(self, &mut tx, &managed, &enrolled, at).await?;
        tx.commit().await?;
        Ok(papers)
    }
}

/// Makes a registered kit an active one, with a key for each of its officers.
async fn enrol(
    tx: &mut Tx,
    managed: FleetKit,
    kit: &Kit,
    officer_keys: &[[u8; 32]],
    at: Timestamp,
) -> Result<FleetKit, StoreError> {
    kits::register(tx, kit).await?;
    let until = at.saturating_add(SignedDuration::from_hours(24 * TERM_DAYS)).ok();
    let state = KitState::Active { until };
    fleet::set_state(tx, kit.id, &state, at).await?;
    let team = roster::list(tx, kit.id).await?;
    for (member, officer_key) in team.iter().zip(officer_keys) {
        roster::set_key(tx, kit.id, member.officer, officer_key).await?;
    }
    let id = kit.id.to_string();
    let details = json!({ "officers": team.len() });
    trail::event(tx, &id, "kit.enrolled", &id, details, at).await?;
    Ok(FleetKit { state, ..managed })
}

type Keys = ([u8; 32], Vec<[u8; 32]>);

/// The keys of a request, once the kit has shown that it holds its own.
fn proven(request: &EnrolmentRequest) -> Option<Keys> {
    if request.code.len() > 64 || request.officer_keys.len() != MOST_OFFICERS {
        return None;
    }
    let key = read_key(&request.key)?;
    let officer_keys = request.officer_keys.iter().map(|text| read_key(text));
    let officer_keys = officer_keys.collect::<Option<Vec<_>>>()?;
    let mut signature = [0; 64];
    hex::decode_to_slice(&request.signature, &mut signature).ok()?;
    let text = enrolment_text(&request.code, &request.key, &request.officer_keys);
    let verifying = VerifyingKey::from_bytes(&key).ok()?;
    verifying.verify_strict(text.as_bytes(), &Signature::from_bytes(&signature)).ok()?;
    Some((key, officer_keys))
}

fn read_key(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key).ok()?;
    VerifyingKey::from_bytes(&key).is_ok_and(|key| !key.is_weak()).then_some(key)
}

fn code_refused() -> EnrolError {
    let problem = Problem::new(403, "kit.code_refused", "This code is wrong, used or too old");
    EnrolError::Refused(problem.detail("Ask the manager of the fleet for a new one."))
}
