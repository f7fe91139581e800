//! What managers see of the fleet.

use jiff::{SignedDuration, Timestamp};
use niims_record::fleet::{SILENCE_DAYS, standing};
use niims_record::staff::Action;
use niims_record::{KitId, OfficerId};
use niims_store::fleet::kits::{self, FleetKit};
use niims_store::fleet::{alarms as stored, aside, contacts, officers};
use niims_wire::fleet::{AlarmEvent, AlarmShown, KitLine, KitShown, TeamMember};

use super::{must, no_such_kit};
use crate::Register;
use crate::desk::DeskError;

/// Kits on a page.
const MOST_KITS: usize = 50;
/// Alarms of either kind that are looked at: of a nation's 31,500 kits every sixth may have one
/// before a page with few places of duty misses any.
const MOST_ALARMS: usize = 5_000;

pub(super) async fn kits(
    register: &Register,
    after: &str,
    officer: OfficerId,
) -> Result<Vec<KitLine>, DeskError> {
    let mut tx = register.db.read().await?;
    must(&mut tx, officer, Action::ReadFleet).await?;
    Ok(kits::list(&mut tx, after, MOST_KITS).await?.into_iter().map(line).collect())
}

pub(super) async fn kit(
    register: &Register,
    id: KitId,
    officer: OfficerId,
) -> Result<KitShown, DeskError> {
    let mut tx = register.db.read().await?;
    must(&mut tx, officer, Action::ReadFleet).await?;
    let kit = kits::get(&mut tx, id).await?.ok_or_else(no_such_kit)?;
    let (set_aside, numbered_aside) = aside::count(&mut tx, id).await?;
    let member = |known: officers::KitOfficer| TeamMember {
        officer: known.officer,
        supervisor: known.supervisor,
        has_key: known.signing_key.is_some(),
    };
    let team = officers::list(&mut tx, id).await?.into_iter().map(member).collect();
    Ok(KitShown {
        custodian: kit.custodian,
        registered_at: kit.registered_at,
        contact: contacts::get(&mut tx, id).await?,
        last_place: kit.facts.last_place,
        places_filled: kit.facts.places_filled,
        team,
        set_aside,
        numbered_aside,
        campaign: kit.campaign.clone(),
        line: line(kit),
    })
}

/// Events first, then what holds at this moment.
pub(super) async fn alarms(
    register: &Register,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Vec<AlarmShown>, DeskError> {
    let mut tx = register.db.read().await?;
    must(&mut tx, officer, Action::ReadFleet).await?;
    let events = stored::open(&mut tx, None, MOST_ALARMS).await?;
    let mut shown: Vec<AlarmShown> = events
        .into_iter()
        .map(|event| AlarmShown {
            kit: event.kit,
            serial: event.serial,
            place: event.place,
            kind: event.kind,
            event: Some(AlarmEvent { alarm: event.id, last_at: event.last_at, times: event.times }),
        })
        .collect();
    let heard_before =
        at.saturating_sub(SignedDuration::from_hours(24 * SILENCE_DAYS)).unwrap_or(at);
    for kit in kits::suspects(&mut tx, heard_before, MOST_ALARMS).await? {
        shown.extend(standing(&kit.facts, at).into_iter().map(|kind| AlarmShown {
            kit: kit.id,
            serial: kit.serial.clone(),
            place: kit.place.clone(),
            kind,
            event: None,
        }));
    }
    Ok(shown)
}

fn line(kit: FleetKit) -> KitLine {
    KitLine {
        kit: kit.id,
        serial: kit.serial,
        place: kit.place,
        last_heard: kit.facts.last_heard,
        state: kit.state,
    }
}
