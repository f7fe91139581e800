//! What several interfaces of MOSIP share: the protocol of its brokers, its data shares with their
//! envelopes, its biometric documents, its way of writing times. Nothing here decides anything.

pub mod cbeff;
pub mod share;

pub mod backoff;
pub mod stomp;

mod settings;
mod time;

pub use settings::{SettingsError, ShareSettings, read, read_secret};
pub use time::{is_time, write_time};
