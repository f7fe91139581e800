//! Which devices are trusted: roots that the centre signs, and paths to them.
//!
//! The interface leaves trust to the adopter. Here it is a list that the centre signs as a note
//! ([`niims_audit`]) and that kits carry offline: roots and makers of device keys and of secure
//! chips, the environment, and what was revoked. The kit trusts nothing that a device brings along.

mod list;
mod path;

#[cfg(test)]
mod tests;

pub use list::{TrustList, TrustListError, read_certificate};
pub use path::{Chain, Signer, VerifiedJws, verify};
