//! Staff: who may do what, where and until when; and what nobody may do alone.
//!
//! A member of staff holds duties ([`Duty`]): a role at a place for a period. A page or
//! an act has an [`Action`], and [`may`] says whether a duty in force permits it.
//! Duties are given by two administrators ([`giving`]); some exclude each other.

pub mod giving;
pub mod password;
pub mod session;
pub mod waits;

mod action;
mod duty;
mod may;
mod role;
mod user_name;

pub use action::Action;
pub use duty::{Duty, Period, Place};
pub use may::{On, Permit, Refused, Standing, may};
pub use role::Role;
pub use user_name::{UserName, UserNameError};
