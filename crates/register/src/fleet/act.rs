//! Suspends, resumes and revokes kits, and settles alarms.

use jiff::Timestamp;
use niims_record::fleet::{ActRefused, KitAct, decide};
use niims_record::staff::Action;
use niims_record::{KitAlarmId, KitId, OfficerId};
use niims_store::fleet::{alarms, kits};
use niims_wire::fleet::LONGEST_ALARM_NOTE;
use serde_json::json;

use super::{must, no_such_kit, refused};
use crate::desk::DeskError;
use crate::{Register, trail};

pub(super) async fn run(
    register: &Register,
    id: KitId,
    act: KitAct,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    must(&mut tx, officer, Action::ChangeFleet).await?;
    let kit = kits::get_for_update(&mut tx, id).await?.ok_or_else(no_such_kit)?;
    let next = decide(&kit.state, act, at).map_err(|reason| {
        let status = if reason == ActRefused::OtherState { 409 } else { 422 };
        refused(status, reason.code(), "This cannot be done to the kit")
    })?;
    kits::set_state(&mut tx, id, &next, at).await?;
    let details = json!({ "from": kit.state, "to": next });
    let (actor, subject) = (officer.to_string(), id.to_string());
    trail::event(&mut tx, &actor, act.name(), &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn settle(
    register: &Register,
    alarm: KitAlarmId,
    note: &str,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let note = note.trim();
    if !(1..=LONGEST_ALARM_NOTE).contains(&note.chars().count()) {
        return Err(refused(422, "fleet.note", "Say what was found"));
    }
    let mut tx = register.db.write().await?;
    must(&mut tx, officer, Action::ChangeFleet).await?;
    let kit = alarms::settle(&mut tx, alarm, officer, note, at)
        .await?
        .ok_or_else(|| refused(404, "fleet.no_such_alarm", "There is no such alarm"))?;
    let details = json!({ "alarm": alarm });
    let (actor, subject) = (officer.to_string(), kit.to_string());
    trail::event(&mut tx, &actor, "kit.alarm_settled", &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}
