//! Gives a kit to another custodian, place or campaign.

use jiff::Timestamp;
use niims_record::fleet::KitState;
use niims_record::staff::Action;
use niims_record::{KitId, OfficerId};
use niims_store::fleet::kits;
use niims_wire::fleet::Assignment;
use serde_json::json;

use super::new_kit::{self, Assigned};
use super::{must, no_such_kit, refused};
use crate::desk::DeskError;
use crate::{Register, trail};

pub(super) async fn run(
    register: &Register,
    id: KitId,
    assignment: &Assignment,
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    must(&mut tx, officer, Action::ChangeFleet).await?;
    let kit = kits::get_for_update(&mut tx, id).await?.ok_or_else(no_such_kit)?;
    if matches!(kit.state, KitState::Revoked { .. }) {
        return Err(refused(409, "fleet.other_state", "A revoked kit is given to nobody"));
    }
    let Assigned { custodian, place, campaign } =
        new_kit::assigned(register, &mut tx, assignment).await?;
    kits::assign(&mut tx, id, custodian, place, campaign).await?;
    let details = json!({
        "from": { "custodian": kit.custodian, "place": kit.place, "campaign": kit.campaign },
        "to": { "custodian": custodian, "place": place, "campaign": campaign },
    });
    let (actor, subject) = (officer.to_string(), id.to_string());
    trail::event(&mut tx, &actor, "kit.assigned", &subject, details, at).await?;
    tx.commit().await?;
    Ok(())
}
