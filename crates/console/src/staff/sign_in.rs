//! Signing in: a password, then a code; or a passkey. An answer never says which part
//! was wrong or whether there is such an account, and takes as long either way.

use core::fmt;

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_record::staff::UserName;
use niims_record::staff::password::LONGEST_BYTES;
use niims_record::staff::waits::{ACCOUNT, ADDRESS, Failures, Rule};
use niims_store::Tx;
use niims_store::officers::{self, OfficerStatus};
use niims_store::staff::failures::{self, Subject};
use niims_store::staff::sessions::{self, Means};
use niims_store::staff::{accounts as stored, passkeys};
use serde_json::json;

use super::passkey::{self, Assertion, PasskeyRefused};
use super::{Accounts, StaffError, secret, totp, trail};

/// Seconds between the password and the code.
pub(crate) const CODE_WITHIN_S: i64 = 300;

/// What is known after the first step; carried in a sealed cookie, in which right and
/// wrong look alike.
pub(crate) struct FirstStep {
    pub(crate) user_name: String,
    /// The account whose password it was, if it was one.
    pub(crate) officer: Option<OfficerId>,
    pub(crate) at: Timestamp,
}

impl FirstStep {
    /// As text for a sealed cookie, of the same length whether right or wrong.
    pub(crate) fn to_text(&self) -> String {
        let officer = self.officer.map_or([0; 16], |id| *id.as_bytes());
        format!("{}.{}.{}", hex::encode(officer), self.at.as_second(), self.user_name)
    }

    /// Reads it back, if it is fresh.
    pub(crate) fn from_text(text: &str, now: Timestamp) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let mut id = [0; 16];
        hex::decode_to_slice(parts.next()?, &mut id).ok()?;
        let at = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        let user_name = parts.next()?.to_owned();
        let officer = (id != [0; 16]).then(|| OfficerId::from_bytes(id));
        let age = now.duration_since(at).as_secs();
        (0..CODE_WITHIN_S).contains(&age).then_some(Self { user_name, officer, at })
    }
}

impl fmt::Debug for FirstStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstStep(…)")
    }
}

/// A session that was begun.
pub(crate) struct Begun {
    pub(crate) token: String,
}

/// Weighs a user name and a password. Wrong ones go on to the code as well.
pub(crate) async fn weigh_password(
    accounts: &Accounts,
    typed_name: &str,
    password: String,
    address: &str,
) -> Result<FirstStep, StaffError> {
    let now = accounts.now();
    let name = UserName::read(typed_name).ok();
    let known = {
        let mut tx = accounts.db.write().await?;
        wait(&mut tx, name.as_ref().map(UserName::as_str), address, now).await?;
        // Each try counts for the address, right or wrong: the count must not tell which.
        count(&mut tx, Subject::Address(address), ADDRESS, now).await?;
        let known = match &name {
            Some(name) => stored::find(&mut tx, name).await?,
            None => None,
        };
        tx.commit().await?;
        known
    };
    let fitting = password.len() <= LONGEST_BYTES;
    let weighed = if fitting { password } else { String::new() };
    let hash = known.as_ref().and_then(|account| account.password_hash.clone());
    let right = secret::is_right(accounts, weighed, hash).await? && fitting;
    Ok(FirstStep {
        user_name: name.map_or_else(String::new, |name| name.as_str().to_owned()),
        officer: known.filter(|_| right).map(|account| account.officer),
        at: now,
    })
}

/// Weighs the code, and with it both steps; begins a session.
pub(crate) async fn weigh_code(
    accounts: &Accounts,
    first: &FirstStep,
    typed: &str,
    address: &str,
    device: &str,
) -> Result<Begun, StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    let Some(officer) = weigh_both(&mut tx, first, typed, address, now).await? else {
        tx.commit().await?;
        return Err(StaffError::Wrong);
    };
    let begun = begin(accounts, &mut tx, officer, Means::Password, device).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Whose password and code these are. Failures are counted and recorded, so the
/// transaction must be committed whatever it is.
pub(super) async fn weigh_both(
    tx: &mut Tx,
    first: &FirstStep,
    typed: &str,
    address: &str,
    now: Timestamp,
) -> Result<Option<OfficerId>, StaffError> {
    wait(tx, Some(&first.user_name), address, now).await?;
    let officer = right_code(tx, first, typed, now).await?;
    if officer.is_some() {
        failures::clear(tx, Subject::UserName(&first.user_name)).await?;
        failures::clear(tx, Subject::Address(address)).await?;
    } else {
        count(tx, Subject::UserName(&first.user_name), ACCOUNT, now).await?;
        failed(tx, first.officer, "password", now).await?;
    }
    Ok(officer)
}

/// Whose code it is, if all is right. The code is used up.
async fn right_code(
    tx: &mut Tx,
    first: &FirstStep,
    typed: &str,
    now: Timestamp,
) -> Result<Option<OfficerId>, StaffError> {
    let account = match first.officer {
        Some(officer) => stored::get(tx, officer).await?,
        None => None,
    };
    let secret = account.as_ref().and_then(|account| account.totp_secret.clone());
    let nobody = [0; totp::SECRET_BYTES];
    let step = totp::matching_step(secret.as_ref().map_or(&nobody[..], |s| s), typed, now);
    let (Some(account), Some(_), Some(step)) = (account, secret, step) else { return Ok(None) };
    let fine = is_active(tx, account.officer).await?
        && stored::spend_step(tx, account.officer, step).await?;
    Ok(fine.then_some(account.officer))
}

/// Weighs the answer of a passkey; begins a session.
pub(crate) async fn weigh_passkey(
    accounts: &Accounts,
    challenge: &[u8],
    assertion: &Assertion,
    address: &str,
    device: &str,
) -> Result<Begun, StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    wait(&mut tx, None, address, now).await?;
    match right_passkey(accounts, &mut tx, challenge, assertion, now).await? {
        Ok(officer) => {
            failures::clear(&mut tx, Subject::Address(address)).await?;
            let begun = begin(accounts, &mut tx, officer, Means::Passkey, device).await?;
            tx.commit().await?;
            Ok(begun)
        }
        Err(refused) => {
            count(&mut tx, Subject::Address(address), ADDRESS, now).await?;
            failed(&mut tx, None, refused.code(), now).await?;
            tx.commit().await?;
            Err(StaffError::Passkey(refused))
        }
    }
}

async fn right_passkey(
    accounts: &Accounts,
    tx: &mut Tx,
    challenge: &[u8],
    assertion: &Assertion,
    now: Timestamp,
) -> Result<Result<OfficerId, PasskeyRefused>, StaffError> {
    let Some(known) = passkeys::find_for_update(tx, &assertion.credential_id).await? else {
        return Ok(Err(PasskeyRefused::Unknown));
    };
    let verified = passkey::verify_assertion(
        &accounts.site,
        challenge,
        assertion,
        &passkey::Known {
            officer: known.officer,
            public_key: &known.public_key,
            sign_count: known.sign_count,
        },
    );
    let sign_count = match verified {
        Ok(sign_count) => sign_count,
        Err(refused) => return Ok(Err(refused)),
    };
    if !passkeys::spend_challenge(tx, challenge, now).await? {
        return Ok(Err(PasskeyRefused::Replayed));
    }
    if !is_active(tx, known.officer).await? {
        return Ok(Err(PasskeyRefused::Unknown));
    }
    passkeys::used(tx, &known.id, sign_count, now).await?;
    Ok(Ok(known.officer))
}

/// Begins a session in a transaction.
pub(super) async fn begin(
    accounts: &Accounts,
    tx: &mut Tx,
    officer: OfficerId,
    means: Means,
    device: &str,
) -> Result<Begun, StaffError> {
    let now = accounts.now();
    super::sessions::forget_old(tx, now).await?;
    let token = accounts.token();
    sessions::open(tx, &token, officer, device, means, now).await?;
    let details = json!({ "means": means.name() });
    let subject = officer.to_string();
    trail::event(tx, Some(officer), "staff.signed_in", &subject, details, now).await?;
    Ok(Begun { token })
}

async fn is_active(tx: &mut Tx, officer: OfficerId) -> Result<bool, StaffError> {
    let known = officers::get(tx, officer).await?;
    Ok(known.is_some_and(|officer| officer.status == OfficerStatus::Active))
}

/// Refuses whoever has to wait, by user name or by address.
async fn wait(
    tx: &mut Tx,
    user_name: Option<&str>,
    address: &str,
    now: Timestamp,
) -> Result<(), StaffError> {
    let by_name = user_name.map(|name| (Subject::UserName(name), ACCOUNT));
    for (subject, rule) in by_name.into_iter().chain([(Subject::Address(address), ADDRESS)]) {
        let failures = failures::get_for_update(tx, subject).await?;
        if let Some(left) = failures.and_then(|known| known.wait_left(rule, now)) {
            return Err(StaffError::Wait(left.as_secs().max(1)));
        }
    }
    Ok(())
}

async fn count(
    tx: &mut Tx,
    subject: Subject<'_>,
    rule: Rule,
    now: Timestamp,
) -> Result<(), StaffError> {
    let before = failures::get_for_update(tx, subject).await?;
    failures::put(tx, subject, Failures::after_one_more(before, rule, now)).await?;
    Ok(())
}

async fn failed(
    tx: &mut Tx,
    officer: Option<OfficerId>,
    how: &str,
    now: Timestamp,
) -> Result<(), StaffError> {
    let subject = officer.map_or_else(|| "nobody".to_owned(), |id| id.to_string());
    trail::event(tx, None, "staff.sign_in_failed", &subject, json!({ "how": how }), now).await?;
    Ok(())
}
