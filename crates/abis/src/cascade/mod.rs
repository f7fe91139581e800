//! A search from the probe to the candidates: votes, bits, full comparison, over any number of parts.
//!
//! A small gallery, or a small set of people asked for, is compared in full. Else the index narrows down:
//! keys that agree, then bits of three fingers, then of all, then the full comparison of those who stand out.
//! A probe with few or worn fingers has no votes to trust, and everybody is compared by bits.
//! Where nobody was found, the search is repeated as if hands had been exchanged or slaps mirrored.

mod lead;

pub mod phases;

mod local;
mod part;

mod probe;

mod assignments;
mod foreign;

mod prepared;
mod sessions;

#[cfg(test)]
mod tests;

pub use lead::search;
pub(crate) use lead::{cut, is_small};
pub use local::LocalSearcher;
pub use part::{LocalPart, WaitingSource};
pub use phases::{
    Gathered, LevelCount, Parts, Phase, PhaseAnswer, PhaseQuestion, PhasedSearch, PhasedSearcher,
    Ranked,
};
pub(crate) use probe::Probe;
