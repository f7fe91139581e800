//! Packets of a kit that is no longer believed: set aside, looked at, decided about.

use jiff::Timestamp;
use niims_packet::Envelope;
use niims_record::application::Application;
use niims_record::fleet::{
    KitState, PacketDecision, PacketVerdict, REFUSED_BY_PERSON, TakenMeanwhile, awaits_decision,
    is_impartial, packet_verdict, taken_meanwhile,
};
use niims_record::staff::Action;
use niims_record::{KitId, OfficerId, PacketId};
use niims_store::fleet::{aside, kits, officers as roster};
use niims_store::packets::Packet;
use niims_store::{StoreError, Tx, applications, jobs, packets};
use niims_wire::fleet::{AsidePacket, LONGEST_ALARM_NOTE, MOST_ASIDE};
use serde_json::json;

use super::{must, no_such_kit, refused};
use crate::desk::DeskError;
use crate::receive::{Arrival, set_aside};
use crate::steps::save_and_queue;
use crate::{Register, trail};

/// Sets aside what came between the last moment in good hands and the revocation. The kit's
/// row is locked, so that nothing comes in meanwhile.
pub(super) async fn set_aside_meanwhile(
    register: &Register,
    tx: &mut Tx,
    kit: KitId,
    state: &KitState,
    at: Timestamp,
) -> Result<usize, StoreError> {
    let KitState::Revoked { since, why, .. } = state else { return Ok(0) };
    let mut found = 0;
    for packet in aside::taken_since(tx, kit, *since).await? {
        let verdict = match taken_meanwhile(*why) {
            TakenMeanwhile::AllWait(code) => PacketVerdict::SetAside(code),
            TakenMeanwhile::BySealing => packet_verdict(state, sealed_at(register, &packet)?),
        };
        if let PacketVerdict::SetAside(code) = verdict {
            set_aside(tx, &arrival(&packet, at), packet.id, code).await?;
            found += 1;
        }
    }
    Ok(found)
}

pub(super) async fn list(
    register: &Register,
    kit: KitId,
    officer: OfficerId,
) -> Result<Vec<AsidePacket>, DeskError> {
    let mut tx = register.db.read().await?;
    must(&mut tx, officer, Action::ReadFleet).await?;
    kits::get(&mut tx, kit).await?.ok_or_else(no_such_kit)?;
    let waiting = aside::waiting(&mut tx, kit, MOST_ASIDE).await?;
    Ok(waiting
        .into_iter()
        .map(|found| AsidePacket {
            packet: found.packet,
            sequence: found.sequence,
            received_at: found.received_at,
            code: found.code,
            application_state: found.application.map(|(_, state)| state),
        })
        .collect())
}

/// Decides about some packets at once. What was decided by somebody else in the meantime is
/// left out; gives how many were decided.
pub(super) async fn decide(
    register: &Register,
    (kit, chosen): (KitId, &[PacketId]),
    decision: PacketDecision,
    (officer, note): (OfficerId, &str),
    at: Timestamp,
) -> Result<u64, DeskError> {
    let note = note.trim();
    if !(1..=LONGEST_ALARM_NOTE).contains(&note.chars().count()) {
        return Err(refused(422, "fleet.note", "Say why"));
    }
    let mut tx = register.db.write().await?;
    must(&mut tx, officer, Action::ChangeFleet).await?;
    let managed = kits::get_for_update(&mut tx, kit).await?.ok_or_else(no_such_kit)?;
    let crew = roster::list(&mut tx, kit).await?.into_iter().map(|member| member.officer);
    if !is_impartial(officer, managed.custodian, crew) {
        return Err(refused(403, "fleet.own_kit", "Somebody else decides about your own kit"));
    }
    let mut decided = 0;
    for id in chosen.iter().take(MOST_ASIDE) {
        let Some(packet) = packets::get(&mut tx, *id).await? else { continue };
        let waits = packet.quarantine.clone().filter(|code| awaits_decision(code));
        let Some(code) = waits.filter(|_| packet.kit == kit) else { continue };
        match decision {
            PacketDecision::Take => take(register, &mut tx, &packet, &code, at).await?,
            PacketDecision::Refuse => refuse(&mut tx, &packet, &code, at).await?,
        }
        aside::keep_decision(&mut tx, (*id, &code), decision, (officer, note), at).await?;
        let details = json!({ "kit": kit, "code": code, "decision": decision.name() });
        let (actor, subject) = (officer.to_string(), id.to_string());
        trail::event(&mut tx, &actor, "packet.decided", &subject, details, at).await?;
        decided += 1;
    }
    tx.commit().await?;
    register.bell.notify_waiters();
    Ok(decided)
}

/// Lets a packet go the way of every packet: on where it stopped, or from the beginning.
async fn take(
    register: &Register,
    tx: &mut Tx,
    packet: &Packet,
    code: &str,
    at: Timestamp,
) -> Result<(), DeskError> {
    aside::settle(tx, packet.id, code, None).await?;
    if let Some(application) = applications::by_packet(tx, packet.id).await? {
        jobs::hasten(tx, *application.id.as_bytes(), at).await?;
        return Ok(());
    }
    let bytes = register.blobs.get(&packet.hash)?;
    let envelope = Envelope::read(&bytes).map_err(|_| unreadable())?;
    let header = envelope.claimed_header();
    if applications::get(tx, header.application).await?.is_some() {
        let known = "intake.application_already_received";
        packets::quarantine(tx, packet.id, known).await?;
        return Ok(());
    }
    register.open_application(tx, &arrival(packet, at), header).await?;
    Ok(())
}

/// Keeps a packet aside for good. An application that waits for a step of the register ends;
/// one that waits for people stays with them, and gets no number.
async fn refuse(tx: &mut Tx, packet: &Packet, code: &str, at: Timestamp) -> Result<(), DeskError> {
    aside::settle(tx, packet.id, code, Some(REFUSED_BY_PERSON)).await?;
    if let Some(application) = applications::by_packet(tx, packet.id).await?
        && application.state.due().is_some()
    {
        let next = Application::Quarantined { code: REFUSED_BY_PERSON.to_owned() };
        save_and_queue(tx, &application, &next, at).await?;
        jobs::hasten(tx, *application.id.as_bytes(), at).await?;
    }
    Ok(())
}

/// When a stored packet says that it was sealed. Its kit's signature was checked when it came.
fn sealed_at(register: &Register, packet: &Packet) -> Result<Timestamp, StoreError> {
    let bytes = register.blobs.get(&packet.hash).map_err(|error| {
        tracing::error!(%error, packet = %packet.id, "a stored packet cannot be read");
        StoreError::Unavailable
    })?;
    let envelope = Envelope::read(&bytes).map_err(|_| unreadable())?;
    Ok(envelope.claimed_header().sealed_at)
}

const fn unreadable() -> StoreError {
    StoreError::MalformedRow { column: "packet.hash" }
}

/// The arrival of a stored packet, for its line in the log at `at`.
const fn arrival(packet: &Packet, at: Timestamp) -> Arrival<'static> {
    Arrival { packet: packet.id, kit: packet.kit, hash: packet.hash, bytes: &[], at }
}
