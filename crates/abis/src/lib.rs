//! Gallery of templates under opaque references: it cannot spell a name.
//!
//! The stored gallery in the database is the truth. This process holds a prepared
//! copy in memory, catches up before each search and answers only for what it
//! has: a search below sequence `n` sees exactly the insertions before `n`.

mod service;

pub use service::InProcessAbis;
