//! What can be wrong with a published log.

use crate::checkpoint::CheckpointError;

/// One thing that is wrong. No variant holds what an entry says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// There is no checkpoint.
    #[error("{file} is missing")]
    CheckpointMissing {
        /// Path in the folder.
        file: String,
    },
    /// A checkpoint is not signed by the log's key, or is not a checkpoint.
    #[error("{file} is not a checkpoint signed by the log's key")]
    CheckpointSignature {
        /// Path in the folder.
        file: String,
        /// Why it is not accepted.
        #[source]
        error: CheckpointError,
    },
    /// The entry is not the one that was logged.
    #[error("entry {index} was altered")]
    EntryAltered {
        /// Index in the log.
        index: u64,
    },
    /// The entry is gone.
    #[error("entry {index} was removed")]
    EntryRemoved {
        /// Index in the log.
        index: u64,
    },
    /// An entry stands there that was never logged.
    #[error("an entry that was never logged stands before entry {index}")]
    EntryAdded {
        /// Index in the log.
        index: u64,
    },
    /// The entry is genuine but stands elsewhere.
    #[error("entry {index} was reordered: it stands at place {place}")]
    EntryReordered {
        /// Index at which it was logged.
        index: u64,
        /// Place where it stands.
        place: u64,
    },
    /// A whole bundle of entries is gone.
    #[error("{file} is missing: entries {from} to {to} were removed")]
    BundleMissing {
        /// Path in the folder.
        file: String,
        /// First entry in it.
        from: u64,
        /// Last entry in it.
        to: u64,
    },
    /// A logged entry is not a leaf of ours: the log itself published something else.
    #[error("entry {index} is not a leaf: the log holds something other than commitments")]
    EntryMalformed {
        /// Index in the log.
        index: u64,
    },
    /// A hash in a tile does not agree with what lies below it.
    #[error("{file}: hash {slot} does not agree with the log")]
    TileAltered {
        /// Path in the folder.
        file: String,
        /// First slot that differs, from 0.
        slot: u64,
    },
    /// A tile is gone.
    #[error("{file} is missing")]
    TileMissing {
        /// Path in the folder.
        file: String,
    },
    /// The leaves do not lead to the signed root.
    #[error(
        "the leaves do not lead to the root signed for size {size}: something was altered between entries {good} and {size}"
    )]
    RootMismatch {
        /// Smallest size whose signed root does not come out.
        size: u64,
        /// Largest smaller size whose signed root does, or 0.
        good: u64,
    },
    /// The log is shorter than it was.
    #[error("the log was rolled back: it has {size} entries, {shown_by} shows {seen}")]
    RolledBack {
        /// Entries it has.
        size: u64,
        /// Entries it had.
        seen: u64,
        /// Where that is shown.
        shown_by: String,
    },
    /// The log's key signed two histories.
    #[error("the log was forked: {shown_by} has another root at size {size}")]
    Forked {
        /// Size at which the roots differ.
        size: u64,
        /// Where the other root is shown.
        shown_by: String,
    },
    /// A file could not be read.
    #[error("{file} cannot be read: {reason}")]
    Unreadable {
        /// Path in the folder.
        file: String,
        /// Kind of failure.
        reason: std::io::ErrorKind,
    },
}

impl Finding {
    /// Stable dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CheckpointMissing { .. } => "log.checkpoint_missing",
            Self::CheckpointSignature { .. } => "log.checkpoint_signature",
            Self::EntryAltered { .. } => "log.entry_altered",
            Self::EntryRemoved { .. } | Self::BundleMissing { .. } => "log.entry_removed",
            Self::EntryAdded { .. } => "log.entry_added",
            Self::EntryReordered { .. } => "log.entries_reordered",
            Self::EntryMalformed { .. } => "log.entry_malformed",
            Self::TileAltered { .. } => "log.tile_altered",
            Self::TileMissing { .. } => "log.tile_missing",
            Self::RootMismatch { .. } => "log.root_mismatch",
            Self::RolledBack { .. } => "log.rolled_back",
            Self::Forked { .. } => "log.forked",
            Self::Unreadable { .. } => "log.unreadable",
        }
    }
}
