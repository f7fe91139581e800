//! The desk where people decide: its queue, what reviewers see and say, what follows, and the
//! figures by which it is watched.

// The queue and who may take what.
pub mod queue;
pub mod reviewers;

// What is seen and said.
pub mod opinions;
pub mod planted;
pub(crate) mod stage;
pub mod views;

// What follows.
pub mod appeals;
pub mod checks;
pub mod corrections;
pub mod fraud;
pub mod merges;
pub mod recaptures;

// Other desks, and other platforms.
pub mod foreign;
pub mod outside;

// The watch.
pub mod inquiries;
pub mod outcomes;
