//! The pages of the fleet, under `/staff/fleet`.

mod kits;

mod kit;

mod assign;

mod team;

mod packets;

mod new_kit;

mod alarms;

use niims_record::staff::{Action, On};
use niims_store::staff::accounts;

use super::Colleague;
use super::routes::StaffRoutes;
use crate::staff::{path_of, place_name};

/// Every route of the fleet.
pub(super) fn routes() -> StaffRoutes {
    StaffRoutes::new()
        .listed("/staff/fleet", Action::ReadFleet, "fleet", kits::show)
        .listed("/staff/fleet/alarms", Action::ReadFleet, "alarms", alarms::show)
        .post("/staff/fleet/alarms", Action::ChangeFleet, alarms::settle)
        .listed("/staff/fleet/new-kit", Action::ChangeFleet, "new_kit", new_kit::show)
        .post("/staff/fleet/new-kit", Action::ChangeFleet, new_kit::send)
        .get("/staff/fleet/kits/{kit}", Action::ReadFleet, kit::show)
        .post("/staff/fleet/kits/{kit}/act", Action::ChangeFleet, kit::act)
        .post("/staff/fleet/kits/{kit}/code", Action::ChangeFleet, kit::renew_code)
        .post("/staff/fleet/kits/{kit}/assign", Action::ChangeFleet, assign::send)
        .post("/staff/fleet/kits/{kit}/officers", Action::ChangeFleet, team::send)
        .get("/staff/fleet/kits/{kit}/packets", Action::ReadFleet, packets::show)
        .post("/staff/fleet/kits/{kit}/packets", Action::ChangeFleet, packets::decide)
}

/// A form as posted: names may come several times.
type Posted = Vec<(String, String)>;

/// Whether somebody may do this to what stands at a place.
fn may_at(colleague: &Colleague, action: Action, place: Option<&str>) -> bool {
    let path = place.and_then(|code| path_of(&colleague.accounts().pack, code));
    let path = path.unwrap_or_default();
    let on = if place.is_some() { On::Place(&path) } else { On::Nothing };
    colleague.may(action, on).is_ok()
}

/// A place in words.
fn place_text(colleague: &Colleague, place: Option<&str>) -> String {
    match place {
        Some(code) => place_name(&colleague.accounts().pack, code),
        None => colleague.words().t("fleet.no_place").to_owned(),
    }
}

/// The user name of a member of staff; the id of one without an account.
async fn user_name(colleague: &Colleague, officer: niims_record::OfficerId) -> String {
    let found = async {
        let mut tx = colleague.accounts().db.read().await?;
        accounts::get(&mut tx, officer).await
    };
    match found.await {
        Ok(Some(account)) => account.identity.user_name,
        _ => officer.to_string(),
    }
}

/// Refusals of the register that have words of their own.
#[cfg(test)]
pub(super) const CODES: [&str; 14] = [
    "fleet.no_such_kit",
    "fleet.no_such_alarm",
    "fleet.serial",
    "fleet.serial_known",
    "fleet.place",
    "fleet.custodian",
    "fleet.officers",
    "fleet.officers_elsewhere",
    "fleet.campaign",
    "fleet.own_kit",
    "fleet.note",
    "fleet.other_state",
    "fleet.not_yet",
    "fleet.window",
];

/// Keys of texts that are put together from a stem and the name of a closed list.
#[cfg(test)]
pub(super) fn built_keys() -> Vec<String> {
    use niims_record::fleet::{AWAIT_DECISION, Alarm, RevocationReason};
    let states = ["registered", "active", "suspended", "revoked"];
    let mut keys: Vec<String> = states.map(|state| format!("kit_state.{state}")).to_vec();
    keys.extend(RevocationReason::ALL.map(|why| format!("kit_why.{}", why.name())));
    keys.extend(AWAIT_DECISION.map(|code| format!("aside.{code}")));
    for alarm in Alarm::ALL {
        keys.push(format!("alarm.{}", alarm.name()));
        keys.push(format!("alarm_advice.{}", alarm.name()));
    }
    keys
}
