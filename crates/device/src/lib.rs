//! Fingerprint scanners and cameras over the Secure Biometric Interface of MOSIP (SBI, formerly
//! MDS), version 0.9.5: messages, trust, and what a capture is worth. No I/O, no clock.
//!
//! What a device says is read in this order: bounds, form, signatures and certificates, then whether
//! it answers what was asked. [`Refusal`] names what failed. See `DESIGN.md` for the parts of the
//! interface that are easily misread.

// The words and bounds of the interface.
pub mod limits;
pub mod vocabulary;

// Signed parts and whom to trust.
pub mod jws;
pub mod trust;

// The operations, in the order of an interview.
pub mod describe;

pub mod stream;

pub mod capture;

// What a capture is worth.
pub mod judge;

// The other side.
#[cfg(feature = "maker")]
pub mod maker;

mod fault;
mod refusal;

pub use fault::DeviceFault;
pub use refusal::Refusal;
