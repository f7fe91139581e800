//! Cards checked in the field: read without a network, and, with the holder's consent, held against
//! one finger.
//!
//! | module | question |
//! |---|---|
//! | [`trust`] | whose cards are believed, and which were revoked? |
//! | [`verdict`] | is this card good, today? |
//! | [`finger`] | is this the finger of the card? |
//! | [`looks`] | who learns of it? |
//!
//! Nothing of the card stays on the kit. A look goes to the centre, sealed at once so that the kit
//! itself cannot read it again, and from there into the list that the person sees.

pub mod finger;
mod looks;
mod trust;
mod verdict;

pub(crate) use looks::looks_all;
pub use looks::{LookNote, LooksSent};
pub use trust::{CardTrust, CardTrustError};
pub use verdict::{CardRefused, CardVerdict};

#[cfg(test)]
mod tests;
