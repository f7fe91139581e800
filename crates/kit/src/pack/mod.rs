//! The country pack that the centre certifies: fetched with its papers, checked against the signed
//! certificate, and taken into use between two interviews.
//!
//! ```text
//! packs/<version>.part    what has come so far
//! packs/<version>.pack    whole, and found to be that version
//! packs/<version>.bad     that version, and it cannot be used: never fetched again
//! ```

mod fetch;
mod file;
mod settle;

pub(crate) use fetch::fetch;
pub(crate) use settle::PackInUse;
