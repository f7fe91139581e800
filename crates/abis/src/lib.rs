//! Gallery of templates under opaque references: it cannot spell a name.
//!
//! The stored gallery in the database is the truth. A matcher holds a prepared
//! copy, catches up before each search and answers only for what it
//! has: a search below sequence `n` sees exactly the insertions before `n`.

pub mod access;
pub mod modality;
pub mod search;
pub mod subject;

pub mod cascade;

pub mod gallery;

pub mod shard;

pub mod canary;

pub mod faces;
pub mod intake;
pub mod service;

pub mod mosip;
pub mod osia;

mod coding;
mod in_process;
mod kept;
mod prints;

#[cfg(test)]
mod testing;

pub use in_process::InProcessAbis;
pub use kept::{KeptGallery, KeptStatus, RecallStatus};
