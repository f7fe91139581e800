//! The fleet of registration kits.

pub mod alarms;
pub mod aside;
pub mod contacts;
pub mod kits;
pub mod officers;
