//! What a record is: person, name, date, identifier, number, lifecycle, decisions.
//!
//! Pure: no I/O, clock, randomness, SQL or global state. Time and randomness are
//! parameters. Types that hold personal data print nothing of it under `Debug`.

pub mod adjudication;
pub mod application;
pub mod date;
pub mod desk;
pub mod fleet;
pub mod freeze;
pub mod ids;
pub mod name;
pub mod number;
pub mod person;
pub mod revisit;
pub mod staff;

pub use ids::*;
