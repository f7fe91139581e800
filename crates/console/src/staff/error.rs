//! Why an operation on accounts is refused or failed. No variant holds personal data.

use niims_record::staff::giving::ChangeRefused;
use niims_record::staff::password::PasswordRefused;
use niims_store::StoreError;

use super::passkey::PasskeyRefused;

/// Why an operation on accounts did nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StaffError {
    /// User name, password or code is wrong, or nobody has that name. Not told apart.
    #[error("user name, password or code is wrong")]
    Wrong,
    /// Too many failed tries; wait so many seconds.
    #[error("too many failed tries; wait {0} s")]
    Wait(i64),
    /// Too many people sign in at this moment.
    #[error("too many sign-ins at this moment; try again")]
    Busy,
    /// The step before took too long or was not made.
    #[error("the sign-in took too long; begin again")]
    Stale,
    /// The invitation is unknown, used or expired.
    #[error("this invitation is used, replaced or too old; ask an administrator for a new one")]
    NoInvitation,
    /// The user name cannot be one.
    #[error("a user name has 3 to 64 letters, digits, dots, hyphens, underscores and @")]
    UserName,
    /// The user name is taken.
    #[error("this user name is taken")]
    UserNameTaken,
    /// The name is empty or too long.
    #[error("write the name by which colleagues know this person, in at most 120 characters")]
    Name,
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The passkey is not taken.
    #[error(transparent)]
    Passkey(#[from] PasskeyRefused),
    /// A rule of the house.
    #[error(transparent)]
    Change(#[from] ChangeRefused),
    /// The role, the place or a date cannot be read.
    #[error("this is no role, no place of the country pack or no date")]
    Unreadable,
    /// What it is about is unknown or settled already.
    #[error("this is unknown or settled already")]
    Gone,
    /// The last way to sign in cannot be removed.
    #[error("this is the only way in to the account; add another first")]
    LastWayIn,
    /// The store failed.
    #[error("the accounts cannot be reached now")]
    Store(#[from] StoreError),
}

impl StaffError {
    /// The codes for which pages have words.
    #[cfg(test)]
    pub(crate) const CODES: [&str; 12] = [
        "staff.wrong",
        "staff.wait",
        "staff.busy",
        "staff.stale",
        "staff.no_invitation",
        "staff.user_name",
        "staff.user_name_taken",
        "staff.name",
        "staff.unreadable",
        "staff.gone",
        "staff.last_way_in",
        "staff.unavailable",
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "staff.wrong",
            Self::Wait(_) => "staff.wait",
            Self::Busy => "staff.busy",
            Self::Stale => "staff.stale",
            Self::NoInvitation => "staff.no_invitation",
            Self::UserName => "staff.user_name",
            Self::UserNameTaken => "staff.user_name_taken",
            Self::Name => "staff.name",
            Self::Password(refused) => refused.code(),
            Self::Passkey(refused) => refused.code(),
            Self::Change(refused) => refused.code(),
            Self::Unreadable => "staff.unreadable",
            Self::Gone => "staff.gone",
            Self::LastWayIn => "staff.last_way_in",
            Self::Store(_) => "staff.unavailable",
        }
    }

    /// The HTTP status that tells it.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Wait(_) => 429,
            Self::Busy | Self::Store(_) => 503,
            Self::Gone | Self::NoInvitation => 404,
            Self::Change(_) | Self::LastWayIn => 409,
            _ => 422,
        }
    }
}
