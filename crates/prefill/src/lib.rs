//! Answers in QR codes: what a resident filled in at home, or the number of a blank paper form, on
//! its way to the kit. Format 1 is described in [docs/PREFILL.md](../../../docs/PREFILL.md).
//!
//! A code proves nothing: anybody can make one. So it carries claims of the resident and no more,
//! [`admitted`] lets nothing else through, and the kit asks the country pack about each of them as
//! about a typed answer. Pure: no I/O, no clock, no randomness.

mod part;

mod content;

mod admitted;

mod gathered;

mod problem;

#[cfg(test)]
mod tests;

pub use admitted::{Admitted, admitted, may_prefill};
pub use content::{Content, Filled, FormNumber, Prefill};
pub use gathered::{Gathered, Progress};
pub use part::{LONGEST_TEXT, MOST_PARTS, Part};
pub use problem::PrefillProblem;
