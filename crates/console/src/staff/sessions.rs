//! Sessions: whose a cookie is, and whether it still is.

use jiff::{SignedDuration, Timestamp};
use niims_record::OfficerId;
use niims_record::staff::Standing;
use niims_record::staff::session::{Life, life};
use niims_store::Tx;
use niims_store::staff::sessions::{self, Session};
use niims_store::staff::{drafts, duties, failures, passkeys};

use super::{Accounts, StaffError, hold, trail};

/// Seconds after which a use is noted again: a write a minute and session at most.
const NOTED_AFTER_S: i64 = 60;

/// Days for which ended sessions stay in the list of devices.
const LISTED_DAYS: i64 = 90;
/// Hours for which a form that was posted too late is kept; its cookie goes after one.
const DRAFT_HOURS: i64 = 2;
/// Hours for which a challenge that was answered is remembered. Challenges are taken for
/// ten minutes.
const CHALLENGE_HOURS: i64 = 2;
/// Hours for which failed tries are remembered: as long as the longest rule asks.
const FAILURE_HOURS: i64 = 24;

/// Whose a cookie is.
pub(crate) enum Whose {
    /// A live session.
    Live {
        /// The session.
        session: Session,
        /// What its owner holds.
        standing: Standing,
    },
    /// A session that has ended by itself; its owner may go on after signing in again.
    Ended(OfficerId),
    /// Nobody's.
    Nobody,
}

/// Finds the session of a cookie and what its owner holds now; notes the use.
pub(crate) async fn find(accounts: &Accounts, token: &str) -> Result<Whose, StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.read().await?;
    let Some(session) = sessions::find(&mut tx, token).await? else { return Ok(Whose::Nobody) };
    if session.ended_at.is_some() {
        return Ok(Whose::Nobody);
    }
    if life(session.began_at, session.used_at, now) != Life::Live {
        return Ok(Whose::Ended(session.officer));
    }
    let held = hold::held_by(&mut tx, &accounts.pack, session.officer, now).await?;
    drop(tx);
    let Some(held) = held else { return Ok(Whose::Nobody) };
    let unnoted = now.duration_since(session.used_at).as_secs() >= NOTED_AFTER_S;
    if unnoted || !held.row_is_true {
        let mut tx = accounts.db.write().await?;
        sessions::touch(&mut tx, session.id, now).await?;
        // Others decide by the roles in the officer's row; they must not outlive a duty.
        duties::say_roles(&mut tx, session.officer, now).await?;
        tx.commit().await?;
    }
    let standing = held.standing;
    Ok(Whose::Live { session, standing })
}

/// Forgets what is past its time. Runs with each sign-in, so that nothing has to be set up
/// for it; each table has an index by age.
pub(super) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<(), StaffError> {
    let before = |hours: i64| now - SignedDuration::from_hours(hours);
    sessions::purge(tx, before(24 * LISTED_DAYS)).await?;
    drafts::purge(tx, before(DRAFT_HOURS)).await?;
    passkeys::purge_challenges(tx, before(CHALLENGE_HOURS)).await?;
    failures::purge(tx, before(FAILURE_HOURS)).await?;
    Ok(())
}

/// Ends the own session.
pub(crate) async fn sign_out(accounts: &Accounts, session: &Session) -> Result<(), StaffError> {
    let now = accounts.now();
    let mut tx = accounts.db.write().await?;
    sessions::end(&mut tx, session.officer, session.id, now).await?;
    note(&mut tx, session.officer, "staff.signed_out", now).await?;
    tx.commit().await?;
    Ok(())
}

/// Records an act of somebody on the own account.
pub(super) async fn note(
    tx: &mut Tx,
    officer: OfficerId,
    action: &str,
    at: Timestamp,
) -> Result<(), StaffError> {
    let subject = officer.to_string();
    trail::event(tx, Some(officer), action, &subject, serde_json::json!({}), at).await?;
    Ok(())
}
