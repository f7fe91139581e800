//! Transparency log: leaf, tile, checkpoint, proof, stand-alone verifier.
//!
//! The formats are those of C2SP: RFC 6962 hashing, `signed-note`, `tlog-checkpoint`,
//! `tlog-tiles`, `tlog-proof@v1`. A leaf holds a salted commitment and the kind of the
//! event, nothing else, so the log can be public while the events are not.
//!
//! [`tree`] is pure and works on hashes of complete subtrees that may lie in any database:
//! one function says which nodes are needed, another computes from them.
//! [`directory`] and [`verify`] are the two places that touch files.

pub mod checkpoint;
pub mod directory;
pub mod hash;
pub mod leaf;
pub mod note;
pub mod receipt;
pub mod tiles;
pub mod tree;
pub mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use directory::{DirectoryError, DirectoryLog};
pub use hash::Hash;
pub use leaf::{Leaf, LeafError, LeafKind, commit};
pub use note::{LogPublicKey, LogSigningKey, NoteError};
pub use receipt::{Receipt, ReceiptError, VerifiedReceipt};
pub use tree::{Node, NodeAt, Nodes, TreeError};
pub use verify::{Finding, VerifyOptions, VerifyReport, verify_directory};
