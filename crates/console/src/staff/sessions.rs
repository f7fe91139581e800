//! Sessions: whose a cookie is, and whether it still is.

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_record::staff::Standing;
use niims_record::staff::session::{Life, life};
use niims_store::staff::sessions::{self, Session};

use super::{Accounts, StaffError, hold, trail};

/// Seconds after which a use is noted again: a write a minute and session at most.
const NOTED_AFTER_S: i64 = 60;

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
    let standing = hold::standing_of(&mut tx, &accounts.pack, session.officer).await?;
    drop(tx);
    let Some(standing) = standing else { return Ok(Whose::Nobody) };
    if now.duration_since(session.used_at).as_secs() >= NOTED_AFTER_S {
        let mut tx = accounts.db.write().await?;
        sessions::touch(&mut tx, session.id, now).await?;
        tx.commit().await?;
    }
    Ok(Whose::Live { session, standing })
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
    tx: &mut niims_store::Tx,
    officer: OfficerId,
    action: &str,
    at: Timestamp,
) -> Result<(), StaffError> {
    let subject = officer.to_string();
    trail::event(tx, Some(officer), action, &subject, serde_json::json!({}), at).await?;
    Ok(())
}
