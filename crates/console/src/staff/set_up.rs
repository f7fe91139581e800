//! Setting an account up by its invitation: a passkey, or a password with codes.

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_record::staff::{UserName, password};
use niims_store::staff::passkeys::{self, Passkey};
use niims_store::staff::sessions::Means;
use niims_store::staff::{accounts as stored, invitations};
use niims_store::{StoreError, Tx};

use super::passkey::{Attestation, PasskeyRefused, verify_registration};
use super::sign_in::{Begun, begin};
use super::{Accounts, StaffError, secret, sessions, totp};

/// Whose invitation a token is.
pub(crate) async fn invited(
    accounts: &Accounts,
    token: &str,
) -> Result<stored::Account, StaffError> {
    let mut tx = accounts.db.read().await?;
    let officer = invitations::find(&mut tx, token, accounts.now()).await?;
    let officer = officer.ok_or(StaffError::NoInvitation)?;
    stored::get(&mut tx, officer).await?.ok_or(StaffError::NoInvitation)
}

/// A password and the secret of the codes, with one code to prove that the app has it.
pub(crate) struct Chosen<'a> {
    pub(crate) password: String,
    pub(crate) secret: &'a [u8],
    pub(crate) code: &'a str,
}

/// Sets up password and codes; the invitation is used up and a session begins.
pub(crate) async fn with_password(
    accounts: &Accounts,
    token: &str,
    chosen: Chosen<'_>,
    device: &str,
) -> Result<Begun, StaffError> {
    let now = accounts.now();
    let account = invited(accounts, token).await?;
    let user_name =
        UserName::read(&account.identity.user_name).map_err(|_| StaffError::UserName)?;
    password::check(&chosen.password, &user_name)?;
    let step = totp::matching_step(chosen.secret, chosen.code, now).ok_or(StaffError::Wrong)?;
    let hash = secret::hash(accounts, chosen.password).await?;
    let mut tx = accounts.db.write().await?;
    let officer = spend(&mut tx, token, account.officer, now).await?;
    stored::set_password(&mut tx, officer, &hash).await?;
    stored::set_totp(&mut tx, officer, chosen.secret).await?;
    stored::spend_step(&mut tx, officer, step).await?;
    sessions::note(&mut tx, officer, "staff.password_set_up", now).await?;
    let begun = begin(accounts, &mut tx, officer, Means::Password, device).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Sets up a passkey; the invitation is used up and a session begins.
pub(crate) async fn with_passkey(
    accounts: &Accounts,
    token: &str,
    (challenge, answer): (&[u8], &Attestation),
    device: &str,
) -> Result<Begun, StaffError> {
    let now = accounts.now();
    let account = invited(accounts, token).await?;
    let mut tx = accounts.db.write().await?;
    let officer = spend(&mut tx, token, account.officer, now).await?;
    add_passkey(accounts, &mut tx, officer, (challenge, answer), device).await?;
    let begun = begin(accounts, &mut tx, officer, Means::Passkey, device).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Verifies a new passkey and adds it.
pub(super) async fn add_passkey(
    accounts: &Accounts,
    tx: &mut Tx,
    officer: OfficerId,
    (challenge, answer): (&[u8], &Attestation),
    device: &str,
) -> Result<(), StaffError> {
    let now = accounts.now();
    let new = verify_registration(&accounts.site, challenge, answer)?;
    if !passkeys::spend_challenge(tx, challenge, now).await? {
        return Err(PasskeyRefused::Replayed.into());
    }
    let passkey = Passkey {
        id: passkeys::id_of(&new.credential_id),
        credential_id: new.credential_id,
        officer,
        public_key: new.public_key,
        sign_count: new.sign_count,
        device: device.to_owned(),
        added_at: now,
        used_at: None,
    };
    match passkeys::insert(tx, &passkey).await {
        Err(StoreError::Duplicate) => return Err(PasskeyRefused::Known.into()),
        other => other?,
    }
    sessions::note(tx, officer, "staff.passkey_added", now).await
}

async fn spend(
    tx: &mut Tx,
    token: &str,
    whose: OfficerId,
    now: Timestamp,
) -> Result<OfficerId, StaffError> {
    let spent = invitations::spend(tx, token, now).await?;
    spent.filter(|officer| *officer == whose).ok_or(StaffError::NoInvitation)
}
