//! Who may do what at the desk. Each act asks anew: a role that was taken away while a page was
//! open, or whose duty has ended, is gone.

use jiff::Timestamp;
use niims_record::OfficerId;
use niims_store::Tx;
use niims_store::officers::{self, Officer, OfficerStatus};

use super::error::{DeskError, refused};

/// The role that gives opinions.
pub const ADJUDICATOR: &str = "adjudicator";
/// The role that decides when two differ.
pub const SENIOR_ADJUDICATOR: &str = "senior_adjudicator";
/// The role that watches over the desk.
pub const SUPERVISOR: &str = "supervisor";
/// The role that looks back.
pub const AUDITOR: &str = "auditor";
/// The role that hears residents.
pub const CUSTOMER_RELATIONS_OFFICER: &str = "customer_relations_officer";
/// The role that looks after accounts.
pub const ADMINISTRATOR: &str = "administrator";
/// Not a role of people: another desk, whose opinion is one of the blind pair.
pub const OUTSIDE_DESK: &str = "outside_desk";

pub(super) use crate::evidence::REGISTRATION_OFFICER;

/// Whether an officer has one of some roles.
pub(super) fn has(officer: &Officer, roles: &[&str]) -> bool {
    officer.status == OfficerStatus::Active
        && officer.roles.iter().any(|role| roles.contains(&role.as_str()))
}

/// The officer, who must be active and have one of some roles.
pub(super) async fn holder(
    tx: &mut Tx,
    officer: OfficerId,
    roles: &[&str],
    at: Timestamp,
) -> Result<Officer, DeskError> {
    let found = officers::acting(tx, officer, at).await?.filter(|found| has(found, roles));
    found.ok_or_else(|| {
        let detail = "Ask a supervisor, if you should have this role.";
        refused(403, "desk.role_missing", "Your roles do not allow this", detail).into()
    })
}

/// The officer, who must be a reviewer. The code is the one that the command line knows.
pub(super) async fn reviewer(
    tx: &mut Tx,
    officer: OfficerId,
    at: Timestamp,
) -> Result<Officer, DeskError> {
    let found = officers::acting(tx, officer, at).await?;
    found.filter(|found| has(found, &[ADJUDICATOR, SENIOR_ADJUDICATOR])).ok_or_else(|| {
        let title = "Only adjudicators give opinions";
        let detail = "Nothing was changed. Ask a supervisor, if you should have this role.";
        refused(403, "adjudication.not_an_adjudicator", title, detail).into()
    })
}

/// Whether an officer is a senior.
pub(super) fn is_senior(officer: &Officer) -> bool {
    has(officer, &[SENIOR_ADJUDICATOR])
}
