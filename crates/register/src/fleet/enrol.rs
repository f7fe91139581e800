//! A kit enrols itself by its one-time code.

use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use niims_record::fleet::{Alarm, KitState, term_from};
use niims_record::staff::waits::{Failures, KIT_CODES};
use niims_store::fleet::alarms;
use niims_store::fleet::kits::{self as fleet, FleetKit};
use niims_store::fleet::officers as roster;
use niims_store::kits::{self, Kit, KitStatus};
use niims_store::staff::failures::{self, Subject};
use niims_store::{StoreError, Tx};
use niims_wire::Problem;
use niims_wire::fleet::MOST_OFFICERS;
use niims_wire::kit::{EnrolmentRequest, KitPapers, enrolment_text};
use serde_json::json;

use super::certificate;
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
    /// Refused codes are counted for the network address.
    pub(crate) async fn enrol_kit(
        &self,
        request: &EnrolmentRequest,
        address: &str,
        at: Timestamp,
    ) -> Result<KitPapers, EnrolError> {
        let (key, officer_keys) = proven(request).ok_or_else(|| {
            let problem = Problem::new(400, "kit.enrolment_malformed", "This is no enrolment");
            EnrolError::Refused(problem.detail("Use the software that belongs to this centre."))
        })?;
        let mut tx = self.db.write().await?;
        refuse_guesses(&mut tx, address, at).await?;
        let Some(managed) = fleet::by_code(&mut tx, &request.code).await? else {
            return Err(count_and_refuse(tx, address, at).await);
        };
        let managed = match managed.state {
            KitState::Registered { code_until } if at < code_until => {
                let kit = fresh(&managed, key, at);
                enrol(&mut tx, managed, &kit, &officer_keys, at).await?
            }
            KitState::Active { .. } => managed,
            _ => return Err(count_and_refuse(tx, address, at).await),
        };
        let enrolled = kits::get(&mut tx, managed.id).await?;
        let Some(enrolled) = enrolled.filter(|kit| kit.signing_key == key) else {
            // Two devices were given one code: one of them is not the kit.
            alarms::raise(&mut tx, managed.id, Alarm::CodeUsedAgain, at).await?;
            return Err(count_and_refuse(tx, address, at).await);
        };
        let papers = certificate::papers(self, &mut tx, &managed, &enrolled, at).await?;
        tx.commit().await?;
        Ok(papers)
    }
}

/// Refuses an address from which too many wrong codes came.
async fn refuse_guesses(tx: &mut Tx, address: &str, at: Timestamp) -> Result<(), EnrolError> {
    let known = failures::get_for_update(tx, Subject::KitDoor(address)).await?;
    let Some(left) = known.and_then(|known| known.wait_left(KIT_CODES, at)) else {
        return Ok(());
    };
    let problem = Problem::new(429, "kit.too_many_codes", "Too many wrong codes came from here");
    let detail = format!("Try again in {} seconds.", left.as_secs().max(1));
    Err(EnrolError::Refused(problem.detail(detail)))
}

/// Counts a refused code, which stays counted, and says so.
async fn count_and_refuse(mut tx: Tx, address: &str, at: Timestamp) -> EnrolError {
    let counted = async {
        let subject = Subject::KitDoor(address);
        let before = failures::get_for_update(&mut tx, subject).await?;
        let now = Failures::after_one_more(before, KIT_CODES, at);
        failures::put(&mut tx, subject, now).await?;
        tx.commit().await
    };
    match counted.await {
        Ok(()) => code_refused(),
        Err(error) => EnrolError::Failed(error),
    }
}

/// The row of a kit that enrols now.
fn fresh(managed: &FleetKit, signing_key: [u8; 32], at: Timestamp) -> Kit {
    Kit {
        id: managed.id,
        serial: managed.serial.clone(),
        signing_key,
        status: KitStatus::Active,
        sublocation: managed.place.clone(),
        last_sequence: 0,
        last_hash: [0; 32],
        enrolled_at: at,
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
    let state = KitState::Active { until: term_from(at) };
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

pub(super) fn read_key(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key).ok()?;
    VerifyingKey::from_bytes(&key).is_ok_and(|key| !key.is_weak()).then_some(key)
}

fn code_refused() -> EnrolError {
    let problem = Problem::new(403, "kit.code_refused", "This code is wrong, used or too old");
    EnrolError::Refused(problem.detail("Ask the manager of the fleet for a new one."))
}
