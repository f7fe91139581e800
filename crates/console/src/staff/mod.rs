//! Accounts of staff: signing in, sessions, duties, and what needs two administrators.
//!
//! Decisions are pure ([`niims_record::staff`] and the modules of [`passkey`], [`totp`],
//! [`secret`]); each operation loads, decides, saves and records in one transaction.

mod accounts;
mod error;
mod hold;
pub(crate) mod trail;

// From the invitation to the session.
mod invite;
pub(crate) mod passkey;
pub(crate) mod secret;
pub(crate) mod set_up;
pub(crate) mod totp;

pub(crate) mod sign_in;

pub(crate) mod sessions;

// What changes afterwards.
pub(crate) mod change;
pub(crate) mod own;

pub(crate) use accounts::Accounts;
pub(crate) use accounts::HASHED_AT_ONCE;
pub use accounts::Site;
pub use error::StaffError;
pub(crate) use hold::{as_duty, path_of, place_name};
pub(crate) use invite::LONGEST_NAME;
pub use invite::{NewAccount, add_account, code_at, give_duty, invite, set_up_known};
pub use passkey::PasskeyRefused;
