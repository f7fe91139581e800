//! Pages and desk of staff. The pages stand under [`http`]: signing in, accounts, roles;
//! its head says how to add one. The desk by command line:
//!
//! | operation | what it does |
//! |---|---|
//! | [`list`] | the open cases as a table; nothing personal |
//! | [`show`] | the evidence of a case as a folder with one page; each person in it gets a disclosure line |
//! | [`opine`] | one officer's verdict with reasons |
//! | [`forget`] | removes an evidence folder |
//!
//! Scores order the work and explain; people decide (DESIGN invariant 7). The console
//! never shows one officer what another has concluded.

// In this order: the life of a case at the desk, then what it rests on; the blank lines keep it.
mod list;

mod show;

mod opine;

mod folder;

mod fingers;

mod page;

mod words;

mod error;

// The pages, and the accounts behind them.
mod staff;

pub mod http;

pub use error::ConsoleError;
pub use folder::{EvidenceFolder, forget};
pub use list::list;
pub use opine::opine;
pub use show::show;
pub use staff::{
    NewAccount, PasskeyRefused, Site, StaffError, add_account, code_at, give_duty, invite,
    set_up_known,
};

#[cfg(test)]
mod synthetic_desk;
#[cfg(test)]
mod tests;
