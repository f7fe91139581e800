//! Changes who works with a kit, before it enrols and after.

use jiff::Timestamp;
use niims_record::fleet::KitState;
use niims_record::staff::Action;
use niims_record::{KitId, OfficerId};
use niims_store::Tx;
use niims_store::fleet::kits;
use niims_store::fleet::officers::{self as roster, KitOfficer};
use niims_wire::fleet::{MOST_OFFICERS, OfficerWord};
use serde_json::json;

use super::{must, new_kit, no_such_kit, refused, words};
use crate::desk::DeskError;
use crate::{Register, trail};

/// Takes somebody on, and gives the one-time word for the seat. A kit that has enrolled learns of
/// it with its next report, by which it brings the key.
pub(super) async fn add(
    register: &Register,
    (id, user_name): (KitId, &str),
    officer: OfficerId,
    at: Timestamp,
) -> Result<OfficerWord, DeskError> {
    let mut tx = register.db.write().await?;
    let (state, team) = changeable(&mut tx, id, officer).await?;
    if team.is_empty() && !matches!(state, KitState::Registered { .. }) {
        return Err(refused(409, "fleet.officers_elsewhere", "Its officers are not kept here"));
    }
    let (member, supervisor) = new_kit::member(&mut tx, user_name).await?.ok_or_else(no_officer)?;
    if team.len() >= MOST_OFFICERS || team.iter().any(|known| known.officer == member) {
        return Err(no_officer());
    }
    roster::assign(&mut tx, id, member, supervisor, at).await?;
    let word = words::give(&mut tx, id, member).await?;
    note(&mut tx, officer, "kit.officer_added", (id, member), at).await?;
    tx.commit().await?;
    Ok(word)
}

/// Lets somebody go. A supervisor must remain, for somebody closes the day.
pub(super) async fn remove(
    register: &Register,
    (id, member): (KitId, OfficerId),
    officer: OfficerId,
    at: Timestamp,
) -> Result<(), DeskError> {
    let mut tx = register.db.write().await?;
    let (_, team) = changeable(&mut tx, id, officer).await?;
    let (gone, left): (Vec<_>, Vec<_>) = team.iter().partition(|known| known.officer == member);
    if gone.is_empty() || !left.iter().any(|known| known.supervisor) {
        return Err(no_officer());
    }
    roster::end(&mut tx, id, member, at).await?;
    note(&mut tx, officer, "kit.officer_removed", (id, member), at).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a member of the team another one-time word.
pub(super) async fn renew_word(
    register: &Register,
    (id, member): (KitId, OfficerId),
    officer: OfficerId,
    at: Timestamp,
) -> Result<OfficerWord, DeskError> {
    let mut tx = register.db.write().await?;
    let (_, team) = changeable(&mut tx, id, officer).await?;
    if !team.iter().any(|known| known.officer == member) {
        return Err(no_officer());
    }
    let word = words::give(&mut tx, id, member).await?;
    note(&mut tx, officer, "kit.word_renewed", (id, member), at).await?;
    tx.commit().await?;
    Ok(word)
}

/// State and team of a kit that this manager may change.
async fn changeable(
    tx: &mut Tx,
    id: KitId,
    officer: OfficerId,
) -> Result<(KitState, Vec<KitOfficer>), DeskError> {
    must(tx, officer, Action::ChangeFleet).await?;
    let kit = kits::get_for_update(tx, id).await?.ok_or_else(no_such_kit)?;
    if matches!(kit.state, KitState::Revoked { .. }) {
        return Err(refused(409, "fleet.other_state", "A revoked kit is given to nobody"));
    }
    Ok((kit.state, roster::list(tx, id).await?))
}

async fn note(
    tx: &mut Tx,
    by: OfficerId,
    act: &str,
    (kit, member): (KitId, OfficerId),
    at: Timestamp,
) -> Result<(), DeskError> {
    let (actor, subject) = (by.to_string(), kit.to_string());
    trail::event(tx, &actor, act, &subject, json!({ "officer": member }), at).await?;
    Ok(())
}

fn no_officer() -> DeskError {
    let title = "Name 1 to 12 registration officers, among them one supervisor";
    refused(422, "fleet.officers", title)
}
