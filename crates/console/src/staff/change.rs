//! What administrators do: invite, ask for a duty or a recovery, approve, withdraw,
//! suspend.

use jiff::Timestamp;
use niims_record::staff::giving::{may_approve, not_oneself};
use niims_record::staff::{Period, Role};
use niims_record::{DutyId, OfficerId, StaffRequestId};
use niims_store::Tx;
use niims_store::officers::{self, Officer, OfficerStatus};
use niims_store::staff::duties::{self, StoredDuty};
use niims_store::staff::requests::{self, Outcome, Request, Wanted};
use niims_store::staff::{accounts as stored, invitations, passkeys, sessions};
use rand_core::Rng;
use serde_json::json;

use super::invite::{NewAccount, add_in, check, give_in, invite_in};
use super::{Accounts, StaffError, trail};

/// One member of staff, as administrators see one.
pub(crate) struct Member {
    pub(crate) officer: Officer,
    /// `None` for whoever acts by key alone, such as the officers of a kit.
    pub(crate) account: Option<stored::Account>,
    pub(crate) duties: Vec<StoredDuty>,
}

/// Everybody.
pub(crate) async fn list(accounts: &Accounts) -> Result<Vec<Member>, StaffError> {
    let mut tx = accounts.db.read().await?;
    let mut all = stored::list(&mut tx).await?;
    let unended = duties::list_unended(&mut tx, accounts.now()).await?;
    let members = officers::list(&mut tx).await?.into_iter().map(|officer| {
        let place = all.iter().position(|account| account.officer == officer.id);
        let duties = unended.iter().filter(|duty| duty.officer == officer.id).cloned().collect();
        Member { account: place.map(|place| all.swap_remove(place)), duties, officer }
    });
    Ok(members.collect())
}

/// One member of staff.
pub(crate) async fn member(accounts: &Accounts, id: OfficerId) -> Result<Member, StaffError> {
    let mut tx = accounts.db.read().await?;
    let officer = officers::get(&mut tx, id).await?.ok_or(StaffError::Gone)?;
    Ok(Member {
        officer,
        account: stored::get(&mut tx, id).await?,
        duties: duties::list(&mut tx, id).await?,
    })
}

/// The requests that wait for a second administrator.
pub(crate) async fn waiting(accounts: &Accounts) -> Result<Vec<Request>, StaffError> {
    let mut tx = accounts.db.read().await?;
    Ok(requests::list_open(&mut tx).await?)
}

/// Makes a new officer with an account; gives the officer and the invitation's token.
/// Without a duty such an account may do nothing.
pub(crate) async fn add(
    accounts: &Accounts,
    by: OfficerId,
    user_name: &str,
    name: &str,
) -> Result<(OfficerId, String), StaffError> {
    let now = accounts.now();
    let mut rng = accounts.entropy.rng();
    let officer = OfficerId::random(&mut rng);
    let mut secret = [0; 32];
    rng.fill_bytes(&mut secret);
    // Acts of the pages are authenticated by the session. The private half of this key
    // is thrown away: nobody signs with it until a key of the officer's own replaces it.
    let signing_key = ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key().to_bytes();
    let mut tx = accounts.db.write().await?;
    let new = Officer { id: officer, signing_key, roles: vec![], status: OfficerStatus::Active };
    officers::insert(&mut tx, &new).await?;
    let new = NewAccount { officer, user_name, name };
    let token = add_in(&mut tx, &accounts.entropy, &new, Some(by), now).await?;
    tx.commit().await?;
    Ok((officer, token))
}

/// Asks for a duty; a second administrator gives it.
pub(crate) async fn ask_for_duty(
    accounts: &Accounts,
    by: OfficerId,
    receiver: OfficerId,
    (role, place, period): (Role, Option<String>, Period),
) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    if officers::get(&mut tx, receiver).await?.is_none() {
        return Err(StaffError::Gone);
    }
    let wanted = Wanted::Duty { role, place: place.clone(), period };
    let proposed = StoredDuty {
        id: DutyId::from_bytes(tx.keyring().random()),
        officer: receiver,
        role,
        place,
        period,
        given_by: None,
        withdrawn_at: None,
    };
    check(&mut tx, &accounts.pack, &proposed, now).await?;
    file(&mut tx, by, receiver, wanted, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for a recovery; a second administrator carries it out.
pub(crate) async fn ask_for_recovery(
    accounts: &Accounts,
    by: OfficerId,
    subject: OfficerId,
) -> Result<(), StaffError> {
    not_oneself(by, subject)?;
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    if stored::get(&mut tx, subject).await?.is_none() {
        return Err(StaffError::Gone);
    }
    file(&mut tx, by, subject, Wanted::Recovery, now).await?;
    tx.commit().await?;
    Ok(())
}

/// What came of an approval.
pub(crate) enum Approved {
    /// A duty was given.
    Duty,
    /// An invitation with this token was made.
    Recovery(String),
}

/// Approves a request, and does what it asks for.
pub(crate) async fn approve(
    accounts: &Accounts,
    by: OfficerId,
    id: StaffRequestId,
) -> Result<Approved, StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    let request = open(&mut tx, id).await?;
    may_approve(request.asked_by, by, request.officer)?;
    if !requests::decide(&mut tx, id, Outcome::Approved, by, now).await? {
        return Err(StaffError::Gone);
    }
    let approved = match request.wanted {
        Wanted::Duty { role, place, period } => {
            let duty = StoredDuty {
                id: DutyId::from_bytes(tx.keyring().random()),
                officer: request.officer,
                role,
                place,
                period,
                given_by: Some((request.asked_by, by)),
                withdrawn_at: None,
            };
            give_in(&mut tx, &accounts.pack, &duty, Some(by), now).await?;
            Approved::Duty
        }
        Wanted::Recovery => {
            Approved::Recovery(recover(accounts, &mut tx, by, request.officer, now).await?)
        }
    };
    tx.commit().await?;
    Ok(approved)
}

/// Refuses a request, or takes back one's own.
pub(crate) async fn refuse(
    accounts: &Accounts,
    by: OfficerId,
    id: StaffRequestId,
) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    let request = open(&mut tx, id).await?;
    if !requests::decide(&mut tx, id, Outcome::Refused, by, now).await? {
        return Err(StaffError::Gone);
    }
    let subject = request.officer.to_string();
    trail::event(&mut tx, Some(by), "staff.request_refused", &subject, json!({}), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a duty away, at once. One administrator is enough: less power needs no second.
pub(crate) async fn withdraw(
    accounts: &Accounts,
    by: OfficerId,
    holder: OfficerId,
    duty: DutyId,
) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    let known = duties::get(&mut tx, duty).await?.filter(|duty| duty.officer == holder);
    let known = known.ok_or(StaffError::Gone)?;
    if !duties::withdraw(&mut tx, duty, by, now).await? {
        return Err(StaffError::Gone);
    }
    let details = json!({ "role": known.role.name(), "duty": duty.to_string() });
    let subject = known.officer.to_string();
    trail::event(&mut tx, Some(by), "staff.duty_withdrawn", &subject, details, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Suspends somebody, ending every session, or lets somebody act again.
pub(crate) async fn set_status(
    accounts: &Accounts,
    by: OfficerId,
    subject: OfficerId,
    status: OfficerStatus,
) -> Result<(), StaffError> {
    not_oneself(by, subject)?;
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    if !officers::set_status(&mut tx, subject, status).await? {
        return Err(StaffError::Gone);
    }
    if status == OfficerStatus::Suspended {
        sessions::end_all(&mut tx, subject, None, now).await?;
        invitations::kill_all(&mut tx, subject, now).await?;
    }
    let action = match status {
        OfficerStatus::Active => "staff.reinstated",
        OfficerStatus::Suspended => "staff.suspended",
    };
    trail::event(&mut tx, Some(by), action, &subject.to_string(), json!({}), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes away every way in and makes a new invitation.
async fn recover(
    accounts: &Accounts,
    tx: &mut Tx,
    by: OfficerId,
    subject: OfficerId,
    now: Timestamp,
) -> Result<String, StaffError> {
    stored::forget_secrets(tx, subject).await?;
    passkeys::remove_all(tx, subject).await?;
    sessions::end_all(tx, subject, None, now).await?;
    trail::event(tx, Some(by), "staff.recovered", &subject.to_string(), json!({}), now).await?;
    invite_in(tx, &accounts.entropy, subject, Some(by), now).await
}

async fn file(
    tx: &mut Tx,
    by: OfficerId,
    receiver: OfficerId,
    wanted: Wanted,
    at: Timestamp,
) -> Result<(), StaffError> {
    let kind = match wanted {
        Wanted::Duty { .. } => "duty",
        Wanted::Recovery => "recovery",
    };
    let id = StaffRequestId::from_bytes(tx.keyring().random());
    let request =
        Request { id, officer: receiver, wanted, asked_by: by, asked_at: at, outcome: None };
    requests::insert(tx, &request).await?;
    let details = json!({ "kind": kind, "request": id.to_string() });
    trail::event(tx, Some(by), "staff.asked", &receiver.to_string(), details, at).await?;
    Ok(())
}

async fn open(tx: &mut Tx, id: StaffRequestId) -> Result<Request, StaffError> {
    let request = requests::get_for_update(tx, id).await?.ok_or(StaffError::Gone)?;
    if request.outcome.is_some() { Err(StaffError::Gone) } else { Ok(request) }
}
