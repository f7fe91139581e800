//! A gallery that is spread over processes: every shard is held twice, and searched over a broker.
//!
//! See `SHARDS.md` in this crate.

pub mod placement;

mod coordinator;
mod holder;

mod moving;

mod courier;
pub mod protocol;

#[cfg(test)]
mod tests;

pub use coordinator::{Coordinator, CoordinatorConfig};
pub use courier::CourierError;
pub use holder::{FolderPieces, HolderConfig, HolderParts, Piece, Pieces, SlotFeed, run_holder};
pub use moving::{MoveError, Progress, progress};
pub use protocol::CourierKey;
