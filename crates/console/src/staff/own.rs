//! The own account: sessions, passkeys, password.

use niims_record::OfficerId;
use niims_record::staff::{UserName, password};
use niims_store::staff::passkeys::{self, Passkey};
use niims_store::staff::sessions::Session;
use niims_store::staff::{accounts as stored, sessions as stored_sessions};

use super::passkey::Attestation;
use super::sign_in::{weigh_both, weigh_password};
use super::{Accounts, StaffError, secret, sessions, set_up};

/// Sessions shown at most.
const MOST_SESSIONS: usize = 50;

/// What the page of the own account shows.
pub(crate) struct OwnAccount {
    pub(crate) account: stored::Account,
    pub(crate) sessions: Vec<Session>,
    pub(crate) passkeys: Vec<Passkey>,
}

/// Reads the own account.
pub(crate) async fn read(
    accounts: &Accounts,
    officer: OfficerId,
) -> Result<OwnAccount, StaffError> {
    let mut tx = accounts.db.read().await?;
    Ok(OwnAccount {
        account: stored::get(&mut tx, officer).await?.ok_or(StaffError::Gone)?,
        sessions: stored_sessions::list(&mut tx, officer, MOST_SESSIONS).await?,
        passkeys: passkeys::list(&mut tx, officer).await?,
    })
}

/// Ends one of the own sessions.
pub(crate) async fn end_session(
    accounts: &Accounts,
    officer: OfficerId,
    session: [u8; 16],
) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    if !stored_sessions::end(&mut tx, officer, session, now).await? {
        return Err(StaffError::Gone);
    }
    sessions::note(&mut tx, officer, "staff.session_ended", now).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends every own session, the present one too.
pub(crate) async fn end_everywhere(
    accounts: &Accounts,
    officer: OfficerId,
) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    stored_sessions::end_all(&mut tx, officer, None, now).await?;
    sessions::note(&mut tx, officer, "staff.signed_out_everywhere", now).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a passkey to the own account.
pub(crate) async fn add_passkey(
    accounts: &Accounts,
    officer: OfficerId,
    answer: (&[u8], &Attestation),
    device: &str,
) -> Result<(), StaffError> {
    let mut tx = accounts.db.write().await?;
    set_up::add_passkey(accounts, &mut tx, officer, answer, device).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes one of the own passkeys, unless it is the only way in.
pub(crate) async fn remove_passkey(
    accounts: &Accounts,
    officer: OfficerId,
    passkey: &[u8; 32],
) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    let account = stored::get(&mut tx, officer).await?.ok_or(StaffError::Gone)?;
    let by_password = account.password_hash.is_some() && account.totp_secret.is_some();
    if !passkeys::remove(&mut tx, officer, passkey).await? {
        return Err(StaffError::Gone);
    }
    if !by_password && passkeys::list(&mut tx, officer).await?.is_empty() {
        return Err(StaffError::LastWayIn);
    }
    sessions::note(&mut tx, officer, "staff.passkey_removed", now).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes the own password: the old one and a fresh code prove who asks, and wrong ones
/// count as failed sign-ins. Every other session ends.
pub(crate) async fn change_password(
    accounts: &Accounts,
    (officer, session): (OfficerId, [u8; 16]),
    (old, code): (String, &str),
    new: String,
    address: &str,
) -> Result<(), StaffError> {
    let now = accounts.now();
    let account = {
        let mut tx = accounts.db.read().await?;
        stored::get(&mut tx, officer).await?.ok_or(StaffError::Gone)?
    };
    let user_name =
        UserName::read(&account.identity.user_name).map_err(|_| StaffError::UserName)?;
    password::check(&new, &user_name)?;
    let first = weigh_password(accounts, user_name.as_str(), old, address).await?;
    let hash = secret::hash(accounts, new).await?;
    let mut tx = accounts.db.write().await?;
    if weigh_both(&mut tx, &first, code, address, now).await? != Some(officer) {
        tx.commit().await?;
        return Err(StaffError::Wrong);
    }
    stored::set_password(&mut tx, officer, &hash).await?;
    stored_sessions::end_all(&mut tx, officer, Some(session), now).await?;
    sessions::note(&mut tx, officer, "staff.password_changed", now).await?;
    tx.commit().await?;
    Ok(())
}
