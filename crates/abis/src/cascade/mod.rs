//! A search from the probe to the candidates: votes, bits, full comparison, over any number of parts.

pub mod phases;

pub use phases::{
    Gathered, LevelCount, Parts, Phase, PhaseAnswer, PhaseQuestion, PhasedSearch, PhasedSearcher,
    Ranked,
};
