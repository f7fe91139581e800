//! Suspends, resumes and revokes kits, and settles alarms.

use jiff::Timestamp;
use niims_record::fleet::{ActRefused, KitAct, KitState, RevocationReason, decide};
use niims_record::staff::Action;
use niims_record::{KitAlarmId, KitId, OfficerId};
use niims_store::fleet::{alarms, kits};
use niims_store::{StoreError, Tx};
use niims_wire::fleet::LONGEST_ALARM_NOTE;
use serde_json::json;

use super::{aside, must, no_such_kit, refused};
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
    apply(register, &mut tx, (id, &kit.state, &next), (&officer.to_string(), act), at).await?;
    tx.commit().await?;
    Ok(())
}

/// Moves a kit from one state to the next, with what follows and its line in the trail.
async fn apply(
    register: &Register,
    tx: &mut Tx,
    (id, from, next): (KitId, &KitState, &KitState),
    (actor, act): (&str, KitAct),
    at: Timestamp,
) -> Result<(), StoreError> {
    kits::set_state(tx, id, next, at).await?;
    let set_aside = match act {
        KitAct::Revoke { .. } => aside::set_aside_meanwhile(register, tx, id, next, at).await?,
        _ => 0,
    };
    let details = json!({ "from": from, "to": next, "packets_set_aside": set_aside });
    trail::event(tx, actor, act.name(), &id.to_string(), details, at).await
}

/// Why an operator's revocation came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// No such kit.
    #[error("there is no such kit")]
    Unknown,
    /// It is revoked already, or the moment lies ahead.
    #[error(transparent)]
    Refused(#[from] ActRefused),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

impl Register {
    /// Revokes a kit in the name of whoever runs the centre's own program; returns how it
    /// stands then. For the hour in which no manager can sign in.
    ///
    /// # Errors
    /// [`RevokeError`]; nothing was changed.
    pub async fn revoke_kit_as_operator(
        &self,
        id: KitId,
        why: RevocationReason,
        at: Timestamp,
    ) -> Result<KitState, RevokeError> {
        let mut tx = self.db.write().await?;
        let kit = kits::get_for_update(&mut tx, id).await?.ok_or(RevokeError::Unknown)?;
        let act = KitAct::Revoke { why, since: at };
        let next = decide(&kit.state, act, at)?;
        apply(self, &mut tx, (id, &kit.state, &next), ("operator", act), at).await?;
        tx.commit().await?;
        Ok(next)
    }
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
