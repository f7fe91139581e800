//! Every request of a kit is signed by its key, with the kit's clock in it.

use axum::http::{HeaderMap, Method};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use niims_record::KitId;
use niims_record::fleet::{Alarm, DoorShut, KitState, door};
use niims_store::StoreError;
use niims_store::fleet::alarms;
use niims_store::fleet::kits as fleet;
use niims_store::kits::{self, KitStatus};
use niims_wire::Problem;
use niims_wire::kit::{
    CLOCK_TOLERANCE_SECONDS, KIT_HEADER, SIGNATURE_HEADER, TIME_HEADER, signed_text,
};

use super::{Refusal, unavailable};
use crate::Register;

/// The kit behind a request, its signature and its clock checked, and that it was not stopped.
pub(super) async fn kit_of(
    register: &Register,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<KitId, Refusal> {
    let (kit, stopped, time) = known(register, method, path, headers).await?;
    let now = register.clock.now();
    match stopped {
        None => {}
        Some(DoorShut::Suspended) => {
            let problem = Problem::new(403, "kit.suspended", "This kit is suspended");
            let detail = "Keep the kit and all it holds. Ask the manager of the fleet.";
            return Err(problem.detail(detail).into());
        }
        Some(DoorShut::Unknown | DoorShut::Revoked) => {
            note_revoked(register, kit, now).await.map_err(|e| unavailable(&e))?;
            let problem = Problem::new(403, "kit.revoked", "This kit has been revoked");
            return Err(problem
                .detail("Bring the kit to its supervisor with all it holds.")
                .into());
        }
    }
    check_clock(time, now)?;
    Ok(kit)
}

/// A kit that asks how it stands: heard although it was stopped.
pub(super) async fn kit_and_door(
    register: &Register,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<(KitId, Option<DoorShut>), Refusal> {
    let (kit, stopped, time) = known(register, method, path, headers).await?;
    check_clock(time, register.clock.now())?;
    Ok((kit, stopped))
}

/// The kit whose key signed a request, why it is not heard, and its clock.
async fn known(
    register: &Register,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<(KitId, Option<DoorShut>, Timestamp), Refusal> {
    let claimed: KitId =
        text(headers, KIT_HEADER).and_then(|t| t.parse().ok()).ok_or_else(unsigned)?;
    let time = text(headers, TIME_HEADER)
        .and_then(|t| t.parse::<i64>().ok())
        .and_then(|second| Timestamp::from_second(second).ok())
        .ok_or_else(unsigned)?;
    let signature = text(headers, SIGNATURE_HEADER)
        .and_then(|t| STANDARD.decode(t).ok())
        .ok_or_else(unsigned)?;
    let (kit, state) = {
        let mut tx = register.db.read().await.map_err(|e| unavailable(&e))?;
        let kit = kits::get(&mut tx, claimed).await.map_err(|e| unavailable(&e))?;
        let state = fleet::get(&mut tx, claimed).await.map_err(|e| unavailable(&e))?;
        (kit.ok_or_else(unsigned)?, state.map(|kit| kit.state))
    };
    let key = VerifyingKey::from_bytes(&kit.signing_key).map_err(|_| unsigned())?;
    let signed = signed_text(claimed, method.as_str(), path, time);
    let signature = Signature::from_slice(&signature).map_err(|_| unsigned())?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| unsigned())?;
    Ok((claimed, shut(kit.status, state.as_ref(), register.clock.now()), time))
}

/// Why a kit is not heard. Where its row among the enrolled kits and the fleet differ, the
/// stricter one holds.
fn shut(status: KitStatus, state: Option<&KitState>, at: Timestamp) -> Option<DoorShut> {
    match state {
        Some(revoked @ KitState::Revoked { .. }) => door(revoked, at).err(),
        _ if status == KitStatus::Revoked => Some(DoorShut::Revoked),
        Some(state) => door(state, at).err(),
        None => None,
    }
}

/// Somebody has a revoked kit and switched it on: its manager must know.
async fn note_revoked(register: &Register, kit: KitId, at: Timestamp) -> Result<(), StoreError> {
    let mut tx = register.db.write().await?;
    alarms::raise(&mut tx, kit, Alarm::RevokedSpoke, at).await?;
    tx.commit().await
}

fn check_clock(kit: Timestamp, centre: Timestamp) -> Result<(), Refusal> {
    let apart = (centre.as_second() - kit.as_second()).abs();
    if apart <= CLOCK_TOLERANCE_SECONDS {
        return Ok(());
    }
    let problem = Problem::new(401, "kit.clock_off", "The clock of this kit is wrong");
    let detail = format!("Set the kit's clock to {centre} and send again.");
    Err(problem.detail(detail).at(TIME_HEADER).into())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| text.len() <= 128)
}

fn unsigned() -> Refusal {
    let problem = Problem::new(401, "kit.not_signed_in", "This request is not signed by a kit");
    problem.detail("Sign the request with the key of an enrolled kit.").into()
}
