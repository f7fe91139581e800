//! The only SQL: SQLite and PostgreSQL, migrations, field encryption, blind indexes.
//!
//! One code base serves both databases; what differs between them stands in
//! `backend`. Operations are `async fn name(tx: &mut Tx, …)`, one module per
//! aggregate; a change, its audit event and its next job share one [`Tx`] and so
//! commit together. What is missing is `None`; errors are [`StoreError`] and
//! never hold data.
//!
//! Times are kept to the millisecond: a `Timestamp` read back is cut to that.

mod backend;
mod database;
mod error;
mod field;
mod keyring;
mod row;

// From the kit to the application.
pub mod applications;
pub mod fleet;
pub mod kits;
pub mod officers;
pub mod packets;
pub mod seen_once;
pub mod uploads;

// What a kit keeps on its own disk.
pub mod kit;

// What the steps of the register read and write.
pub mod answers;
pub mod cases;
pub mod gallery;
pub mod jobs;
pub mod numbers;
pub mod people;
pub mod search;

// The desk where people decide, and who is to be met again.
pub mod desk;
pub mod revisits;

// What leaves the register, and who looked.
pub mod cards;
pub mod clients;
pub mod disclosures;
pub mod freezes;
pub mod log;
pub mod messages;

// What the ABIS stores.
pub mod abis;

// How staff sign in, and what they may do.
pub mod staff;

// The resident's sign-in, the trail of acts, erasure.
pub mod codes;
pub mod erasure;
pub mod events;
pub mod sessions;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(test)]
mod tests;

pub use backend::Backend;
pub use database::{Database, Tx};
pub use error::StoreError;
pub use field::{Cell, open_field, seal_field};
pub use keyring::{BlindToken, Keyring, Owner};
