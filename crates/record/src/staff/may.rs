//! May this member of staff do this, here and now?

use jiff::Timestamp;

use super::{Action, Duty, Role};
use crate::DutyId;

/// Whether somebody works here at all, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Works here, with these duties: past, present and to come.
    Active(Vec<Duty>),
    /// May not act.
    Suspended,
}

/// What an act is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On<'a> {
    /// Nothing at a place: a list, an account. Such a page shows only what the
    /// reader's own places hold.
    Nothing,
    /// Something at the place with this path: its code, then what is above.
    Place(&'a [String]),
}

/// What permits an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    /// Every active member of staff may.
    Account,
    /// This duty.
    Duty {
        /// The duty.
        id: DutyId,
        /// Its role.
        role: Role,
    },
}

/// Why an act is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Suspended.
    #[error("this account is suspended")]
    Suspended,
    /// No duty has a role that may.
    #[error("none of the roles held may do this")]
    OtherRole,
    /// The duty that would permit it has ended.
    #[error("the duty that permits this has ended; an administrator can have it renewed")]
    DutyEnded,
    /// The duty that would permit it has not begun.
    #[error("the duty that permits this has not begun")]
    DutyNotBegun,
    /// The duty holds elsewhere.
    #[error("the duty that permits this is for another place")]
    OtherPlace,
    /// Administrators see no biometrics.
    #[error("who administers accounts may not see prints or photos, whatever other duty there is")]
    AdministratorAndBiometrics,
}

impl Refused {
    /// Every reason, for those who have words for each.
    pub const ALL: [Self; 6] = [
        Self::Suspended,
        Self::OtherRole,
        Self::DutyEnded,
        Self::DutyNotBegun,
        Self::OtherPlace,
        Self::AdministratorAndBiometrics,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Suspended => "staff.suspended",
            Self::OtherRole => "staff.other_role",
            Self::DutyEnded => "staff.duty_ended",
            Self::DutyNotBegun => "staff.duty_not_begun",
            Self::OtherPlace => "staff.other_place",
            Self::AdministratorAndBiometrics => "staff.administrator_and_biometrics",
        }
    }
}

/// Whether a member of staff may do `action` on something at `at`, and by which duty.
pub fn may(
    standing: &Standing,
    action: Action,
    on: On<'_>,
    at: Timestamp,
) -> Result<Permit, Refused> {
    let Standing::Active(duties) = standing else { return Err(Refused::Suspended) };
    if action == Action::OwnAccount {
        return Ok(Permit::Account);
    }
    let in_force = |duty: &&Duty| duty.period.holds(at);
    let administers = duties.iter().filter(in_force).any(|duty| duty.role == Role::Administrator);
    if administers && action.reads_biometrics() {
        return Err(Refused::AdministratorAndBiometrics);
    }
    let fitting: Vec<&Duty> = duties.iter().filter(|duty| action.is_for(duty.role)).collect();
    let now: Vec<&Duty> = fitting.iter().copied().filter(in_force).collect();
    if now.is_empty() {
        return Err(match fitting.iter().map(|duty| duty.period.until).max() {
            None => Refused::OtherRole,
            Some(until) if until <= at => Refused::DutyEnded,
            Some(_) => Refused::DutyNotBegun,
        });
    }
    let here = now.into_iter().find(|duty| match on {
        On::Nothing => true,
        On::Place(path) => duty.place.holds(path),
    });
    here.map(|duty| Permit::Duty { id: duty.id, role: duty.role }).ok_or(Refused::OtherPlace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{Period, Place};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn duty(role: Role, place: Place, from: i64, until: i64) -> Duty {
        let period = Period { from: at(from), until: at(until) };
        Duty { id: DutyId::from_bytes([role as u8; 16]), role, place, period }
    }

    fn nyeri() -> Place {
        Place::Area(vec!["019".into()])
    }

    fn check(
        duties: &[Duty],
        action: Action,
        on: On<'_>,
        second: i64,
        want: Result<Role, Refused>,
    ) {
        let found = may(&Standing::Active(duties.to_vec()), action, on, at(second));
        let want = want.map(|role| Permit::Duty { id: DutyId::from_bytes([role as u8; 16]), role });
        assert_eq!(found, want, "{action:?} at {second}");
    }

    #[test]
    fn a_duty_permits_its_role_in_its_time_and_place() {
        let duties = [duty(Role::Adjudicator, nyeri(), 10, 20)];
        let ward = ["0546".to_owned(), "019".to_owned()];
        let elsewhere = ["047".to_owned()];
        let read = Action::ReadEvidence;
        check(&duties, read, On::Nothing, 15, Ok(Role::Adjudicator));
        check(&duties, read, On::Place(&ward), 15, Ok(Role::Adjudicator));
        check(&duties, read, On::Place(&elsewhere), 15, Err(Refused::OtherPlace));
        check(&duties, read, On::Place(&ward), 20, Err(Refused::DutyEnded));
        check(&duties, read, On::Place(&ward), 9, Err(Refused::DutyNotBegun));
        check(&duties, Action::SettleCase, On::Nothing, 15, Err(Refused::OtherRole));
        check(&[], read, On::Nothing, 15, Err(Refused::OtherRole));
    }

    #[test]
    fn an_administrator_sees_no_biometrics_whatever_else_he_is() {
        let both = [
            duty(Role::Adjudicator, Place::Everywhere, 0, 100),
            duty(Role::Administrator, nyeri(), 0, 50),
        ];
        let refused = Err(Refused::AdministratorAndBiometrics);
        check(&both, Action::ReadEvidence, On::Nothing, 10, refused);
        check(&both, Action::ReadQueue, On::Nothing, 10, Ok(Role::Adjudicator));
        check(&both, Action::ReadEvidence, On::Nothing, 60, Ok(Role::Adjudicator));
    }

    #[test]
    fn the_suspended_may_nothing_and_the_idle_keep_their_account() {
        for action in Action::ALL {
            let found = may(&Standing::Suspended, *action, On::Nothing, at(0));
            assert_eq!(found, Err(Refused::Suspended));
        }
        let idle = may(&Standing::Active(vec![]), Action::OwnAccount, On::Nothing, at(0));
        assert_eq!(idle, Ok(Permit::Account));
    }

    #[test]
    fn may_agrees_with_the_policy_for_every_role_and_action() {
        for role in Role::ALL {
            let standing = Standing::Active(vec![duty(role, Place::Everywhere, 0, 10)]);
            for action in Action::ALL {
                let may = may(&standing, *action, On::Nothing, at(5)).is_ok();
                assert_eq!(may, action.is_for(role), "{role:?} {action:?}");
            }
        }
    }
}
