//! Residents: their own record, the state of their application, and who looked.
//!
//! The portal reaches people only through [`niims_wire::resident::ResidentDesk`].
//! It holds no record: between two requests it remembers nothing but what a
//! sealed cookie in the resident's own browser says.

mod collected;
pub mod demo_pages;
mod disclosures;
mod guest;
mod handle;
mod pages;
mod problems;
mod progress;
mod router;
mod state;
mod texts;

pub use router::router;
pub use state::{Clock, PortalState};

#[cfg(test)]
mod tests;
