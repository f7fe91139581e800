//! Giving duties and recovering accounts: what needs a second administrator, and which
//! duties exclude each other.

use jiff::Timestamp;

use super::{Duty, Period, Place, Role};
use crate::OfficerId;

/// Longest duty, in days: whoever is still needed after a year is looked at again.
pub const LONGEST_DUTY_DAYS: i64 = 366;
/// Seconds in a day.
const DAY_S: i64 = 86_400;

/// A duty that an administrator asks to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Who would hold it.
    pub receiver: OfficerId,
    /// The role.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// When.
    pub period: Period,
}

/// Why a change of staff is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// The period ends before it begins, or has ended.
    #[error("the period ends before it begins, or has ended already")]
    Period,
    /// Longer than [`LONGEST_DUTY_DAYS`].
    #[error("a duty lasts at most {LONGEST_DUTY_DAYS} days")]
    TooLong,
    /// Who captures people may not decide about them.
    #[error("nobody captures residents and decides about them at the same place and time")]
    CapturesAndDecides,
    /// Who keeps the accounts sees no biometrics.
    #[error("nobody administers accounts and sees prints or photos at the same time")]
    AdministersAndSees,
    /// Who audits does none of what is audited.
    #[error("an auditor holds no duty that is audited at the same time")]
    AuditsAndActs,
    /// The same administrator asked.
    #[error("a second administrator approves; you asked for this yourself")]
    AskedYourself,
    /// It concerns the approver.
    #[error("nobody approves a change of his own account")]
    OwnAccount,
}

impl ChangeRefused {
    /// Every reason, for those who have words for each.
    pub const ALL: [Self; 7] = [
        Self::Period,
        Self::TooLong,
        Self::CapturesAndDecides,
        Self::AdministersAndSees,
        Self::AuditsAndActs,
        Self::AskedYourself,
        Self::OwnAccount,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Period => "staff.period",
            Self::TooLong => "staff.duty_too_long",
            Self::CapturesAndDecides => "staff.captures_and_decides",
            Self::AdministersAndSees => "staff.administers_and_sees",
            Self::AuditsAndActs => "staff.audits_and_acts",
            Self::AskedYourself => "staff.asked_yourself",
            Self::OwnAccount => "staff.own_account",
        }
    }
}

/// Whether a duty can be given to somebody who holds `held`. Asked when it is proposed
/// and again when it is approved: the other duties may have changed between.
pub fn may_give(proposal: &Proposal, held: &[Duty], at: Timestamp) -> Result<(), ChangeRefused> {
    let Period { from, until } = proposal.period;
    if until <= from || until <= at {
        return Err(ChangeRefused::Period);
    }
    if until.duration_since(from).as_secs() > LONGEST_DUTY_DAYS * DAY_S {
        return Err(ChangeRefused::TooLong);
    }
    held.iter()
        .filter(|duty| duty.period.overlaps(proposal.period))
        .find_map(|duty| {
            let same_place = duty.place.overlaps(&proposal.place);
            excludes(duty.role, proposal.role, same_place)
        })
        .map_or(Ok(()), Err)
}

/// Whether `approver` may be the second administrator for what `asker` wants for `receiver`.
pub fn may_approve(
    asker: OfficerId,
    approver: OfficerId,
    receiver: OfficerId,
) -> Result<(), ChangeRefused> {
    if approver == asker {
        return Err(ChangeRefused::AskedYourself);
    }
    not_oneself(approver, receiver)
}

/// Refuses an act on the own account: suspending, recovering, approving.
pub fn not_oneself(actor: OfficerId, subject: OfficerId) -> Result<(), ChangeRefused> {
    if actor == subject { Err(ChangeRefused::OwnAccount) } else { Ok(()) }
}

/// Why two roles exclude each other at the same time.
fn excludes(one: Role, two: Role, same_place: bool) -> Option<ChangeRefused> {
    one_way(one, two, same_place).or_else(|| one_way(two, one, same_place))
}

fn one_way(one: Role, two: Role, same_place: bool) -> Option<ChangeRefused> {
    use Role::{
        Adjudicator, Administrator, Auditor, RegistrationOfficer, SeniorAdjudicator, Supervisor,
    };
    match (one, two) {
        (RegistrationOfficer | Supervisor, Adjudicator | SeniorAdjudicator) if same_place => {
            Some(ChangeRefused::CapturesAndDecides)
        }
        (
            Administrator,
            RegistrationOfficer | Supervisor | Adjudicator | SeniorAdjudicator | Auditor,
        ) => Some(ChangeRefused::AdministersAndSees),
        (Auditor, RegistrationOfficer | Supervisor | Adjudicator | SeniorAdjudicator) => {
            Some(ChangeRefused::AuditsAndActs)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DutyId;
    use crate::staff::Action;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(day * DAY_S).unwrap()
    }

    fn area(code: &str) -> Place {
        Place::Area(vec![code.to_owned()])
    }

    fn check(held: (Role, &str), asked: (Role, &str), days: (i64, i64), want: Result<(), &str>) {
        let period = Period { from: day(0), until: day(100) };
        let held =
            Duty { id: DutyId::from_bytes([1; 16]), role: held.0, place: area(held.1), period };
        let proposal = Proposal {
            receiver: OfficerId::from_bytes([2; 16]),
            role: asked.0,
            place: area(asked.1),
            period: Period { from: day(days.0), until: day(days.1) },
        };
        let found = may_give(&proposal, &[held], day(1)).map_err(ChangeRefused::code);
        assert_eq!(found, want, "{asked:?} {days:?}");
    }

    #[test]
    fn duties_that_exclude_each_other_are_refused() {
        let adjudicator = (Role::Adjudicator, "019");
        let officer = (Role::RegistrationOfficer, "019");
        let clash = Err("staff.captures_and_decides");
        check(adjudicator, officer, (10, 20), clash);
        check(officer, adjudicator, (10, 20), clash);
        check(officer, (Role::SeniorAdjudicator, "019"), (10, 20), clash);
        check(adjudicator, (Role::RegistrationOfficer, "020"), (10, 20), Ok(()));
        check(adjudicator, officer, (100, 120), Ok(()));
        let sees = Err("staff.administers_and_sees");
        check(adjudicator, (Role::Administrator, "020"), (10, 20), sees);
        check((Role::Administrator, "020"), (Role::Auditor, "019"), (10, 20), sees);
        check((Role::Auditor, "020"), adjudicator, (10, 20), Err("staff.audits_and_acts"));
        check(adjudicator, (Role::SeniorAdjudicator, "019"), (10, 20), Ok(()));
    }

    #[test]
    fn periods_have_a_bound() {
        let one = (Role::FleetManager, "019");
        check(one, one, (10, 10), Err("staff.period"));
        check(one, one, (0, 1), Err("staff.period"));
        check(one, one, (10, 377), Err("staff.duty_too_long"));
        check(one, one, (10, 376), Ok(()));
    }

    #[test]
    fn no_administrator_can_be_given_a_role_that_sees_biometrics() {
        for role in Role::ALL {
            let sees = Action::ALL.iter().any(|a| a.reads_biometrics() && a.is_for(role));
            let refused = excludes(Role::Administrator, role, false).is_some();
            assert_eq!(refused, sees, "{role:?}");
        }
    }

    #[test]
    fn two_people_are_two_people() {
        let [a, b, c] = [1, 2, 3].map(|n| OfficerId::from_bytes([n; 16]));
        assert_eq!(may_approve(a, b, c), Ok(()));
        assert_eq!(may_approve(a, b, a), Ok(()), "one asks for himself, another approves");
        assert_eq!(may_approve(a, a, c), Err(ChangeRefused::AskedYourself));
        assert_eq!(may_approve(a, a, a), Err(ChangeRefused::AskedYourself));
        assert_eq!(may_approve(a, b, b), Err(ChangeRefused::OwnAccount));
    }
}
