//! Registers a kit, and makes the code by which it enrols once.

use jiff::{SignedDuration, Timestamp};
use niims_record::fleet::{EnrolmentCode, KitState};
use niims_record::staff::{Action, Role, UserName};
use niims_record::{KitId, OfficerId};
use niims_store::fleet::kits::{self, NewFleetKit};
use niims_store::fleet::officers as roster;
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::staff::accounts;
use niims_store::{StoreError, Tx};
use niims_wire::fleet::{
    Assignment, KitCodes, LONGEST_CAMPAIGN, LONGEST_SERIAL, MOST_OFFICERS, NewKit,
};
use serde_json::json;

use super::{CODE_HOURS, must, no_such_kit, refused, words};
use crate::desk::DeskError;
use crate::{Register, trail};

pub(super) async fn register(
    register: &Register,
    new: &NewKit,
    officer: OfficerId,
    at: Timestamp,
) -> Result<KitCodes, DeskError> {
    let mut tx = register.db.write().await?;
    must(&mut tx, officer, Action::ChangeFleet).await?;
    let serial = new.serial.trim();
    let is_serial = (1..=LONGEST_SERIAL).contains(&serial.len())
        && serial.bytes().all(|b| b.is_ascii_graphic());
    if !is_serial {
        return Err(refused(422, "fleet.serial", "This is no serial number"));
    }
    let Assigned { custodian, place, campaign } =
        assigned(register, &mut tx, &new.assignment).await?;
    let team = team(&mut tx, &new.officers).await?;
    let id = KitId::random(&mut register.entropy.rng());
    let (state, code) = fresh_code(register, &tx, at);
    let row = NewFleetKit {
        id,
        serial,
        custodian: Some(custodian),
        place: Some(place),
        campaign,
        state: &state,
    };
    kits::insert(&mut tx, &row, at).await.map_err(|error| match error {
        StoreError::Duplicate => {
            refused(409, "fleet.serial_known", "A kit with this serial number is registered")
        }
        other => other.into(),
    })?;
    kits::set_code(&mut tx, id, code.secret()).await?;
    for (member, supervisor) in &team {
        roster::assign(&mut tx, id, *member, *supervisor, at).await?;
    }
    let words = words::give_all(&mut tx, id).await?;
    let details = json!({ "serial": serial, "place": place, "officers": team.len() });
    let (actor, subject) = (officer.to_string(), id.to_string());
    trail::event(&mut tx, &actor, "kit.registered", &subject, details, at).await?;
    tx.commit().await?;
    Ok(KitCodes { kit: id, code, words })
}

/// To whom a kit is given, checked.
pub(super) struct Assigned<'a> {
    pub(super) custodian: OfficerId,
    pub(super) place: &'a str,
    pub(super) campaign: Option<&'a str>,
}

/// Checks to whom a kit is to be given.
pub(super) async fn assigned<'a>(
    register: &Register,
    tx: &mut Tx,
    to: &'a Assignment,
) -> Result<Assigned<'a>, DeskError> {
    let place = to.place.trim();
    if register.pack.geography().sublocation(place).is_none() {
        return Err(refused(422, "fleet.place", "This is no sub-location of the country pack"));
    }
    let campaign = Some(to.campaign.trim()).filter(|code| !code.is_empty());
    let is_code =
        |code: &str| code.len() <= LONGEST_CAMPAIGN && code.bytes().all(|b| b.is_ascii_graphic());
    if !campaign.is_none_or(is_code) {
        return Err(refused(422, "fleet.campaign", "This is no code of a campaign"));
    }
    let custodian = colleague(tx, &to.custodian)
        .await?
        .ok_or_else(|| refused(422, "fleet.custodian", "Nobody here has this user name"))?;
    Ok(Assigned { custodian: custodian.id, place, campaign })
}

pub(super) async fn renew_code(
    register: &Register,
    id: KitId,
    officer: OfficerId,
    at: Timestamp,
) -> Result<KitCodes, DeskError> {
    let mut tx = register.db.write().await?;
    must(&mut tx, officer, Action::ChangeFleet).await?;
    let kit = kits::get_for_update(&mut tx, id).await?.ok_or_else(no_such_kit)?;
    if !matches!(kit.state, KitState::Registered { .. }) {
        return Err(refused(409, "fleet.other_state", "This kit has enrolled already"));
    }
    let (state, code) = fresh_code(register, &tx, at);
    kits::set_state(&mut tx, id, &state, at).await?;
    kits::set_code(&mut tx, id, code.secret()).await?;
    let words = words::give_all(&mut tx, id).await?;
    let (actor, subject) = (officer.to_string(), id.to_string());
    trail::event(&mut tx, &actor, "kit.code_renewed", &subject, json!({}), at).await?;
    tx.commit().await?;
    Ok(KitCodes { kit: id, code, words })
}

fn fresh_code(register: &Register, tx: &Tx, at: Timestamp) -> (KitState, EnrolmentCode) {
    let code_until =
        at.saturating_add(SignedDuration::from_hours(CODE_HOURS)).unwrap_or(Timestamp::MAX);
    let code = EnrolmentCode::new(tx.keyring().random(), &register.key_hash());
    (KitState::Registered { code_until }, code)
}

/// The officers of a kit, each with whether a supervisor. Roles are given by two
/// administrators; here they are only asked for.
async fn team(tx: &mut Tx, names: &[String]) -> Result<Vec<(OfficerId, bool)>, DeskError> {
    let bad = || {
        refused(
            422,
            "fleet.officers",
            "Name 1 to 12 registration officers, among them one supervisor",
        )
    };
    let mut team: Vec<(OfficerId, bool)> = Vec::new();
    for name in names.iter().take(MOST_OFFICERS + 1) {
        let member = member(tx, name).await?.ok_or_else(bad)?;
        if team.iter().any(|(known, _)| *known == member.0) {
            return Err(bad());
        }
        team.push(member);
    }
    let led = team.iter().any(|(_, supervisor)| *supervisor);
    if led && team.len() <= MOST_OFFICERS { Ok(team) } else { Err(bad()) }
}

/// Somebody who may work with a kit, and whether as a supervisor.
pub(super) async fn member(
    tx: &mut Tx,
    name: &str,
) -> Result<Option<(OfficerId, bool)>, StoreError> {
    let Some(member) = colleague(tx, name).await? else { return Ok(None) };
    let holds = |role: Role| member.roles.iter().any(|held| held == role.name());
    let works = holds(Role::RegistrationOfficer) || holds(Role::Supervisor);
    Ok(works.then(|| (member.id, holds(Role::Supervisor))))
}

/// The active member of staff with a user name.
async fn colleague(tx: &mut Tx, name: &str) -> Result<Option<Officer>, StoreError> {
    let Ok(name) = UserName::read(name) else { return Ok(None) };
    let Some(account) = accounts::find(tx, &name).await? else { return Ok(None) };
    let found = officers::get(tx, account.officer).await?;
    Ok(found.filter(|officer| officer.status == OfficerStatus::Active))
}
