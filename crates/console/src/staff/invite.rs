//! New accounts and the links by which they are set up.

use jiff::{SignedDuration, Timestamp};
use niims_country::CountryPack;
use niims_record::staff::giving::{Proposal, may_give};
use niims_record::staff::{Period, Role, UserName};
use niims_record::{DutyId, OfficerId};
use niims_store::staff::duties::{self, StoredDuty};
use niims_store::staff::{accounts, invitations};
use niims_store::{Database, StoreError, Tx};
use niims_wire::Entropy;
use rand_core::Rng;
use serde_json::json;

use super::hold::{as_duty, place_of};
use super::{StaffError, secret, totp, trail};

/// How long an invitation lasts: long enough to be handed over on the next working day
/// after a long weekend.
pub(crate) const INVITATION_HOURS: i64 = 96;
/// Most characters of a name.
pub(crate) const LONGEST_NAME: usize = 120;

/// An account to be made for an officer who exists.
pub struct NewAccount<'a> {
    /// Whose.
    pub officer: OfficerId,
    /// User name as typed.
    pub user_name: &'a str,
    /// The name by which colleagues know this person.
    pub name: &'a str,
}

impl core::fmt::Debug for NewAccount<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewAccount").field("officer", &self.officer).finish_non_exhaustive()
    }
}

/// Makes an account and gives the token of its invitation.
pub async fn add_account(
    db: &Database,
    entropy: &Entropy,
    new: NewAccount<'_>,
    at: Timestamp,
) -> Result<String, StaffError> {
    let mut tx = db.write().await?;
    let token = add_in(&mut tx, entropy, &new, None, at).await?;
    tx.commit().await?;
    Ok(token)
}

pub(super) async fn add_in(
    tx: &mut Tx,
    entropy: &Entropy,
    new: &NewAccount<'_>,
    by: Option<OfficerId>,
    at: Timestamp,
) -> Result<String, StaffError> {
    let user_name = UserName::read(new.user_name).map_err(|_| StaffError::UserName)?;
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(StaffError::Name);
    }
    match accounts::insert(tx, new.officer, &user_name, name, at).await {
        Err(StoreError::Duplicate) => return Err(StaffError::UserNameTaken),
        other => other?,
    }
    let subject = new.officer.to_string();
    trail::event(tx, by, "staff.account_made", &subject, json!({}), at).await?;
    invite_in(tx, entropy, new.officer, by, at).await
}

/// Makes a new invitation for an account; older ones are dead. Gives its token.
pub async fn invite(
    db: &Database,
    entropy: &Entropy,
    officer: OfficerId,
    at: Timestamp,
) -> Result<String, StaffError> {
    let mut tx = db.write().await?;
    let token = invite_in(&mut tx, entropy, officer, None, at).await?;
    tx.commit().await?;
    Ok(token)
}

pub(super) async fn invite_in(
    tx: &mut Tx,
    entropy: &Entropy,
    officer: OfficerId,
    by: Option<OfficerId>,
    at: Timestamp,
) -> Result<String, StaffError> {
    if accounts::get(tx, officer).await?.is_none() {
        return Err(StaffError::Gone);
    }
    let token = super::accounts::token(entropy);
    let until = at + SignedDuration::from_hours(INVITATION_HOURS);
    invitations::insert(tx, &token, officer, at, until).await?;
    trail::event(tx, by, "staff.invited", &officer.to_string(), json!({}), at).await?;
    Ok(token)
}

/// Sets password and codes of an account without its owner. Only a demonstration and
/// tests may: whoever calls this knows both. The invitation is used up.
pub async fn set_up_known(
    db: &Database,
    entropy: &Entropy,
    (officer, password): (OfficerId, &str),
    at: Timestamp,
) -> Result<[u8; totp::SECRET_BYTES], StaffError> {
    let mut rng = entropy.rng();
    let (mut salt, mut secret) = ([0; secret::SALT_BYTES], [0; totp::SECRET_BYTES]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut secret);
    let mut tx = db.write().await?;
    let account = accounts::get(&mut tx, officer).await?.ok_or(StaffError::Gone)?;
    let name = UserName::read(&account.identity.user_name).map_err(|_| StaffError::UserName)?;
    niims_record::staff::password::check(password, &name)?;
    let hash = secret::hash_now(password, &salt).ok_or(StaffError::Busy)?;
    accounts::set_password(&mut tx, officer, &hash).await?;
    accounts::set_totp(&mut tx, officer, &secret).await?;
    invitations::kill_all(&mut tx, officer, at).await?;
    let details = json!({ "by": "set_up_known" });
    trail::event(&mut tx, None, "staff.password_set_up", &officer.to_string(), details, at).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The code that an app with this secret shows at a moment, and the secret in letters.
pub fn code_at(secret: &[u8; totp::SECRET_BYTES], at: Timestamp) -> (String, String) {
    (totp::code(secret, totp::step_at(at)), totp::base32(secret))
}

/// Gives a duty from the command line, by whoever holds the machine and its keys. The
/// rules about duties that exclude each other hold here as well.
pub async fn give_duty(
    db: &Database,
    pack: &CountryPack,
    duty: (OfficerId, Role, Option<&str>),
    period: Period,
    at: Timestamp,
) -> Result<DutyId, StaffError> {
    let mut tx = db.write().await?;
    let (officer, role, place) = duty;
    let stored = StoredDuty {
        id: DutyId::from_bytes(tx.keyring().random()),
        officer,
        role,
        place: place.map(str::to_owned),
        period,
        given_by: None,
        withdrawn_at: None,
    };
    give_in(&mut tx, pack, &stored, None, at).await?;
    tx.commit().await?;
    Ok(stored.id)
}

/// Gives a duty, if the rules of the house allow it now.
pub(super) async fn give_in(
    tx: &mut Tx,
    pack: &CountryPack,
    stored: &StoredDuty,
    by: Option<OfficerId>,
    at: Timestamp,
) -> Result<(), StaffError> {
    check(tx, pack, stored, at).await?;
    duties::insert(tx, stored, at).await?;
    let details =
        json!({ "role": stored.role.name(), "place": stored.place, "duty": stored.id.to_string() });
    trail::event(tx, by, "staff.duty_given", &stored.officer.to_string(), details, at).await?;
    Ok(())
}

/// Whether a duty may be given.
pub(super) async fn check(
    tx: &mut Tx,
    pack: &CountryPack,
    stored: &StoredDuty,
    at: Timestamp,
) -> Result<(), StaffError> {
    let place = place_of(pack, stored.place.as_deref()).ok_or(StaffError::Unreadable)?;
    let held = duties::list(tx, stored.officer).await?;
    let held: Vec<_> = held.iter().map(|duty| as_duty(pack, duty)).collect();
    let proposal =
        Proposal { receiver: stored.officer, role: stored.role, place, period: stored.period };
    Ok(may_give(&proposal, &held, at)?)
}
